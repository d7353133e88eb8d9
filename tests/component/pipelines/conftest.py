"""A home after its first run, with what Dagster remembers of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from assets.state.home import Home
from assets.state.warehouse import connect
from pipelines.assembly import build_defs
from pipelines.instance import open_instance, prepare_instance
from pipelines.settings import Settings
from pipelines.stale import Remake, to_remake

FROM_THE_HOME = ("archive", "regions", "reports", "releases", "warehouse.duckdb")


@dataclass(frozen=True)
class House:
    """A home after its first run, what Dagster remembers of it, and its definitions."""

    settings: Settings
    instance: dg.DagsterInstance
    defs: dg.Definitions
    graph: AssetGraph

    @property
    def home(self) -> Home:
        return self.settings.home

    def look(self) -> Remake:
        return to_remake(self.settings, self.instance, self.graph)

    @property
    def why(self) -> dict[str, str]:
        return dict(self.look().why)

    def sql(self, *statements: str) -> None:
        with connect(self.home.warehouse) as con:
            for statement in statements:
                con.execute(statement).fetchall()


def _copy(source: Path, target: Path) -> None:
    # Releases are never written to again, so that a second name for each file is enough.
    linked = source.name == "releases"
    if source.is_dir():
        shutil.copytree(source, target, copy_function=os.link if linked else shutil.copy2)
    else:
        shutil.copy2(source, target)


@pytest.fixture(scope="module")
def opened(
    first_run: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    home = Home(tmp_path_factory.mktemp("stale") / "home")
    home.root.mkdir()
    _copy(first_run[0] / "dagster", home.dagster)
    settings = Settings(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home.dagster))
        prepare_instance(home)
        with open_instance() as instance:
            defs = build_defs(settings)
            yield House(settings, instance, defs, defs.resolve_asset_graph())


@pytest.fixture
def house(opened: House, first_run: tuple[Path, str]) -> House:
    """The home as its first run left it, with a history that is read only."""
    for name in FROM_THE_HOME:
        target = opened.home.root / name
        shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
        _copy(first_run[0] / name, target)
    return opened


@pytest.fixture
def forgetful(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """The same with a history of its own, to change."""
    shutil.copytree(house.home.dagster, tmp_path / "dagster")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    with open_instance() as instance:
        yield replace(house, instance=instance)
