"""Places of causes of death."""

from __future__ import annotations

import duckdb

from assets.disclosure.published_tables import publish_tables
from assets.rates.rates import build_rates
from assets.schema.strata.vocabulary import groups_of, ranked_causes
from tests.component.rates.core_tables import CoreTables, rates
from tests.component.release import figures as f

DEATHS = {
    "septicemia": 40, "tuberculosis": 40, "congenital_syphilis": 12, "measles": 0,
    "malaria": None, "viral_diseases": 90,
}  # fmt: skip
"""Deaths by cause; viral diseases are a group of causes."""


def test_causes_share_places_and_groups_of_causes_have_none() -> None:
    core = CoreTables()
    core.infant("US", 2016, 500, 90_000, kind="country")
    for cause, deaths in DEATHS.items():
        status = "ok" if deaths is not None else "suppressed"
        stratum = ("cause_130", cause)
        core.count(
            "US", 2016, "infant_deaths", deaths, kind="country", status=status, stratum=stratum
        )
        core.count("US", 2016, "live_births", 90_000, kind="country", stratum=stratum)
    con = core.write()
    build_rates(con)
    found = {r["stratum"]: r["cause_rank"] for r in rates(con, "window_type = 'annual'")}
    assert found == {
        "septicemia": 1, "tuberculosis": 1, "congenital_syphilis": 3, "measles": None,
        "malaria": None, "viral_diseases": None, "all": None,
    }  # fmt: skip


def test_causes_close_ranks_where_one_is_withheld(con: duckdb.DuckDBPyConnection) -> None:
    deaths = {"septicemia": 40, "tuberculosis": 5, "congenital_syphilis": 40, "tetanus": 30}
    # Out of the order of deaths, as where a larger count is withheld beside a small one.
    ranks = {"tuberculosis": 1, "septicemia": 2, "congenital_syphilis": 2, "tetanus": 4}
    f.fill(
        con,
        [
            f.rate(
                n, 8000, **f.series("US-AA", "state_extract"), stratum_type="cause_130",
                stratum=cause, cause_rank=ranks[cause],
            )
            for cause, n in deaths.items()
        ],
    )  # fmt: skip
    publish_tables(con)
    published = f.rows(con, "published.rates").set_index("stratum")
    shown = published["cause_rank"].dropna().to_dict()
    assert shown == {"septicemia": 1, "congenital_syphilis": 1, "tetanus": 3}


def test_ranked_causes_are_groups_that_there_are() -> None:
    for dimension, cause in ranked_causes():
        assert cause in groups_of(dimension)
