"""One version of all code: it changes with each source, each library and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.state import code_version as module

SOURCES = (
    "assets/core/counts.py",
    "assets/rates/trends.sql",
    "assets/disclosure/disclosure_policies.yaml",
    "assets/core/pools.csv",
    "expectations/waivers.yaml",
    "expectations/sql/rule.sql",
    "pipelines/night.py",
    "requirements.lock",
)
OTHERS = ("docs/runbook.md", "tests/test_it.py", "assets/nchs/samples/export.csv")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in (*SOURCES, *OTHERS):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("before\n", encoding="utf-8")
    monkeypatch.setattr(module, "_ROOT", tmp_path)
    yield tmp_path
    module.code_version.cache_clear()
    module.whole_code_version.cache_clear()


def _version() -> str:
    module.code_version.cache_clear()
    module.whole_code_version.cache_clear()
    return module.whole_code_version()


@pytest.mark.parametrize("name", SOURCES)
def test_it_changes_with_each_source(root: Path, name: str) -> None:
    before = _version()
    (root / name).write_text("after\n", encoding="utf-8")
    assert _version() != before


@pytest.mark.parametrize("name", OTHERS)
def test_it_does_not_change_with_what_no_number_depends_on(root: Path, name: str) -> None:
    before = _version()
    (root / name).write_text("after\n", encoding="utf-8")
    assert _version() == before


@pytest.mark.parametrize("library", ["duckdb", "pandas", "scipy", "great-expectations"])
def test_it_changes_with_each_library_also_where_no_lock_is_shipped(
    root: Path, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "requirements.lock").unlink()
    before = _version()
    installed = module.metadata.version
    monkeypatch.setattr(
        module.metadata, "version", lambda name: "0" if name == library else installed(name)
    )
    assert _version() != before
