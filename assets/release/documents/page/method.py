"""How the figures are made, under which licence, and how to cite them."""

from __future__ import annotations

from assets.release.documents.licences import licences_of
from assets.release.documents.page import words
from assets.release.documents.page.section import Release, Section
from assets.schema.producers import declared
from assets.state.warehouse import records

METHODS = (
    "A rate is deaths over live births of the same series, area and period. Counts are summed "
    "first, then divided; rates are never averaged.",
    "95 % intervals are exact Poisson or Byar's for figures of the ONS, as OHID Fingertips has "
    "them, and gamma or normal for those of NCHS, as National Vital Statistics Reports has them.",
    "An area lies above or below its nation where its interval does, the nation's rate taken as "
    "exact. A change from one year to the next is tested by z from 100 deaths in both years, below "
    "by whether the intervals overlap.",
    "Each figure is rounded once, from the unrounded rate, half away from zero.",
)


def method(release: Release) -> Section:
    """Return the section."""
    version, day = release.facts["version"], release.facts["released_at"][:10]
    sources = records(release.con, "SELECT * FROM published.sources ORDER BY ALL")
    known = declared()
    named = [source for source in sources if source["source"] in known]
    definitions = [
        f"{words.listed([words.series(f) for f in row['families']])}: {row['definition']}"
        for row in release.rows("method_definitions")
    ]
    own = f"Infant mortality rates, release {version} of {day}."
    producers = sorted({words.name(row["producer"]) for row in release.rows("method")})
    whose = f" Computed from figures of {words.listed(producers)}." if producers else ""
    return Section(
        findings=[],
        missing=[] if sources else ["This release names no source."],
        more={
            "methods": METHODS,
            "definitions": definitions,
            "licences": [entry["title"] for entry in licences_of(named)],
            "own": own + whose,
            "citations": sorted({words.name(row["citation"]) for row in release.rows("method")}),
        },
    )
