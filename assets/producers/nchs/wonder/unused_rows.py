"""Name the rows of a CDC WONDER export that are not used for counts."""

from __future__ import annotations

import pandas as pd

from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractAdvice, ExtractError
from assets.producers.nchs.wonder.ages import incomplete_spans
from assets.producers.nchs.wonder.query import grouped_by
from assets.producers.nchs.wonder.strata import rows_without_stratum


def judge_strata(dataset: Dataset, parsed: ParsedExtract, file_name: str) -> list[ExtractError]:
    """Return advice on groupings of a CDC WONDER export that are not used for counts.

    A group that ``groups_by_label.csv`` does not list keeps the producer's own words.

    Args:
        dataset: Dataset that the extract is offered to.
        parsed: Its staging rows.
        file_name: Name of the file, for the message.
    """
    return unused_rows(parsed, file_name) if dataset.staging.name == "nchs_wonder" else []


def unused_rows(parsed: ParsedExtract, file_name: str) -> list[ExtractError]:
    """Return advice on the rows of a CDC WONDER export that stay in its staging table.

    Args:
        parsed: Staging rows of the export; its Total rows, which are never used, go unmentioned.
        file_name: Name of the file, for the message.
    """
    frame = parsed.frame[parsed.frame["row_type"] == "data"].drop_duplicates("source_row")
    reasons = {
        "of a year that the producer calls partial": frame["year"]
        .str.contains("partial", case=False)
        .fillna(False)
        .astype("bool"),
        **rows_without_stratum(frame),
    }
    found: list[ExtractError] = [
        _unused(frame[unused], f"{unused.sum():,} of {len(frame):,} rows {reason}", file_name)
        for reason, unused in reasons.items()
        if unused.any()
    ]
    by_age = frame[frame["age_of_infant"].notna() & ("age_of_infant" in grouped_by(parsed))]
    if len(by_age) and (absent := incomplete_spans(by_age["age_of_infant"])):
        names = ", ".join(measure.replace("_", " ") for measure in absent)
        found.append(_unused(by_age, f"not every age of: {names}", file_name))
    return found


def _unused(rows: pd.DataFrame, seen: str, file_name: str) -> ExtractAdvice:
    return ExtractAdvice(
        "WONDER-NOT-USED",
        seen,
        "figures of the nation, regions, states or counties by whole years or months and at most "
        "two characteristics of mother, birth or death, ages of infant without a gap",
        "No count or rate is made of them; they are kept in staging.nchs_wonder, and the other "
        "rows are used. To have them used, group the export by less, or by the characteristics "
        "that docs/sources.md lists.",
        file_name,
        row=int(rows["source_row"].iloc[0]),
        details={"rows": len(rows)},
    )
