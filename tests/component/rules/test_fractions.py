"""A rate on the wrong counts is found whatever list the slip is in, for every declared rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import duckdb
import pytest

from assets.rates.measures import Measure, measures
from assets.schema.codes import COUNT_MEASURES, DEATH_AGES, RATE_MEASURES
from assets.schema.sums import count_parts, count_sums, untiled_parts
from assets.schema.traits import trait_parts
from expectations import relational
from expectations.relational import part, relational_rules, rules_of, run
from expectations.rule import Finding
from expectations.suites import registry_table

Put = Callable[[str, Sequence[Mapping[str, object]]], None]
# England and Wales 2022, ONS child mortality (death cohort) workbook 2022, Table 1. Maternal deaths
# and the population are of the size of that year.
COUNTS = {
    "live_births": 605_479,
    "stillbirths": 2_433,
    "early_neonatal_deaths": 1_385,
    "late_neonatal_deaths": 379,
    "neonatal_deaths": 1_764,
    "postneonatal_deaths": 585,
    "infant_deaths": 2_349,
    "perinatal_deaths": 3_818,
    "maternal_deaths": 70,
    "population": 60_236_000,
    # Fetal deaths are those of no nation; births by weeks and weight are of Tables 17 and 9.
    "fetal_deaths": 4_000,
    "late_fetal_deaths": 1_500,
    "fetal_deaths_of_unknown_weeks": 40,
    "births_under_37_weeks": 47_360,
    "births_under_32_weeks": 7_447,
    "births_under_28_weeks": 2_836,
    "births_of_known_weeks": 602_687,
    "births_under_2500_grams": 41_003,
    "births_under_1500_grams": 5_028,
    "births_of_known_weight": 589_556,
    "births_of_unknown_weight": 15_923,
    # Made up, so that none is of the size of another.
    "births_of_unknown_weeks": 3_100,
    "births_without_prenatal_care": 9_000,
    "births_with_late_or_no_prenatal_care": 37_000,
    "births_of_known_prenatal_care": 580_000,
    "births_of_unknown_prenatal_care": 20_000,
}
UNTIED = {
    ("maternal_mortality", "numerator"),
    ("live_births_per_population", "denominator"),
    *((m.name, "numerator") for m in measures() if m.is_share),
}
"""Counts that are no sum and no part of others: only RATES-FRACTIONS and control totals tell."""


def row(m: Measure, area: str, **wrong: tuple[str, ...]) -> dict[str, object]:
    top = wrong.get("numerator", m.numerators)
    bottom = wrong.get("denominator", m.denominators)
    return {
        "source_family": "ons_occurrence",
        "measure": m.name,
        "area_code": area,
        "geography_vintage": "EW",
        "stratum_type": "all",
        "stratum": "all",
        "window_type": "annual",
        "period_start": dt.date(2022, 1, 1),
        "period_end": dt.date(2022, 12, 31),
        "numerator": float(sum(COUNTS[c] for c in top)),
        "denominator": float(sum(COUNTS[c] for c in bottom)),
        "rate_per": m.rate_per,
        "value_status": "ok",
    }


def found(con: duckdb.DuckDBPyConnection, rule_id: str, name: str = "rates.rates") -> Finding:
    rules = [r for r in rules_of(name) if r.rule.rule_id == rule_id]
    (finding,) = run(con, rules, name, registry_table(name))
    assert not finding.error, finding.error
    return finding


def test_every_count_has_a_figure_here() -> None:
    assert set(COUNTS) == set(COUNT_MEASURES)
    assert all(COUNTS[t] == sum(COUNTS[p] for p in parts) for t, parts in count_sums())


@pytest.mark.parametrize("name", ["rates.rates", "published.rates"])
def test_declared_rates_are_the_stated_fractions_and_add_up(
    con: duckdb.DuckDBPyConnection, put: Put, name: str
) -> None:
    put(name, [row(m, "K04") for m in measures()])
    fractions, identities = (
        found(con, "RATES-FRACTIONS", name),
        found(con, "RATES-IDENTITIES", name),
    )
    assert (fractions.offending, identities.offending) == (0, 0)
    assert fractions.compared == sum(len(m.parts) for m in measures())
    stated = con.sql(f"SELECT count(DISTINCT identity) FROM ({part('rate_identities')})")
    assert [(identities.compared,)] == stated.fetchall()


def test_every_wrong_count_under_a_rate_breaks_an_identity(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    wrong: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for m in measures():
        others = [(c,) for c in COUNT_MEASURES if (c,) != m.numerators]
        wrong |= {f"{m.name} on {c[0]}": (m.name, "numerator", c) for c in others}
        births = [("live_births",), ("stillbirths",), ("population",),
                  ("live_births", "stillbirths")]  # fmt: skip
        below = [b for b in births if b != m.denominators]
        wrong |= {f"{m.name} over {'+'.join(b)}": (m.name, "denominator", b) for b in below}
    put(
        "rates.rates",
        [
            row(m, area, **({side: counts} if m.name == name else {}))
            for area, (name, side, counts) in wrong.items()
            for m in measures()
        ],
    )
    caught = {str(r["area_code"]) for r in found(con, "RATES-IDENTITIES").rows}
    assert {area for area in wrong if area not in caught} == {
        area for area, (name, side, _) in wrong.items() if (name, side) in UNTIED
    }


@pytest.mark.parametrize("m", measures(), ids=lambda m: m.name)
def test_a_rate_that_one_list_lacks_or_states_otherwise_blocks(
    con: duckdb.DuckDBPyConnection, put: Put, monkeypatch: pytest.MonkeyPatch, m: Measure
) -> None:
    put("rates.rates", [row(each, "K04") for each in measures()])
    declared = [(o.name, *p) for o in measures() for p in o.parts if o.name != m.name]
    other = next(c for c in COUNT_MEASURES if c not in (*m.numerators, *m.denominators))
    swapped = [(m.name, other, "numerator"), *((m.name, *p) for p in m.parts[1:])]
    births = [(m.name, *m.parts[0]), (m.name, other, "denominator")]
    for instead in ([], swapped, births):
        values = ", ".join(map(str, [*declared, *instead]))
        known = dict(relational._declared())
        monkeypatch.setattr(
            relational, "_declared", lambda v=values, k=known: k | {"declared_parts": f"VALUES {v}"}
        )
        finding = found(con, "RATES-FRACTIONS")
        monkeypatch.undo()
        assert {r["measure"] for r in finding.rows} == {m.name}


def test_a_rate_that_nothing_states_blocks(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    unknown = row(measures()[0], "K04") | {"measure": "inadequate_prenatal_care"}
    put("rates.rates", [*(row(m, "K04") for m in measures()), unknown])
    (offending,) = found(con, "RATES-FRACTIONS").rows
    assert (offending["measure"], offending["observed"]) == ("inadequate_prenatal_care", "")


def test_both_lists_state_every_rate(con: duckdb.DuckDBPyConnection) -> None:
    """What RATES-FRACTIONS asks of a run, asked before one."""
    rows = con.sql(part("rate_parts")).fetchall()
    assert sorted(rows) == sorted((m.name, *p) for m in measures() for p in m.parts)
    terms = {(r[1], r[2]) for r in con.sql(part("rate_identities")).fetchall()}
    sides = {(m.name, side) for m in measures() for _, side in m.parts}
    assert terms | UNTIED == sides
    assert {m.name for m in measures()} <= set(RATE_MEASURES)


def test_every_sum_of_counts_is_checked_where_it_is_counted() -> None:
    checked = {r.sql for r in relational_rules() if r.rule.rule_id.startswith("CORE-ID-")}
    least = [s for s in count_sums() if len(s[1]) == 2]
    for total, parts in least:
        assert any(f"{total} - ({' + '.join(parts)})" in sql for sql in checked), total
    # Longer sums are these put together.
    shorter = dict(least)
    assert all(
        any(shorter.get(p) for p in shorter[total])
        for total, parts in count_sums()
        if len(parts) > 2
    )
    # Births with a trait are part of all births, with whatever else there is.
    assert set(untiled_parts()) == {(whole, (part,)) for part, whole in trait_parts()}


def test_ages_at_death_are_those_of_the_definitions() -> None:
    """World Health Organization, ICD-10 volume 2, section 5.7; hours since birth."""
    day = 24
    assert {
        "early_neonatal_deaths": (0, 7 * day),
        "late_neonatal_deaths": (7 * day, 28 * day),
        "neonatal_deaths": (0, 28 * day),
        "postneonatal_deaths": (28 * day, 365 * day),
        "infant_deaths": (0, 365 * day),
    } == DEATH_AGES
    assert len(set(DEATH_AGES.values())) == len(DEATH_AGES)
    assert ("early_neonatal_deaths", "infant_deaths") in count_parts()


def test_a_part_is_never_more_than_the_whole(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    def counted(area: str, **values: float) -> list[dict[str, object]]:
        fixed = {"source_family": "ons_occurrence", "geography_vintage": "EW",
                 "period_type": "year", "stratum_type": "all", "stratum": "all", "status": "ok",
                 "rounded_to": 1, "period_start": dt.date(2022, 1, 1),
                 "period_end": dt.date(2022, 12, 31)}  # fmt: skip
        return [{**fixed, "area_code": area, "measure": m, "value": v} for m, v in values.items()]

    right = counted("right", **{m: float(v) for m, v in COUNTS.items()})
    wrong = counted("wrong", early_neonatal_deaths=380.0, infant_deaths=379.0)
    put("core.observations", [*right, *wrong])
    finding = found(con, "CORE-ID-PART", "core.observations")
    assert finding.compared == len(count_parts()) + 1
    assert [(r["area_code"], r["measure"]) for r in finding.rows] == [
        ("wrong", "early_neonatal_deaths")
    ]
