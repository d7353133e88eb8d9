"""Every file of the release, its size, and what it is for."""

from __future__ import annotations

from assets.release.documents.page.section import Release, Section
from assets.schema.model import Layer
from assets.schema.registry import tables_of

_PAGE = "index.html"
PURPOSES = {
    "headline.csv": "the newest figure of every area and measure: opens in any spreadsheet",
    "infant_mortality.xlsx": "the main tables as one accessible workbook with notes",
    "explore.html": "search an area, see its profile, compare up to six",
    "README.md": "how to read the tables, with queries and all columns",
    "CHANGES.md": "what differs from the release before",
    "LICENCES.md": "licences, and citations that the producers ask for",
    "VALIDATION.html": "every rule that was evaluated, and what it found",
    "datapackage.json": "fields, units, constraints and sources (Data Package)",
    "contract.yaml": "the contract with readers (Open Data Contract Standard)",
    "compatibility.sql": "views with the names of the schema before",
    "manifest.json": "rows, checksums, inputs and validation of this release",
    "manifest-sha256.txt": "checksums that sha256sum -c checks",
}
"""Files that are no table; those that a release lacks are not listed."""
_WRITTEN_LAST = ("manifest.json", "manifest-sha256.txt")
"""Files that hold the checksum of this page, so that their size is not known to it."""
_KINDS = {
    "csv": "for spreadsheets, R, Stata",
    "parquet": "for DuckDB, pandas, R, Spark",
    "zip": "the same, packed",
}


def downloads(release: Release) -> Section:
    """Return the section."""
    tables = {table.name: table.grain for table in tables_of(Layer.PUBLISHED)}
    listed = {**release.files, **dict.fromkeys(_WRITTEN_LAST, 0)}
    documents, data = [], []
    for name in sorted(listed):
        if name == _PAGE:
            continue
        stem, _, ending = name.rpartition(".")
        entry = {"name": name, "size": _size(listed[name])}
        if name in PURPOSES:
            documents.append({**entry, "purpose": PURPOSES[name]})
        elif stem in tables:
            said = f"one row per {tables[stem]}; {_KINDS.get(ending, ending)}"
            data.append({**entry, "purpose": said})
        else:
            documents.append({**entry, "purpose": _KINDS.get(ending, "")})
    order = list(PURPOSES)
    documents.sort(key=lambda d: (order.index(d["name"]) if d["name"] in order else 99, d["name"]))
    total = _size(sum(release.files.values()))
    return Section(
        findings=[f"{len(documents) + len(data)} files lie beside this page, {total} in all."],
        missing=[] if release.files else ["Which tables lie beside this page is not known."],
        more={"documents": documents, "data": data},
    )


def _size(number: int) -> str:
    """Return a size for people; nothing where it is not known."""
    if number >= 1_000_000:
        return f"{number / 1_000_000:.1f} MB"
    return f"{max(1, round(number / 1000)):,} kB" if number else "–"
