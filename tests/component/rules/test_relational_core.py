"""Every relational rule of staging and core holds on right rows and finds wrong ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from expectations.relational import relational_rules, rules_of, run
from expectations.rule import Finding
from expectations.suites import registry_table
from tests.component.rules.core_rows import count

Rows = list[dict[str, object]]
Put = Callable[[str, Sequence[Mapping[str, object]]], None]

US_POSTAL = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA",
    "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM",
    "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA",
    "WV", "WI", "WY",
]  # fmt: skip
AREAS: Rows = [
    {"area_code": "E92", "geography_vintage": "EW", "area_type": "country", "parent_code": "K04"},
    {"area_code": "K04", "geography_vintage": "EW"},
]


def found(con: duckdb.DuckDBPyConnection, rule_id: str, name: str) -> Finding:
    rules = [r for r in rules_of(name) if r.rule.rule_id == rule_id]
    (finding,) = run(con, rules, name, registry_table(name))
    assert not finding.error, finding.error
    return finding


@pytest.mark.parametrize(
    ("rule_id", "right", "wrong"),
    [
        (
            "CORE-ID-INFANT",
            {"neonatal_deaths": 1764, "postneonatal_deaths": 585, "infant_deaths": 2349},
            {"neonatal_deaths": 1764, "postneonatal_deaths": 585, "infant_deaths": 2350},
        ),
        (
            "CORE-ID-NEONATAL",
            {"early_neonatal_deaths": 1385, "late_neonatal_deaths": 379, "neonatal_deaths": 1764},
            {"early_neonatal_deaths": 1385, "late_neonatal_deaths": 380, "neonatal_deaths": 1764},
        ),
        (
            "CORE-ID-PERINATAL",
            {"stillbirths": 2433, "early_neonatal_deaths": 1385, "perinatal_deaths": 3818},
            {"stillbirths": 3855, "early_neonatal_deaths": 2178, "perinatal_deaths": 6044},
        ),
        (
            "CORE-DEATHS-BIRTHS",
            {"live_births": 65, "infant_deaths": 65},
            {"live_births": 65, "infant_deaths": 66},
        ),
    ],
)
def test_identities(
    con: duckdb.DuckDBPyConnection,
    put: Put,
    rule_id: str,
    right: dict[str, float],
    wrong: dict[str, float],
) -> None:
    put("core.observations", [count(m, v) for m, v in right.items()])
    assert (f := found(con, rule_id, "core.observations")).offending == 0
    assert f.compared == 1
    put("core.observations", [count(m, v) for m, v in wrong.items()])
    assert (f := found(con, rule_id, "core.observations")).offending == 1
    assert f.rows[0]["area_code"] == "E92"


def test_northern_ireland_counts_perinatal_deaths_apart(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    """ONS child mortality 2021, Table 2: 89 stillbirths, 66 early neonatal, 157 in all."""
    for printed, country, offends in ((157, "UK", 0), (159, "UK", 1), (157, "EW", 1)):
        counts = {"stillbirths": 89, "early_neonatal_deaths": 66, "perinatal_deaths": printed}
        put("core.observations", [count(m, v, country=country) for m, v in counts.items()])
        assert found(con, "CORE-ID-PERINATAL", "core.observations").offending == offends


def test_identity_skips_a_suppressed_count_instead_of_reading_it_as_zero(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put(
        "core.observations",
        [
            count("neonatal_deaths", None, status="suppressed"),
            count("postneonatal_deaths", 3),
            count("infant_deaths", 9),
        ],
    )
    assert found(con, "CORE-ID-INFANT", "core.observations").compared == 0


def test_perinatal_deaths_beyond_all_births(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    rows = [count("live_births", 100), count("stillbirths", 10), count("infant_deaths", 1)]
    put("core.observations", [*rows, count("perinatal_deaths", 111)])
    assert found(con, "CORE-DEATHS-BIRTHS", "core.observations").offending == 1


def states(years: Sequence[int], without: frozenset[tuple[str, int]] = frozenset()) -> Rows:
    return [
        count(
            measure,
            100,
            source_family="nchs_linked",
            area_code=f"US-{postal}",
            geography_vintage="US",
            period_start=dt.date(year, 1, 1),
            period_end=dt.date(year, 12, 31),
        )
        for year in years
        for postal in US_POSTAL
        for measure in ("live_births", "infant_deaths")
        if (postal, year) not in without
    ]


def test_all_states_in_every_year(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    assert len(US_POSTAL) == 51
    put("core.observations", states([2008, 2009]))
    finding = found(con, "CORE-US-STATES", "core.observations")
    assert (finding.compared, finding.offending) == (204, 0)
    put("core.observations", states([2008, 2009, 2011], frozenset({("MO", 2009)})))
    finding = found(con, "CORE-US-STATES", "core.observations")
    assert finding.offending == 2, "one state of 2009; of 2010 nobody asked for states"
    missouri = {"source_family": "nchs_linked", "area_code": "US-MO", "measure": "live_births"}
    assert any(missouri.items() <= row.items() for row in finding.rows)


def test_an_export_of_one_state_lacks_no_other(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    alone = frozenset((p, y) for p in US_POSTAL if p != "AL" for y in (2016, 2021))
    put("core.observations", states([2016, 2021], alone))
    assert found(con, "CORE-US-STATES", "core.observations").compared == 0


@pytest.mark.parametrize(
    ("note", "offending"), [(None, 2), ("accepted by hand: another definition", 0)]
)
def test_supplied_counts_ten_times_too_high_contradict_official_ones(
    con: duckdb.DuckDBPyConnection, put: Put, note: str | None, offending: int
) -> None:
    place = {"area_code": "US-MO", "geography_vintage": "US", "rounded_to": 1}
    put("core.vintages", [{"vintage_id": "supplied@1", "note": note}])
    supplied = {"source_family": "state_extract", "vintage_id": "supplied@1", **place}
    official = {"source_family": "nchs_linked", **place}
    put(
        "core.observations",
        [
            count("infant_deaths", 5050, **supplied),
            count("infant_deaths", 505, **official),
            count("live_births", 76_760, **supplied),
            count("live_births", 76_759, **official),
        ],
    )
    finding = found(con, "CORE-CONTRADICTS", "core.observations")
    assert (finding.compared, finding.offending) == (4, offending)
    assert {r["vintage_id"] for r in finding.rows} <= {"supplied@1"}


@pytest.mark.parametrize(
    ("row", "offending"),
    [
        (count("infant_deaths", 0), 0),
        (count("infant_deaths", None, status="suppressed"), 0),
        (count("infant_deaths", 0, status="suppressed"), 1),
        (count("infant_deaths", None, status="ok"), 1),
    ],
)
def test_value_and_status_agree(
    con: duckdb.DuckDBPyConnection, put: Put, row: dict[str, object], offending: int
) -> None:
    put("core.observations", [row])
    finding = found(con, "CORE-STATUS-VALUE", "core.observations")
    assert (finding.compared, finding.offending) == (1, offending)


def test_whole_counts(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    weighted = count("infant_deaths", 7.25, source_family="nchs_linked")
    put("core.observations", [count("live_births", 7), weighted])
    assert found(con, "CORE-WHOLE-COUNTS", "core.observations").offending == 0
    put("core.observations", [count("live_births", 7.25)])
    assert found(con, "CORE-WHOLE-COUNTS", "core.observations").offending == 1


@pytest.mark.parametrize(
    ("area", "provisional", "offending"),
    [("US-MO", 960, 0), ("US-MO", 940, 1), ("US-DC", 940, 0), ("US-DC", 910, 1)],
)
def test_provisional_beside_final(
    con: duckdb.DuckDBPyConnection, put: Put, area: str, provisional: float, offending: int
) -> None:
    final = count("live_births", 1000, source_family="nchs_linked", area_code=area)
    months = [
        count(
            "live_births",
            provisional / 12,
            source_family="nchs_provisional",
            area_code=area,
            period_type="month",
            period_start=dt.date(2020, month, 1),
            period_end=dt.date(2020, month, 28),
            is_provisional=True,
        )
        for month in range(1, 13)
    ]
    put("core.observations", [final, *months])
    finding = found(con, "CORE-PROVISIONAL", "core.observations")
    assert (finding.compared, finding.offending) == (1, offending)
    put("core.observations", [final, *months[:11]])
    assert found(con, "CORE-PROVISIONAL", "core.observations").compared == 0


def test_groups_are_not_more_than_the_total(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    groups = [
        count("live_births", v, stratum_type="sex", stratum=s)
        for s, v in (("female", 49), ("male", 51))
    ]
    put("core.observations", [count("live_births", 100), *groups])
    finding = found(con, "CORE-STRATA", "core.observations")
    assert (finding.compared, finding.offending) == (1, 0)
    put("core.observations", [count("live_births", 90), *groups])
    assert found(con, "CORE-STRATA", "core.observations").offending == 1


@pytest.mark.parametrize(("total", "offending"), [(657_076, 0), (640_000, 1)])
def test_births_of_a_sample_may_be_more_than_all_by_chance(
    con: duckdb.DuckDBPyConnection, put: Put, total: int, offending: int
) -> None:
    """Births of 2018 by class: one in ten, times ten, were 657,810 of 657,076."""
    classes = [
        count("live_births", v, stratum_type="ns_sec", stratum=s, rounded_to=10)
        for s, v in (("1_1", 25_810), ("2", 632_000))
    ]
    put("core.observations", [count("live_births", total), *classes])
    assert found(con, "CORE-STRATA", "core.observations").offending == offending


@pytest.mark.parametrize("name", ["core.observations", "core.printed_rates"])
def test_references_and_periods(con: duckdb.DuckDBPyConnection, put: Put, name: str) -> None:
    put("core.areas", AREAS)
    put("core.vintages", [{"vintage_id": "v1", "status": "current"}])
    row = count("live_births", 1) | {"measure": "stillbirth"} if "printed" in name else None
    row = (row or count("live_births", 1)) | {"vintage_id": "v1"}
    put(name, [row])
    rules = ("CORE-KNOWN-AREA", "CORE-KNOWN-VINTAGE", "CORE-PERIODS")
    for rule_id in rules:
        assert (f := found(con, rule_id, name)).offending == 0
        assert f.compared == 1
    wrong = {"area_code": "E99", "vintage_id": "v0", "period_end": dt.date(2020, 12, 30)}
    put(name, [row | wrong])
    assert [found(con, rule_id, name).offending for rule_id in rules] == [1, 1, 1]


@pytest.mark.parametrize(
    ("label", "note", "offending"),
    [
        ("Natality, 2007-2024", None, 0),
        ("(footer removed)", None, 1),
        ("(footer removed)", "exported by hand", 1),
        ("(footer removed)", "footer removed, shown to count everybody: 16 sums of births", 0),
    ],
)
def test_a_part_is_no_total(
    con: duckdb.DuckDBPyConnection, put: Put, label: str, note: str | None, offending: int
) -> None:
    put("core.vintages", [{"vintage_id": "v1", "status": "current", "note": note}])
    put("staging.nchs_wonder", [{"vintage_id": "v1", "database_label": label}])
    put("core.observations", [count("live_births", 1) | {"vintage_id": "v1"}])
    finding = found(con, "CORE-NO-PART", "core.observations")
    assert (finding.compared, finding.offending) == (1, offending)


@pytest.mark.parametrize(
    ("kind", "start", "end", "offending"),
    [
        ("month", dt.date(2020, 2, 1), dt.date(2020, 2, 29), 0),
        ("month", dt.date(2020, 2, 1), dt.date(2020, 2, 28), 1),
        ("quarter", dt.date(2020, 4, 1), dt.date(2020, 6, 30), 0),
        ("quarter", dt.date(2020, 2, 1), dt.date(2020, 4, 30), 1),
        ("12_months_ending", dt.date(2019, 7, 1), dt.date(2020, 6, 30), 0),
        ("year", dt.date(2019, 7, 1), dt.date(2020, 6, 30), 1),
    ],
)
def test_periods(
    con: duckdb.DuckDBPyConnection,
    put: Put,
    kind: str,
    start: dt.date,
    end: dt.date,
    offending: int,
) -> None:
    row = count("live_births", 1, period_type=kind, period_start=start, period_end=end)
    put("core.observations", [row])
    assert found(con, "CORE-PERIODS", "core.observations").offending == offending


@pytest.mark.parametrize(
    ("status", "rate", "offending"),
    [("ok", 1.0, 0), ("unreliable", 1.0, 0), ("suppressed", None, 0), ("suppressed", 1.0, 1)],
)
def test_printed_status(
    con: duckdb.DuckDBPyConnection, put: Put, status: str, rate: float | None, offending: int
) -> None:
    put("core.printed_rates", [count("stillbirth", None) | {"status": status, "rate": rate}])
    assert found(con, "CORE-PRINTED-STATUS", "core.printed_rates").offending == offending


def test_parents_are_known(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    put("core.areas", AREAS)
    assert found(con, "AREAS-PARENTS", "core.areas").offending == 0
    put("core.areas", [*AREAS, {"area_code": "E06e", "geography_vintage": "EW-1"}])
    assert found(con, "AREAS-PARENTS", "core.areas").offending == 0
    orphan = {"area_code": "E06e", "geography_vintage": "EW-1", "parent_code": "E13"}
    loop = {"area_code": "E06f", "geography_vintage": "EW-1", "parent_code": "E06f"}
    put("core.areas", [*AREAS, orphan, loop])
    assert found(con, "AREAS-PARENTS", "core.areas").offending == 2


def table_1(cells: Mapping[str, float | str]) -> Rows:
    return [
        {
            "table_number": "1",
            "year": "2002",
            "source_column": header,
            "value": None if isinstance(cell, str) else cell,
            "raw_text": cell if isinstance(cell, str) else None,
        }
        for header, cell in cells.items()
    ]


TABLE_1_RIGHT: dict[str, float | str] = {
    "Live births": 605479,
    "Stillbirths": 2433,
    "Neonatal under 28 days": 1764,
    "Infant under 1 year": 2349,
    "Stillbirth and neonatal deaths - under 28 days": 4197,
    "Stillbirth and infant deaths - under 1 year": 4782,
    "Stillbirth rate per 1,000 births": 4.0,
    "Infant Under 1 year mortality rate": 3.9,
    "Childhood mortality rate 1–4  years ": 13,
}


@pytest.mark.parametrize(
    ("rule_id", "header", "wrong"),
    [
        ("STAGING-TABLE-1-COUNTS", "Infant under 1 year", "[x]"),
        ("STAGING-TABLE-1-SUMS", "Stillbirth and infant deaths - under 1 year", 4783),
        ("STAGING-TABLE-1-SUMS", "Stillbirth and neonatal deaths - under 28 days", 4196),
        ("STAGING-TABLE-1-RATES", "Infant Under 1 year mortality rate", 4.0),
        ("STAGING-TABLE-1-RATES", "Stillbirth rate per 1,000 births", 4.1),
    ],
)
def test_national_series(
    con: duckdb.DuckDBPyConnection, put: Put, rule_id: str, header: str, wrong: float | str
) -> None:
    name = "staging.ons_child_mortality"
    put(name, table_1(TABLE_1_RIGHT))
    assert (f := found(con, rule_id, name)).offending == 0
    assert f.compared >= 2
    put(name, table_1(TABLE_1_RIGHT | {header: wrong}))
    finding = found(con, rule_id, name)
    assert [row["header"] for row in finding.rows] == [header.lower()]


def test_every_rule_file_of_these_layers_is_tested_here() -> None:
    local = Path(__file__).parents[2] / "component/local/test_contradictions.py"
    weeks = Path(__file__).parents[1] / "rates" / "test_weeks.py"
    files = (*Path(__file__).parent.glob("test_*.py"), local, weeks)
    text = "".join(p.read_text(encoding="utf-8") for p in files)
    ids = {
        r.rule.rule_id
        for r in relational_rules()
        if any(t.startswith(("core.", "staging.")) for t in r.tables)
    }
    assert ids
    assert {i for i in ids if f'"{i}"' not in text} == set()
