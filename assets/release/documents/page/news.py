"""What is new since the release before, and what is late: the words of ``imr sources``."""

from __future__ import annotations

from collections.abc import Sequence

from assets.archive.overview import DatasetState
from assets.archive.sources import STALE
from assets.release.documents.changes_text import MEANING
from assets.release.documents.page import words
from assets.release.documents.page.drawing import Table
from assets.release.documents.page.section import Release, Section

_ORDER = ("stale", "late", "empty", "current")


def news(release: Release) -> Section:
    """Return the section."""
    findings, tables = _changes(release)
    late = _datasets(release)
    return Section(
        findings=[*findings, *late.findings],
        missing=late.missing,
        tables=[*tables, *late.tables],
        notes=late.notes,
    )


def _changes(release: Release) -> tuple[list[str], list[Table]]:
    if release.previous is None:
        return ["New: this is the first release of the channel, so that nothing is compared."], []
    rows = release.rows("news")
    if not rows:
        return [f"New: no row differs from release {release.previous}."], []
    total = sum(row["keys"] for row in rows)
    first = rows[0]
    said = (
        f"New: {words.counted(total, 'row differs', 'rows differ')} from release "
        f"{release.previous}; most often {MEANING.get(first['cause'], first['cause'])} "
        f"({first['keys']:,})."
    )
    table = Table(
        ("why", "what happened", "rows"),
        [
            (MEANING.get(row["cause"], row["cause"]), row["change"], f"{row['keys']:,}")
            for row in rows
        ],
        (2,),
        f"Changes since release {release.previous}",
    )
    return [said], [table]


def _datasets(release: Release) -> Section:
    """Return what is late; without the state of the archive, which extracts there are."""
    day = words.day(release.facts["released_at"])
    if not release.datasets:
        return _extracts(release)
    states = sorted(
        (state for state in release.datasets if state.vintages or state.status != "empty"),
        key=lambda state: (_ORDER.index(state.status), state.dataset_id),
    )
    late = [state for state in states if state.status == "late"]
    stale = [state for state in states if state.status == "stale"]
    empty = len(release.datasets) - len(states)
    findings = []
    if late:
        findings.append(
            f"Late: on {day}, {len(late)} of {len(states)} datasets in use stood on an edition "
            f"after which the producer should have released another. Overdue longest: "
            f"{_overdue(late)}."
        )
    if stale:
        findings.append(
            f"Stale: of {words.listed([words.short(state.title) for state in stale], 4)} an "
            "extract is not in use that should be."
        )
    if states and not (late or stale):
        findings.append(f"Nothing is late: on {day} all {len(states)} datasets were current.")
    table = Table(
        ("dataset", "status", "newest extract", "retrieved", "days old", "next expected", "why"),
        [
            (
                words.name(state.title, 160),
                state.status,
                (state.last_vintage or "none").rpartition("@")[2],
                state.last_retrieved or "never",
                "–" if state.age_days is None else f"{state.age_days:,}",
                state.next_expected or "no calendar",
                words.name(state.message, 300) if state.message else "",
            )
            for state in states
        ],
        (4,),
        f"Datasets on {day}, as imr sources shows them",
    )
    notes = [
        "late: the release window after that of the newest edition has passed. stale: an extract "
        "is not in use that should be. The page says what was so when the release was made; "
        "imr sources says what is so now.",
    ]
    if empty:
        unused = words.counted(empty, "further dataset has", "further datasets have")
        notes.append(f"{unused} no extract so far.")
    return Section(findings=findings, tables=[table], notes=notes)


def _overdue(late: Sequence[DatasetState]) -> str:
    """Return the datasets that are overdue longest, each with when its next was expected."""
    first = sorted(late, key=lambda state: (state.next_expected or "", state.dataset_id))[:3]
    return words.listed(
        [f"{words.short(state.title)} (expected {state.next_expected})" for state in first]
    )


def _extracts(release: Release) -> Section:
    rows = release.rows("news_extracts")
    if not rows:
        return Section(missing=["This release names no extract that it stands on."])
    stale = [words.short(row["title"]) for row in rows if STALE in row["statuses"]]
    findings = (
        [f"Stale: of {words.listed(stale, 4)} an extract is not in use that should be."]
        if stale
        else [f"The release stands on {words.counted(len(rows), 'dataset', 'datasets')}."]
    )
    table = Table(
        ("dataset", "producer", "extracts", "retrieved", "published"),
        [
            (
                words.name(row["title"], 160),
                words.name(row["producer"], 160),
                f"{row['extracts']:,}",
                (row["retrieved_at"] or "")[:10],
                (row["published_at"] or "not stated")[:10],
            )
            for row in rows
        ],
        (2,),
        "Datasets of the release",
    )
    return Section(
        findings=findings,
        missing=["What is late was not known when the release was made; imr sources says it."],
        tables=[table],
    )
