"""Dagster shows each table's outcome and stops what stands on broken content."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from assets.defs.resources import WarehouseResource
from assets.state.warehouse import connect
from expectations.checks import checks_for

KEY = dg.AssetKey(["core", "observations"])


@dg.asset(key=KEY)
def observations() -> None:
    """Stand for the counts, which the fixture has written."""


@dg.asset(deps=[KEY])
def downstream() -> None:
    """Stand for everything that is computed from the counts."""


def run(home: Path, basis: str = "sample") -> dg.ExecuteInProcessResult:
    return (
        dg.Definitions(
            assets=[observations, downstream],
            asset_checks=[checks_for("core_counts", ["core.observations"])],
            resources={"warehouse": WarehouseResource(home=str(home), basis=basis)},
        )
        .resolve_implicit_global_asset_job_def()
        .execute_in_process(raise_on_error=False)
    )


def evaluations(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {e.check_name: e for e in result.get_asset_check_evaluations()}


def materialised(result: dg.ExecuteInProcessResult) -> set[str]:
    return {e.asset_key.path[-1] for e in result.get_asset_materialization_events() if e.asset_key}


def test_both_checks_pass_and_name_the_content(home: Path) -> None:
    result = run(home)
    assert result.success
    checks = evaluations(result)
    assert set(checks) == {"contract", "plausibility"}
    assert all(c.passed for c in checks.values())
    metadata = checks["contract"].metadata
    assert len(str(metadata["content hash"].value)) == 64
    assert str(checks["contract"].description).endswith(" rules checked: none fails.")
    assert metadata["failing rules"].value == "None."
    assert "CONTROL-US-BIRTHS" in str(metadata["notes"].value), "not applicable totals are named"
    assert materialised(result) == {"observations", "downstream"}


def test_a_smaller_run_that_looks_at_the_past_is_not_held_to_the_present(home: Path) -> None:
    assert run(home).success
    with connect(home / "warehouse.duckdb") as con:
        con.execute("DELETE FROM core.observations WHERE measure = 'perinatal_deaths'").fetchall()
    assert run(home, "sample 2023-01-01").success
    assert not run(home).success, "the present run lost a series"


def test_a_broken_contract_blocks_and_shows_keys(home: Path) -> None:
    with connect(home / "warehouse.duckdb") as con:
        con.execute(
            "UPDATE core.observations SET value = 2350 WHERE measure = 'infant_deaths'"
        ).fetchall()
    result = run(home)
    check = evaluations(result)["contract"]
    assert not check.passed
    assert check.severity is dg.AssetCheckSeverity.ERROR
    # What the web UI shows before anybody opens the table of rules.
    assert "not hold: CORE-ID-INFANT" in str(check.description)
    shown = str(check.metadata["failing rules"].value)
    assert "`CORE-ID-INFANT`" in shown
    assert "area_code=K04000001, J99000001" in shown
    assert materialised(result) == {"observations"}


def test_plausibility_never_blocks(home: Path) -> None:
    with connect(home / "warehouse.duckdb") as con:
        con.execute(
            "INSERT INTO core.observations BY NAME SELECT * REPLACE (700000 AS value, 'sex' AS "
            "stratum_type, 'male' AS stratum) FROM core.observations WHERE measure = 'live_births'"
        ).fetchall()
    result = run(home)
    check = evaluations(result)["plausibility"]
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "`CORE-STRATA`" in str(check.metadata["failing rules"].value)
    assert "downstream" in materialised(result)


@pytest.mark.parametrize("name", ["staging.nomis", "rates.rates", "published.rates"])
def test_every_check_is_described_and_waits_for_what_it_reads(name: str) -> None:
    specs = {s.name: s for s in checks_for("stage", [name]).check_specs}
    assert set(specs) == {"contract", "plausibility"}
    assert specs["contract"].blocking
    assert not specs["plausibility"].blocking
    for spec in specs.values():
        assert spec.asset_key == dg.AssetKey(name.split("."))
        assert spec.description
    if name == "published.rates":
        read = {d.asset_key.to_user_string() for d in specs["contract"].additional_deps}
        assert read == {
            "core/observations", "core/series_breaks", "published/sources", "rates/rates",
        }  # fmt: skip
