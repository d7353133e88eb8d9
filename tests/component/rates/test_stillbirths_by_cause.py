"""Stillbirths of a cause are divided by all births and stillbirths, whatever the cause."""

from __future__ import annotations

import pytest

from assets.rates.builders import build_rates
from expectations.relational import rules_of, run
from expectations.suites import registry_table
from tests.component.rates.core_tables import CoreTables, one, printed_of, rates

BOTH = "K04000001, J99000001"
# ONS child mortality 2022, Tables 1 and 5: births and stillbirths of England and Wales, stillbirths
# by cause. Table 9: those under 1,500 grams.
BIRTHS, STILLBIRTHS, ANOMALIES = 605_479, 2_433, 603
LIGHT, LIGHT_STILLBIRTHS, LIGHT_ANOMALIES = 5_028, 1_489, 380
CAUSE = ("cause_ons", "congenital_anomalies")


def counted() -> CoreTables:
    core = CoreTables()

    def count(measure: str, value: float, stratum: tuple[str, str] = ("all", "all")) -> None:
        core.count(BOTH, 2022, measure, value, family="ons_occurrence", kind="country_group",
                   stratum=stratum)  # fmt: skip

    count("live_births", BIRTHS)
    count("stillbirths", STILLBIRTHS)
    count("infant_deaths", 2349)
    count("stillbirths", ANOMALIES, CAUSE)
    # Births beside the deaths of a cause are those of all causes.
    count("live_births", BIRTHS, CAUSE)
    count("infant_deaths", 774, CAUSE)
    light = ("birth_weight", "under_1500")
    count("live_births", LIGHT, light)
    count("stillbirths", LIGHT_STILLBIRTHS, light)
    count("stillbirths", LIGHT_ANOMALIES, ("birth_weight|cause_ons", f"under_1500|{CAUSE[1]}"))
    # Of weeks this series has no births.
    count("stillbirths", 100, ("cause_ons|gestation", f"{CAUSE[1]}|24_27"))
    return core


def test_the_denominator_is_that_of_all_causes() -> None:
    con = counted().write()
    build_rates(con)
    where = "measure = 'stillbirth' AND stratum_type = '{}'"
    of_cause = one(con, where.format("cause_ons"))
    assert (of_cause["numerator"], of_cause["denominator"]) == (603, 607_912)
    assert of_cause["rate"] == pytest.approx(603 / 607_912 * 1000, rel=1e-14)
    assert printed_of(of_cause) == "1.0"
    light = one(con, where.format("birth_weight|cause_ons"))
    assert (light["numerator"], light["denominator"]) == (380, 5_028 + 1_489)
    assert rates(con, where.format("cause_ons|gestation")) == []
    deaths = one(con, "measure = 'infant_mortality' AND stratum_type = 'cause_ons'")
    assert (deaths["numerator"], deaths["denominator"]) == (774, BIRTHS)
    whole = one(con, where.format("all"))
    assert (whole["numerator"], whole["denominator"]) == (2_433, 607_912)


def test_the_rules_know_what_a_cause_is_divided_by() -> None:
    con = counted().write()
    build_rates(con)

    def offending(rule_id: str) -> int:
        (rule,) = (r for r in rules_of("rates.rates") if r.rule.rule_id == rule_id)
        (finding,) = run(con, [rule], "rates.rates", registry_table("rates.rates"))
        assert not finding.error, finding.error
        return finding.offending

    assert (offending("RATES-COUNTS"), offending("RATES-IDENTITIES")) == (0, 0)
    con.execute(
        "UPDATE rates.rates SET denominator = denominator - 1500 WHERE measure = 'stillbirth' "
        "AND stratum_type = 'cause_ons'"
    ).fetchall()
    assert offending("RATES-COUNTS") == 1
