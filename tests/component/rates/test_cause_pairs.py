"""Two rates by cause of death: causes that add up, and each cause over the same groups.

Counts: ONS child mortality workbooks 2022 (tables 5 and 24) and 2018 (table 7). Expected numbers
are computed here from the counts, by formulas that are written out.
"""

from __future__ import annotations

from fractions import Fraction

import duckdb
import numpy as np
import pytest

from assets.rates.decompositions.pairs import causes
from tests.component.rates.decomposition_tables import (
    BOTH,
    ENGLAND,
    LINKED,
    NCHS,
    ONS,
    built,
    named,
    nations,
    offending,
    parts,
    put,
)

CAUSES = ("congenital_anomalies", "antepartum_infections", "immaturity_related_conditions",
          "asphyxia_intrapartum", "external_conditions", "infections", "other_specific_conditions",
          "sudden_infant_deaths", "other_conditions")  # fmt: skip
# Table 24: neonatal deaths of England at 24 weeks or more by cause.
FROM_24 = {
    2014: ([418, 68, 396, 123, 3, 21, 13, 26, 7], 657_028),
    2022: ([390, 60, 282, 63, 2, 19, 5, 19, 4], 573_511),
}
AGES = ("under_20", "20_24", "25_29", "30_34", "35_39", "40_and_over", "not_stated")
# Tables 5 and 7: live births; infant deaths, those without a record of birth; of two causes.
BIRTHS = {
    2018: [18_976, 91_095, 180_858, 212_707, 124_567, 28_865, 8],
    2022: [14_755, 73_010, 157_509, 207_173, 121_791, 31_228, 13],
}
BY_AGE = {
    2018: {
        "all": ([100, 398, 648, 664, 474, 139, 2], 0),
        "congenital_anomalies": ([23, 122, 196, 222, 139, 58, 2], 0),
        "immaturity_related_conditions": ([31, 148, 263, 267, 214, 53, 0], 0),
    },
    2022: {
        "all": ([81, 312, 576, 729, 431, 167, 0], 53),
        "congenital_anomalies": ([18, 81, 198, 239, 150, 67, 0], 21),
        "immaturity_related_conditions": ([38, 131, 232, 326, 176, 70, 0], 11),
    },
}
RANKED = ("congenital_malformations_deformations_and_chromosomal_abnormalities",
          "sudden_infant_death_syndrome", "influenza_and_pneumonia")  # fmt: skip


def by_cause(year: int) -> dict[str, tuple[list[int], int]]:
    """Return deaths by age of two causes and of all others together, and of all causes."""
    whole, *two = BY_AGE[year].values()
    rest = [
        all_ - one - other for all_, one, other in zip(whole[0], *(t[0] for t in two), strict=True)
    ]
    return {**BY_AGE[year], "other_conditions": (rest, whole[1] - sum(t[1] for t in two))}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    core = nations()
    for year, (deaths, births) in FROM_24.items():
        put(core, (LINKED, ENGLAND, year), named(CAUSES, deaths, [births] * 9),
            (sum(deaths), births), dimension="cause_ons",
            within=("gestation", "24_and_over"))  # fmt: skip
    for year in BY_AGE:
        for cause, (deaths, lost) in by_cause(year).items():
            within = None if cause == "all" else ("cause_ons", cause)
            births = BIRTHS[year]
            put(core, (ONS, BOTH, year), named(AGES, deaths, births),
                (sum(deaths) + lost, sum(births)), dimension="age_of_mother",
                deaths="infant_deaths", unlinked=lost, within=within)  # fmt: skip
    # Made up: nine ranked causes at most are few, and one race has a cause that is not shown.
    for race, deaths, total in (("black", [300, 200, None], 1000), ("white", [400, 250, 90], 2000)):
        put(core, (NCHS, "US", 2016), named(RANKED, deaths, [100_000] * 3), (total, 100_000),
            dimension="cause_130", deaths="infant_deaths",
            within=("race_single", race))  # fmt: skip
    # What the total has beside the causes that are shown can be one of them.
    for race in ("black", "white"):
        put(core, (NCHS, "US-AL", 2016), named(RANKED, [300, 200, 90], [100_000] * 3),
            (595, 100_000), dimension="cause_130", deaths="infant_deaths",
            within=("race_single", race))  # fmt: skip
    return built(core)


def test_causes_of_one_rate_add_up_to_the_difference(con: duckdb.DuckDBPyConnection) -> None:
    found = parts(con, "england_causes_from_24_weeks:%2014")
    (own, births), (reference, other_births) = FROM_24[2022], FROM_24[2014]
    for cause, died, other in zip(CAUSES, own, reference, strict=True):
        row = found["rate", cause]
        expected = Fraction(1000 * died, births) - Fraction(1000 * other, other_births)
        assert row["part"] == pytest.approx(float(expected), abs=1e-12)
        # Deaths that there would be less at the rate of 2014.
        less = died - Fraction(other * births, other_births)
        assert row["averted_all"] == pytest.approx(float(less), abs=1e-9)
        assert row["averted_all"] == pytest.approx(row["averted_rates"], abs=1e-9)
        assert row["averted_distribution"] == row["averted_interaction"] == 0
        assert (row["births"], row["reference_births"]) == (births, other_births)
    whole = found["difference", "all"]
    assert sum(found["rate", c]["part"] for c in CAUSES) == pytest.approx(whole["part"], abs=1e-9)
    # 844 / 573,511 and 1,075 / 657,028.
    assert whole["rate_difference"] == pytest.approx(
        1000 * (844 / 573511 - 1075 / 657028), abs=1e-9
    )
    assert (whole["stratum_type"], whole["stratum"]) == ("gestation", "24_and_over")
    assert whole["sentence"] == (
        "Neonatal mortality of England 2022 (24 weeks and over) is 1.47 per 1,000, of England 2014 "
        "(24 weeks and over) 1.64: −0.16 (95 % −0.30 to −0.02). Of this, −0.11 in immaturity "
        "related conditions (95 % −0.19 to −0.03); −0.08 in asphyxia, anoxia or trauma "
        "(intrapartum) (95 % −0.12 to −0.03); +0.02 in others (7 causes, each of them not "
        "distinguishable from none)."
    )


def test_a_cause_of_few_deaths_is_unreliable_alone(con: duckdb.DuckDBPyConnection) -> None:
    found = parts(con, "england_causes_from_24_weeks:%2014")
    unreliable = {group for (_, group), row in found.items() if row["value_status"] != "ok"}
    assert unreliable == {"external_conditions", "other_conditions"}


def test_limits_of_causes_against_binomial_errors(con: duckdb.DuckDBPyConnection) -> None:
    found = parts(con, "england_causes_from_24_weeks:%2014")
    (own, births), (reference, other_births) = FROM_24[2022], FROM_24[2014]
    for cause, died, other in (*zip(CAUSES, own, reference, strict=True), ("all", 844, 1075)):
        row = found["rate" if cause != "all" else "difference", cause]
        r1, r0 = died / births, other / other_births
        half = 1.959963984540054e3 * np.sqrt(r1 * (1 - r1) / births + r0 * (1 - r0) / other_births)
        if min(died, other) >= 19:
            for end, sign in (("lower", -1), ("upper", 1)):
                assert row[f"part_{end}_95"] == pytest.approx(row["part"] + sign * half,
                                                              abs=0.07 * half), cause  # fmt: skip
        assert row["interval_method"] == "bootstrap"


def test_each_cause_has_its_own_parts_over_the_same_groups(con: duckdb.DuckDBPyConnection) -> None:
    # Kitagawa (1955), written out.
    shares = {year: np.array(b) / sum(b) for year, b in BIRTHS.items()}
    w1, w0 = shares[2022], shares[2018]
    sums = {"difference": 0.0, "composition": 0.0, "rate": 0.0, "unlinked": 0.0}
    for cause in ("congenital_anomalies", "immaturity_related_conditions", "other_conditions"):
        found = parts(con, f"england_and_wales_each_cause:%={cause}/2022%", "infant_mortality")
        (d1, lost), (d0, _) = by_cause(2022)[cause], by_cause(2018)[cause]
        r1, r0 = np.array(d1) / BIRTHS[2022], np.array(d0) / BIRTHS[2018]
        for place, age in enumerate(AGES):
            assert found["composition", age]["part"] == pytest.approx(
                1000 * (w1 - w0)[place] * (r1 + r0)[place] / 2, abs=1e-12
            )
            assert found["rate", age]["part"] == pytest.approx(
                1000 * (r1 - r0)[place] * (w1 + w0)[place] / 2, abs=1e-12
            )
        assert found["unlinked", "all"]["part"] == pytest.approx(1000 * lost / sum(BIRTHS[2022]))
        assert found["difference", "all"]["stratum"] == cause
        for factor in sums:
            sums[factor] += found[factor, "all"]["part"]
    whole = parts(con, "england_and_wales_last_change:%", "infant_mortality", groups=7)
    for factor, part in sums.items():
        assert part == pytest.approx(whole[factor, "all"]["part"], abs=1e-9), factor
    # 2,349 / 605,479 and 2,425 / 657,076.
    assert sums["difference"] == pytest.approx(1000 * (2349 / 605479 - 2425 / 657076), abs=1e-9)


def test_what_is_not_shown_is_one_cause_more(con: duckdb.DuckDBPyConnection) -> None:
    found = parts(con, "black_white:%/US/%", "infant_mortality")
    # Influenza and pneumonia are shown of one race only.
    assert {group for _, group in found} == {"all", RANKED[0], RANKED[1], "other"}
    rest = found["rate", "other"]
    assert (rest["deaths"], rest["reference_deaths"]) == (500, 1350)
    assert rest["part"] == pytest.approx(-8.5, abs=1e-9)
    assert found["difference", "all"]["averted_all"] == pytest.approx(-1000, abs=1e-9)
    assert {row["interval_method"] for row in found.values()} == {"delta"}


def test_what_can_be_one_withheld_cause_is_not_computed(con: duckdb.DuckDBPyConnection) -> None:
    row = parts(con, "black_white:%/US-AL/%", "infant_mortality")["difference", "all"]
    assert row["value_status"] == "missing"
    assert row["status_reason"] == (
        "of Alabama 2016 (Black) one cause can be withheld, and what its total "
        "has beside the others would give it away"
    )


def test_rules_of_parts_hold_for_causes(con: duckdb.DuckDBPyConnection) -> None:
    assert offending(con, "DECOMPOSITIONS-SUM") == 0
    con.execute("BEGIN")
    con.execute(
        "UPDATE rates.decompositions SET averted_all = averted_all + 1, averted_rates = "
        "averted_rates + 1 WHERE group_code = 'infections'"
    )
    found = offending(con, "DECOMPOSITIONS-SUM")
    con.execute("ROLLBACK")
    assert found == 1


def test_causes_of_a_list_do_not_overlap() -> None:
    assert set(CAUSES) < set(causes()["cause_ons"])
    assert len(causes()["cause_130"]) == 71
