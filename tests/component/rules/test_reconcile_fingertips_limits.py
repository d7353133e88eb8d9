"""The limits that Fingertips prints are those of the method that ours stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import duckdb
import pytest

from expectations.relational import rules_of, run
from expectations.rule import Finding
from expectations.suites import registry_table
from tests.component.rules.fingertips_rows import BURNLEY, PUBLISHED, printed

Put = Callable[[str, Sequence[Mapping[str, object]]], None]
PRINTED = "core.printed_rates"


def limits(con: duckdb.DuckDBPyConnection) -> Finding:
    (rule,) = [r for r in rules_of(PRINTED) if r.rule.rule_id == "RECONCILE-FINGERTIPS-LIMITS"]
    (finding,) = run(con, [rule], PRINTED, registry_table(PRINTED))
    assert not finding.error, finding.error
    return finding


def test_published_limits_follow_the_method_of_ours(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    """England 2016 - 18: 7,608 deaths, births not at hand."""
    england = printed("E92000001", 2016, 7608, 1, 3.9306, 3.8427, 4.0199) | {"denominator": None}
    put(PRINTED, [*(printed(*p) for p in PUBLISHED), england])
    assert limits(con).observed == (
        "compared 12, equal 12, explained 0, unexplained 0; "
        "not compared: 1 without deaths or births beside it"
    )


@pytest.mark.parametrize("row", [PUBLISHED[0], PUBLISHED[2], PUBLISHED[3], BURNLEY])
@pytest.mark.parametrize("side", ["ci_lower_95", "ci_upper_95"])
def test_other_limits_are_seen(
    con: duckdb.DuckDBPyConnection, put: Put, row: tuple[str, int, float, float], side: str
) -> None:
    right = printed(*row)  # type: ignore[arg-type]
    put(PRINTED, [right | {side: float(str(right[side])) + 0.0001}])
    assert limits(con).offending == 1


def test_limits_with_z_of_1_96_are_seen(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    """Burnley tells 1.96 from 1.959964: the upper limit would be 9.9033."""
    put(PRINTED, [printed(*BURNLEY[:6], 9.9033)])
    assert limits(con).offending == 1


def test_limits_of_998_and_of_no_deaths(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    """PHEindicatormethods vectors: 0 and 10 deaths per 1,000 births."""
    exact = printed("A", 2016, 0, 1000, 0, 0, 3.6889) | {"ci_lower_998": 0, "ci_upper_998": 6.9078}
    byar = printed("B", 2016, 10, 1000, 10, 4.7874, 18.3915)
    byar |= {"ci_lower_998": 2.9163, "ci_upper_998": 24.1937}
    put(PRINTED, [exact, byar])
    assert (limits(con).compared, limits(con).offending) == (2, 0)
    put(PRINTED, [exact | {"ci_upper_998": 6.9079}, byar | {"ci_lower_998": 2.9164}])
    assert limits(con).offending == 2
