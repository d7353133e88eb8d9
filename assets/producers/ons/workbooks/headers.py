"""Match the headers of a sheet with those of a description.

Wording is compared in two steps: as printed (notes, case, dashes and punctuation aside) or in a
declared other wording, then without the words for units. Columns keep their order where a header
stands twice (``Males``); one that stands once may move. What else the sheet has is not read.
Columns that are repeated for every year are described once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assets.producers.ons.workbooks.cells import is_number
from assets.producers.ons.workbooks.layout import (
    FLAG,
    IGNORED,
    LABEL,
    MEASURED,
    RATE,
    SPACER,
    YEARS,
    ColumnLayout,
    TableLayout,
)
from assets.producers.ons.workbooks.symbols import is_mark
from assets.producers.ons.workbooks.text import area_code, clean, header_key, unit_key

RELIABILITY = " | reliability"
"""What the name of a column of reliability marks adds to that of its rates."""
_LAST_YEARS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:\s?-\s?((?:19|20)\d\d)(?: \(combined years\))?)?$"
)
_OLD_CODE = re.compile(r"\d\d[A-Z]{1,2}")
_MOSTLY_CODES = 0.8
_NEEDED, _OTHER = 100, 10
Cells = Sequence[object]


@dataclass(frozen=True)
class Match:
    """Columns of a sheet beside those of a description.

    Attributes:
        texts: Header texts of the sheet, from left to right.
        columns: What each column of the sheet is.
        missing: Described columns that the sheet lacks, optional ones left out.
        unread: Header texts of columns that are not read.
    """

    texts: tuple[str, ...]
    columns: tuple[ColumnLayout, ...]
    missing: tuple[ColumnLayout, ...]
    unread: tuple[str, ...]

    @property
    def is_usable(self) -> bool:
        """Whether every column that is needed is there."""
        return not any(column.needed for column in self.missing)

    @property
    def is_perfect(self) -> bool:
        """Whether the headers are those of the description and no others."""
        return not self.missing and not self.unread

    @property
    def found(self) -> int:
        """Number of described columns that are there."""
        return sum(column.role in (LABEL, *MEASURED) for column in self.columns)


def match(
    table: TableLayout, texts: Sequence[str], below: Sequence[Cells], *, likely: bool = False
) -> Match:
    """Return which column of a sheet is which column of a description.

    Args:
        table: The description.
        texts: Header texts of the sheet; ``""`` where a header is blank.
        below: Cells below the header, column by column, as many as ``texts``.
        likely: Take what a column most likely is, for a report that a person reads.
    """
    table = for_years(table, texts)
    wanted = [column for column in table.columns if column.printed]
    placed = _paired(wanted, texts, likely=likely)
    by_position: dict[int, ColumnLayout] = {j: wanted[i] for i, j in placed.items()}
    _place_codes(table, by_position, texts, below)
    columns: list[ColumnLayout] = []
    unread = []
    for position, text in enumerate(texts):
        column = by_position.get(position)
        if column is None:
            column = _unknown(text, below[position], columns)
            if text:
                unread.append(text)
        columns.append(column if column.printed == text else replace(column, printed=text))
    there = {(column.role, column.name) for column in columns}
    missing = tuple(
        column
        for column in table.columns
        if column.role not in (SPACER, IGNORED)
        and not column.optional
        and (column.role, column.name) not in there
    )
    return Match(tuple(texts), tuple(columns), missing, tuple(unread))


def share_found(table: TableLayout, texts: Sequence[str]) -> float:
    """Return which share of the described headers stands among some texts, in any order."""
    described = for_years(table, texts)
    seen = set(map(header_key, texts))
    if described.keys.isdisjoint(seen):
        return 0.0
    wanted = [column.keys for column in described.columns if column.printed]
    return sum(not keys.isdisjoint(seen) for keys in wanted) / max(1, len(wanted))


def for_years(table: TableLayout, texts: Sequence[str]) -> TableLayout:
    """Return a description with the columns of every year that the headers name.

    Args:
        table: The description; one without repeated columns is returned as it is.
        texts: Header texts of the sheet.
    """
    if not table.has_years:
        return table
    years = dict.fromkeys(
        match[0] for text in texts if (match := _LAST_YEARS.search(header_key(text))) is not None
    )
    if not years:
        return table
    columns = [column for column in table.columns if YEARS not in column.printed]
    for printed in years:
        named = _named_years(printed)
        columns += [
            replace(
                column,
                printed=column.printed.replace(YEARS, printed),
                name=column.name.replace(YEARS, named),
                also=tuple(text.replace(YEARS, printed) for text in column.also),
                about=tuple((name, text.replace(YEARS, named)) for name, text in column.about),
            )
            for column in table.columns
            if YEARS in column.printed
        ]
    return replace(table, columns=tuple(columns))


def _named_years(printed: str) -> str:
    """Return ``2022``, or ``2018-2022`` for several years put together."""
    found = _LAST_YEARS.search(printed)
    return "-".join(filter(None, found.groups())) if found is not None else printed


def _paired(
    wanted: Sequence[ColumnLayout], texts: Sequence[str], *, likely: bool
) -> dict[int, int]:
    """Return the position in ``texts`` of described columns, by their index."""
    seen = [(j, text) for j, text in enumerate(texts) if text]
    keys = [header_key(text) for _, text in seen]
    if len(keys) == len(wanted) and all(
        key in column.keys for key, column in zip(keys, wanted, strict=True)
    ):
        return {i: j for i, (j, _) in enumerate(seen)}
    units = [unit_key(text) for _, text in seen]
    weights = [
        [_weight(column, key, unit) for key, unit in zip(keys, units, strict=True)]
        for column in wanted
    ]
    if likely:
        weights = [[min(1, weight) for weight in row] for row in weights]
    else:
        _drop_doubtful(weights, len(seen))
    pairs = _aligned(weights, len(seen))
    _add_moved(pairs, weights, len(seen))
    return {i: seen[j][0] for i, j in pairs.items()}


def _weight(column: ColumnLayout, key: str, unit: str) -> int:
    worth = _NEEDED if column.needed else _OTHER
    if key in column.keys:
        return worth
    return worth - 1 if unit in column.units else 0


def _drop_doubtful(weights: list[list[int]], width: int) -> None:
    """Drop ambiguous matches: a header must occur as often as it is described.

    Stacked headers repeat a word for numbers and rates; where one of them has another name, the
    other must not be taken for it. An exact wording is preferred to one without units.
    """
    for row in weights:
        best = max(row, default=0)
        row[:] = [weight if weight == best else 0 for weight in row]
    candidates = [frozenset(j for j in range(width) if row[j]) for row in weights]
    for i, own in enumerate(candidates):
        alike = [other for other in candidates if not own.isdisjoint(other)]
        if own and len(frozenset().union(*alike)) != len(alike):
            weights[i] = [0] * width


def _aligned(weights: Sequence[Sequence[int]], width: int) -> dict[int, int]:
    """Return the pairs of greatest weight that keep the order of both sides."""
    best = [[0] * (width + 1) for _ in range(len(weights) + 1)]
    for i in range(len(weights) - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            paired = weights[i][j] + best[i + 1][j + 1] if weights[i][j] else 0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: dict[int, int] = {}
    i = j = 0
    while i < len(weights) and j < width:
        if weights[i][j] and best[i][j] == weights[i][j] + best[i + 1][j + 1]:
            pairs[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _add_moved(pairs: dict[int, int], weights: Sequence[Sequence[int]], width: int) -> None:
    """Add moved columns: a header that occurs once on both sides."""
    free = [j for j in range(width) if j not in set(pairs.values())]
    open_ = [i for i in range(len(weights)) if i not in pairs]
    fitting = {i: [j for j in range(width) if weights[i][j]] for i in open_}
    claims = Counter(j for i in range(len(weights)) for j in range(width) if weights[i][j])
    for i, positions in fitting.items():
        if len(positions) == 1 and positions[0] in free and claims[positions[0]] == 1:
            pairs[i] = positions[0]


def _place_codes(
    table: TableLayout,
    by_position: dict[int, ColumnLayout],
    texts: Sequence[str],
    below: Sequence[Cells],
) -> None:
    """Tell code columns from name columns by their cells, because some editions share a header.

    The column of codes has GSS codes, or those used before, in nearly all of its cells.
    """
    code = next((c for c in table.columns if c.role == LABEL and c.name == "area_code"), None)
    name = next((c for c in table.columns if c.role == LABEL and c.name == "area_name"), None)
    if code is None or name is None:
        return
    measured = [j for j, column in by_position.items() if column.role in MEASURED]
    left = range(min(measured, default=len(texts)))
    worded = code.keys | name.keys | {""}
    labels = [
        j
        for j in left
        if by_position.get(j) in (None, code, name) and header_key(texts[j]) in worded
    ]
    coded = next((j for j in labels if _are_codes(below[j])), None)
    if coded is not None and by_position.get(coded) != code:
        for j in labels:
            by_position.pop(j, None)
        by_position[coded] = code
    if name not in by_position.values() and (coded is not None or not name.printed):
        named = next((j for j in labels if j not in by_position and _are_texts(below[j])), None)
        if named is not None:
            by_position[named] = name


def _are_codes(cells: Cells) -> bool:
    filled = [text for text in map(clean, cells) if text]
    codes = sum(area_code(t) is not None or bool(_OLD_CODE.fullmatch(t)) for t in filled)
    return codes > 1 and codes >= _MOSTLY_CODES * len(filled)


def _are_texts(cells: Cells) -> bool:
    return any(isinstance(cell, str) and cell.strip() for cell in cells)


def _unknown(text: str, cells: Cells, before: Sequence[ColumnLayout]) -> ColumnLayout:
    """Describe a column that no description names.

    Without header it holds the marks of the rates to its left, or texts that are not read.
    Numbers without a header would have been shifted sideways: the column must be empty.
    """
    if text:
        return ColumnLayout(IGNORED, text, "")
    filled = [cell for cell in cells if not (isinstance(cell, str) and not cell.strip())]
    if any(map(is_number, filled)) or not filled:
        return ColumnLayout(SPACER, "", "")
    marks = any(isinstance(cell, str) and is_mark(cell) for cell in filled)
    if marks and before and before[-1].role == RATE:
        return ColumnLayout(FLAG, "", before[-1].name + RELIABILITY)
    return ColumnLayout(IGNORED, "", "")
