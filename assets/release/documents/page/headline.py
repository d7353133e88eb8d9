"""Headline figures: the newest of every nation, with interval, change and a verdict in words."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from assets.release.documents.page import words
from assets.release.documents.page.section import NO_BORROWING, Release, Section

_TOGETHER = "K04000001"
_INFANT = "infant_mortality"
_COUNTED = {_INFANT: "under one year", "neonatal_mortality": "under 28 days"}


def headline(release: Release) -> Section:
    """Return the section."""
    rows = release.rows("headline")
    areas = [(code, list(group)) for code, group in groupby(rows, key=lambda row: row["area_code"])]
    cards = [_card(group) for code, group in areas if code in _shown_areas(areas)]
    missing = []
    if not any(row["country"] == "US" for row in rows):
        missing.append("This release has no annual figure of the United States.")
    if not any(row["country"] == "EW" for row in rows):
        missing.append("This release has no annual figure of England or Wales.")
    return Section(
        findings=[card["sentence"] for card in cards if card["sentence"]],
        missing=missing,
        notes=[NO_BORROWING] if len(cards) > 1 else [],
        more={"cards": cards},
    )


def _shown_areas(areas: list[tuple[str, list[dict[str, Any]]]]) -> set[str]:
    """Return the codes to show: of those that hold England and Wales, the one with a change."""
    together = [(code, rows) for code, rows in areas if _TOGETHER in code]
    best = max(
        together,
        key=lambda entry: (
            max(row["period_end"] for row in entry[1]),
            sum(bool(row["follows"]) for row in entry[1]),
            -len(entry[0]),
        ),
        default=None,
    )
    return {code for code, _ in areas if _TOGETHER not in code or (best and code == best[0])}


def _card(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what stands on the card of one area."""
    figures = []
    for measure, group in groupby(rows, key=lambda row: row["measure"]):
        first, *others = list(group)
        newest = first["period_end"].year
        figures.append(
            {
                **_figure(first),
                "measure": words.measure(measure),
                "is_main": measure == _INFANT,
                "others": [
                    f"{words.series(other['source_family'])}: "
                    f"{words.figure(other['rate'], other['decimals'])} in {other['period']}"
                    for other in others
                    if newest - other["period_end"].year <= 2
                ],
            }
        )
    main = next((f for f in figures if f["is_main"]), None)
    area = words.short(rows[0]["area_name"])
    sentence = (
        f"{area}: {main['rate']} {main['unit']} in {main['period']}; {main['change_said']}."
        if main
        else ""
    )
    return {
        "area": words.name(rows[0]["area_name"], 120),
        "figures": sorted(figures, key=lambda f: not f["is_main"]),
        "sentence": sentence,
    }


def _figure(row: Mapping[str, Any]) -> dict[str, Any]:
    decimals = row["decimals"]
    if not row["follows"]:
        said = f"the series has no figure for {row['period_end'].year - 1} to compare with"
        if row["rate_before"] is not None:
            before = words.figure(row["rate_before"], decimals)
            said += f"; in {row['period_before']} it was {before}"
    else:
        said = words.change(row["rate_before"], row["rate"], decimals, row["verdict"])
        said = f"it {said}"
    deaths = words.count(row["numerator"])
    counted = _COUNTED.get(row["measure"], "")
    return {
        "rate": words.figure(row["rate"], decimals),
        "unit": "per 1,000 live births",
        "period": row["period"],
        "interval": words.interval(row["ci_lower_95"], row["ci_upper_95"], decimals),
        "deaths": f"{deaths} deaths {counted} among {words.count(row['denominator'])} live births",
        "series": words.series(row["source_family"]),
        "definition": row["definition"] or "",
        "change_said": said,
        "direction": _direction(row),
        "unreliable": row["status_reason"] if row["value_status"] == "unreliable" else "",
        "provisional": bool(row["is_provisional"]),
    }


def _direction(row: Mapping[str, Any]) -> str:
    """Return the sign of a change that is more than chance would do, else of none."""
    return {"significant_fall": "fell", "significant_rise": "rose"}.get(row["verdict"] or "", "")
