"""The stratum that a row of a CDC WONDER export is about, and why another row has none.

``stratum_types.csv`` says which grouping of which database is which characteristic, and which
request forms have it: a header that the producer uses for two things is two rows of it. The first
row whose column, header and Dataset line fit is used. Items of the certificates have no staging
column of their own; they stand in ``other``, each behind its header. Labels become groups by
``groups_by_label.csv`` of the producer; where a header words a group in its own way, the label
stands there behind the word of the column ``wording`` (``expanded: other``). A label that is not
listed keeps the producer's own words.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd

from assets.producers.nchs.wanted.databases import databases
from assets.producers.nchs.wonder.footer import split_list
from assets.producers.nchs.wonder.grammar import REMOVED
from assets.producers.nchs.wonder.layout import MORTALITY
from assets.producers.nchs.wonder.vocabulary import (
    OTHER,
    characteristics,
    dimension_of,
    dimensions_of,
    label_of,
    plain,
)
from assets.schema.strata.vocabulary import (
    ALL,
    DEATH,
    JOINED,
    OVERLAPPING,
    dimensions,
    groups_of,
    stratum_of,
)
from assets.text.months import MONTHS

_FOLDER = Path(__file__).parent
MOST = 2
"""Characteristics that one row may carry."""
NO_COLUMN = "by a grouping that no count is made of"
OF_THE_INFANT = (
    "by race, origin or education on the death certificate, which is not the mother's: the births "
    "to divide by are counted by hers"
)
CROSSED = "that cross three or more characteristics"
REASONS = (NO_COLUMN, OF_THE_INFANT, CROSSED)
"""Why no count is made of a row."""

_SPLITS = tuple(n for n in characteristics() if n not in (OTHER, "age_of_infant"))
_OF_BOTH = ("sex", "month", "urbanization_", "metropolitan_")
"""Starts of characteristics that both certificates state alike of one person, or that follow from
the county of residence."""
_SAID = ("grouped_by", "database_kind", "database_label", "year_code", "month", "month_code")
COLUMNS = (*_SAID, OTHER, f"{OTHER}_code", *(c for n in _SPLITS for c in (n, f"{n}_code")))
"""Staging columns that decide about the stratum of a row."""


@dataclass(frozen=True)
class Stratum:
    """What a row is about, or why no count is made of it.

    Attributes:
        kind: Type of stratum.
        code: The stratum.
        unused: Why no count is made of it, one of ``REASONS``; empty where one is.
    """

    kind: str = ALL
    code: str = ALL
    unused: str = ""


@dataclass(frozen=True)
class _Meaning:
    column: str
    header: re.Pattern[str]
    databases: re.Pattern[str]
    kind: str
    wording: str


def strata_of(rows: pd.DataFrame) -> list[Stratum]:
    """Return the stratum of every row.

    Two codes of one export that lead to one group stay apart, in the producer's own words: a
    group that took one of them for both would have lost the other.

    Args:
        rows: Staging rows with ``COLUMNS``, and with ``vintage_id`` where they are of several.
    """
    columns = [name for name in COLUMNS if name in rows.columns]
    extracts: Sequence[Hashable] = (
        rows["vintage_id"].tolist() if "vintage_id" in rows.columns else [""] * len(rows)
    )
    found: dict[Hashable, list[_Carried] | str] = {}
    keys: list[Hashable] = []
    for extract, *values in zip(extracts, *(rows[c].tolist() for c in columns), strict=True):
        key = (extract, *(v if isinstance(v, str) else None for v in values))
        keys.append(key)
        if key not in found:
            found[key] = _carried(dict(zip(columns, key[1:], strict=True)))
    codes = Counter(
        (extract, kind, group)
        for extract, kind, group, _ in {
            (key[0], c.kind, c.group, c.code)  # type: ignore[index]
            for key, carried in found.items()
            if not isinstance(carried, str)
            for c in carried
        }
    )
    strata = {
        key: Stratum(unused=carried)
        if isinstance(carried, str)
        else Stratum(
            *stratum_of(
                {
                    c.kind: c.group if codes[key[0], c.kind, c.group] == 1 else c.words  # type: ignore[index]
                    for c in carried
                }
            )
        )
        for key, carried in found.items()
    }
    return [strata[key] for key in keys]


def rows_without_stratum(rows: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    """Return, by reason, which staging rows no count is made of; reasons that none has left out."""
    unused = pd.Series([s.unused for s in strata_of(rows)], index=rows.index, dtype="object")
    return {reason: unused == reason for reason in REASONS if (unused == reason).any()}


def register_strata(con: duckdb.DuckDBPyConnection) -> None:
    """Create ``row_strata``: vintage, source_row, stratum_type and stratum of rows to be counted.

    Args:
        con: Connection to a warehouse with ``staging.nchs_wonder``.
    """
    names = ("vintage_id", *COLUMNS)
    distinct = con.execute(
        f"SELECT DISTINCT {', '.join(names)} FROM staging.nchs_wonder WHERE row_type = 'data'"
    ).df()
    strata = strata_of(distinct)
    told = distinct.assign(
        stratum_type=[s.kind for s in strata], stratum=[s.code for s in strata]
    ).astype("str")
    told = told.loc[[not s.unused for s in strata], :]
    con.register("told", told)
    same = " AND ".join(f"w.{name} IS NOT DISTINCT FROM t.{name}" for name in names)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE row_strata AS "
        "SELECT DISTINCT w.vintage_id, w.source_row, t.stratum_type, t.stratum "
        f"FROM staging.nchs_wonder AS w JOIN told AS t ON {same} WHERE w.row_type = 'data'"
    ).fetchall()
    con.unregister("told")


@dataclass(frozen=True)
class _Carried:
    """One group that a row carries; ``words`` are the producer's, ``code`` its key."""

    kind: str
    group: str
    words: str
    code: str


def _carried(row: dict[str, str | None]) -> list[_Carried] | str:
    """Return the groups of a row, or why no count is made of it."""
    names = [name for name in _SPLITS if row.get(name)]
    if row.get("month") and not row.get("year_code"):
        names.append("month")
    headers = split_list(row.get("grouped_by") or "")
    header_of = dict(zip(dimensions_of(headers), headers, strict=True))
    database = _database_of(row)
    printed = [
        (name, header_of.get(name, ""), str(row[name]), row.get(f"{name}_code") or "")
        for name in names
    ]
    printed += [
        (dimension_of(header) or OTHER, header, label, code)
        for header, label, code in items_in(headers, row.get(OTHER), row.get(f"{OTHER}_code"))
    ]
    found = []
    for name, header, label, code in printed:
        meaning = meaning_of(name, header, database)
        if meaning is None:
            return NO_COLUMN
        found.append(_group(*meaning, label, code))
    kinds = [each.kind for each in found]
    if len(set(kinds)) < len(kinds):
        return NO_COLUMN
    if row.get("database_kind") == MORTALITY and not all(map(_is_of_deaths, kinds)):
        return OF_THE_INFANT
    return CROSSED if len(found) > MOST else found


def _database_of(row: dict[str, str | None]) -> str:
    """Return the database of a row; of a copy without footer the only one that has its year."""
    label, year = row.get("database_label") or "", row.get("year_code") or ""
    if label != REMOVED or not year.isdigit():
        return label
    fitting = [
        d.title
        for d in databases()
        if d.kind == row.get("database_kind") and d.first_year <= int(year) <= d.last_year
    ]
    return fitting[0] if len(fitting) == 1 else label


def _is_of_deaths(kind: str) -> bool:
    return kind.startswith(_OF_BOTH) or dimensions()[kind].about == DEATH


def items_in(
    headers: Sequence[str], texts: str | None, codes: str | None
) -> list[tuple[str, str, str]]:
    """Return header, label and code of what stands in ``other``, in order.

    Args:
        headers: Headers that the export is grouped by.
        texts: Cell of ``other``, such as ``Tobacco Use: Yes; WIC: No``.
        codes: Cell of ``other_code``.
    """
    if not texts:
        return []
    names = [h for h, n in zip(headers, dimensions_of(headers), strict=True) if n == OTHER]
    pattern = "; ".join(f"{re.escape(name)}: (.*)" for name in names)
    match = re.fullmatch(pattern, texts)
    labels = match.groups() if match else ()
    return list(zip(names, labels, (codes or "").split("; "), strict=False))


def items_not_listed(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return header, label and code of what stands in ``other`` and is on no list of groups."""
    columns = ["grouped_by", "database_label", OTHER, f"{OTHER}_code"]
    found = []
    for grouped, database, texts, codes in (
        rows.loc[rows[OTHER].notna(), columns].drop_duplicates().itertuples(index=False, name=None)
    ):
        for header, label, code in items_in(split_list(grouped), texts, codes):
            meaning = meaning_of(dimension_of(header) or OTHER, header, database)
            if meaning is None or not groups_of(meaning[0]):
                continue
            if _group(*meaning, label, code).group not in groups_of(meaning[0]):
                found.append((header, label, code))
    return list(dict.fromkeys(found))


def overlap(header: str, database: str) -> bool:
    """Return whether the groups of a header overlap, as far as it is known."""
    meaning = meaning_of(dimension_of(header) or OTHER, header, database)
    return meaning is None or dimensions()[meaning[0]].adds_up == OVERLAPPING


@cache
def meaning_of(column: str, header: str, database: str) -> tuple[str, str] | None:
    """Return the characteristic of a grouping and how it words its labels.

    ``None`` where no count is made of it.
    """
    return next(
        (
            (m.kind, m.wording)
            for m in _meanings()
            if m.column == column and m.header.fullmatch(header) and m.databases.match(database)
        ),
        None,
    )


@cache
def _group(kind: str, wording: str, label: str, code: str) -> _Carried:
    """Return the group of a label. Of causes the code is the key: labels are reworded, and shared.

    The mark of causes that NCHS ranks (``#``) is no part of their name.
    """
    groups = _groups()
    told = plain(label)
    words = " ".join(label.split()).lstrip("#").replace(JOINED, "/")
    if kind == "month":
        number = int(code) if code.isdigit() else 0
        group = MONTHS[number - 1].lower() if 1 <= number <= len(MONTHS) else None
    elif kind.startswith(("cause", "mentioned")):
        group = groups.get((kind, code.casefold()))
        if group is None:
            words = label_of("cause", code) or words
            words = words.lstrip("#") if code.startswith("GR") else f"{words} ({code})"
    else:
        group = groups.get((kind, f"{wording}: {told}")) if wording else None
        group = group or groups.get((kind, told))
    return _Carried(kind, group or words, words, code)


@cache
def _meanings() -> tuple[_Meaning, ...]:
    return tuple(
        _Meaning(
            row["column"],
            re.compile(row["header"]),
            re.compile(row["databases"]),
            row["stratum_type"],
            row["wording"],
        )
        for row in _rows(_FOLDER / "stratum_types.csv")
    )


@cache
def _groups() -> dict[tuple[str, str], str]:
    rows = _rows(_FOLDER.with_name("groups_by_label.csv"))
    return {(row["stratum_type"], row["label"]): row["stratum"] for row in rows}


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
