"""England below the nation: authorities as a funnel, regions, and tenths of deprivation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assets.release.documents.page import words
from assets.release.documents.page.dots import COMPARED, Dot, dots
from assets.release.documents.page.drawing import NARROW, SOFT, WIDE, Figure, Table
from assets.release.documents.page.funnel import Point, funnel
from assets.release.documents.page.section import Release, Section
from assets.schema.codes import LOCAL_AUTHORITIES

_UNIT = "Deaths under one year per 1,000 live births"
_SHORT_UNIT = "per 1,000 live births"
_LABELS = {NARROW: 6, WIDE: 14}
_SAID = {"worse_998": "higher (99.8 %)", "worse_95": "higher (95 %)", "better_95": "lower (95 %)",
         "better_998": "lower (99.8 %)", "similar": "similar"}  # fmt: skip
Rows = Sequence[Mapping[str, Any]]


def authorities(release: Release) -> Section:
    """Return the section."""
    own = release.rows("authorities", kinds=list(LOCAL_AUTHORITIES))
    regions, tenths = release.rows("regions"), release.rows("deprivation")
    figures, missing, findings = [], [], []
    if own:
        findings += [*_found_authorities(own), *_said_few(own)]
        figures.append(_funnel(own))
    else:
        missing.append("This release has no figure of a local authority of England.")
    if regions:
        findings.append(_found_regions(regions))
        figures.append(_regions(regions))
    else:
        missing.append("This release has no figure of a region of England.")
    if len(tenths) > 1:
        findings.append(_found_tenths(tenths))
        figures.append(_tenths(tenths))
    else:
        missing.append("This release has no figures of England by tenth of deprivation.")
    return Section(findings=findings, missing=missing, figures=figures, in_captions=True)


def _with(rows: Rows, said: str) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["compared_with_nation"] == said]


def _found_authorities(rows: Rows) -> list[str]:
    shown = [row for row in rows if row["rate"] is not None]
    first = shown[0]
    found = []
    if first["nation_rate"] is None:
        found.append(
            f"{first['period']}: {words.counted(len(shown), 'authority has', 'authorities have')} "
            "a figure; England has none in the same series, so that none is compared."
        )
    else:
        high, low = _with(shown, "worse_998"), _with(shown, "better_998")
        rate = words.figure(first["nation_rate"], first["nation_decimals"])
        found.append(
            f"{first['period']}: of {len(shown)} authorities of England, "
            f"{len(high)} {'lies' if len(high) == 1 else 'lie'} above England's {rate} and "
            f"{len(low)} below it, where chance alone would leave one in five hundred (99.8 %)."
        )
        if high:
            found.append(f"Above: {_named(high)}.")
        if low:
            found.append(f"Below: {_named(low)}.")
    return found


def _said_few(rows: Rows) -> list[str]:
    """Return how many stand on few deaths, and how many have no figure."""
    shown = [row for row in rows if row["rate"] is not None]
    few = sum(row["value_status"] == "unreliable" for row in shown)
    found = []
    if few:
        found.append(
            f"{few} of {len(shown)} stand on fewer than 20 deaths (hollow): their rates say little "
            "alone."
        )
    if hidden := len(rows) - len(shown):
        found.append(f"{words.counted(hidden, 'authority has', 'authorities have')} no figure.")
    return found


def _named(rows: Rows) -> str:
    return words.listed([words.short(row["area_name"]) for row in rows], 8)


def _funnel(rows: Rows) -> Figure:
    shown = [row for row in rows if row["rate"] is not None and row["denominator"]]
    first = shown[0]
    average, per = first["nation_rate"], float(first["rate_per"])
    if average is None:
        # A funnel around no average has no limits; the areas' own is the next best centre.
        average = per * sum(r["numerator"] for r in shown) / sum(r["denominator"] for r in shown)

    def drawing(width: int, height: int) -> str:
        far = sorted(
            (row for row in shown if str(row["compared_with_nation"]).endswith("998")),
            key=lambda row: -abs(row["rate"] - average) * row["denominator"] ** 0.5,
        )
        named = {row["area_code"] for row in far[: _LABELS[width]]}
        points = [
            Point(
                words.name(row["area_name"], 22) if row["area_code"] in named else "",
                row["denominator"],
                row["rate"],
                COMPARED.get(row["compared_with_nation"], SOFT),
                row["value_status"] == "unreliable",
            )
            for row in sorted(shown, key=lambda row: row not in far)
        ]
        return funnel(points, average, per, _UNIT, width, height)

    findings = " ".join(_found_authorities(rows))
    return Figure(
        key="authorities",
        finding=findings,
        alternative=f"Funnel: rate of each authority against its births. {findings}",
        narrow=drawing(NARROW, 300),
        wide=drawing(WIDE, 380),
        table=Table(
            ("authority", "rate", "95 % interval", "deaths", "live births", "against England",
             "reliability"),
            [
                (
                    words.name(row["area_name"]),
                    words.figure(row["rate"], row["decimals"] or 1),
                    words.interval(row["ci_lower_95"], row["ci_upper_95"], row["decimals"] or 1),
                    words.count(row["numerator"]),
                    words.count(row["denominator"]),
                    _SAID.get(row["compared_with_nation"], "not compared"),
                    row["value_status"].replace("_", " "),
                )
                for row in rows
            ],
            (1, 2, 3, 4),
            f"Infant mortality by authority of England, {first['period']}",
            [row["area_code"] for row in rows],
        ),
        notes=[
            *_said_few(rows),
            f"{words.series(first['source_family'])}. Level line: "
            "England's rate. Dashed: 95 %, solid: 99.8 % control limits (exact Poisson) for that "
            "many births. An authority outside is labelled where there is room; orange is higher, "
            "blue lower."
        ],
    )  # fmt: skip


def _found_regions(rows: Rows) -> str:
    top, low = rows[0], rows[-1]
    if len(rows) == 1:
        only = words.figure(top["rate"], top["decimals"])
        return f"Regions, {top['period']}: only {words.short(top['area_name'])}, {only}."
    higher = [r for r in rows if str(r["compared_with_nation"]).startswith("worse")]
    text = (
        f"Regions, {top['period']}: from {words.figure(low['rate'], low['decimals'])} in "
        f"{words.short(low['area_name'])} to {words.figure(top['rate'], top['decimals'])} in "
        f"{words.short(top['area_name'])}"
    )
    if higher:
        lies = "lies" if len(higher) == 1 else "lie"
        text += f"; {_named(higher)} {lies} above England by more than chance would do"
    return text + "."


def _regions(rows: Rows) -> Figure:
    first = rows[0]
    nation = None
    if first["nation_rate"] is not None:
        said = words.figure(first["nation_rate"], first["nation_decimals"])
        nation = (f"England {said}", first["nation_rate"])
    return Figure(
        key="regions",
        finding=_found_regions(rows),
        alternative=f"Dots in order with 95 % intervals. {_found_regions(rows)}",
        narrow=dots(
            [_dot(row, words.name(row["area_name"], 25)) for row in rows], _SHORT_UNIT, nation
        ),
        table=_table("region", rows, f"Infant mortality by region, {first['period']}"),
        notes=[f"{first['period']}, {words.series(first['source_family'])}."],
    )


def _dot(row: Mapping[str, Any], label: str) -> Dot:
    return Dot(
        label,
        row["rate"],
        row["ci_lower_95"],
        row["ci_upper_95"],
        words.figure(row["rate"], row["decimals"]),
        COMPARED.get(row.get("compared_with_nation", ""), SOFT),
        row["value_status"] == "unreliable",
    )


def _found_tenths(rows: Rows) -> str:
    first, last = rows[0], rows[-1]
    said = words.figure
    text = (
        f"Deprivation, {first['period']}: {said(first['rate'], first['decimals'])} in the most "
        f"deprived tenth of England, {said(last['rate'], last['decimals'])} in the least deprived"
    )
    slope = first["slope_index"]
    if slope is None:
        return text + "."
    limits = sorted(abs(first[f"slope_index_{side}_95"]) for side in ("lower", "upper"))
    if first["slope_index_lower_95"] * first["slope_index_upper_95"] <= 0:
        return text + "; along the whole scale no more of a slope than chance would make."
    way = "fewer" if slope < 0 else "more"
    return (
        f"{text}. Along the whole scale that is {said(abs(slope), 1)} {way} deaths per 1,000 "
        f"births from the most to the least deprived (slope index; 95 % interval "
        f"{said(limits[0], 1)} to {said(limits[1], 1)})."
    )


def _tenths(rows: Rows) -> Figure:
    first = rows[0]
    ends = {"1": "1 most deprived", "10": "10 least deprived"}
    named = [
        {**row, "area_name": ends.get(row["stratum"], words.name(row["stratum"]))} for row in rows
    ]
    return Figure(
        key="deprivation",
        finding=_found_tenths(rows),
        alternative=f"Dots by tenth with 95 % intervals. {_found_tenths(rows)}",
        narrow=dots([_dot(row, row["area_name"]) for row in named], _SHORT_UNIT),
        table=_table("tenth of deprivation", named, f"England by deprivation, {first['period']}"),
        notes=[f"{first['period']}, {words.series(first['source_family'])}."],
    )


def _table(of: str, rows: Rows, caption: str) -> Table:
    return Table(
        (of, "rate", "95 % interval", "deaths", "status"),
        [
            (
                words.name(row["area_name"]),
                words.figure(row["rate"], row["decimals"]),
                words.interval(row["ci_lower_95"], row["ci_upper_95"], row["decimals"]),
                words.count(row["numerator"]),
                row["value_status"],
            )
            for row in rows
        ],
        (1, 2, 3),
        caption,
    )
