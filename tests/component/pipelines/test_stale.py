"""Whatever a table depends on makes it stale; nothing else does."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from dataclasses import replace

import dagster as dg
import pytest

from assets.archive.dataset_version import dataset_version
from assets.archive.sources import record_attempt
from assets.archive.withdrawal import PERSON, RULE, Withdrawal, in_use, restore, withdraw
from assets.defs.specs import DECLARED
from assets.producers.catalogue import dataset
from expectations.suites import suite_for
from pipelines.declared import made_from
from pipelines.stale import Remake, taking_in

from .conftest import House

RELEASE = dg.AssetKey(["release", "nightly"])
COUNTS = ["core.observations", "core.printed_rates", "core.revisions", "core.vintages"]
PUBLISHED = ["areas", "claims", "comparisons", "decompositions", "definitions", "disagreements",
             "disparities", "headline", "perinatal_periods", "rankings", "rates", "sources",
             "strata", "suppression", "suppression_by_window",
             "targets", "trends"]  # fmt: skip
STATED = dataset("ons_child_mortality")


def tables(house: House) -> set[str]:
    return {
        ".".join(k.path)
        for k in house.graph.materializable_asset_keys
        if k.path[0] in ("staging", "core", "rates", "published")
    }


def made(remake: Remake) -> set[str]:
    return {".".join(k.path) for k in remake.keys}


def test_after_a_run_nothing_is_stale_and_the_release_is_proved(house: House) -> None:
    found = house.look()
    assert (found.why, found.keys, found.advice) == ({}, {RELEASE}, ())


def test_what_looks_for_news_is_the_extracts_and_the_declarations(house: House) -> None:
    keys = taking_in(house.graph)
    assert {k.path[0] for k in keys} == {"raw", "declared"}
    assert DECLARED in keys


def test_a_new_version_of_the_code_makes_every_table_stale(house: House) -> None:
    with warnings.catch_warnings():
        # There is no other way to say it, and only this test does.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        other = house.defs.map_asset_specs(
            func=lambda spec: spec.replace_attributes(code_version="2")
        )
    assert set(replace(house, graph=other.resolve_asset_graph()).why) == tables(house)


def test_every_table_has_the_version_of_all_code_and_stands_on_what_is_declared(
    house: House,
) -> None:
    nodes = [house.graph.get(dg.AssetKey(name.split("."))) for name in tables(house)]
    assert len({node.code_version for node in nodes}) == 1
    assert all(DECLARED in node.parent_keys for node in nodes)


def test_an_extract_that_is_withdrawn_and_brought_back(house: House) -> None:
    before = dataset_version(house.home, STATED)
    *_, newest = in_use(house.home, STATED)
    withdraw(house.home, STATED, Withdrawal(newest.vintage_id, "2026-11-28T00:00:00", PERSON))
    assert dataset_version(house.home, STATED) != before
    # Its step tells Dagster so in the next run; whoever makes a table before is found out, too.
    changed = "what it was made from has changed"
    assert house.why == dict.fromkeys(["staging.ons_child_mortality", *COUNTS], changed)
    assert restore(house.home, STATED, newest.vintage_id, "it was right")
    assert dataset_version(house.home, STATED) == before


def test_a_producer_that_cannot_be_reached_changes_what_is_said_of_its_extract(
    house: House,
) -> None:
    before = dataset_version(house.home, STATED)
    record_attempt(house.home, STATED, "failed", "no answer")
    assert dataset_version(house.home, STATED) != before
    record_attempt(house.home, STATED, "unchanged")
    assert dataset_version(house.home, STATED) == before


def test_an_extract_that_a_rule_took_out_is_tried_again_when_others_arrived(house: House) -> None:
    *_, newest = in_use(house.home, STATED)
    entry = Withdrawal(newest.vintage_id, "2026-11-28T00:00:00", RULE, judged="beside others")
    # So it lay there when the tables were made.
    withdraw(house.home, STATED, entry)
    names = ["staging.ons_child_mortality", *COUNTS]
    (bases,) = made_from(house.home, house.settings.basis, names, ())
    house.sql(
        *(f"UPDATE meta.made SET basis = '{b}' WHERE table_name = '{n}'" for n, b in bases.items())
    )
    assert house.why == {
        "staging.ons_child_mortality": "an extract that was set aside is tried again"
    }


def test_an_earlier_release_that_is_gone_or_another(house: House) -> None:
    """What it showed cannot be withheld again, so that it decides what is withheld."""
    (release,) = house.home.releases.glob("release=*")
    changed = {f"published.{n}": "what it was made from has changed" for n in PUBLISHED}
    earlier = release.with_name("release=2026.01.01")
    shutil.copytree(release, earlier)
    assert house.why == changed


def test_a_release_that_the_channel_shows_no_more_is_one_that_was_there_before(
    house: House,
) -> None:
    (house.home.releases / "channels" / "nightly.json").unlink()
    found = house.look()
    assert {n.partition(".")[0] for n in found.why} == {"published"}
    assert RELEASE in found.keys


def test_a_warehouse_that_is_gone(house: House) -> None:
    house.home.warehouse.unlink()
    assert house.why == dict.fromkeys(tables(house), "the warehouse does not have it")


def test_a_warehouse_that_cannot_be_opened(house: House) -> None:
    house.home.warehouse.write_bytes(b"hello" * 1000)
    assert set(house.why) == tables(house)


def test_a_warehouse_that_rots_inside(house: House) -> None:
    with house.home.warehouse.open("r+b") as handle:
        for part in range(1, 40):
            handle.seek(house.home.warehouse.stat().st_size * part // 40)
            handle.write(b"\xff" * 600)
    assert set(house.why) == tables(house)


ALTERED = {
    "core.pools": (
        "UPDATE core.pools SET reason = 'another'",
        "it was altered after the last run",
    ),
    "core.series_breaks": (
        "DELETE FROM core.series_breaks WHERE rowid = 0",
        "it was altered after the last run",
    ),
    "core.region_members": (
        "DROP TABLE core.region_members",
        "the warehouse does not have it",
    ),
    # A run that died while it wrote.
    "staging.nomis": (
        "DELETE FROM meta.made WHERE table_name = 'staging.nomis'",
        "the warehouse does not know that it was finished",
    ),
    # A backup of an earlier night.
    "staging.fingertips": (
        "UPDATE meta.made SET content_hash = 'earlier' WHERE table_name = 'staging.fingertips'",
        "the warehouse has another one than the last run made",
    ),
    "rates.targets": (
        "DELETE FROM meta.evidence WHERE table_name = 'rates.targets'",
        "rules have not been evaluated",
    ),
    "rates.trends": (
        "DELETE FROM meta.evidence WHERE table_name = 'rates.trends' AND rowid = "
        "(SELECT min(rowid) FROM meta.evidence WHERE table_name = 'rates.trends')",
        "1 of its rules have not been evaluated",
    ),
    "published.claims": (
        "UPDATE meta.evidence SET outcome = 'failed', severity = 'critical' "
        "WHERE table_name = 'published.claims' AND check_name = 'contract'",
        "did not hold for it",
    ),
}


def test_tables_that_are_not_what_the_last_run_left(house: House) -> None:
    house.sql(*(statement for statement, _ in ALTERED.values()))
    why = house.why
    assert why.keys() == ALTERED.keys()
    assert {n: said for n, (_, said) in ALTERED.items() if said not in why[n]} == {}


def test_what_stands_on_a_stale_table_is_made_and_what_one_step_makes_is_made_together(
    house: House,
) -> None:
    house.sql("UPDATE core.revisions SET area_code = 'elsewhere'")
    found = house.look()
    assert list(found.why) == ["core.revisions"]
    assert {*COUNTS, "rates.rates", *(f"published.{n}" for n in PUBLISHED)} <= made(found)
    assert not any(name.startswith(("staging", "raw", "declared")) for name in made(found))


def test_advice_on_tables_that_stand_is_said_again(house: House) -> None:
    house.sql(
        "UPDATE meta.evidence SET outcome = 'failed', severity = 'warning' WHERE rowid = "
        "(SELECT min(rowid) FROM meta.evidence WHERE table_name = 'published.rates' "
        "AND check_name = 'plausibility')"
    )
    found = house.look()
    assert found.why == {}
    assert [(c.asset, c.name, c.blocking) for c in found.advice] == [
        ("published.rates", "plausibility", False)
    ]


def test_what_counts_lack_is_looked_at_again_where_nobody_knows_it(house: House) -> None:
    (house.home.reports / "lacking.json").unlink()
    assert list(house.why) == COUNTS


def _fail(house: House) -> None:
    house.instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(["core", "pools"]),
            check_name="contract",
            passed=False,
            metadata={},
        )
    )


def _make_without_a_check(house: House) -> None:
    key = dg.AssetKey(["core", "pools"])
    event = house.instance.get_latest_materialization_event(key)
    assert event is not None
    materialization = event.asset_materialization
    assert materialization is not None
    house.instance.report_runless_asset_event(materialization)


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        (_fail, "its contract did not hold"),
        (_make_without_a_check, "its contract has not been checked since it was made"),
    ],
)
def test_a_contract_that_failed_or_was_not_checked(
    forgetful: House, happened: Callable[[House], None], said: str
) -> None:
    happened(forgetful)
    assert forgetful.why == {"core.pools": said}


def test_declarations_that_changed(forgetful: House) -> None:
    """As Dagster itself says it, and its web UI."""
    (forgetful.home.regions / "mine.yaml").write_text("regions: []\n", encoding="utf-8")
    job = forgetful.defs.resolve_job_def("nightly").get_subset(asset_selection={DECLARED})
    assert job.execute_in_process(instance=forgetful.instance).success
    why = forgetful.why
    assert set(why) == tables(forgetful)
    assert set(why.values()) == {"declared/in_force has a new data version"}


def test_a_history_that_was_pruned_knows_the_last_of_each_table(forgetful: House) -> None:
    for run in forgetful.instance.get_runs():
        forgetful.instance.delete_run(run.run_id)
    assert forgetful.why == {}
    forgetful.instance.wipe_assets([dg.AssetKey(["core", "pools"])])
    assert forgetful.why["core.pools"] == "no run has made it"


def test_a_history_that_is_gone(house: House) -> None:
    with dg.DagsterInstance.ephemeral() as empty:
        why = replace(house, instance=empty).why
    assert why == dict.fromkeys(tables(house), "no run has made it")


def test_no_rule_of_a_table_reads_one_that_is_made_after_it(house: House) -> None:
    """Otherwise the table would stand while what its rules were held against has changed."""
    graph = house.graph
    for name in tables(house):
        key = dg.AssetKey(name.split("."))
        before = graph.get_ancestor_asset_keys(key) | graph.get(key).assets_def.keys
        read = {dg.AssetKey(other.split(".")) for other in suite_for(name).inputs}
        assert read <= before, name
