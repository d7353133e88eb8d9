"""Compare a new vintage with the previous one of its slot before accepting it.

A slot is what two vintages must share to be comparable: the edition of a workbook, the query of
an export, or the dataset itself. Limits and their reasons: ``acceptance.yaml``.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from assets.archive.container import sniff
from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractError
from assets.archive.vintage import Vintage
from assets.schema.producers import FILE, Declared, declared
from assets.text.months import MONTHS
from assets.text.yaml_file import read_yaml

AGAINST = "against"
"""Detail of an error: the vintage that an extract departs from."""
SLOT, PROFILE = "slot", "profile"
"""Parameters of an origin that say what a vintage may be compared with."""
_MONTHS = {name: f"{number:02}" for number, name in enumerate(MONTHS, 1)}
_SHOWN = 10
_ACCEPT = (
    "Compare both extracts by hand. If the producer's figures are right, take the file in with: "
    "imr ingest FILE --dataset NAME --accept 'reason'."
)
_OLDER = (
    "What is in use stays. If these are the producer's figures of today after all, export or "
    "download them again, or say when they were released: imr ingest FILE --published 2026-01-31. "
    "To keep the file as history: imr ingest FILE --accept 'reason'; the newer extract stays in "
    "use wherever both state a cell."
)
_NOT_PART_OF_A_QUERY = ("Parameter: Title",)


@dataclass(frozen=True)
class Limit:
    """How far a new vintage may depart from the last one.

    Attributes:
        limit: Largest departure, as a fraction of 1.
        required: Refuses; otherwise it advises.
        reason: Why the limit is where it is.
        floor: Figures below this (``revision_size``), or no more revised figures than this
            (``revised_share``), are not judged.
        spared: Patterns of labels, by column, whose rows only advise (``revision_size``) and are
            left out of ``revised_share``.
    """

    limit: float
    required: bool
    reason: str
    floor: float = 0
    spared: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    """Acceptance settings of one dataset.

    Attributes:
        slot: Metadata that two comparable extracts share.
        key: Columns that identify a cell in both.
        periods: Columns that together say which period a row is of, oldest part first.
        rolling: Old periods leave the window; what left is no loss.
        limits: Limit per comparison.
    """

    slot: tuple[str, ...]
    key: tuple[str, ...]
    periods: tuple[str, ...]
    rolling: bool
    limits: Mapping[str, Limit]


@dataclass(frozen=True)
class Comparison:
    """One comparison of a new vintage with the last one of its slot.

    Attributes:
        name: Name in ``acceptance.yaml``.
        against: Vintage compared with.
        seen: Departure found, as a fraction of 1.
        limit: Largest departure accepted.
        required: It refuses.
        reason: Why the limit is where it is.
        examples: First cells that depart.
        found: What was found, where a share does not say it.
        remedy: What to do, where it differs from other comparisons.
    """

    name: str
    against: str
    seen: float
    limit: float
    required: bool
    reason: str
    examples: tuple[str, ...] = ()
    found: str = ""
    remedy: str = ""

    @property
    def passed(self) -> bool:
        """True where the departure is within the limit."""
        return self.seen <= self.limit + 1e-12

    def as_dict(self) -> dict[str, object]:
        """Return all attributes and the verdict, for a report."""
        return {**asdict(self), "passed": self.passed}

    def as_error(self, file: str) -> ExtractError:
        """Return the failed comparison as an error for people."""
        return ExtractError(
            rule=f"ACCEPT-{self.name.upper().replace('_', '-')}",
            seen=self.found
            or f"{self.seen:.1%} against {self.against}"
            + (f", first: {'; '.join(self.examples[:3])}" if self.examples else ""),
            expected=self.reason if self.found else f"at most {self.limit:.1%} ({self.reason})",
            remedy=self.remedy or _ACCEPT,
            file=file,
            details={"examples": list(self.examples), AGAINST: self.against},
        )


def slot_of(dataset: Dataset, parsed: ParsedExtract) -> str:
    """Return what an extract must share with another to be comparable."""
    facts = parsed.metadata
    named = [
        f"{name}={_without_last_year(facts[name])}"
        for pattern in terms_of(dataset).slot
        for name in sorted(facts)
        if fnmatch.fnmatchcase(name, pattern) and name not in _NOT_PART_OF_A_QUERY
    ]
    return "|".join(named)


def newest_year(dataset: Dataset, parsed: ParsedExtract) -> str:
    """Return the year of the newest figures, empty where the dataset has no column of periods."""
    columns = terms_of(dataset).periods
    if not columns:
        return ""
    labels = parsed.frame[columns[0]].dropna().astype("str").unique()
    # The last year of '2016 - 18' is its first one with two other digits.
    years = [
        match[1] if match[2] is None else match[1][:2] + match[2]
        for match in (re.search(r"(\d{4})(?: ?- ?(\d{2})(?!\d))?", label) for label in labels)
        if match is not None
    ]
    return max(years, default="")


def compare(
    dataset: Dataset,
    new: ParsedExtract,
    new_file: Path,
    last: pd.DataFrame,
    last_file: Path,
    against: str,
) -> list[Comparison]:
    """Compare an extract with the last vintage of its slot.

    Args:
        dataset: Dataset of both.
        new: The new extract.
        new_file: Its file.
        last: Staging rows of the last vintage.
        last_file: Its file.
        against: Identifier of the last vintage.
    """
    terms = terms_of(dataset)
    old_cells, new_cells = _cells(last, terms), _cells(new.frame, terms)
    shared_periods = set(old_cells["_period"]) & set(new_cells["_period"])
    judged = old_cells[old_cells["_period"].isin(shared_periods)] if terms.rolling else old_cells
    now = new_cells[["value", "text"]].rename(columns={"value": "now", "text": "now_text"})
    both = judged.join(now, how="inner")
    lost = judged[~judged.index.isin(new_cells.index)]
    beside = new_cells["_period"].isin(shared_periods) & ~new_cells.index.isin(old_cells.index)
    other_words = both["text"] != both["now_text"]
    reworded = both[other_words | (both["value"].isna() != both["now"].isna())]
    changed = pd.concat([lost, new_cells[beside], reworded])
    unworded = both[both["value"].notna() & both["now"].isna()]
    numbers = both[both["value"].notna() & both["now"].notna()]
    revised = numbers[numbers["value"] != numbers["now"]]
    final = numbers[~_spared(numbers, terms)]
    final_revised = final[final["value"] != final["now"]]
    sizes = _revision_sizes(revised, terms.limits["revision_size"].floor)
    spared = _spared(sizes, terms)
    sizes_old, sizes_new = last_file.stat().st_size, new_file.stat().st_size
    found: dict[str, tuple[float, pd.DataFrame | None]] = {
        "type_changed": (
            float(sniff.content_type(last_file) != sniff.content_type(new_file)),
            None,
        ),
        "size_change": (abs(sizes_new - sizes_old) / max(1, sizes_old), None),
        "rows_lost": (max(0.0, 1 - len(new_cells) / max(1, len(old_cells))), None),
        "coverage_lost": (len(lost) / max(1, len(judged)), lost),
        "numbers_lost": (
            len(unworded) / max(1, int(both["value"].notna().sum())),
            unworded,
        ),
        "cells_changed": (len(changed) / max(1, len(judged)), changed),
        "went_back": (_went_back(old_cells, new_cells, terms), None),
        "figures_revised": (len(revised) / max(1, len(numbers)), revised),
        "revised_share": (_share(final_revised, final, terms), final_revised),
        "revision_size": _largest(sizes[~spared]),
    }
    comparisons = [
        _comparison(name, terms.limits[name], against, *what) for name, what in found.items()
    ]
    if spared.any():
        limit = terms.limits["revision_size"]
        advised = Limit(limit.limit, False, limit.reason)
        comparisons.append(
            _comparison("revision_size_spared", advised, against, *_largest(sizes[spared]))
        )
    return comparisons


def compare_dates(dataset: Dataset, published: str | None, last: Vintage) -> Comparison:
    """Compare when an extract was published with when the last vintage of its slot was.

    Args:
        dataset: Dataset of both.
        published: When the extract was released or asked for (ISO 8601), ``None`` if unknown.
        last: The last vintage of its slot.
    """
    limit = terms_of(dataset).limits["published_before"]
    known, found = last.published_at, ""
    if known is not None and published is None and dataset.published is not None:
        found = f"no day of publication, while {last.vintage_id} is of {known}"
    elif known is not None and published is not None:
        # One producer gives a day, another a time: they are compared as far as both go.
        length = min(len(known), len(published))
        if published[:length] < known[:length]:
            found = f"an extract of {published}, while {last.vintage_id} is of {known}"
    return Comparison(
        "published_before", last.vintage_id, float(bool(found)), limit.limit, limit.required,
        limit.reason, found=found, remedy=_OLDER,
    )  # fmt: skip


@cache
def _configuration() -> dict[str, Any]:
    loaded: dict[str, Any] = read_yaml(Path(__file__).with_name("acceptance.yaml"))
    return loaded


def terms_of(dataset: Dataset) -> Terms:
    """Return the acceptance settings of a dataset.

    Raises:
        ValueError: ``producer.yaml`` names a comparison that does not exist.
    """
    defaults = _configuration()["defaults"]
    producers = declared()
    said = producers[dataset.source] if dataset.source in producers else Declared("", {})
    own = said.datasets.get(dataset.dataset_id, {})
    table = next((p.tables[dataset.staging.name] for p in producers.values()
                  if dataset.staging.name in p.tables), {})  # fmt: skip
    unknown = set(own.get("rules", {})) - set(defaults)
    if unknown:
        raise ValueError(
            f"{dataset.source}/{FILE} names {sorted(unknown)} for {dataset.dataset_id}; there are "
            f"{sorted(defaults)}"
        )
    rules = {**defaults, **own.get("rules", {})}
    return Terms(
        slot=tuple(table.get("slot", ())),
        key=tuple(table.get("key", ("source_row", "source_column"))),
        periods=tuple(table.get("periods", ())),
        rolling=bool(own.get("rolling", False)),
        limits={name: Limit(**facts) for name, facts in rules.items()},
    )


def _cells(frame: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    """Return cells under a text key; equal keys are told apart by their order."""
    named = pd.Series("", index=frame.index)
    for column in terms.key:
        if column in frame:
            named = named + frame[column].astype("object").fillna("").astype("str") + "|"
    nth = named.groupby(named).cumcount().astype("str")
    period = pd.Series("", index=frame.index)
    for column in terms.periods:
        if column in frame:
            part = frame[column].astype("object").fillna("").astype("str")
            period = period + part.map(lambda text: _MONTHS.get(text, text)) + " "
    cells = pd.DataFrame({"value": frame["value"].astype("float64"), "_period": period})
    for column in terms.limits["revision_size"].spared:
        cells[column] = frame[column]
    cells["label"] = named.str.strip("|")
    worded = cells["value"].isna()
    cells["text"] = _texts(frame).where(worded, "").astype("object").fillna("").astype("str")
    return cells.set_index((named + "#" + nth).rename("cell"))


def _texts(frame: pd.DataFrame) -> pd.Series[Any]:
    if "raw_text" in frame:
        return frame["raw_text"].astype("object")
    return pd.Series("", index=frame.index, dtype="object")


def _went_back(old: pd.DataFrame, new: pd.DataFrame, terms: Terms) -> float:
    if not terms.periods or old.empty or new.empty:
        return 0.0
    return float(new["_period"].max() < old["_period"].max())


def _revision_sizes(revised: pd.DataFrame, floor: float) -> pd.DataFrame:
    judged = revised[revised["value"].abs() >= floor] if floor else revised
    judged = judged[judged["value"] != 0]
    sizes = (judged["now"] - judged["value"]).abs() / judged["value"].abs()
    return judged.assign(size=sizes).sort_values("size", ascending=False)


def _share(revised: pd.DataFrame, numbers: pd.DataFrame, terms: Terms) -> float:
    few = len(revised) <= terms.limits["revised_share"].floor
    return 0.0 if few else len(revised) / len(numbers)


def _spared(cells: pd.DataFrame, terms: Terms) -> pd.Series[bool]:
    spared = pd.Series(False, index=cells.index)
    for column, patterns in terms.limits["revision_size"].spared.items():
        labels = cells[column].astype("object").fillna("").astype("str")
        matches = {t for t in set(labels) for p in patterns if fnmatch.fnmatchcase(t, p)}
        spared |= labels.isin(matches)
    return spared


def _largest(sizes: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    return (float(sizes["size"].iloc[0]) if len(sizes) else 0.0), sizes


def _comparison(
    name: str, limit: Limit, against: str, seen: float, cells: pd.DataFrame | None
) -> Comparison:
    examples: tuple[str, ...] = ()
    if cells is not None and seen > limit.limit:
        examples = tuple(
            f"{row['label']}: {_shown(row['value'], row['text'])}"
            + (f", now {_shown(row['now'], row['now_text'])}" if "now_text" in row else "")
            for row in cells.head(_SHOWN).to_dict(orient="records")
        )
    return Comparison(name, against, seen, limit.limit, limit.required, limit.reason, examples)


def _shown(value: float, text: object) -> str:
    return repr(text) if pd.isna(value) else f"{value:g}"


def _without_last_year(text: str) -> str:
    """Return a database label without the last year of its span, which grows every year."""
    return re.sub(r"\b(\d{4})-\d{4}\b", r"\1", text)
