"""Which rates a row of a decomposition is explained by."""

from __future__ import annotations

from assets.release.explain_pairs import rates_of_pair

ROW = {
    "source_family": "nchs_linked", "area_code": "US", "geography_vintage": "US",
    "period_start": "2016-01-01", "period_end": "2016-12-31", "window_type": "annual",
    "measure": "infant_mortality", "stratum_type": "race_bridged", "stratum": "black",
    "reference_source_family": "nchs_linked", "reference_area_code": "US",
    "reference_geography_vintage": "US", "reference_period_start": "2016-01-01",
    "reference_period_end": "2016-12-31", "reference_stratum": "white",
    "dimension": "age_of_mother", "members": None,
}  # fmt: skip


def test_the_difference_stands_on_both_rates() -> None:
    found = list(rates_of_pair(ROW))
    assert [stratum for _, stratum in found] == [
        ("race_bridged", "black"),
        ("race_bridged", "white"),
    ]
    assert found[1][0]["measure"] == "infant_mortality"


def test_a_part_stands_on_the_groups_that_it_is_made_of() -> None:
    row = {**ROW, "members": "under_15 15_19 / under_20", "reference_area_code": "US-MO"}
    found = list(rates_of_pair(row))
    kind = "age_of_mother|race_bridged"
    assert [(columns["area_code"], stratum) for columns, stratum in found] == [
        ("US", (kind, "under_15|black")),
        ("US", (kind, "15_19|black")),
        ("US-MO", (kind, "under_20|white")),
    ]
    whole = {**ROW, "stratum_type": "all", "stratum": "all", "reference_stratum": "all"}
    assert [s for _, s in rates_of_pair({**whole, "members": "20_24"})] == [
        ("age_of_mother", "20_24"),
        ("age_of_mother", "20_24"),
    ]
