"""Names in a selection of assets, known without importing anything heavy."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.producers.catalogue import DATASETS
from assets.state.home import Home
from pipelines.assembly import build_defs
from pipelines.selection import (
    DATASET_NAMES,
    GROUPS,
    SelectionError,
    asset_names,
    refuse_mistyped,
)
from pipelines.settings import Settings
from pipelines.together import widened


def test_the_names_of_datasets_are_those_of_the_catalogue() -> None:
    assert sorted(DATASET_NAMES) == sorted(d.dataset_id for d in DATASETS)


def test_the_names_of_assets_and_groups_are_those_of_the_definitions(tmp_path: Path) -> None:
    defs = build_defs(Settings(Home(tmp_path), store_url="s3://bucket/prefix"))
    graph = defs.resolve_asset_graph()
    assert sorted(asset_names()) == sorted(
        key.to_user_string() for key in graph.get_all_asset_keys()
    )
    assert set(GROUPS) == {spec.group_name for spec in defs.resolve_all_asset_specs()}


@pytest.mark.parametrize(
    "selection",
    [
        "group:rates", 'key:"core/areas"+', "core/areas", "*core/areas", 'key:"rates/*"',
        "group:core and not key:core/areas", "2+core/observations+1", "roots(group:rates)",
        "kind:duckdb or tag:layer=core", "*", '+key:"release/nightly"', "(group:rates)",
    ],
)  # fmt: skip
def test_what_dagster_reads_is_let_through(selection: str) -> None:
    refuse_mistyped(selection)


@pytest.mark.parametrize(
    ("selection", "meant"),
    [
        ("group:rate", "'rates'"), ("grop:rates", "'group'"), ("core/area", "'core/areas'"),
        ('key:"rates/ranking"+', "'rates/rankings'"), ("raw/nchs_wonder", "'raw/nchs_wonder_"),
        ('key:"core/areas', "quotation mark"), ("(group:rates", "bracket"),
    ],
)  # fmt: skip
def test_a_mistyped_name_is_answered_with_the_one_that_is_meant(selection: str, meant: str) -> None:
    with pytest.raises(SelectionError, match="Examples") as refused:
        refuse_mistyped(selection)
    assert meant in str(refused.value)


def test_a_selection_grows_to_the_whole_step(tmp_path: Path) -> None:
    defs = build_defs(Settings(Home(tmp_path)))
    chosen, added = widened(defs, 'key:"core/observations"')
    assert "core/revisions" in added
    keys = {key.to_user_string() for key in chosen}
    assert keys == {*added, "core/observations"}
    assert widened(defs, 'key:"rates/rankings"')[1] == ()
    with pytest.raises(SelectionError, match="selects no asset"):
        widened(defs, "kind:nothing")
