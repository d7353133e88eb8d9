"""Licences and citations that a release has to carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_KNOWN = {
    "nchs": {
        "name": "other-pd",
        "title": "Public domain (works of the United States government)",
        "path": "https://www.usa.gov/government-works",
    },
    "ons": {
        "name": "OGL-UK-3.0",
        "title": "Open Government Licence v3.0",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    },
}
_CONDITIONS = {
    "nchs": "Figures of the National Center for Health Statistics are in the public domain. "
    "NCHS asks that its data be cited, that they be used for statistical reporting and analysis "
    "only, and that no attempt be made to learn the identity of any person behind them.",
    "ons": "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0.",
}


def licences_of(sources: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    """Return the licences of the producers that a release stands on."""
    found = sorted({str(s["source"]) for s in sources})
    return [_KNOWN[name] for name in found]


def licence_text(sources: Sequence[Mapping[str, object]]) -> str:
    """Return ``LICENCES.md``: conditions and citations of every extract."""
    parts = ["# Licences and citations\n"]
    for name in sorted({str(s["source"]) for s in sources}):
        licence = _KNOWN[name]
        parts.append(f"## {licence['title']}\n\n{_CONDITIONS[name]}\n\n<{licence['path']}>\n")
        cited = sorted({str(s["citation"]) for s in sources if s["source"] == name})
        parts.append("Cite as:\n\n" + "\n".join(f"- {c}" for c in cited) + "\n")
    return "\n".join(parts)
