"""Puts the program into a wheel: the rooms, inside the package `followthrough`.

In the checkout the rooms stand at the top. Installed like that they would take the names of other
people's packages (docs/decisions/0061), so a wheel has `followthrough/api`, `followthrough/store`
and so on, and every name of a module in them is changed to match. hatchling runs this.
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "followthrough"
ROOMS = ("api", "schema", "intake", "engine", "store")
INVENTION = ("benchmarks/__init__.py", "benchmarks/generate.py", "benchmarks/invention.py")
"""What `sandbox --seed-size` makes a store with."""

DATA = ("fixtures", "web/dist", "docs/queries")
LEFT_OUT = frozenset({"__pycache__", "expected"})
"""Folders that no program reads: what Python compiled, and what the tests compare answers with."""

PAGES = "web/dist/index.html"

_TOPS = frozenset({*ROOMS, "benchmarks"})
_DOTTED = re.compile(r"[a-z_]\w*(?:\.\w+)+(?::\w+)?")
_IMPORTERS = frozenset({"lazy", "import_module"})


class CannotMove(Exception):
    """A module is named in a way that cannot be changed by rule; the message says where."""


class Hook(BuildHookInterface[Any]):
    """Adds the program to a wheel. An editable install goes without: it reads the checkout."""

    _folder: "TemporaryDirectory[str] | None" = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the files, and tells hatchling where in the wheel they go."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / PAGES).exists():
            raise FileNotFoundError(f"{PAGES} is missing: make workbench builds the pages")
        if self.target_name != "wheel":
            return
        self._folder = TemporaryDirectory(prefix="followthrough-wheel-")
        for source, place in move_all(root, Path(self._folder.name)):
            build_data["force_include"][str(source)] = place

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes what was made."""
        if self._folder is not None:
            self._folder.cleanup()


def move_all(root: Path, made: Path) -> Iterator[tuple[Path, str]]:
    """Every file of the program, and its place in a wheel. Modules are written anew, in `made`."""
    is_module = find_modules(root)
    for path in list_files(root):
        name = path.relative_to(root)
        place = name.as_posix() if name.parts[0] == PACKAGE else f"{PACKAGE}/{name.as_posix()}"
        if path.suffix == ".py":
            moved = made / place
            moved.parent.mkdir(parents=True, exist_ok=True)
            moved.write_bytes(move_names(path.read_bytes(), name.as_posix(), is_module))
            path = moved
        yield path, place


def list_files(root: Path) -> Iterator[Path]:
    """The files of the program in a checkout."""
    yield from (root / name for name in INVENTION)
    for folder in (PACKAGE, *ROOMS, *DATA):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not LEFT_OUT & {*path.relative_to(root).parts}:
                yield path


def find_modules(root: Path) -> Callable[[str], bool]:
    """A function that says whether a dotted name is a module that moves, or a name in one."""

    def is_module(dotted: str) -> bool:
        top, *rest = dotted.partition(":")[0].split(".")
        if top not in _TOPS:
            return False
        path = root / top
        for part in rest:
            if (path / part).is_dir():
                path /= part
            else:
                # The last part may be a name in the module, or in the package so far.
                return (path / f"{part}.py").exists() or (
                    part == rest[-1] and _defines(path / "__init__.py", part)
                )
        return True

    return is_module


def _defines(path: Path, name: str) -> bool:
    return path.exists() and re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")) is not None


def move_names(source: bytes, file: str, is_module: Callable[[str], bool]) -> bytes:
    """A module's source with `followthrough.` before each name of a module that moves: in imports,
    in strings that are such a name and nothing else, and in f-strings that an import is made by.
    Nothing else changes, and no line moves. Raises CannotMove.
    """
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def find(node: "_Placed", pattern: str) -> int:
        """Where in the source a pattern ends that the node begins with; it is all before a name."""
        start = starts[node.lineno - 1] + node.col_offset
        if match := re.compile(pattern.encode()).match(source, start):
            return match.end()
        raise CannotMove(f"{file}:{node.lineno}: write the name of the module in one piece")

    parsed = ast.parse(source, file)
    places = {find(node, before) for node, before in _named(parsed, file, is_module)}
    pieces, last = [], 0
    for place in sorted(places):
        pieces += [source[last:place], f"{PACKAGE}.".encode()]
        last = place
    return b"".join([*pieces, source[last:]])


_Placed = ast.expr | ast.stmt | ast.alias


class _Named(NamedTuple):
    """Where a module is named: a part of the syntax, and a pattern of what it has before the
    name.
    """

    node: _Placed
    before: str


def _named(parsed: ast.AST, file: str, is_module: Callable[[str], bool]) -> Iterator[_Named]:
    within_f_strings = {
        part for node in ast.walk(parsed) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    for node in ast.walk(parsed):
        match node:
            case ast.ImportFrom(module=str(module), level=0) if _is_ours(module):
                yield _Named(node, rf"from\s+(?={module}\b)")
            case ast.Import(names=names):
                yield from map(partial(_named_by_import, file), _ours(names))
            case ast.Constant(value=str(text)) if (
                node not in within_f_strings and _DOTTED.fullmatch(text) and is_module(text)
            ):
                yield _Named(node, rf"[rRuU]?(?P<q>['\"]{{3}}|['\"])(?={re.escape(text)}(?P=q))")
            case ast.Call(args=[ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]), *_]) if (
                _called(node) in _IMPORTERS and _is_ours(text)
            ):
                yield _Named(node.args[0], rf"[fF](?:['\"]{{3}}|['\"])(?={re.escape(text)})")


def _ours(names: list[ast.alias]) -> Iterator[ast.alias]:
    return (alias for alias in names if _is_ours(alias.name))


def _named_by_import(file: str, alias: ast.alias) -> _Named:
    if alias.asname is None:
        # It binds the name of the room, which has another place.
        raise CannotMove(f"{file}:{alias.lineno}: write from … import, or import … as")
    return _Named(alias, rf"(?={alias.name}\b)")


def _is_ours(dotted: str) -> bool:
    return dotted.partition(".")[0] in _TOPS


def _called(call: ast.Call) -> str | None:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None
