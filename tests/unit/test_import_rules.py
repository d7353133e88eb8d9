"""Imports point one way; frameworks stay in their rooms; files stay readable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGES = ("assets", "expectations", "pipelines")
ORDER = ["schema", "archive", "producers", "core", "rates", "disclosure", "release"]
"""Rooms of ``assets`` from the lowest to the highest."""
FOUNDATION = {"state", "text"}
"""Rooms of ``assets`` below every other."""


def _modules(repository: Path) -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for file in sorted((repository / package).rglob("*.py")):
            yield file.relative_to(repository), ast.parse(file.read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def _room(dotted: str) -> str | None:
    parts = dotted.split(".")
    if parts[0] != "assets" or len(parts) < 2:
        return None
    return parts[1]


def test_packages_point_one_way(repository: Path) -> None:
    allowed = {
        "assets": {"assets"},
        "expectations": {"assets", "expectations"},
        "pipelines": set(PACKAGES),
    }
    wrong = [
        f"{file}: {name}"
        for file, tree in _modules(repository)
        for name in _imports(tree)
        if name.split(".")[0] in PACKAGES and name.split(".")[0] not in allowed[file.parts[0]]
    ]
    assert wrong == []


def test_rooms_of_assets_point_one_way(repository: Path) -> None:
    wrong = []
    for file, tree in _modules(repository):
        room = _room(".".join(file.with_suffix("").parts))
        if room not in ORDER:
            continue
        for name in _imports(tree):
            target = _room(name)
            if target in ORDER and ORDER.index(target) > ORDER.index(room):
                wrong.append(f"{file}: {name}")
            if target is not None and target not in ORDER and target not in FOUNDATION:
                wrong.append(f"{file}: {name}")
    assert wrong == []


def test_producers_do_not_import_each_other(repository: Path) -> None:
    wrong = [
        f"{file}: {name}"
        for file, tree in _modules(repository)
        if file.parts[:2] == ("assets", "producers") and len(file.parts) > 3
        for name in _imports(tree)
        if name.startswith("assets.producers.") and name.split(".")[2] != file.parts[2]
    ]
    assert wrong == []


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


def test_great_expectations_is_imported_by_one_module_inside_functions(repository: Path) -> None:
    importing = {
        file: tree
        for file, tree in _modules(repository)
        if any(name.split(".")[0] == "great_expectations" for name in _imports(tree))
    }
    assert list(importing) == [Path("expectations/engine.py")]
    at_top = [
        name
        for node in importing[Path("expectations/engine.py")].body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _imports(ast.Module([node], []))
    ]
    assert not any(name.startswith("great_expectations") for name in at_top)


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
