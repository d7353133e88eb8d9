"""Datasets of the Office for Health Improvement and Disparities."""

from __future__ import annotations

from assets.archive.container.sniff import TEXT
from assets.archive.dataset import Dataset, ParsedExtract, Use
from assets.archive.rules.rows_used import rows_used
from assets.producers.ohid.fingertips.fetch import fingertips_fetcher
from assets.producers.ohid.fingertips.read import parse_infant_mortality
from assets.producers.ohid.fingertips.rules import RULES as FINGERTIPS_RULES
from assets.producers.ohid.tables import FINGERTIPS


def printed_rates(parsed: ParsedExtract) -> Use:
    """Return the use of rates that are only compared with those that are made here."""
    return rows_used(
        parsed,
        {"rows_repeated_by_parent": "that repeat an area under another parent"},
        "Nothing: these rates are compared with ours, no count is made of them.",
    )


INFANT_MORTALITY_RATE = Dataset(
    dataset_id="fingertips_infant_mortality",
    source="ohid",
    formerly="ons",
    title="Infant mortality rate, three years (Fingertips indicator 92196)",
    producer="Office for Health Improvement and Disparities",
    url="https://fingertips.phe.org.uk",
    licence="Open Government Licence v3.0",
    citation="Office for Health Improvement and Disparities. Public health profiles "
    "(Fingertips), indicator 92196. Licensed under the Open Government Licence v3.0.",
    staging=FINGERTIPS,
    parse=parse_infant_mortality,
    file_types=(TEXT,),
    intake_rules=FINGERTIPS_RULES,
    samples=("fingertips_92196.csv",),
    release_months=(2, 3, 5, 11),
    how_to_get="Save https://fingertips.phe.org.uk/api/all_data/csv/by_indicator_id?"
    "indicator_ids=92196&child_area_type_id=501&parent_area_type_id=15 as it comes.",
    fetch=fingertips_fetcher("92196", ("502", "501")),
    use=printed_rates,
)

DATASETS: tuple[Dataset, ...] = (INFANT_MORTALITY_RATE,)
