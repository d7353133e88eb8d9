"""Groups of babies beside each other: Black and White first, as ratio and as difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from assets.release.documents.page import words
from assets.release.documents.page.drawing import BLUE, ORANGE, Figure, Table
from assets.release.documents.page.section import Release, Section
from assets.release.documents.page.through_time import Axes, Line, through_time

_BLACK = "black"
_CHANCE = 0.05
Rows = Sequence[Mapping[str, Any]]


def disparities(release: Release) -> Section:
    """Return the section."""
    rows = release.rows("disparities")
    if not rows:
        return Section(missing=["This release compares no groups of a nation."])
    pairs = [
        list(group)
        for _, group in groupby(
            rows, key=lambda row: (row["area_code"], row["stratum_type"], row["stratum"])
        )
    ]
    newest = [pair[-1] for pair in pairs]
    black = sorted(
        (pair for pair in pairs if _is_black(pair[-1])),
        key=lambda pair: (-pair[-1]["year"], -len(pair)),
    )
    missing = []
    if not black:
        missing.append("This release has no figures of Black and White babies side by side.")
    return Section(
        findings=[_finding(pair[-1]) for pair in black],
        missing=missing,
        figures=[
            _figure("ratio", black, "Ratio of the two rates", 1.0),
            _figure("difference", black, "Difference, deaths per 1,000 live births", 0.0),
        ]
        if black
        else [],
        tables=[_table(newest)],
        notes=[
            "Ratio and difference can disagree: where both rates fall together, the difference "
            "shrinks and the ratio stays. Tenths of deprivation stand with England's authorities."
        ],
    )


def _label(stratum_type: str, stratum: str) -> str:
    said = words.name(words.group(stratum_type, stratum), 30)
    return said[0].upper() + said[1:]


def _group(row: Mapping[str, Any], which: str = "stratum") -> str:
    return words.group(row["stratum_type"], row[which])


def _is_black(row: Mapping[str, Any]) -> bool:
    return _BLACK in row["stratum"].split("_")


def _finding(row: Mapping[str, Any]) -> str:
    group, reference = _group(row, "stratum"), _group(row, "reference_stratum")
    said = words.figure
    limits = words.interval(row["rate_ratio_lower_95"], row["rate_ratio_upper_95"], 2)
    text = (
        f"{words.short(row['area_name'])}, {row['period']}, by "
        f"{words.kind_of_group(row['stratum_type'])}: {said(row['rate'], row['decimals'])} per "
        f"1,000 for {group} and {said(row['reference_rate'], row['decimals'])} for {reference}: "
        f"{said(row['rate_ratio'], 2)} times as many (95 % interval {limits}), {_more(row)}"
    )
    if row["ratio_change"] is not None and row["ratio_change_p_value"] is not None:
        way = "smaller" if row["ratio_change"] < 1 else "larger"
        chance = (
            "more than chance would make it"
            if row["ratio_change_p_value"] < _CHANCE
            else "no more than chance would make it"
        )
        text += f"; the ratio is {way} than in {row['year_before']}, {chance}"
    return text + "."


def _more(row: Mapping[str, Any]) -> str:
    difference = row["rate_difference"]
    limits = sorted(
        words.figure(abs(row[f"rate_difference_{side}_95"]), 1) for side in ("lower", "upper")
    )
    way = "more" if difference >= 0 else "fewer"
    same = row["rate_difference_lower_95"] * row["rate_difference_upper_95"] > 0
    within = f" ({limits[0]} to {limits[1]})" if same else ""
    return f"{words.figure(abs(difference), 1)} {way} deaths per 1,000 births{within}"


def _figure(kind: str, pairs: Sequence[Rows], unit: str, nothing: float) -> Figure:
    column = f"rate_{kind}"
    places = 2 if kind == "ratio" else 1
    lines = []
    for pair, colour in zip(pairs, (BLUE, ORANGE) * len(pairs), strict=False):
        last = pair[-1]
        short = "by race" if "race" in pair[0]["stratum_type"] else "by origin"
        lines.append(
            Line(
                f"{_label(last['stratum_type'], last['stratum'])}, {short}\n"
                f"{words.figure(last[column], places)} ({last['period']})",
                colour,
                [
                    {"x": row["year"], "y": row[column], "lo": row[f"{column}_lower_95"],
                     "hi": row[f"{column}_upper_95"]}
                    for row in pair
                ],
            )
        )  # fmt: skip
    first, last = pairs[0][0], pairs[0][-1]
    finding = (
        f"{unit.partition(',')[0]}, {_group(last, 'stratum')} to "
        f"{_group(last, 'reference_stratum')}: {words.figure(last[column], places)} in "
        f"{last['period']} (95 % interval "
        + words.interval(last[f"{column}_lower_95"], last[f"{column}_upper_95"], places)
        + ")"
    )
    if len(pairs[0]) > 1:
        finding += f", {words.figure(first[column], places)} in {first['period']}"
    return Figure(
        key=f"disparity-{kind}",
        finding=f"{finding}.",
        alternative=f"Lines by year. {finding}.",
        narrow=through_time(lines, Axes(unit, height=200, lowest=nothing)),
        table=Table(
            ("groups", "year", kind, "95 % interval", "rate", "rate of reference"),
            [
                (
                    f"{_group(row, 'stratum')} to {_group(row, 'reference_stratum')}",
                    row["period"],
                    words.figure(row[column], places),
                    words.interval(row[f"{column}_lower_95"], row[f"{column}_upper_95"], places),
                    words.figure(row["rate"], row["decimals"]),
                    words.figure(row["reference_rate"], row["decimals"]),
                )
                for pair in pairs
                for row in reversed(pair)
            ],
            (2, 3, 4, 5),
            f"{unit} by year",
        ),
        notes=["No difference would be 1." if nothing else "No difference would be 0."],
    )


def _table(rows: Rows) -> Table:
    said = words.figure
    return Table(
        ("group", "compared with", "told apart by", "year", "rate", "ratio", "95 % interval",
         "difference", "95 % interval of it", "deaths above the reference's rate"),
        [
            (
                _group(row, "stratum"),
                _group(row, "reference_stratum"),
                f"{words.kind_of_group(row['stratum_type'])}, {words.name(row['area_name'])}",
                row["period"],
                said(row["rate"], row["decimals"]),
                said(row["rate_ratio"], 2),
                words.interval(row["rate_ratio_lower_95"], row["rate_ratio_upper_95"], 2),
                said(row["rate_difference"], 1),
                words.interval(
                    row["rate_difference_lower_95"], row["rate_difference_upper_95"], 1
                ),
                words.figure(row["excess_deaths"], 0),
            )
            for row in rows
        ],
        (4, 5, 6, 7, 8, 9),
        "Every group of a nation in its newest year",
    )  # fmt: skip
