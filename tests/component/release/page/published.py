"""A small hand-made release to make pages of: counts as the producers published them."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import duckdb

from assets.archive.overview import DatasetState
from assets.release.documents.page.page import PARTS, release_page
from assets.schema.duckdb_types import duckdb_type
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from tests.component.release import figures as f

FACTS = {
    "version": "2026.06.01",
    "released_at": "2026-06-01T02:15:00+00:00",
    "schema_version": "2.0.0",
    "method_version": "1.0.0",
}
NATIONAL = {
    # National Vital Statistics Reports 73-05 and 74-07: infant deaths of the linked file, births.
    ("US", "nchs_linked", 2022): (20_577, 3_667_758),
    ("US", "nchs_linked", 2023): (20_161, 3_596_017),
    # ONS, Child and infant mortality in England and Wales: 2022, deaths that occurred, births.
    ("K04000001, J99000001", "ons_occurrence", 2021): (2_323, 624_828),
    ("K04000001, J99000001", "ons_occurrence", 2022): (2_349, 605_479),
}
NAMES = {
    "US": "United States",
    "K04000001, J99000001": "England, Wales and elsewhere",
    "E92000001": "England",
}
Rows = list[f.Row]


def rate(area: str, family: str, year: int, deaths: float | None, births: float | None,
         **other: object) -> f.Row:  # fmt: skip
    """A preferred rate of one year."""
    us = area.startswith("US")
    shown = deaths is not None and births is not None
    decimals = 2 if us else 1
    value = 1000 * deaths / births if deaths is not None and births else None
    row = {
        **f.rate(deaths if shown else None, births if shown else None),
        **f.series(area, family, area_name=NAMES.get(area, area)),
        "area_type": "country_group" if "," in area else "country",
        "place_code": area,
        **f.window(year),
        "period": str(year),
        "decimals": decimals,
        "rate_text": f"{value:.{decimals}f} per 1,000" if value is not None else None,
        "is_preferred": True,
        "is_latest": False,
        "definition_id": "counted",
        **other,
    }
    known = {c.name for t in tables_of(Layer.PUBLISHED) if t.name == "rates" for c in t.columns}
    return {name: value for name, value in row.items() if name in known}


def national() -> Rows:
    """The newest two years of both nations; the second is the latest."""
    return [
        rate(area, family, year, deaths, births, is_latest=year in (2022, 2023) and
             year == max(y for a, _, y in NATIONAL if a == area))
        for (area, family, year), (deaths, births) in NATIONAL.items()
    ]  # fmt: skip


def fill(con: duckdb.DuckDBPyConnection, **tables: Rows) -> None:
    """Write published tables; those that are not named are empty."""
    for spec in tables_of(Layer.PUBLISHED):
        if rows := tables.get(spec.name, []):
            f.write(con, spec.full_name, rows)
        else:
            columns = ", ".join(f'"{c.name}" {duckdb_type(c)}' for c in spec.columns)
            con.execute(f"CREATE OR REPLACE TABLE {spec.full_name} ({columns})")


def page(
    con: duckdb.DuckDBPyConnection,
    previous: str | None = None,
    datasets: tuple[DatasetState, ...] = (),
    **files: int,
) -> str:
    """Return the page of what stands in the published tables."""
    named = {name.replace("__", "."): size for name, size in files.items()}
    return release_page(con, FACTS, previous, datasets=datasets, files=named)


class Read(HTMLParser):
    """What a browser would take from a page: elements, attributes, text by section."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {part.key: "" for part in PARTS}
        self._section, self._silent = "", 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "section":
            self._section = dict(attrs)["id"] or ""
        self._silent += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        if tag == "section":
            self._section = ""
        self._silent -= tag in ("style", "script")
        if self._section and tag in ("td", "th"):
            self.text[self._section] += " "

    def handle_data(self, data: str) -> None:
        if self._section and not self._silent:
            self.text[self._section] += data

    def said(self, section: str) -> str:
        """Return the text of a section on one line, units apart by plain spaces."""
        return " ".join(self.text[section].replace("\N{NO-BREAK SPACE}", " ").split())

    def of(self, tag: str) -> Iterator[dict[str, str | None]]:
        """Yield the attributes of the elements of a kind."""
        return (attributes for name, attributes in self.elements if name == tag)
