"""``index.html`` of a release: headline figures first, every section with its finding in words.

The page loads nothing, needs no script, and is made whatever a release lacks: a section says what
is missing, and one whose table cannot be read says so in its place.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.archive.overview import DatasetState
from assets.release.documents.html import style, templates
from assets.release.documents.page import words
from assets.release.documents.page.authorities import authorities
from assets.release.documents.page.claims import claims
from assets.release.documents.page.disparities import disparities
from assets.release.documents.page.downloads import downloads
from assets.release.documents.page.headline import headline
from assets.release.documents.page.method import method
from assets.release.documents.page.nations import nations
from assets.release.documents.page.news import news
from assets.release.documents.page.section import Release, Section
from assets.release.documents.page.states import states
from assets.release.documents.page.statuses import statuses
from assets.release.documents.page.targets import targets
from assets.release.documents.page.twelve_months import twelve_months
from assets.release.documents.page.withheld import withheld

_OF_ONE_SECTION = (
    duckdb.ProgrammingError,
    duckdb.DataError,
    ArithmeticError,
    AttributeError,
    LookupError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What a table or a text that was not reckoned with can cause, drawings included."""
_LOGGER = logging.getLogger(__name__)
_UNIT_APART = re.compile(r"(?<=\d) %")
TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class _Part:
    """One section: its address on the page, its title, and what makes it."""

    key: str
    title: str
    make: Callable[[Release], Section]


PARTS = (
    _Part("headline", "Headline figures", headline),
    _Part("news", "What is new, what is late", news),
    _Part("nations", "Nations through time", nations),
    _Part("twelve-months", "Twelve months ending", twelve_months),
    _Part("states", "States of the United States", states),
    _Part("authorities", "England: authorities, regions, deprivation", authorities),
    _Part("disparities", "Black, White and other groups", disparities),
    _Part("targets", "Targets", targets),
    _Part("claims", "What others state", claims),
    _Part("withheld", "How much is withheld", withheld),
    _Part("downloads", "Downloads", downloads),
    _Part("statuses", "What every status means", statuses),
    _Part("method", "Method, licence, citation", method),
)
"""Sections in their order."""


def release_page(
    con: duckdb.DuckDBPyConnection,
    facts: Mapping[str, str],
    previous: str | None,
    *,
    datasets: Sequence[DatasetState] = (),
    files: Mapping[str, int] | None = None,
) -> str:
    """Return the page.

    Args:
        con: Open connection with the published tables.
        facts: version, released_at, schema_version and method_version.
        previous: Release before, or ``None`` for a first one.
        datasets: State of the datasets on the day of the release.
        files: Size in bytes of the files of the release, by name.
    """
    release = Release(con, facts, previous, datasets, files or {})
    sections = [
        {"key": part.key, "title": part.title, "body": _made(part, release)} for part in PARTS
    ]
    page = (
        templates(TEMPLATES)
        .get_template("page.html")
        .render(
            facts=facts,
            day=words.day(facts["released_at"]),
            sections=sections,
            links=[n for n in ("explore.html", "VALIDATION.html") if n in (files or {})],
            style=style(TEMPLATES / "page.css"),
        )
    )
    return _UNIT_APART.sub("\N{NO-BREAK SPACE}%", page)


def _made(part: _Part, release: Release) -> Section:
    """Return a section; one that cannot be made says so, and keeps no number from its readers.

    A full disk or a lack of memory is no matter of one section: then nothing is published.
    """
    try:
        return part.make(release)
    except _OF_ONE_SECTION as error:
        cause = (
            "a table cannot be read" if isinstance(error, duckdb.Error) else "of a fault of ours"
        )
        _LOGGER.exception("section %s of index.html could not be made", part.key)
        first = words.name(str(error).partition("\n")[0] or type(error).__name__, 300)
        return Section(
            missing=[
                f"This section could not be made, because {cause} ({first}). The tables beside "
                "this page are whole."
            ]
        )
