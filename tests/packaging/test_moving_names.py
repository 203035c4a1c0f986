"""Where a wheel names its modules otherwise than the checkout, and that all else stays as it is."""

import ast
from pathlib import Path

import pytest

from hatch_build import (
    LEFT_OUT,
    PACKAGE,
    CannotMove,
    find_modules,
    list_files,
    move_all,
    move_names,
)

ROOT = Path(__file__).parents[2]

IS_MODULE = find_modules(ROOT)


def move(source: str) -> str:
    return move_names(source.encode(), "x.py", IS_MODULE).decode()


@pytest.mark.parametrize(
    ("source", "moved"),
    [
        ("from store import layout", "from +store import layout"),
        ("from  store.x import (\n  y,\n)", "from  +store.x import (\n  y,\n)"),
        ("import api.app as app, os", "import +api.app as app, os"),
        ("if x:\n    from schema.build import build", "if x:\n    from +schema.build import build"),
        ("def f():\n  'é'; from engine import rows", "def f():\n  'é'; from +engine import rows"),
        ('lazy("schema.articles")', 'lazy("+schema.articles")'),
        ('r = "api.app:create_worker_app"', 'r = "+api.app:create_worker_app"'),
        ("'benchmarks.generate'", "'+benchmarks.generate'"),
        ('lazy(f"schema.{noun}")', 'lazy(f"+schema.{noun}")'),
        ('importlib.import_module(f"store.{x}")', 'importlib.import_module(f"+store.{x}")'),
    ],
)
def test_a_name_of_a_module_is_moved(source: str, moved: str) -> None:
    assert move(source) == moved.replace("+", "followthrough.")


@pytest.mark.parametrize(
    "source",
    [
        "from starlette.schemas import SchemaGenerator",
        "from . import store",
        "from .store import layout",
        "import storey, os.path",
        "store.layout.prepare(api.app)",
        '"the store is empty"',
        '"store"',
        '"api.nothing.such"',
        '"status.store"',
        'f"store.{name} is missing"',
        '"""Of `store.layout`: see there."""',
        "# from store import layout",
        '"from store import layout"',
    ],
)
def test_nothing_else_is_moved(source: str) -> None:
    assert move(source) == source


@pytest.mark.parametrize(
    "source", ["import store", "import os, api.app", '"store" ".layout"', '"store\\x2elayout"']
)
def test_what_cannot_be_moved_by_rule_is_refused(source: str) -> None:
    with pytest.raises(CannotMove, match=r"x\.py:1: write "):
        move(source)


def test_the_whole_program_moves(tmp_path: Path) -> None:
    """It stays what it is but for the names, and imports nothing that a wheel has not."""
    moved = {place: path for path, place in move_all(ROOT, tmp_path)}
    assert all(place.startswith(f"{PACKAGE}/") for place in moved)
    modules = [(place, path) for place, path in moved.items() if place.endswith(".py")]
    assert len(modules) > 300
    for place, path in modules:
        name = place if place.split("/")[1] in _OWN else place.removeprefix(f"{PACKAGE}/")
        original = (ROOT / name).read_text(encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        assert text.replace(f"{PACKAGE}.", "") == original.replace(f"{PACKAGE}.", "")
        for node in ast.walk(ast.parse(text)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for imported in names:
                assert not IS_MODULE(imported), f"{place}:{node.lineno}: {imported}"


_OWN = {path.name for path in (ROOT / PACKAGE).iterdir()}


def test_no_file_of_the_program_stays_behind() -> None:
    listed = {path.relative_to(ROOT).parts[0] for path in list_files(ROOT)}
    assert listed >= {"followthrough", "api", "store", "fixtures", "docs", "benchmarks"}
    assert not any(LEFT_OUT & {*path.parts} for path in list_files(ROOT))
