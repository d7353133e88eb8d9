"""How much is withheld, and how much stands on few deaths: four things that are no zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from assets.release.documents.page import words
from assets.release.documents.page.drawing import Table
from assets.release.documents.page.section import Release, Section
from assets.schema.codes import LOCAL_AUTHORITIES, WINDOW_NAMES
from assets.schema.producers import nations

_ALL_ENGLISH = "english_local_authorities"


def withheld(release: Release) -> Section:
    """Return the section."""
    (total,) = release.rows("withheld_all")
    if not total["cells"]:
        return Section(missing=["This release has no rates."])
    rows = release.rows("withheld")
    shown = total["shown"]
    findings = [
        f"Of {total['cells']:,} rates, {shown:,} ({_share(shown, total)}) carry a number, "
        f"{total['unreliable']:,} of them on so few events that they are marked unreliable.",
        f"{_withheld(total['withheld'])}, {total['missing']:,} have no figure, "
        f"{total['incomplete']:,} are windows in which a year has none, and {total['broken']:,} "
        "straddle a break. None of them is zero.",
    ]
    findings += _by_window(release.rows("shown_by_window"))
    if not shown:
        findings.append("No rate of this release carries a number.")
    return Section(
        findings=findings,
        tables=[_table(rows)] if rows else [],
        more={"bars": [_bar(row) for row in _told(rows)]},
    )


def _by_window(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield how much longer windows show, a sentence for each kind of area of a series."""
    for (family, _, boundaries), of_kind in groupby(
        rows, key=itemgetter("source_family", "area_type", "geography_vintage")
    ):
        first, *others = list(of_kind)
        share = {row["window_type"]: row["share_shown"] for row in (first, *others)}
        said = "; ".join(
            f"{name}: {words.percent(share[kind])} shown"
            for kind, name in WINDOW_NAMES.items()
            if kind in share
        )
        where = [_kind(first), words.series(family)]
        # Sets of one nation differ from year to year; where there is one, its name says nothing.
        where += [] if boundaries in nations() else [boundaries]
        yield f"Infant mortality where some is withheld ({', '.join(where)}): {said}."


def _withheld(number: int) -> str:
    return words.counted(number, "is withheld", "are withheld") if number else "None is withheld"


def _told(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the kinds of areas of which not all are reliable, but none within another."""
    kinds = {row["area_type"] for row in rows}
    within = set(LOCAL_AUTHORITIES) if _ALL_ENGLISH in kinds else set()
    return [
        row
        for row in rows
        if row["area_type"] not in within
        and (row["cells_unreliable"] or row["cells_shown"] < row["cells"])
    ]


def _share(part: int, total: Mapping[str, Any]) -> str:
    return words.percent(part / total["cells"])


def _bar(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a bar in percent."""
    cells = row["cells"]
    parts = (
        ("ok", "reliable", row["cells_shown"] - row["cells_unreliable"]),
        ("few", "on few deaths", row["cells_unreliable"]),
        ("hidden", "withheld", row["cells_suppressed"]),
        ("none", "no figure", row["cells_without_figures"]),
    )
    return {
        "name": _kind(row) + f", {row['period']}",
        "parts": [
            {"look": look, "said": f"{n:,} {said}", "length": round(100 * n / cells, 2)}
            for look, said, n in parts
            if n
        ],
    }


def _kind(row: Mapping[str, Any]) -> str:
    """Return the kind of area and its nation, as ``States, United States``."""
    kind = words.kind_of_area(row["area_type"])
    kind = kind.replace("english", "English").replace("london", "London")
    return f"{kind[0].upper()}{kind[1:]}, {nations().get(row['country'], row['country'])}"


def _table(rows: list[dict[str, Any]]) -> Table:
    return Table(
        ("kind of area", "year", "areas", "with a figure", "on few deaths", "withheld",
         "no figure", "series"),
        [
            (
                _kind(row),
                row["period"],
                f"{row['cells']:,}",
                f"{row['cells_shown']:,}",
                f"{row['cells_unreliable']:,}",
                f"{row['cells_suppressed']:,}",
                f"{row['cells_without_figures']:,}",
                words.series(row["source_family"]),
            )
            for row in rows
        ],
        (2, 3, 4, 5, 6),
        "Annual infant mortality by kind of area, newest year",
    )  # fmt: skip
