"""Every relational rule of rates and published tables holds on right rows and finds wrong ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from expectations.relational import relational_rules, rules_of, run
from expectations.rule import Finding
from expectations.suites import registry_table

Row = dict[str, object]
Put = Callable[[str, Sequence[Mapping[str, object]]], None]
BOTH = pytest.mark.parametrize("name", ["rates.rates", "published.rates"])
# England and Wales, deaths under one year by occurrence: births and deaths that the ONS printed.
PRINTED = {2020: (2226, 613936), 2021: (2323, 624828), 2022: (2349, 605479)}


def rate(first: int, last: int, deaths: float, births: float, **more: object) -> Row:
    kinds = {1: "annual", 2: "rolling_2_year", 3: "rolling_3_year", 5: "rolling_5_year"}
    base: Row = {
        "source_family": "ons_occurrence",
        "measure": "infant_mortality",
        "area_code": "K04",
        "geography_vintage": "EW",
        "area_type": "country",
        "stratum_type": "all",
        "stratum": "all",
        "window_type": kinds[last - first + 1],
        "period_start": dt.date(first, 1, 1),
        "period_end": dt.date(last, 12, 31),
        "numerator": deaths,
        "denominator": births,
        "rate": 1000 * deaths / births,
        "rate_per": 1000,
        "value_status": "ok",
    }
    return base | more


def withheld(first: int, last: int, **more: object) -> Row:
    nothing = {"numerator": None, "denominator": None, "rate": None, "value_status": "suppressed"}
    return rate(first, last, 1, 1) | nothing | more


def annual() -> list[Row]:
    return [rate(y, y, d, b) for y, (d, b) in PRINTED.items()]


def found(con: duckdb.DuckDBPyConnection, rule_id: str, name: str) -> Finding:
    rules = [r for r in rules_of(name) if r.rule.rule_id == rule_id]
    (finding,) = run(con, rules, name, registry_table(name))
    assert not finding.error, finding.error
    return finding


def offending(
    con: duckdb.DuckDBPyConnection, put: Put, rule_id: str, name: str, rows: Sequence[Row]
) -> int:
    put(name, rows)
    finding = found(con, rule_id, name)
    assert finding.compared > 0
    return finding.offending


@BOTH
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("numerator", 3.0),
        ("denominator", 0.0),
        ("rate_text", "3.1"),
        ("ci_upper_998", 9.0),
        ("ci_method", "exact"),
        ("relative_standard_error", 12.0),
        ("rate_eb", 3.0),
        ("mean_of_rates", 3.0),
        ("band", "moderate"),
    ],
)
def test_a_withheld_row_gives_nothing_away(
    con: duckdb.DuckDBPyConnection, put: Put, name: str, column: str, value: object
) -> None:
    rows = [*annual(), withheld(2019, 2019, status_reason="fewer than 3 deaths")]
    assert offending(con, put, "RATES-WITHHELD", name, rows) == 0
    put(name, [*annual(), withheld(2019, 2019, **{column: value})])
    finding = found(con, "RATES-WITHHELD", name)
    assert finding.offending == 1
    assert finding.rows[0]["observed"] == f"suppressed with {column}"


@pytest.mark.parametrize("schema", ["rates", "published"])
@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("rankings", "rank", 3),
        ("rankings", "z_score", 0.5),
        ("disparities", "share_of_deaths", 0.5),
        ("trends", "run_length", 2),
        ("targets", "is_met", True),
        ("targets", "gap", 0.1),
    ],
)
def test_withheld_rows_of_the_other_tables(
    con: duckdb.DuckDBPyConnection, put: Put, schema: str, table: str, column: str, value: object
) -> None:
    name, rule_id = f"{schema}.{table}", f"{table.upper()}-WITHHELD"
    row: Row = {"value_status": "incomplete_window"}
    assert offending(con, put, rule_id, name, [row]) == 0
    assert offending(con, put, rule_id, name, [row | {column: value}]) == 1


@BOTH
@pytest.mark.parametrize(
    "broken", [{"numerator": None}, {"rate": None}, {"denominator": None}, {"denominator": 0.0}]
)
def test_a_shown_row_is_complete(
    con: duckdb.DuckDBPyConnection, put: Put, name: str, broken: Row
) -> None:
    assert offending(con, put, "RATES-SHOWN", name, annual()) == 0
    assert offending(con, put, "RATES-SHOWN", name, [annual()[0] | broken]) == 1


@BOTH
def test_quotient(con: duckdb.DuckDBPyConnection, put: Put, name: str) -> None:
    good = rate(2022, 2022, 2349, 605479)
    assert offending(con, put, "RATES-QUOTIENT", name, [good]) == 0
    right = 1000 * 2349 / 605479
    assert offending(con, put, "RATES-QUOTIENT", name, [good | {"rate": right * (1 + 5e-12)}]) == 1
    assert offending(con, put, "RATES-QUOTIENT", name, [good | {"rate": right * (1 + 5e-14)}]) == 0


@BOTH
@pytest.mark.parametrize(
    ("limits", "wrong"),
    [
        ({"ci_lower_95": 3.7, "ci_upper_95": 4.0}, 0),
        ({"ci_lower_95": 3.7, "ci_upper_95": 4.0, "ci_lower_998": 3.6, "ci_upper_998": 4.1}, 0),
        ({"ci_lower_95": 3.7, "ci_upper_95": 4.0, "ci_lower_998": None, "ci_upper_998": 4.1}, 0),
        ({"ci_lower_95": 3.9, "ci_upper_95": 4.0}, 1),
        ({"ci_lower_95": 3.7, "ci_upper_95": 3.8}, 1),
        ({"ci_lower_95": 3.7, "ci_upper_95": None}, 1),
        ({"ci_lower_95": 3.7, "ci_upper_95": 4.0, "ci_lower_998": 3.8}, 1),
        ({"ci_lower_95": 3.7, "ci_upper_95": 4.0, "ci_upper_998": 3.9}, 1),
    ],
)
def test_limits_bracket_the_rate(
    con: duckdb.DuckDBPyConnection, put: Put, name: str, limits: Row, wrong: int
) -> None:
    row = rate(2022, 2022, 2349, 605479) | limits
    assert offending(con, put, "RATES-LIMITS", name, [row]) == wrong


@BOTH
def test_windows_are_sums_of_years(con: duckdb.DuckDBPyConnection, put: Put, name: str) -> None:
    window = rate(2020, 2022, 6898, 1844243)
    assert offending(con, put, "RATES-WINDOWS", name, [*annual(), window]) == 0
    assert (
        offending(con, put, "RATES-WINDOWS", name, [*annual(), window | {"numerator": 6897}]) == 1
    )
    wrong_births = window | {"denominator": 1844242}
    assert offending(con, put, "RATES-WINDOWS", name, [*annual(), wrong_births]) == 1
    put(name, [*annual()[:2], withheld(2022, 2022), window])
    assert found(con, "RATES-WINDOWS", name).compared == 0, "a withheld year cannot be summed"


def test_a_gap_is_not_bridged(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    window = rate(2020, 2022, 6898, 1844243)
    put("core.observations", [])
    rule_id, name = "RATES-COMPLETE-WINDOWS", "rates.rates"
    assert offending(con, put, rule_id, name, [*annual(), window]) == 0
    bridged = [annual()[0], annual()[2], window | {"numerator": 4575, "denominator": 1219415}]
    assert offending(con, put, rule_id, name, bridged) == 1


@BOTH
@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, 0),
        ({"window_type": "pooled"}, 0),
        ({"window_type": "rolling_2_year"}, 1),
        ({"period_end": dt.date(2022, 11, 30)}, 1),
        ({"period_start": dt.date(2020, 2, 1)}, 1),
        (
            {
                "window_type": "rolling_12_month",
                "period_start": dt.date(2020, 4, 1),
                "period_end": dt.date(2021, 3, 31),
            },
            0,
        ),
        (
            {
                "window_type": "rolling_12_month",
                "period_start": dt.date(2020, 4, 1),
                "period_end": dt.date(2021, 2, 28),
            },
            1,
        ),
    ],
)
def test_window_length(
    con: duckdb.DuckDBPyConnection, put: Put, name: str, changes: Row, wrong: int
) -> None:
    row = rate(2020, 2022, 6898, 1844243) | changes
    assert offending(con, put, "RATES-WINDOW-LENGTH", name, [row]) == wrong


@BOTH
def test_breaks(con: duckdb.DuckDBPyConnection, put: Put, name: str) -> None:
    broken = {"source_family": "ons_occurrence", "measure": "infant_mortality", "area_code": "*"}
    put("core.series_breaks", [broken | {"first_year": 2021}])
    years = [rate(2021, 2022, 1, 2), rate(2020, 2020, 1, 2)]
    assert offending(con, put, "RATES-BREAKS", name, years) == 0
    assert offending(con, put, "RATES-BREAKS", name, [rate(2020, 2021, 1, 2)]) == 1
    hidden = withheld(2020, 2021, value_status="series_break")
    assert offending(con, put, "RATES-BREAKS", name, [*years, hidden]) == 0


def test_annual_counts_are_those_of_core(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    shared = {k: rate(2022, 2022, 1, 1)[k] for k in ("source_family", "area_code", "stratum")}
    shared |= {"geography_vintage": "EW", "stratum_type": "all", "period_type": "year"}
    shared |= {"period_start": dt.date(2022, 1, 1), "period_end": dt.date(2022, 12, 31)}
    counts = {"infant_deaths": 2349, "live_births": 605479}
    put("core.observations", [shared | {"measure": m, "value": v} for m, v in counts.items()])
    good = rate(2022, 2022, 2349, 605479)
    assert offending(con, put, "RATES-COUNTS", "rates.rates", [good]) == 0
    assert offending(con, put, "RATES-COUNTS", "rates.rates", [rate(2022, 2022, 2350, 605479)]) == 1
    assert offending(con, put, "RATES-COUNTS", "rates.rates", [rate(2022, 2022, 2349, 605478)]) == 1


@BOTH
@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (rate(2022, 2022, 2349, 605479), 0),
        (rate(2022, 2022, 0.3, 1000), 1),
        (rate(2022, 2022, 101, 1000), 1),
        (rate(2022, 2022, 0, 1000, area_type="county"), 0),
        (rate(2022, 2022, 33, 168, area_type="county", measure="perinatal_mortality"), 1),
        (rate(2022, 2022, 20, 100000, measure="maternal_mortality") | {"rate_per": 100000}, 0),
    ],
)
def test_plausible_rates(
    con: duckdb.DuckDBPyConnection, put: Put, name: str, row: Row, wrong: int
) -> None:
    row = row | {"rate": row["rate_per"] * row["numerator"] / row["denominator"]}  # type: ignore[operator]
    assert offending(con, put, "RATES-PLAUSIBLE", name, [row]) == wrong


def test_disclosure_control_only_takes_away(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    put("rates.rates", annual())
    rule_id, name = "RATES-AS-COMPUTED", "published.rates"
    assert offending(con, put, rule_id, name, annual()) == 0
    assert offending(con, put, rule_id, name, [*annual()[:2], withheld(2022, 2022)]) == 0
    assert offending(con, put, rule_id, name, annual()[:2]) == 1, "a row went missing"
    assert offending(con, put, rule_id, name, [*annual(), rate(2019, 2019, 2390, 640370)]) == 1
    changed = [*annual()[:2], rate(2022, 2022, 2350, 605479)]
    assert offending(con, put, rule_id, name, changed) == 1


@pytest.mark.parametrize("name", ["rates.rankings", "published.rankings"])
def test_ranking_order(con: duckdb.DuckDBPyConnection, put: Put, name: str) -> None:
    def ranked(*ranks: int | None) -> list[Row]:
        return [
            {"area_code": code, "rate": r, "rank": k, "areas_ranked": 4, "rank_on": "unrounded"}
            for code, r, k in zip("abcde", (3.9, 4.4, 4.4, 9.9, 10.0), ranks, strict=True)
        ]

    assert offending(con, put, "RANKINGS-ORDER", name, ranked(1, 2, 2, 4, None)) == 0
    assert offending(con, put, "RANKINGS-ORDER", name, ranked(1, 2, 3, 4, None)) == 1
    assert offending(con, put, "RANKINGS-ORDER", name, ranked(2, 1, 2, 4, None)) == 2


@pytest.mark.parametrize("name", ["rates.disparities", "published.disparities"])
def test_disparity_ratio(con: duckdb.DuckDBPyConnection, put: Put, name: str) -> None:
    # US 2008, non-Hispanic black and white mothers: 12.67 and 5.52 per 1,000.
    row: Row = {"rate": 12.67, "reference_rate": 5.52, "rate_per": 1000}
    row |= {"rate_ratio": 12.67 / 5.52, "rate_difference": 12.67 - 5.52}
    assert offending(con, put, "DISPARITIES-RATIO", name, [row]) == 0
    assert offending(con, put, "DISPARITIES-RATIO", name, [row | {"rate_ratio": 2.3}]) == 1
    assert offending(con, put, "DISPARITIES-RATIO", name, [row | {"rate_difference": 7.2}]) == 1
    outside = {"rate_ratio_lower_95": 2.4, "rate_ratio_upper_95": 2.5}
    assert offending(con, put, "DISPARITIES-RATIO", name, [row | outside]) == 1


@pytest.mark.parametrize("name", ["rates.targets", "published.targets"])
def test_target_gap(con: duckdb.DuckDBPyConnection, put: Put, name: str) -> None:
    row: Row = {"rate": 5.61, "target_value": 5.0, "gap": 5.61 - 5.0, "value_status": "ok"}
    assert offending(con, put, "TARGETS-GAP", name, [row]) == 0
    assert offending(con, put, "TARGETS-GAP", name, [row | {"gap": 0.6}]) == 1
    assert offending(con, put, "TARGETS-GAP", name, [row | {"gap": None}]) == 1


@pytest.mark.parametrize("name", ["rates.claims", "published.claims"])
def test_claim_verdict(con: duckdb.DuckDBPyConnection, put: Put, name: str) -> None:
    row: Row = {"verdict": "does_not_reproduce", "recomputed_value": 6.5}
    nothing: Row = {"verdict": "cannot_be_computed", "claim_id": "b"}
    assert offending(con, put, "CLAIMS-VERDICT", name, [row, nothing]) == 0
    assert offending(con, put, "CLAIMS-VERDICT", name, [row | {"recomputed_value": None}]) == 1


@pytest.mark.parametrize(("share", "offends"), [(0.25, 0), (0.26, 1), (None, 1)])
def test_one_question_has_one_answer(
    con: duckdb.DuckDBPyConnection, put: Put, share: float | None, offends: int
) -> None:
    row: Row = {
        "source_family": "ons_occurrence",
        "measure": "infant_mortality",
        "area_type": "english_local_authorities",
        "share_no_rate": share,
    }
    put("published.suppression", [row])
    claim: Row = {
        "claim_id": "NICE-03", "source_family": "ons_occurrence", "recomputed_value": 25.0
    }  # fmt: skip
    assert offending(con, put, "CLAIMS-NICE-03", "published.claims", [claim]) == offends


def test_a_supplied_figure_that_differs_is_listed_with_both_values(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    supplied = {"source_family": "state_extract", "rate_text": "3.9 per 1,000"}
    official = {"rate_text": "3.88 per 1,000"}
    put(
        "published.rates",
        [
            rate(2022, 2022, 2349, 605479, **official),
            rate(2022, 2022, 2350, 605479, **supplied),
            rate(2021, 2021, 2323, 624828, **official),
            rate(2021, 2021, 2323, 624828, **supplied),
            withheld(2020, 2020, source_family="state_extract"),
            rate(2020, 2020, 2226, 613936, **official),
        ],
    )
    finding = found(con, "RATES-DISAGREE", "published.rates")
    assert (finding.compared, finding.offending) == (2, 1)
    assert finding.rows[0]["observed"] == "2350 / 605479 = 3.9 per 1,000"
    assert finding.rows[0]["expected"] == "2349 / 605479 = 3.88 per 1,000"
    assert finding.rows[0]["official_family"] == "ons_occurrence"


def test_every_rule_file_of_these_layers_is_tested_here() -> None:
    here = Path(__file__).parent
    marks = [
        here.parent / "rates" / f"test_{name}.py"
        for name in ("decompositions", "preferred", "vintages", "weeks")
    ]
    shown = [here.parent / "disclosure" / f"test_{name}.py" for name in ("comparisons", "headline")]
    reconciled = here.glob("test_reconcil*.py")
    files = (
        Path(__file__),
        *marks,
        *shown,
        here / "test_fractions.py",
        here / "test_rows_of_rates.py",
        here / "test_rules_of_parts.py",
        here / "test_suppression.py",
        *reconciled,
    )
    text = "".join(f.read_text(encoding="utf-8") for f in files)
    ids = {
        r.rule.rule_id
        for r in relational_rules()
        if any(t.startswith(("rates.", "published.")) and t != "published.areas" for t in r.tables)
    }
    named = {i for i in ids if i in text or (i.endswith("-WITHHELD") and i != "RATES-WITHHELD")}
    assert ids - named == set()
