"""Figures that are stated in two ways: both values, what explains them, and nothing withheld."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb
import pandas as pd
import pytest

from expectations.validate import validate_table
from tests.component.release import figures as f

EW = f.series("K04000001", "ons_occurrence")


def disagreements(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    f.control(con, restated=["disagreements"])
    return f.rows(con, "published.disagreements")


def print_rates(con: duckdb.DuckDBPyConnection, rows: Iterable[f.Row]) -> None:
    f.write(con, "core.printed_rates", rows)


def printed(series: f.Row, year: int, rate: float, decimals: int, dataset: str) -> f.Row:
    kept = ("source_family", "country", "area_code", "geography_vintage", "measure")
    return {
        **{name: series[name] for name in kept},
        **f.years(year),
        "period_type": "year",
        "stratum_type": "all",
        "stratum": "all",
        "rate": rate,
        "rate_per": 1000,
        "decimals": decimals,
        "status": "ok",
        "dataset_id": dataset,
        "vintage_id": f"{dataset}@0123456789ab",
        "source_sheet": "",
        "source_row": 1,
        "source_column": "Rate",
    }


def test_two_series_that_count_in_different_ways_are_both_named(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # NCHS 2010: 24,572 deaths in the linked file (NVSR), 24,586 in the mortality file (WONDER).
    mortality = f.series("US", "nchs_mortality")
    f.fill(
        con,
        [
            f.rate(24572, 3999386, **f.series("US"), definition_id="linked"),
            f.rate(24586, 3999386, **mortality, definition_id="mortality"),
            f.rate(28382, 4138573, **f.series("US"), **f.window(2005)),
            f.rate(28382, 4138573, **mortality, **f.window(2005)),
        ],
    )
    (row,) = disagreements(con).to_dict("records")
    assert validate_table(con, "published.disagreements").passed
    assert (row["kind"], row["explained_by"]) == ("two_series", "definition")
    assert (row["source_family"], row["other_source"]) == ("nchs_linked", "nchs_mortality")
    assert row["value"] == pytest.approx(24572 / 3999386 * 1000)
    assert row["difference"] == pytest.approx(14 / 3999386 * 1000)
    assert (row["numerator"], row["other_numerator"]) == (24572, 24586)
    assert row["is_preferred"]
    assert row["preferred_because"] == "first in the order of the series"


@pytest.mark.parametrize(
    ("deaths", "explained"), [(24600, "chance"), (24586 * 2, "unexplained"), (23400, "chance")]
)
def test_on_one_definition_chance_and_revision_go_so_far(
    con: duckdb.DuckDBPyConnection, deaths: int, explained: str
) -> None:
    same = {"definition_id": "same"}
    other = f.series("US", "nchs_mortality")
    f.fill(
        con,
        [
            f.rate(24572, 3999386, **f.series("US"), **same),
            f.rate(deaths, 3999386, **other, **same),
        ],
    )
    (row,) = disagreements(con).to_dict("records")
    assert row["explained_by"] == explained


def test_a_printed_rate_that_its_own_counts_do_not_give(con: duckdb.DuckDBPyConnection) -> None:
    # NCHS prints 6.2 for 2010, where its counts give 6.147; the linked file prints 6.78 for 2004,
    # where its deaths and births give 6.77. ONS prints 8 for 2002 in a column of one decimal
    # (child mortality 2022, Table 1: 4,992 perinatal deaths, 599,494 births).
    mortality = f.series("US", "nchs_mortality")
    perinatal = {**EW, "measure": "perinatal_mortality"}
    f.fill(
        con,
        [
            f.rate(24586, 3999386, **mortality),
            f.rate(27858, 4112055, **f.series("US"), **f.window(2004)),
            f.rate(4992, 599494, **perinatal, **f.window(2002)),
        ],
    )
    print_rates(
        con,
        [
            printed(mortality, 2010, 6.2, 1, "nchs_rates_1915"),
            printed(f.series("US"), 2004, 6.78, 2, "nchs_wonder_linked"),
            printed(perinatal, 2002, 8, 1, "ons_child_mortality"),
        ],
    )
    found = disagreements(con).set_index("other_source")
    assert found["kind"].unique().tolist() == ["printed_rate"]
    assert found["explained_by"].to_dict() == {
        "nchs_rates_1915": "rounding",
        "nchs_wonder_linked": "unexplained",
        "ons_child_mortality": "rounding",
    }
    linked = found.loc["nchs_wonder_linked"]
    assert round(linked["value"], 2) == 6.77
    assert linked["other_value"] == 6.78


def test_a_total_that_is_not_the_sum_of_its_parts(con: duckdb.DuckDBPyConnection) -> None:
    # ONS child mortality 2022, Table 1, 1993: 6,044 perinatal deaths, 3,855 stillbirths and 2,178
    # early neonatal deaths.
    counts = {"perinatal_mortality": 6044, "stillbirth": 3855, "early_neonatal_mortality": 2178}
    f.fill(
        con,
        [
            f.rate(deaths, 673467, **{**EW, "measure": measure}, **f.window(1993))
            for measure, deaths in counts.items()
        ],
    )
    (row,) = disagreements(con).to_dict("records")
    assert (row["kind"], row["quantity"]) == ("total_and_parts", "numerator")
    assert (row["value"], row["other_value"], row["difference"]) == (6044, 6033, -11)
    assert row["other_source"] == "sum of stillbirths and early neonatal deaths"
    assert row["explained_by"] == "unexplained"


def test_a_rate_over_two_counts_is_no_total_of_the_parts_of_one(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """US 2020: 20,854 fetal deaths and 12,856 neonatal deaths are 33,710 of definition II.

    Neonatal deaths alone are 10,342 early and 2,514 late ones.
    """
    mortality = f.series("US", "nchs_mortality")
    counts = {"perinatal_mortality_ii": 33710, "neonatal_mortality": 12856}
    counts |= {"early_neonatal_mortality": 10342, "late_neonatal_mortality": 2514}
    f.fill(con, [f.rate(n, 3634501, **{**mortality, "measure": m}) for m, n in counts.items()])
    assert disagreements(con).empty


@pytest.mark.parametrize(("second", "rows"), [(50, 1), (51, 0), (None, 0)])
def test_a_nation_that_is_not_the_sum_of_its_states(
    con: duckdb.DuckDBPyConnection, second: int | None, rows: int
) -> None:
    of_the_nation = {"region_code": "US"}
    areas = [f.area("US"), *(f.area(c, "US", **of_the_nation) for c in ("US-AA", "US-BB"))]
    rates = [f.rate(151, 20_000, **f.series("US")), f.rate(100, 10_000, **f.series("US-AA"))]
    if second:
        rates.append(f.rate(second, 10_000, **f.series("US-BB")))
    f.fill(con, rates, areas=areas)
    found = disagreements(con)
    assert len(found) == rows
    if rows:
        assert found.loc[0, "explained_by"] == "rounding"
        assert found.loc[0, "other_value"] == 150


def test_nothing_that_is_withheld_is_set_beside_anything(con: duckdb.DuckDBPyConnection) -> None:
    supplied = f.series("US-AA", "state_extract")
    f.fill(
        con,
        [
            f.rate(5, 8000, **supplied),
            f.rate(6, 8000, **f.series("US-AA")),
            f.rate(None, None, **f.series("US-BB"), value_status="suppressed"),
        ],
    )
    print_rates(
        con,
        [
            printed(supplied, 2010, 0.7, 1, "local_area_counts"),
            printed(f.series("US-BB"), 2010, 4.1, 1, "nchs_wonder_linked"),
        ],
    )
    assert disagreements(con).empty


def test_figures_of_fingertips_stand_beside_those_of_the_ons(
    con: duckdb.DuckDBPyConnection,
) -> None:
    area = f.series("E06000026", "ons_registration", area_type="unitary_authority")
    years = [f.rate(d, 3200, **area, **f.window(y)) for y, d in ((2014, 14), (2015, 12), (2016, 9))]
    window = f.rate(35, 9600, **area, **f.window(2014, 2016))
    f.fill(con, [*years, window])
    row = printed(area, 2014, 3.6, 1, "fingertips_infant_mortality")
    row |= {"period_end": date(2016, 12, 31), "period_type": "3_years", "decimals": 3}
    print_rates(con, [{**row, "rate": 3.645, "numerator": 35, "denominator": 9601}])
    (found,) = disagreements(con).to_dict("records")
    assert found["explained_by"] == "revision"
    assert (found["denominator"], found["other_denominator"]) == (9600, 9601)
    assert found["preferred_because"] == "the counts of the producer of the series"
