"""Twelve months that end in each month: the newest figures, and what they were before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from assets.disclosure.disclosure_policies import disclosure_policies
from assets.release.documents.page import words
from assets.release.documents.page.drawing import BLUE, ORANGE, SOFT, Figure, Row, Table
from assets.release.documents.page.section import Release, Section
from assets.release.documents.page.through_time import Axes, Line, through_time

_UNIT = "Deaths under one year per 1,000 live births"
Rows = Sequence[Mapping[str, Any]]


def twelve_months(release: Release) -> Section:
    """Return the section."""
    rows = release.rows("twelve_months")
    if not rows:
        return Section(missing=["This release has no figure of twelve months of a nation."])
    # What the producers printed themselves, they printed earlier too.
    public = [name for name, policy in disclosure_policies().items() if not policy.withholds]
    earlier = (
        release.rows("twelve_months_earlier", public=public)
        if release.has("core.revisions")
        else []
    )
    groups = [
        list(group)
        for _, group in groupby(rows, key=lambda r: (r["area_code"], r["source_family"]))
    ]
    figure = _figure(groups, earlier)
    return Section(
        findings=[*(_finding(group) for group in groups), _revised(earlier)], figures=[figure]
    )


def _finding(group: Rows) -> str:
    last = group[-1]
    said = words.figure(last["rate"], last["decimals"])
    text = (
        f"{words.short(last['area_name'])}, {last['period']}: {said} (95 % interval "
        f"{words.interval(last['ci_lower_95'], last['ci_upper_95'], last['decimals'])}), "
        f"{words.series(last['source_family'])}"
    )
    if last["rate_before"] is not None:
        changed = words.change(last["rate_before"], last["rate"], last["decimals"], last["verdict"])
        text += f"; against the twelve months a year earlier it {changed}"
    return text + (". Provisional." if last["is_provisional"] else ".")


def _span(groups: Sequence[Rows]) -> str:
    """Return how high and low the rates of the first nation went."""
    group = groups[0]
    top, low = (pick(group, key=lambda row: row["rate"]) for pick in (max, min))
    said = words.figure
    return (
        f"{words.short(group[0]['area_name'])}: between {said(low['rate'], low['decimals'])} "
        f"({low['period']}) and {said(top['rate'], top['decimals'])} ({top['period']})"
    )


def _revised(earlier: Rows) -> str:
    if not earlier:
        return "No figure of twelve months was restated by a later edition in use."
    last = max(earlier, key=lambda r: r["period_end"])
    before, now = (
        words.figure(value, last["decimals"] + 2) for value in (last["rate_then"], last["rate"])
    )
    times = words.counted(len(earlier), "figure was", "figures were")
    return f"{times} restated by a later edition: {last['period']} from {before} to {now}."


def _month(day: Any) -> int:
    return int(day.year * 12 + day.month - 1)


def _figure(groups: Sequence[Rows], earlier: Rows) -> Figure:
    lines: list[Line] = []
    for group, colour in zip(groups, (BLUE, ORANGE) * len(groups), strict=False):
        last = group[-1]
        before: list[Row] = [
            {"x": _month(row["period_end"]), "y": row["rate_then"]}
            for row in earlier
            if (row["area_code"], row["source_family"])
            == (last["area_code"], last["source_family"])
        ]
        if before:
            lines.append(Line("", SOFT, before, faint=True, step=0))
        lines.append(
            Line(
                f"{words.name(last['area_name'], 32)}\n"
                f"{words.figure(last['rate'], last['decimals'])}",
                colour,
                [
                    {"x": _month(row["period_end"]), "y": row["rate"], "lo": row["ci_lower_95"],
                     "hi": row["ci_upper_95"]}
                    for row in group
                ],
            )
        )  # fmt: skip
    places = sorted({_month(row["period_end"]) for group in groups for row in group})
    ticks = [(m, f"{m // 12}-{m % 12 + 1:02d}") for m in range(places[0], places[-1] + 1)]
    lows = [row["ci_lower_95"] or row["rate"] for group in groups for row in group]
    floor = max(0.0, int(min(lows) * 2) / 2)
    axes = Axes(_UNIT, ticks=ticks, height=210, lowest=floor)
    findings = " ".join(_finding(group) for group in groups)
    return Figure(
        key="twelve-months",
        finding=f"{_span(groups)}, by the month that ends twelve",
        alternative=f"Lines by the month that ends twelve. {findings} {_revised(earlier)}",
        narrow=through_time(lines, axes),
        table=_table(groups, earlier),
        notes=[
            *([f"The vertical axis begins at {floor:g}."] if floor else []),
            "Neighbouring points share eleven months and are not tested against each other.",
            *(["Faint rings: what earlier editions gave for the same months."] if earlier else []),
        ],
    )


def _table(groups: Sequence[Rows], earlier: Rows) -> Table:
    before: dict[tuple[Any, ...], list[str]] = {}
    for row in earlier:
        key = (row["area_code"], row["source_family"], row["period_end"])
        before.setdefault(key, []).append(words.figure(row["rate_then"], row["decimals"] + 2))
    return Table(
        ("twelve months", "area", "rate", "95 % interval", "deaths", "live births", "earlier"),
        [
            (
                row["period"],
                words.name(row["area_name"]),
                words.figure(row["rate"], row["decimals"]),
                words.interval(row["ci_lower_95"], row["ci_upper_95"], row["decimals"]),
                words.count(row["numerator"]),
                words.count(row["denominator"]),
                ", ".join(
                    before.get((row["area_code"], row["source_family"], row["period_end"]), ["–"])
                ),
            )
            for group in groups
            for row in reversed(group)
        ],
        (2, 3, 4, 5, 6),
        "Infant deaths per 1,000 live births in twelve months",
    )
