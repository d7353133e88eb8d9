"""Write tables in the format of CDC WONDER exports, with the producer's suppression thresholds.

One to nine deaths below the nation hide deaths, births and rate; fewer than twenty deaths mark
the rate as unreliable; totals are left out where a hidden row could be computed from them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

SAMPLE_TITLE = "Sample composed from published figures - not an export made at CDC WONDER"
_LINE_END = "\r\n"
_WRAP = 128
_SUPPRESSED_BELOW = 10
_RELIABLE_FROM = 20
_HELP = {
    "Linked": "lbd.html",
    "Natality": "natality.html",
    "Multiple": "mcd.html",
    "Fetal": "fetal-deaths.html",
    "Provisional": "mcd-provisional.html",
}


@dataclass(frozen=True)
class TableRow:
    """Labels of a row, each with its code, and its counts."""

    labels: tuple[tuple[str, str], ...]
    deaths: int | None
    births: int | None


@dataclass(frozen=True)
class Request:
    """What the export was asked for.

    Attributes:
        dataset: Footer's Dataset line.
        group_by: Headers of the labels.
        parameters: Query parameters after the title.
        query_date: As printed.
        per: Multiplier of rates as printed.
        measures: Headers of the measured columns.
        subnational: Rows are below the nation, so the suppression rule applies.
        totals: Show totals.
        zeros: Show rows without deaths; hidden ones are missing from the figures.
        separator: Between the entries of lists in the footer; older editions use a comma.
        caveats: Lines of the last block, before wrapping.
    """

    dataset: str
    group_by: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]
    query_date: str
    per: str = "1,000"
    measures: tuple[str, ...] = ("Deaths", "Births", "Death Rate")
    subnational: bool = False
    totals: bool = True
    zeros: bool = True
    separator: str = "; "
    caveats: tuple[str, ...] = field(default=())


def export(rows: Sequence[TableRow], request: Request) -> bytes:
    """Return the bytes of an export.

    Args:
        rows: Data rows in order; rows of one first label stand together.
        request: What the export was asked for.
    """
    hidden = [row for row in rows if is_suppressed(row.deaths, request.subnational)]
    totals = request.totals and not hidden
    header = ['"Notes"']
    for name in request.group_by:
        header += [f'"{name}"', f'"{name} Code"']
    lines = ["\t".join([*header, *request.measures])]
    lines += _table(rows, request, totals)
    lines += _footer(request, totals, bool(hidden))
    return _LINE_END.join(lines).encode("ascii")


def is_suppressed(deaths: int | None, subnational: bool) -> bool:
    """Return whether the producer withholds a row with that many deaths."""
    return subnational and deaths is not None and 0 < deaths < _SUPPRESSED_BELOW


def rate_text(deaths: int, births: int, per: int = 1000) -> str:
    """Return a rate as the producer prints it, marked if it is based on few deaths."""
    rate = (Decimal(deaths) * per / Decimal(births)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rate}" if deaths >= _RELIABLE_FROM or deaths == 0 else f"{rate} (Unreliable)"


def _table(rows: Sequence[TableRow], request: Request, totals: bool) -> list[str]:
    lines: list[str] = []
    blank = len(request.group_by) - 1
    for at, row in enumerate(rows):
        lines.append(_line("", row.labels, 0, row, request))
        last = at + 1 == len(rows) or rows[at + 1].labels[0] != row.labels[0]
        if totals and last and blank:
            group = [r for r in rows if r.labels[0] == row.labels[0]]
            lines.append(_line("Total", row.labels[:1], blank, _sum(group), request))
    if totals:
        lines.append(_line("Total", (), blank + 1, _sum(rows), request))
    return lines


def _sum(rows: Sequence[TableRow]) -> TableRow:
    deaths = [row.deaths for row in rows if row.deaths is not None]
    births = [row.births for row in rows if row.births is not None]
    return TableRow((), sum(deaths) if deaths else None, sum(births) if births else None)


def _line(
    note: str,
    labels: Sequence[tuple[str, str]],
    blank: int,
    row: TableRow,
    request: Request,
) -> str:
    cells = [f'"{note}"' if note else ""]
    for label, code in labels:
        cells += [f'"{label}"', f'"{code}"']
    cells += [""] * (2 * blank)
    return "\t".join([*cells, *(_cell(name, row, request) for name in request.measures)])


def _cell(measure: str, row: TableRow, request: Request) -> str:
    if is_suppressed(row.deaths, request.subnational):
        return "Suppressed"
    if measure in ("Deaths", "Fetal Deaths"):
        return str(row.deaths)
    if measure == "Births":
        return str(row.births)
    if measure == "Death Rate" and row.deaths is not None and row.births:
        return rate_text(row.deaths, row.births)
    return "Not Available"


def _footer(request: Request, totals: bool, hidden: bool) -> list[str]:
    shown = "True" if totals else "Disabled" if hidden else "False"
    asked = [f"Title: {SAMPLE_TITLE}", *(f"{k}: {v}" for k, v in request.parameters)]
    settings = [
        f"Group By: {request.separator.join(request.group_by)}",
        f"Show Totals: {shown}",
        f"Show Zero Values: {request.zeros}",
        "Show Suppressed: True",
        f"Calculate Rates Per: {request.per}",
    ]
    help_page = _HELP[request.dataset.split()[0].rstrip(",")]
    blocks = [
        [f"Dataset: {request.dataset}", "Query Parameters:", *asked, *settings],
        [f"Help: See http://wonder.cdc.gov/wonder/help/{help_page} for more information."],
        [f"Query Date: {request.query_date}"],
        [
            "Suggested Citation: Centers for Disease Control and Prevention, National Center for "
            "Health Statistics. National Vital Statistics System, CDC WONDER Online Database. "
            "The figures of this sample were published as listed in figures/SOURCES.md."
        ],
    ]
    lines = [line for block in blocks for line in ('"---"', *_quoted(block))]
    if hidden:
        lines += ['"---"', "Messages:"]
        lines += _quoted(
            ["1. Totals are not available for these results due to suppression constraints."]
        )
    return [*lines, '"---"', "Caveats:", *_quoted(list(request.caveats))]


def _quoted(lines: list[str]) -> list[str]:
    wrapped = [
        part for line in lines for part in textwrap.wrap(line, _WRAP, break_on_hyphens=False)
    ]
    return ['"' + part.replace('"', '""') + '"' for part in wrapped]
