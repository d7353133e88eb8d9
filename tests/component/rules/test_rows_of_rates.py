"""Which rows the rates have, and which definitions they refer to."""

from __future__ import annotations

import duckdb

from tests.component.rules.test_relational_rates import (
    BOTH,
    Put,
    Row,
    annual,
    offending,
    withheld,
)


@BOTH
def test_rows_without_a_figure_lie_within_the_span_of_the_series(
    con: duckdb.DuckDBPyConnection, put: Put, name: str
) -> None:
    def gap(first: int, last: int, status: str = "incomplete_window", **more: object) -> Row:
        return withheld(first, last, value_status=status, **more)

    inside = [*annual(), gap(2021, 2021, "missing"), gap(2020, 2022)]
    assert offending(con, put, "RATES-SPAN", name, inside) == 0
    for outside in (gap(2019, 2021), gap(2022, 2023), gap(2023, 2023, "missing")):
        assert offending(con, put, "RATES-SPAN", name, [*inside, outside]) == 1
    # What is withheld is a figure, and a series without one has a single row.
    assert (
        offending(con, put, "RATES-SPAN", name, [*inside, withheld(2019, 2019), gap(2019, 2021)])
        == 0
    )
    never = [gap(y, y, "missing", area_code="E1") for y in (2021, 2022)]
    assert offending(con, put, "RATES-SPAN", name, [*inside, never[0]]) == 0
    assert offending(con, put, "RATES-SPAN", name, [*inside, *never]) == 2


def test_strata_are_those_that_rows_are_about(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    rule_id, name = "STRATA-COMPLETE", "published.strata"
    crossed = {"stratum_type": "age_of_mother|sex", "stratum": "20_24|male"}
    put("published.rates", [{"stratum_type": "sex", "stratum": "male"}, crossed,
                            {"stratum_type": "all", "stratum": "all"}])  # fmt: skip
    given: list[Row] = [
        {"stratum_type": "sex", "stratum": "male", "dimension": "sex"},
        {**crossed, "dimension": "age_of_mother"},
        {**crossed, "dimension": "sex"},
    ]
    assert offending(con, put, rule_id, name, given) == 0
    more = {"stratum_type": "sex", "stratum": "female", "dimension": "sex"}
    for wrong in (given[:2], given[1:], [*given, more]):
        assert offending(con, put, rule_id, name, wrong) == 1


def test_definitions_are_those_that_rows_refer_to(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    rule_id, name = "DEFINITIONS-COMPLETE", "published.definitions"
    put("published.rates", [{"definition_id": "d"}])
    put("published.targets", [{"target_id": "t"}])
    put("published.suppression", [{"policy": "p"}])
    given = [{"definition_id": d} for d in ("d", "t", "p")]
    assert offending(con, put, rule_id, name, given) == 0
    for wrong in (given[:2], given[1:], [*given, {"definition_id": "more"}]):
        assert offending(con, put, rule_id, name, wrong) == 1
