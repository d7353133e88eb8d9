"""The mark of a release of made-up figures: in every title, and on top of every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MADE_UP = "MADE UP"
"""How the note of an extract begins whose figures nobody counted."""
_SAID = "Nothing in this release was counted: its figures show how the pipeline works."


def title_prefix(notes: Iterable[object]) -> str:
    """Return what stands before every title: nothing, or that the figures are made up.

    Args:
        notes: Notes of the extracts that the release stands on.
    """
    return f"{MADE_UP}: " if any(str(n or "").startswith(MADE_UP) for n in notes) else ""


def notes_of(sources: Iterable[Mapping[str, object]]) -> list[object]:
    """Return the notes of the extracts of a release."""
    return [source.get("note") for source in sources]


def marked(name: str, text: str, prefix: str) -> str:
    """Return a page with the mark, in its title and on top of it.

    Args:
        name: File name; files of data carry the mark in their notes.
        text: What the page is without it.
        prefix: What :func:`title_prefix` gives.
    """
    if not prefix:
        return text
    if name.endswith(".html"):
        told = f'<aside aria-label="{MADE_UP}"><strong>{prefix}</strong>{_SAID}</aside>'
        text = text.replace("<title>", f"<title>{prefix}", 1)
        return text.replace("<body>", f"<body>\n{told}", 1)
    if name.endswith(".md"):
        first, line_end, rest = text.partition("\n")
        return f"# {prefix}{first.removeprefix('# ')}{line_end}\n**{prefix}**{_SAID}\n{rest}"
    return text
