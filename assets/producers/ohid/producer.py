"""The Office for Health Improvement and Disparities: indicators of Fingertips."""

from __future__ import annotations

from pathlib import Path

from assets.archive.producer import Areas, Producer, Staged
from assets.producers.ohid.catalogue import DATASETS
from assets.producers.ohid.describe import describe_text
from assets.producers.ohid.identify import identify
from assets.producers.ohid.tables import FINGERTIPS

_WORDS = ("Indicator ID", "Indicator Name", "Parent Code", "Area Code", "Area Type", "Time period")

PRODUCER = Producer(
    datasets=DATASETS,
    staged=(
        Staged(
            FINGERTIPS,
            Path(__file__).with_name("sql") / "fingertips.sql",
            areas=Areas("area_code", gss_codes=True),
        ),
    ),
    measures=Path(__file__).with_name("measures_by_column.csv"),
    recognise=identify,
    describe=describe_text,
    header_words={d.dataset_id: frozenset(_WORDS) for d in DATASETS},
)
