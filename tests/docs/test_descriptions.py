"""House rules that a machine can see: what is described, what things are called, what stays out."""

import ast
import re
import subprocess
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import grimp
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
)

ROOT = Path(__file__).parents[2]
ROOMS = ("api", "schema", "intake", "engine", "store")
MODULES = sorted(
    path
    for room in ("followthrough", *ROOMS)
    for path in (ROOT / room).rglob("*.py")
    if "node_modules" not in path.parts
)

FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "types", "logging", "graphql"}

# Where something comes from is the installer's business, and a path of one machine is nobody's.
# In pieces, so that this file may be looked through as well.
FOREIGN = re.compile(
    "|".join(
        (
            r"registry\." + r"(npmjs|yarnpkg)",
            r"npm" + r"js\.(com|org)",
            r"files\." + r"pythonhosted",
            r"py" + r"pi\.org",
            r"(?<![\w./-])/(work|root)" + r"(?![\w-])",
        )
    )
)


def _described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Everything in the schema that can have a description, with the one it has."""
    for name, type_ in schema.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        yield name, type_.description
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{name}.{value}", v.description) for value, v in type_.values.items())
        elif isinstance(type_, GraphQLInputObjectType):
            yield from ((f"{name}.{field}", f.description) for field, f in type_.fields.items())
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field, f in type_.fields.items():
                yield f"{name}.{field}", f.description
                yield from ((f"{name}.{field}({a}:)", d.description) for a, d in f.args.items())
    for directive in schema.directives:
        yield f"@{directive.name}", directive.description


def test_everything_in_the_schema_is_described(schema: GraphQLSchema) -> None:
    places = dict(_described(schema))
    assert len(places) > 500
    assert [place for place, words in places.items() if not (words or "").strip()] == []


def test_descriptions_are_sentences(schema: GraphQLSchema) -> None:
    # GraphQL's own directives are not ours to word.
    ours = {place: words for place, words in _described(schema) if not place.startswith("@")}
    faulty = [
        place for place, words in ours.items() if not (words or "").rstrip().endswith((".", "?"))
    ]
    assert faulty == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_things_have_docstrings(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree), "the module has no docstring"
    assert list(_undocumented(tree, "")) == []


def _undocumented(parent: ast.AST, prefix: str) -> Iterator[str]:
    """Public functions, classes and methods without a docstring."""
    for node in ast.iter_child_nodes(parent):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        name = f"{prefix}{node.name}"
        if not ast.get_docstring(node) and not _speaks_otherwise(node):
            yield name
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(node, f"{name}.")


def _speaks_otherwise(node: ast.AST) -> bool:
    """Strawberry's classes say it to the public, in `description`."""
    return any("description=" in ast.unparse(d) for d in getattr(node, "decorator_list", ()))


def test_no_imports_go_in_a_circle() -> None:
    """Those within functions and for the type checker included."""
    graph = grimp.build_graph(*ROOMS)
    arrows = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert sum(map(len, arrows.values())) > 500
    TopologicalSorter(arrows).prepare()  # raises CycleError, which names the circle


def test_no_file_has_a_name_that_says_nothing() -> None:
    names = {path.relative_to(ROOT): path.stem for path in MODULES}
    assert [str(path) for path, stem in names.items() if stem in FORBIDDEN_NAMES] == []


def test_the_rooms_are_nobody_elses() -> None:
    owners = packages_distributions()
    assert {name: owners.get(name, []) for name in (*ROOMS, "fixtures")} == {
        name: [] for name in (*ROOMS, "fixtures")
    }, "another distribution installs a package of our name; see docs/decisions/0061"


def test_fixtures_are_no_package() -> None:
    assert list((ROOT / "fixtures").rglob("*.py")) == []


def test_tests_have_names_of_their_own() -> None:
    tests = list((ROOT / "tests").rglob("*.py"))
    assert [str(path) for path in tests if path.name == "__init__.py"] == []
    stems = [path.stem for path in tests if path.name != "conftest.py"]
    assert sorted(stem for stem in set(stems) if stems.count(stem) > 1) == []


def test_decisions_are_numbered_without_gaps() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    for number, path in enumerate(decisions, start=1):
        assert re.fullmatch(rf"{number:04}-[a-z0-9-]+\.md", path.name)
        text = path.read_text(encoding="utf-8")
        headings = re.findall(r"^##? .+", text, re.MULTILINE)
        assert headings[0].startswith(f"# {number}. ")
        assert headings[1:] == ["## Context", "## Decision", "## Consequences"]


def _committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def _foreign(path: Path) -> Iterator[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (UnicodeDecodeError, FileNotFoundError):
        return  # a picture, or deleted and not committed yet
    for number, line in enumerate(lines, start=1):
        if found := FOREIGN.search(line):
            yield f"{path.relative_to(ROOT)}:{number}: {found[0]}"


def test_no_committed_file_names_a_registry_or_a_machine() -> None:
    found: list[Any] = [fault for path in _committed() for fault in _foreign(path)]
    assert found == []
