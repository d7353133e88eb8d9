"""Counts that somebody supplies, as CSV in the format of this project."""

from __future__ import annotations

from pathlib import Path

from assets.archive.producer import Areas, Producer, Staged
from assets.producers.local.catalogue import DATASETS
from assets.producers.local.grammar import COUNTS, KEYS, NOTE, STRATUM
from assets.producers.local.identify import identify
from assets.producers.local.tables import LOCAL_COUNTS

_SQL = Path(__file__).with_name("sql")

PRODUCER = Producer(
    datasets=DATASETS,
    staged=(
        Staged(
            LOCAL_COUNTS,
            _SQL / "local_counts.sql",
            _SQL / "local_counts_codes.sql",
            Areas(
                "area",
                unknown="refused",
                year_column="year",
                boundary_sets=1,
                county_column="area",
                counties_by_code=True,
            ),
        ),
    ),
    measures=Path(__file__).with_name("measures_by_column.csv"),
    recognise=identify,
    header_words={"local_area_counts": frozenset({*KEYS, *COUNTS, *STRATUM, NOTE})},
)
