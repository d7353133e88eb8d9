"""Check that areas sum to their printed parents."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd

from assets.archive.errors import ExtractError
from assets.core.geography.area_registry import areas

_SHOWN = 20
_ZERO = "-"
_UNION = "K02000001"
_OF_UNION = frozenset({"S92000003", "N92000002"})
_LEVELS = ("county", "metropolitan_county", "region")
"""Kinds of which a table prints all areas or none."""


def sums_differ(
    frame: pd.DataFrame, codes: pd.Series, columns: tuple[str, ...], file_name: str
) -> list[ExtractError]:
    """Return an error where the areas inside a printed area do not add up to it.

    A workbook that prints authorities, counties and regions says everything twice: a row that was
    lost, or a figure that was changed or moved to another row, breaks a sum. Sums with a figure
    that is not printed are not compared. Rows whose area is not known may make up for what the
    known ones lack, and for no more than they count.

    Args:
        frame: Staging rows of the extract, with ``year`` and ``source_column``.
        codes: Area code of every row; missing where it is not known.
        columns: Source columns that hold counts.
        file_name: Name of the file, for the message.
    """
    counts = frame[frame["source_column"].isin(columns)]
    text = counts["raw_text"].astype("object").fillna("").astype("str").str.strip()
    rows = pd.DataFrame(
        {
            "year": counts["year"],
            "column": counts["source_column"],
            "code": codes[counts.index],
            "value": counts["value"].mask(text == _ZERO, 0.0),
            "row": counts["source_row"],
        }
    )
    is_known = rows["code"].isin(list(areas()))
    spare = rows[~is_known].groupby(["year", "column"])["value"].sum()
    rows = rows[is_known]
    printed = set(rows["code"])
    above = {code: _printed_above(code, printed) for code in printed}
    rows["above"] = rows["code"].map(above)
    parts = rows.dropna(subset="above").groupby(["year", "column", "above"])["value"]
    sums = parts.agg(total="sum", known="count", listed="size").reset_index()
    both = sums[sums["known"] == sums["listed"]].merge(
        rows.drop(columns="above"),
        left_on=["year", "column", "above"],
        right_on=["year", "column", "code"],
    )
    wrong = both[both["value"].notna() & (both["value"] != both["total"])]
    if (~is_known).any() and _made_up_for(wrong, spare.to_dict()):
        wrong = wrong.iloc[:0]
    absent = _absent(printed) if is_known.all() else []
    listed = [
        *(f"{areas()[code].name} is not printed" for code in absent),
        *(
            f"{areas()[str(r.code)].name}, {r.column}: printed {r.value:.0f}, its areas sum to "
            f"{r.total:.0f}"
            for r in wrong.itertuples()
        ),
    ]
    if not listed:
        return []
    return [
        ExtractError(
            "GEOGRAPHY-SUMS",
            f"{len(listed)} areas that do not add up, first: {listed[0]}",
            "areas that add up to the county, region and nation that they lie in",
            "A row is missing, or a figure stands in the wrong place. Fetch the workbook again and "
            "compare it with the producer's page.",
            file_name,
            row=int(wrong["row"].iloc[0]) if len(wrong) else None,
            details={"sums": listed[:_SHOWN]},
        )
    ]


def _made_up_for(wrong: pd.DataFrame, spare: Mapping[Hashable, float]) -> bool:
    """Return whether unknown areas can explain the gap to the printed totals."""
    lacking = wrong.assign(lacking=wrong["value"] - wrong["total"])
    if (lacking["lacking"] < 0).any():
        return False
    sums = lacking.groupby(["year", "column"])["lacking"].sum().to_dict()
    return all(spare.get(key, 0.0) >= missing for key, missing in sums.items())


def _absent(printed: set[str]) -> list[str]:
    """Return areas that are missing although their members and siblings are printed."""
    kinds = {areas()[code].kind for code in printed} & set(_LEVELS)
    above = {areas()[code].parent for code in printed} - printed - {""}
    return sorted(code for code in above if areas()[code].kind in kinds)


def _printed_above(code: str, printed: set[str]) -> str | None:
    above = areas()[code].parent
    while above and above not in printed:
        above = areas()[above].parent if above in areas() else ""
    if above == _UNION and not printed >= _OF_UNION:
        return None  # The union's other nations are not printed or not read.
    return above or None
