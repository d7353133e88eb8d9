"""Imports point one way, without a circle; frameworks stay in their rooms; files stay readable."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGES = ("tools", "pipelines", "expectations", "assets")
"""Folders of code. Each may import what stands after it; nothing imports ``tools``."""
ROOMS = ("defs", "object_store", "release", "disclosure", "rates", "core", "producers", "archive",
         "state", "schema", "text")  # fmt: skip
"""Rooms of ``assets``. Each may import what stands after it."""


@cache
def _modules(repository: Path) -> tuple[tuple[Path, ast.Module], ...]:
    return tuple(
        (file.relative_to(repository), ast.parse(file.read_text(encoding="utf-8")))
        for package in PACKAGES
        for file in sorted((repository / package).rglob("*.py"))
    )


def _name(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


@cache
def _statements(tree: ast.Module) -> tuple[ast.Import | ast.ImportFrom, ...]:
    return tuple(n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif node.module and node.level == 0:
            yield node.module


def _imported(tree: ast.Module, names: set[str]) -> set[str]:
    """Return which of some modules a module imports, also inside functions and for types alone."""
    imported: set[str] = set()
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names} & names
        elif node.module in names:
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            # A package counts as its ``__init__`` where none of its modules is meant.
            imported |= (parts & names) or {node.module}
    return imported


@cache
def _graph(repository: Path) -> dict[str, set[str]]:
    """Return the modules that every module imports."""
    found = {_name(file): tree for file, tree in _modules(repository)}
    return {module: _imported(tree, set(found)) for module, tree in found.items()}


def test_packages_point_one_way(repository: Path) -> None:
    wrong = [
        f"{module} imports {name}"
        for module, imported in _graph(repository).items()
        for name in imported
        if PACKAGES.index(name.split(".")[0]) < PACKAGES.index(module.split(".")[0])
    ]
    assert wrong == []


def test_the_product_does_without_its_tools(repository: Path) -> None:
    wrong = [
        f"{module} imports {name}"
        for module, imported in _graph(repository).items()
        for name in imported
        if name.startswith("tools") and not module.startswith("tools")
    ]
    assert wrong == []


def test_assets_has_the_known_rooms_and_nothing_beside_them(repository: Path) -> None:
    found = [p.name for p in (repository / "assets").iterdir() if p.name != "__pycache__"]
    assert sorted(found) == sorted((*ROOMS, "__init__.py"))


def test_rooms_of_assets_point_one_way(repository: Path) -> None:
    wrong = []
    for module, imported in _graph(repository).items():
        if not module.startswith("assets."):
            continue
        room = ROOMS.index(module.split(".")[1])
        wrong += [
            f"{module} imports {name}"
            for name in imported
            if name.startswith("assets.") and ROOMS.index(name.split(".")[1]) < room
        ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle(repository: Path) -> None:
    try:
        TopologicalSorter(_graph(repository)).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(error.args[1]))


def test_a_circle_is_found_where_it_hides() -> None:
    for_types = ast.parse("if TYPE_CHECKING:\n    import b\n")
    inside = ast.parse("def f():\n    from a import g\n")
    graph = {"a": _imported(for_types, {"a", "b"}), "b": _imported(inside, {"a", "b"})}
    with pytest.raises(CycleError):
        TopologicalSorter(graph).prepare()


def test_producers_do_not_import_each_other(repository: Path) -> None:
    wrong = [
        f"{file}: {name}"
        for file, tree in _modules(repository)
        if file.parts[:2] == ("assets", "producers") and len(file.parts) > 3
        for name in _imports(tree)
        if name.startswith("assets.producers.") and name.split(".")[2] != file.parts[2]
    ]
    assert wrong == []


def test_the_page_on_architecture_lists_every_room(repository: Path) -> None:
    page = (repository / "docs/architecture.md").read_text(encoding="utf-8")
    table = page.partition("## Rooms")[2].partition("## ")[0]
    listed = re.findall(r"^\| `([a-z_/]+)` \|", table, re.MULTILINE)
    assert listed == [*(f"assets/{room}" for room in ROOMS[::-1]), *PACKAGES[2::-1]]
    arrows = page.partition("## Imports point one way")[2].partition("## ")[0]
    assert " → ".join(ROOMS) in " ".join(arrows.split())


def test_dagster_is_imported_only_by_its_shells(repository: Path) -> None:
    wrong = [
        str(file)
        for file, tree in _modules(repository)
        if any(name.split(".")[0] == "dagster" for name in _imports(tree))
        and file.parts[0] != "pipelines"
        and file.parts[:2] != ("assets", "defs")
        and file != Path("expectations/checks.py")
    ]
    assert wrong == []


def _at_top(tree: ast.Module) -> set[str]:
    """Return what a module imports when it is imported itself."""
    nodes = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    found = set(_imports(ast.Module(list(nodes), [])))
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_great_expectations_is_imported_in_its_room_and_only_inside_functions(
    repository: Path,
) -> None:
    trees = {_name(file): tree for file, tree in _modules(repository)}
    importing = {
        name: tree
        for name, tree in trees.items()
        if any(i.split(".")[0] == "great_expectations" for i in _imports(tree))
    }
    assert {name.split(".")[0] for name in importing} == {"expectations"}
    heavy = {
        name
        for name, tree in importing.items()
        if any(i.split(".")[0] == "great_expectations" for i in _at_top(tree))
    }
    assert heavy == {"expectations.domain"}
    # Whoever imports such a module at its top imports the library with it.
    assert [name for name, tree in trees.items() if heavy & _at_top(tree)] == []


@pytest.mark.parametrize("pattern", ["*.py", "*.sql"])
def test_files_stay_under_400_lines(repository: Path, pattern: str) -> None:
    folders = (*PACKAGES, "tests", "benchmarks")
    long = {
        str(file.relative_to(repository)): lines
        for folder in folders
        for file in (repository / folder).rglob(pattern)
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) >= 400
    }
    assert long == {}


def test_no_module_has_a_name_that_says_nothing(repository: Path) -> None:
    vague = ("util", "helper", "manager", "common", "misc")
    named = [str(f) for f, _ in _modules(repository) if any(v in f.stem for v in vague)]
    assert named == []
