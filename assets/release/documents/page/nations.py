"""Nations through time: intervals, targets, marked breaks; series stay apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from assets.release.documents.page import words
from assets.release.documents.page.drawing import (
    BLUE,
    GREEN,
    NARROW,
    ORANGE,
    PURPLE,
    WIDE,
    Figure,
    Table,
)  # fmt: skip
from assets.release.documents.page.section import NO_BORROWING, Release, Section
from assets.release.documents.page.through_time import Axes, Level, Line, through_time

_UNIT = "Deaths under one year per 1,000 live births"
_LONG = 12
"""Years from which a nation is drawn in the first chart; shorter ones have one of their own."""
_MOST = 4
"""Nations with a chart of their own."""
Rows = Sequence[Mapping[str, Any]]


def nations(release: Release) -> Section:
    """Return the section."""
    rows = release.rows("nations")
    if not rows:
        return Section(missing=["This release has no annual figure of a nation."])
    areas = [list(group) for _, group in groupby(rows, key=lambda row: row["area_code"])]
    long = [area for area in areas if len(area) >= _LONG] or areas
    short = [area for area in areas if area not in long and not _repeats(area, long)]
    levels = release.rows("nations_levels")
    breaks = release.rows("nations_breaks") if release.has("core.series_breaks") else []
    figures = [_figure("nations", long, levels, breaks, wide=True)]
    figures += [
        _figure(f"nation-{number}", [area], [], breaks, wide=False)
        for number, area in enumerate(short[:_MOST], start=1)
    ]
    missing = [
        f"This release has no annual figure of {name}."
        for country, name in (("US", "the United States"), ("EW", "England or Wales"))
        if not any(row["country"] == country for row in rows)
    ]
    return Section(
        findings=[_finding(area) for area in (*long, *short[:_MOST])],
        in_captions=True,
        missing=missing,
        figures=figures,
        notes=[NO_BORROWING] if len(areas) > 1 else [],
    )


def _repeats(area: Rows, others: Sequence[Rows]) -> bool:
    """Return whether an area is England and Wales, drawn already with residents of elsewhere."""
    return "K04000001" in area[0]["area_code"] and any(
        "K04000001" in other[0]["area_code"] for other in others
    )


def _finding(area: Rows) -> str:
    """Return how the rate went from the first year to the last of the main series, in words."""
    families = [row["source_family"] for row in area]
    main = max(dict.fromkeys(families), key=families.count)
    own = [row for row in area if row["source_family"] == main]
    first, last = own[0], own[-1]
    low = min(own, key=lambda row: row["rate"])
    name, decimals = words.short(area[0]["area_name"]), last["decimals"]
    said = words.figure
    if len(own) == 1:
        return f"{name}: {said(last['rate'], decimals)} in {last['period']}, the only year."
    text = (
        f"{name}: from {said(first['rate'], decimals)} in {first['period']} to "
        f"{said(last['rate'], decimals)} in {last['period']} ({words.series(main)})"
    )
    if low["year"] not in (first["year"], last["year"]):
        text += f"; lowest in {low['period']}, {said(low['rate'], decimals)}"
    newest = area[-1]
    if newest["source_family"] != main:
        text += (
            f"; {said(newest['rate'], newest['decimals'])} in {newest['period']} in another series "
            f"({words.series(newest['source_family'])})"
        )
    return text + "."


def _figure(key: str, areas: Sequence[Rows], levels: Rows, breaks: Rows, *, wide: bool) -> Figure:
    lines = [
        line
        for area, colour in zip(areas, (BLUE, ORANGE, GREEN, PURPLE) * len(areas), strict=False)
        for line in _lines(area, colour)
    ]
    drawn = {area[0]["area_code"] for area in areas}
    years = [row["year"] for area in areas for row in area]
    marked = [
        Level(
            f"{_target(level['target_id'])}:\n{words.figure(level['target_value'], 1)}",
            level["target_value"],
            level["first_year"],
            level["last_year"],
        )
        for level in levels
        if level["area_code"] in drawn
    ]
    families = {row["source_family"] for area in areas for row in area}
    broken = [
        b for b in breaks if b["source_family"] in families and min(years) < b["year"] <= max(years)
    ]
    at = [float(b["year"]) for b in broken]

    def drawing(width: int, height: int) -> str:
        return through_time(lines, Axes(_UNIT, width, height), marked, at)

    findings = [_finding(area) for area in areas]
    return Figure(
        key=key,
        finding=" ".join(findings),
        alternative="Lines by year. " + " ".join(findings) + _said_levels(levels, drawn),
        narrow=drawing(NARROW, 250),
        wide=drawing(WIDE, 290) if wide else "",
        table=_table(areas),
        notes=[*_notes(areas), *_said_breaks(broken)],
    )


def _lines(area: Rows, colour: str) -> Iterable[Line]:
    """Yield one line per series; the newest point carries the label, others are hollow."""
    families = [row["source_family"] for row in area]
    main = max(dict.fromkeys(families), key=families.count)
    newest = area[-1]
    label = (
        f"{words.name(area[0]['area_name'], 34)}\n"
        f"{words.figure(newest['rate'], newest['decimals'])} ({newest['period']})"
    )
    for family in sorted(dict.fromkeys(families), key=lambda f: f == newest["source_family"]):
        yield Line(
            label if family == newest["source_family"] else "",
            colour,
            [
                {"x": r["year"], "y": r["rate"], "lo": r["ci_lower_95"], "hi": r["ci_upper_95"]}
                for r in area
                if r["source_family"] == family
            ],
            hollow=family != main,
        )


def _target(target_id: str) -> str:
    """Return the name of a target that fits beside a line: its year, where it has one."""
    year = target_id[-4:]
    return f"target {year}" if year.isdigit() else words.name(target_id.replace("_", " "), 16)


def _said_levels(levels: Rows, drawn: set[str]) -> str:
    named = [
        f"{words.short(v['area_name'])} {_target(v['target_id'])}: "
        + words.figure(v["target_value"], 1)
        for v in levels
        if v["area_code"] in drawn
    ]
    return f" Dashed: {words.listed(named)}." if named else ""


def _said_breaks(breaks: Rows) -> list[str]:
    return [
        f"Break in {b['year']}, {words.series(b['source_family'])} (dashed, upright): "
        f"{words.name(b['reason'])}."
        for b in breaks
    ]


def _notes(areas: Sequence[Rows]) -> list[str]:
    notes = ["Bands and thin bars are 95 % intervals. A year without a figure is a gap."]
    mixed = {
        words.series(row["source_family"])
        for area in areas
        if len({r["source_family"] for r in area}) > 1
        for row in area
    }
    if mixed:
        notes.append(
            "Hollow points are years of which only another series has a figure; they are not "
            f"joined to the line ({words.listed(sorted(mixed))})."
        )
    return notes


def _table(areas: Sequence[Rows]) -> Table:
    rows = sorted(
        (row for area in areas for row in area), key=lambda r: (-r["year"], r["area_name"])
    )
    return Table(
        ("area", "year", "rate", "95 % interval", "deaths", "live births", "series"),
        [
            (
                words.name(row["area_name"]),
                row["period"],
                words.figure(row["rate"], row["decimals"]),
                words.interval(row["ci_lower_95"], row["ci_upper_95"], row["decimals"]),
                words.count(row["numerator"]),
                words.count(row["denominator"]),
                words.series(row["source_family"]),
            )
            for row in rows
        ],
        (2, 3, 4, 5),
        "Infant deaths per 1,000 live births by year",
    )
