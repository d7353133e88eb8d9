"""Licences and citations that a release has to carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_KNOWN = {
    "nchs": {
        "name": "other-pd",
        "title": "Public domain (works of the United States government)",
        "path": "https://www.usa.gov/government-works",
    },
    "local": {
        "name": "notspecified",
        "title": "Terms of the health departments that supplied extracts",
    },
    "ohid": {
        "name": "OGL-UK-3.0",
        "title": "Open Government Licence v3.0",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
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
    "local": "These figures came from the authorities named in the extracts, on their terms. Ask "
    "them before you publish the figures again, and make no attempt to learn the identity of any "
    "person behind them.",
    "ohid": "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Source: Office for Health Improvement and Disparities licensed under the Open Government "
    "Licence v.3.0.",
    "ons": "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0.",
}


def licences_of(sources: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    """Return the licences of the producers that a release stands on."""
    found = {_KNOWN[name]["name"]: _KNOWN[name] for name in sorted({_terms(s) for s in sources})}
    return list(found.values())


def licence_text(sources: Sequence[Mapping[str, object]]) -> str:
    """Return ``LICENCES.md``: conditions and citations of every extract."""
    parts = ["# Licences and citations\n"]
    named = sorted({_terms(s) for s in sources})
    for licence in licences_of(sources):
        under = [n for n in named if _KNOWN[n]["name"] == licence["name"]]
        link = f"\n<{licence['path']}>\n" if "path" in licence else ""
        conditions = "\n\n".join(_CONDITIONS[name] for name in under)
        parts.append(f"## {licence['title']}\n\n{conditions}\n{link}")
        cited = sorted({str(s["citation"]) for s in sources if _terms(s) in under})
        parts.append("Cite as:\n\n" + "\n".join(f"- {c}" for c in cited) + "\n")
    return "\n".join(parts)


def _terms(source: Mapping[str, object]) -> str:
    # The local format carries figures of several suppliers; those of the US government are public.
    is_public = str(source.get("licence", "")).startswith("Public domain")
    return "nchs" if source["source"] == "local" and is_public else str(source["source"])
