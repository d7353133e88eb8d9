"""States of the United States: a tile for each, and in order with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assets.release.documents.page import words
from assets.release.documents.page.dots import COMPARED, Dot, dots
from assets.release.documents.page.drawing import SOFT, Figure, Table
from assets.release.documents.page.section import RELIABLE, Release, Section

_UNIT = "per 1,000 live births"
_DISTRICT = "US-DC"
_GRID = """
AK .. .. .. .. .. .. .. .. .. ME
.. .. .. .. .. .. .. .. .. VT NH
WA ID MT ND MN IL WI MI NY RI MA
OR NV WY SD IA IN OH PA NJ CT ..
CA UT CO NE MO KY WV VA MD DE ..
.. AZ NM KS AR TN NC SC DC .. ..
.. .. .. OK LA MS AL GA .. .. ..
HI .. .. TX .. .. .. .. FL .. ..
"""
_PLACES = {
    f"US-{code}": (row, column)
    for row, line in enumerate(_GRID.split("\n")[1:-1], start=1)
    for column, code in enumerate(line.split(), start=1)
    if code != ".."
}
"""Row and column of every tile."""
_WINDOWS = {"annual": "one year", "rolling_3_year": "three years together"}
_SAID = {
    "suppressed": "withheld",
    "missing": "no figure",
    "incomplete_window": "not all years have a figure",
    "series_break": "the years are not comparable",
}
Rows = Sequence[Mapping[str, Any]]


def states(release: Release) -> Section:
    """Return the section."""
    windows = {window: release.rows("states", window=window) for window in _WINDOWS}
    shown = {window: rows for window, rows in windows.items() if rows}
    if not shown:
        return Section(missing=["This release has no figure of a state of the United States."])
    blocks: list[dict[str, Any]] = [
        {"findings": _findings(rows), "map": _map(window, rows), "figure": _figure(window, rows)}
        for window, rows in shown.items()
    ]
    return Section(
        findings=[finding for block in blocks for finding in block["findings"]],
        missing=[
            f"This release has no figure of the states for {_WINDOWS[window]}."
            for window in _WINDOWS
            if window not in shown
        ],
        more={"blocks": blocks},
    )


def _findings(rows: Rows) -> list[str]:
    """Return what the states show, in words: the ends, and who differs from the nation."""
    first = rows[0]
    period, decimals = first["period"], first["decimals"] or 2
    sound = [
        row for row in rows
        if row["value_status"] == RELIABLE and row["area_code"] != _DISTRICT
    ]  # fmt: skip
    few = [row for row in rows if row["value_status"] == "unreliable"]
    none = [row for row in rows if row["rate"] is None]
    found = []
    if len(sound) > 1:
        top, low = sound[0], sound[-1]
        found.append(
            f"{period}: from {words.figure(low['rate'], low['decimals'])} in "
            f"{words.short(low['area_name'])} to {words.figure(top['rate'], top['decimals'])} in "
            f"{words.short(top['area_name'])} per 1,000 live births"
            + (f", {words.figure(top['rate'] / low['rate'], 1)} times as many"
               if low["rate"] else "")
            + "."
        )  # fmt: skip
    elif sound:
        only = words.figure(sound[0]["rate"], decimals)
        found.append(f"{period}: {words.short(sound[0]['area_name'])} {only}, the only state.")
    if first["nation_rate"] is not None:
        above, below = (
            sum(str(row["compared_with_nation"]).startswith(side) for row in rows)
            for side in ("worse", "better")
        )
        nation = words.figure(first["nation_rate"], first["nation_decimals"])
        found.append(
            f"Against the nation's {nation}, {above} of {len(rows) - len(none)} are higher and "
            f"{below} lower by more than chance would do (95 % limits)."
        )
    if few:
        names = words.listed([words.short(row["area_name"]) for row in few])
        stands = "stands" if len(few) == 1 else "stand"
        found.append(
            f"{names} {stands} on too few deaths for a reliable rate and {stands} unranked "
            "here (hollow)."
        )
    if none:
        names = words.listed([words.short(row["area_name"]) for row in none])
        found.append(f"No figure of {names}.")
    return found


def _above(rows: Rows) -> str:
    """Return which states lie above the nation, for the caption of the map."""
    above = [
        words.short(row["area_name"])
        for row in rows
        if str(row["compared_with_nation"]).startswith("worse")
    ]
    if rows[0]["nation_rate"] is None or not above:
        return "Infant mortality"
    return f"Above the nation: {words.listed(above, 5)}. Infant mortality"


def _ends(shown: Rows) -> str:
    """Return the highest and the lowest that are reliable."""
    sound = [row for row in shown if row["value_status"] == RELIABLE] or list(shown)
    if not sound:
        return "no figure"
    top, low = sound[0], sound[-1]
    said = words.figure
    return (
        f"{words.short(top['area_name'])} {said(top['rate'], top['decimals'])}, "
        f"{words.short(low['area_name'])} {said(low['rate'], low['decimals'])}"
    )


def _map(window: str, rows: Rows) -> dict[str, Any]:
    """Return tiles of a map; areas that it has no place for are not on it."""
    tiles = []
    for row in rows:
        if row["area_code"] not in _PLACES:
            continue
        line, column = _PLACES[row["area_code"]]
        tiles.append(
            {
                "row": line,
                "column": column,
                "code": row["area_code"].removeprefix("US-"),
                "rate": words.figure(row["rate"], min(row["decimals"] or 1, 1))
                if row["rate"] is not None
                else "–",
                "look": _look(row),
            }
        )
    return {
        "key": window,
        "period": rows[0]["period"],
        "window": _WINDOWS[window],
        "tiles": tiles,
        "finding": f"{_above(rows)} by state, {rows[0]['period']}",
        "alternative": " ".join(["Map of tiles, one per state.", *_findings(rows)]),
        "nation": words.figure(rows[0]["nation_rate"], rows[0]["nation_decimals"] or 2)
        if rows[0]["nation_rate"] is not None
        else "",
    }


def _look(row: Mapping[str, Any]) -> str:
    """Return the class of a tile."""
    if row["rate"] is None:
        return "none"
    side = str(row["compared_with_nation"]).partition("_")[0]
    side = side if side in ("better", "worse") else "similar"
    return f"{side} few" if row["value_status"] == "unreliable" else side


def _figure(window: str, rows: Rows) -> Figure:
    first = rows[0]
    shown = [row for row in rows if row["rate"] is not None]
    nation = (
        None
        if first["nation_rate"] is None
        else (
            f"{words.short(first['nation_name'])} "
            f"{words.figure(first['nation_rate'], first['nation_decimals'])}",
            first["nation_rate"],
        )
    )
    picture = dots(
        [
            Dot(
                _label(row),
                row["rate"],
                row["ci_lower_95"],
                row["ci_upper_95"],
                words.figure(row["rate"], row["decimals"]),
                COMPARED.get(row["compared_with_nation"], SOFT),
                row["value_status"] == "unreliable",
            )
            for row in shown
        ],
        _UNIT,
        nation,
    )
    findings = " ".join(_findings(rows))
    return Figure(
        key=f"states-{window}",
        finding=f"From the highest rate to the lowest, {first['period']}: {_ends(shown)}",
        alternative=f"Dots in order with 95 % intervals. {findings}",
        narrow=picture,
        table=_table(rows),
        notes=[
            f"{first['period']}, {words.series(first['source_family'])}; bars are 95 % intervals. "
            "Orange: higher, blue: lower than the nation by more than chance would do. Hollow: "
            "fewer than 20 deaths. The District of Columbia is one city, not a state."
        ],
    )


def _label(row: Mapping[str, Any]) -> str:
    return "D.C. (a city)" if row["area_code"] == _DISTRICT else words.name(row["area_name"], 24)


def _table(rows: Rows) -> Table:
    return Table(
        ("state", "rate", "95 % interval", "deaths", "against the nation", "status"),
        [
            (
                words.name(row["area_name"]),
                words.figure(row["rate"], row["decimals"] or 2),
                words.interval(row["ci_lower_95"], row["ci_upper_95"], row["decimals"] or 2),
                words.count(row["numerator"]),
                words.name(row["compared_with_nation"]).replace("_", " ").replace("998", "99.8"),
                str(_SAID.get(row["value_status"], row["value_status"])),
            )
            for row in rows
        ],
        (1, 2, 3),
        f"Infant mortality by state, {rows[0]['period']}",
        [row["area_code"] for row in rows],
    )
