"""Control totals: a published figure that is there must agree; one that is not is counted."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import duckdb
import pytest

from expectations import control_totals
from expectations.rule import Finding

Put = Callable[[str, Sequence[Mapping[str, object]]], None]


def total(measure: str, year: int, value: float, **more: object) -> dict[str, object]:
    base: dict[str, object] = {
        "source_family": "nchs_linked",
        "area_code": "US",
        "geography_vintage": "US",
        "period_type": "year",
        "period_start": dt.date(year, 1, 1),
        "period_end": dt.date(year, 12, 31),
        "measure": measure,
        "stratum_type": "all",
        "stratum": "all",
        "value": value,
    }
    return base | more


def group(con: duckdb.DuckDBPyConnection, name: str) -> Finding:
    found = {f.rule.rule_id: f for f in control_totals.findings(con)}
    finding = found[f"CONTROL-{name}"]
    assert not finding.error, finding.error
    return finding


@pytest.fixture(autouse=True)
def _areas(put: Put) -> None:
    states = [f"US-{n:02d}" for n in range(51)]
    put(
        "core.areas",
        [{"area_code": c, "geography_vintage": "US", "area_type": "state"} for c in states],
    )


# NVSR prints 28,075 deaths of 2008; the table of states adds up to 28,072.
@pytest.mark.parametrize(("deaths", "offending"), [(28075, 0), (28072, 0), (28069, 1), (28112, 1)])
def test_national_deaths_of_the_linked_file(
    con: duckdb.DuckDBPyConnection, put: Put, deaths: float, offending: int
) -> None:
    put("core.observations", [total("infant_deaths", 2008, deaths)])
    finding = group(con, "US-LINKED-DEATHS")
    assert (finding.compared, finding.offending) == (1, offending)
    assert "not applicable" in finding.note
    if offending:
        assert finding.rows[0]["year"] == 2008
        assert "NVSR 60-5" in str(finding.rows[0]["expected"])


def test_states_are_added_up_only_when_all_are_there(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    values = {f"US-{n:02d}": 550 for n in range(51)} | {"US-00": 28072 - 50 * 550}
    rows = [total("infant_deaths", 2008, v, area_code=c) for c, v in values.items()]
    put("core.observations", rows)
    assert (group(con, "US-LINKED-DEATHS").compared, group(con, "US-LINKED-DEATHS").offending) == (
        1, 0,
    )  # fmt: skip
    put("core.observations", rows[:50])
    assert group(con, "US-LINKED-DEATHS").compared == 0
    put("core.observations", [*rows[:50], rows[50] | {"value": 540}])
    assert group(con, "US-LINKED-DEATHS").offending == 1


def test_series_are_not_mixed(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    mortality = total("infant_deaths", 2010, 24586, source_family="nchs_mortality")
    put("core.observations", [mortality, total("infant_deaths", 2010, 24572)])
    assert group(con, "US-MORTALITY-DEATHS").offending == 0
    assert group(con, "US-LINKED-DEATHS").offending == 0
    put("core.observations", [mortality | {"source_family": "nchs_linked"}])
    assert group(con, "US-LINKED-DEATHS").offending == 1


def test_strata_months_and_suppressed_counts_are_no_totals(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put(
        "core.observations",
        [
            total("live_births", 2023, 5, stratum_type="sex", stratum="male"),
            total("live_births", 2023, 5, period_type="month"),
            total("live_births", 2022, 5) | {"value": None, "status": "suppressed"},
        ],
    )
    assert group(con, "US-BIRTHS").compared == 0


def test_a_table_without_the_columns_is_an_error_of_every_group(
    con: duckdb.DuckDBPyConnection,
) -> None:
    found = control_totals.findings(con)
    assert {f.rule.rule_id for f in found} == {r.rule_id for r in control_totals.rules()}
    assert all("observations" in f.error for f in found)


def test_every_figure_has_a_citation_and_occurs_once() -> None:
    with control_totals.FILE.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    keys = [(r["source_family"], r["area_code"], r["measure"], r["year"]) for r in rows]
    assert len(keys) == len(set(keys))
    for row in rows:
        assert len(row["citation"]) > 10
        assert float(row["expected"]) > float(row["tolerance"]) >= 0


def test_figures_of_the_regions_add_up_to_the_nation_that_is_printed() -> None:
    with control_totals.FILE.open(encoding="utf-8", newline="") as handle:
        rows = [r for r in csv.DictReader(handle) if r["control_group"] == "EW-REGIONS"]
    for year in ("2018", "2020", "2022"):
        for measure in ("live_births", "infant_deaths"):
            value = {
                r["area_code"]: int(r["expected"])
                for r in rows
                if r["year"] == year and r["measure"] == measure
            }
            regions = sum(v for code, v in value.items() if code.startswith("E12"))
            assert regions == value["E92000001"]
            assert value["E92000001"] + value["W92000004"] == value["K04000001"]


@pytest.mark.parametrize(("each", "offending"), [(585, 0), (570, 1), (600, 1)])
def test_withheld_states_bound_their_sum(
    con: duckdb.DuckDBPyConnection, put: Put, each: float, offending: int
) -> None:
    # 28,075 (within 5) against 48 states of 585, 28,080, and three that hide 0 to 9 each.
    rows = [
        total(
            "infant_deaths",
            2008,
            each if n > 2 else 0,
            area_code=f"US-{n:02d}",
        )
        for n in range(51)
    ]
    for row in rows[:3]:
        row |= {"value": None, "status": "suppressed"}
    put("core.observations", rows)
    finding = group(con, "US-LINKED-DEATHS")
    assert (finding.compared, finding.offending) == (1, offending)
    if offending:
        assert "3 withheld" in str(finding.rows[0]["observed"])
