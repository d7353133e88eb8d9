"""Licences and citations that a release has to carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assets.schema.producers import Declared, declared

_NO_LICENCE = "notspecified"
_OF_A_LICENCE = ("name", "title", "path")


def licences_of(sources: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    """Return the licences of the producers that a release stands on, each once."""
    found = {p.licence["name"]: p.licence for p in _holders(sources)}
    return [{k: licence[k] for k in _OF_A_LICENCE if k in licence} for licence in found.values()]


def licence_text(sources: Sequence[Mapping[str, object]]) -> str:
    """Return ``LICENCES.md``: conditions and citations of every extract."""
    parts = ["# Licences and citations\n"]
    holders = _holders(sources)
    for licence in licences_of(sources):
        under = [p for p in holders if p.licence["name"] == licence["name"]]
        link = f"\n<{licence['path']}>\n" if "path" in licence else ""
        conditions = "\n\n".join(p.licence["conditions"].strip() for p in under)
        parts.append(f"## {licence['title']}\n\n{conditions}\n{link}")
        cited = sorted({str(s["citation"]) for s in sources if _holder(s) in under})
        parts.append("Cite as:\n\n" + "\n".join(f"- {c}" for c in cited) + "\n")
    return "\n".join(parts)


def _holders(sources: Sequence[Mapping[str, object]]) -> list[Declared]:
    """Return the producers whose terms hold for some extracts, by name."""
    return sorted({p.name: p for p in map(_holder, sources)}.values(), key=lambda p: p.name)


def _holder(source: Mapping[str, object]) -> Declared:
    """Return the producer whose terms hold for an extract.

    A producer without a licence of its own hands on what others publish: that stays under the
    terms of whichever producer's licence begins like that of the extract.
    """
    producers = declared()
    own = producers[str(source["source"])]
    if own.licence["name"] != _NO_LICENCE:
        return own
    said = str(source.get("licence", ""))
    return next((p for p in producers.values() if said.startswith(p.licence["text"])), own)
