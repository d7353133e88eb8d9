"""The Office for National Statistics: workbooks, and Nomis, its service of labour market data."""

from __future__ import annotations

from pathlib import Path

from assets.archive.producer import Areas, Producer, Staged
from assets.producers.ons.catalogue import DATASETS
from assets.producers.ons.describe import describe_text
from assets.producers.ons.identify import identify
from assets.producers.ons.nomis.grammar import OBSERVATION, REQUIRED
from assets.producers.ons.tables import (
    NOMIS,
    ONS_AREA_REGISTRATIONS,
    ONS_BIRTH_REGISTRATIONS,
    ONS_CHILD_MORTALITY,
)
from assets.producers.ons.wanted import wanted
from assets.producers.ons.workbooks.columns import BIRTHS_BY_AREA_AND_SEX, DEATHS_BY_AREA

_SQL = Path(__file__).with_name("sql")
_OF_NOMIS = tuple(d.dataset_id for d in DATASETS if d.staging is NOMIS)


def _lost(dataset_id: str) -> str:
    if dataset_id not in _OF_NOMIS:
        return ""
    return "A Nomis answer is recognised by its URN column: ask for it with all its columns."


PRODUCER = Producer(
    datasets=DATASETS,
    staged=(
        Staged(
            ONS_CHILD_MORTALITY,
            _SQL / "ons_child_mortality.sql",
            _SQL / "ons_child_mortality_codes.sql",
            Areas("area_code", year_column="year", boundary_sets=1),
            dash_is_zero=True,
        ),
        Staged(
            ONS_AREA_REGISTRATIONS,
            _SQL / "ons_area_registrations.sql",
            _SQL / "ons_area_registrations_codes.sql",
            Areas(
                "area_name",
                told_by="ew_name",
                code_column="area_code",
                summed=tuple(
                    column
                    for columns in (BIRTHS_BY_AREA_AND_SEX, DEATHS_BY_AREA)
                    for named in columns.values()
                    for column in named
                ),
            ),
            dash_is_zero=True,
        ),
        Staged(
            ONS_BIRTH_REGISTRATIONS,
            _SQL / "ons_birth_registrations.sql",
            _SQL / "ons_birth_registrations_codes.sql",
            Areas("area_code", year_column="year", boundary_sets=1),
            dash_is_zero=True,
        ),
        Staged(
            NOMIS,
            _SQL / "nomis.sql",
            _SQL / "nomis_codes.sql",
            Areas("geography_code", year_column="date", boundary_sets=2, gss_codes=True),
        ),
    ),
    measures=Path(__file__).with_name("measures_by_column.csv"),
    groups=Path(__file__).with_name("groups_by_label.csv"),
    recognise=identify,
    describe=describe_text,
    header_words=dict.fromkeys(_OF_NOMIS, frozenset({*REQUIRED, *OBSERVATION})),
    lost=_lost,
    precedence=(
        "ons_child_mortality",
        "ons_birth_registrations",
        "nomis_live_births",
        "nomis_deaths",
    ),
    wanted=wanted,
)
