"""Groups that cross two characteristics, or overlap, beside what they are groups of."""

from __future__ import annotations

import duckdb

from expectations.relational import rules_of, run
from expectations.rule import Finding
from expectations.suites import registry_table
from tests.component.rules.conftest import Put
from tests.component.rules.core_rows import count


def found(con: duckdb.DuckDBPyConnection, rule_id: str, name: str) -> Finding:
    rules = [r for r in rules_of(name) if r.rule.rule_id == rule_id]
    (finding,) = run(con, rules, name, registry_table(name))
    assert not finding.error, finding.error
    return finding


def test_groups_that_cross_or_overlap_are_held_to_what_they_are_groups_of(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    kind, whole = "birth_weight|sex", count("live_births", 100)
    weights = {"under_1500": 2, "1500_2499": 6, "2500_2999": 30, "2500_and_over": 92}
    single = [
        count("live_births", v, stratum_type="birth_weight", stratum=s) for s, v in weights.items()
    ]
    girls = count("live_births", 49, stratum_type="sex", stratum="female")
    crossed = [
        count("live_births", v, stratum_type=kind, stratum=f"{s}|female")
        for s, v in (("under_1500", 1), ("2500_2999", 14))
    ]
    put("core.observations", [whole, *single, girls, *crossed])
    finding = found(con, "CORE-STRATA", "core.observations")
    # Weights and sexes of the total, weights of girls, girls of two weights.
    assert (finding.compared, finding.offending) == (5, 0)
    more = count("live_births", 40, stratum_type=kind, stratum="1500_2499|female")
    put("core.observations", [whole, *single, girls, *crossed, more])
    finding = found(con, "CORE-STRATA", "core.observations")
    assert {(r["characteristic"], r["within"], r["observed"]) for r in finding.rows} == {
        ("birth_weight", "female", "3 groups add up to 55"),
        ("sex", "1500_2499", "1 groups add up to 40"),
    }
