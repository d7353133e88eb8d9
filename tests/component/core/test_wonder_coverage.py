"""Every genuine CDC WONDER export: what becomes of it, and its printed rates beside ours."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets.archive.dataset import Use
from assets.producers.catalogue import dataset
from assets.producers.identify import identify
from expectations.relational import rules_of, run
from expectations.suites import registry_table
from tests.component.core.conftest import Wonder

RATES, BIRTHS, DEATHS = "rates", "births that need deaths", "deaths that need births"
COMES_TO = {
    "D159_lbd_2017-2022_expanded_state_year.txt": RATES,
    "MCHTrends_infant_mortality_yearly_18_22.txt": DEATHS,
    "PopHIVE_D149_2023_county_gender_Missouri.csv": BIRTHS,
    "saloni-nd_D159_age_in_days.txt": RATES,
    "public/D176_infant_deaths_by_month_2021-2025.csv": DEATHS,
    "public/D192_births_by_month_2023-2025.csv": BIRTHS,
    "public/D66_births_by_month_2007-2023.csv": BIRTHS,
    "public/adede_natality.txt": BIRTHS,
    "public/derived_cause_2016.txt": RATES,
    "public/derived_hispanic_origin_2016.txt": RATES,
    "public/lee_linked_2017-2022.csv": RATES,
    "public/lee_linked_2017-2022.txt": RATES,
    "public/mch_fetal_mortality_yearly_05_22.txt": DEATHS,
    "public/mch_infant_mortality_census_00_10.txt": DEATHS,
    "public/mch_infant_mortality_yearly_00_17.txt": DEATHS,
    "public/mint_natality_1995-2002.txt": BIRTHS,
    "public/paris_IMR_BY_state_by_RACE__2007-2016.txt": RATES,
    "public/paris_IMR_by_race__2007-2016.txt": RATES,
    "public/paris_birth_weight_state.csv": RATES,
    "public/paris_death_rates.txt": RATES,
    "public/paris_death_rates_state.txt": RATES,
    "public/paris_imr_by_prenatal_care_start__2007-2016.txt": RATES,
    "public/paris_imr_by_year_by_race__2007-2016.txt": RATES,
    "public/will_provisional.txt": BIRTHS,
}
"""What an export that is taken in comes to by itself."""
REFUSED = {
    # A restriction that no column shows, the rule INTAKE-WONDER-QUERY.
    "corinne-riddell_Births-by-race-year-2005-2006-with-notes.txt",
    "public/mch_infant_mortality_first_half_23.txt",
    "public/mch_natality_yearly_07_22_above_35.txt",
}
WITHOUT_FOOTER = {"midas_natality_2007_2022.txt"}
RECONCILED = 2_000
"""Rates that these exports print for counts of theirs, at least; the copy of one left out."""


@pytest.fixture(scope="module")
def everything(wonder: Wonder) -> duckdb.DuckDBPyConnection:
    copies = {"public/lee_linked_2017-2022.csv"}
    return wonder(*(f"../{name}" for name in sorted(COMES_TO.keys() - copies)))


def used(path: Path) -> Use:
    entry = dataset(str(identify(path)))
    assert entry.use is not None
    return entry.use(entry.parse(path))


def test_every_export_at_hand_is_accounted_for(shared_data: Path) -> None:
    folder = shared_data / "nchs" / "wonder"
    files = {p.relative_to(folder).as_posix() for d in (folder, folder / "public")
             for p in d.iterdir() if p.is_file()}  # fmt: skip
    assert files == COMES_TO.keys() | REFUSED | WITHOUT_FOOTER


@pytest.mark.parametrize("name", sorted(COMES_TO))
def test_what_an_export_comes_to(
    name: str, everything: duckdb.DuckDBPyConnection, shared_data: Path
) -> None:
    path = shared_data / "nchs" / "wonder" / name
    use = used(path)
    rates = everything.execute(
        "SELECT count(*) FROM rates.rates AS r JOIN core.vintages AS v "
        "ON list_contains(string_split(r.vintages, ' '), v.vintage_id) "
        "WHERE v.url = ? AND r.rate IS NOT NULL",
        [f"../{name.replace('.csv', '.txt') if 'lee' in name else name}"],
    ).fetchall()[0][0]
    needed = " ".join(use.still_needed)
    found = {
        RATES: use.rows_used > 0 and not needed and rates > 0,
        BIRTHS: use.rows_used > 0 and needed.startswith("Births of "),
        DEATHS: use.rows_used > 0 and "need the births" in needed,
    }
    assert [what for what, so in found.items() if so] == [COMES_TO[name]], (use, rates)


def test_every_printed_rate_is_ours(everything: duckdb.DuckDBPyConnection) -> None:
    """Of rows and of groups, of one year and of several: none is explained away."""
    rules = [r for r in rules_of("rates.rates") if r.rule.rule_id == "RECONCILE-PRINTED"]
    (finding,) = run(everything, rules, "rates.rates", registry_table("rates.rates"))
    assert not finding.error
    assert (finding.offending, len(finding.explained)) == (0, 0), finding.rows
    assert finding.compared >= RECONCILED
    kinds = everything.execute(
        "SELECT stratum_type, count(*) FROM core.printed_rates GROUP BY ALL"
    ).fetchall()
    assert dict(kinds).keys() >= {"all", "age_of_mother|race_single", "birth_weight", "cause_icd"}


def test_births_of_hidden_rows_are_missing_and_not_nothing(
    everything: duckdb.DuckDBPyConnection,
) -> None:
    """2016 by month in which care began: 3,945,875 in all, 312 in a month without deaths."""
    rows = everything.execute(
        "SELECT sum(value) FROM core.observations WHERE stratum_type = 'prenatal_care' "
        "AND measure = 'live_births'"
    ).fetchall()
    assert rows == [(3_945_875 - 312,)]
    absent = everything.execute(
        "SELECT count(*) FROM core.observations WHERE stratum_type = 'prenatal_care' "
        "AND stratum = '10'"
    ).fetchall()
    assert absent == [(0,)]
