"""The index of a site: its channels and releases, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assets.release.channels.releases_on_disk import CHANNELS
from assets.release.documents.html import style, templates
from assets.release.site.contents import Contents, NotShownError
from assets.state.released import DamagedReleaseError

PAGES = {
    "index.html": "figures",
    "explore.html": "explorer",
    "infant_mortality.xlsx": "workbook",
    "VALIDATION.html": "validation",
}
"""What the index leads people to, where a release has it."""
_COPIED = ("released_at", "schema_version", "method_version", "content_hash", "supersedes", "as_of")
_HERE = Path(__file__).parent


def listing(contents: Contents, left_out: Mapping[str, Mapping[str, str]] | None = None) -> Any:
    """Return what a site shows, the newest release first, with addresses relative to its root.

    Args:
        contents: The releases.
        left_out: Only these releases are on the site, and of each these files are left out, for the
            reason that is given. Without it all are, and what is damaged is looked for in those
            that a channel shows.
    """
    channels = {}
    for name in CHANNELS:
        try:
            shown = contents.channel(name)
        except NotShownError:
            continue
        except DamagedReleaseError as error:
            channels[name] = {"damaged": contents.plainly(error)}
            continue
        if left_out is None or shown.version in left_out:
            channels[name] = {**asdict(shown), "url": f"channels/{name}/"}
    releases = [
        _described(contents, release.version, channels, left_out)
        for release in contents.releases()
        if left_out is None or release.version in left_out
    ]
    return {"channels": channels, "releases": releases}


def _described(
    contents: Contents,
    version: str,
    channels: Mapping[str, Any],
    left_out: Mapping[str, Mapping[str, str]] | None,
) -> dict[str, Any]:
    url = f"releases/release={version}/"
    shown_by = [name for name, facts in channels.items() if facts.get("version") == version]
    found: dict[str, Any] = {"version": version, "url": url, "channels": shown_by}
    try:
        manifest = contents.manifest(version)
        names = contents.names(version)
        if left_out is not None:
            damage = dict(left_out[version])
        else:
            damage = contents.faults(version) if shown_by else {}
    except (DamagedReleaseError, NotShownError, OSError) as error:
        return {**found, "damaged": {"manifest.json": contents.plainly(error)}}
    validation, tables = manifest.get("validation"), manifest.get("tables")
    stale = manifest.get("stale_sources")
    return {
        **found,
        **{name: manifest.get(name) for name in _COPIED},
        "tables": list(tables) if isinstance(tables, dict) else [],
        "validation": validation if isinstance(validation, dict) else {},
        "stale_sources": stale if isinstance(stale, list) else [],
        "files": [name for name in names if name not in damage],
        **({"damaged": damage} if damage else {}),
    }


def index_json(found: Any) -> str:
    """Return the index for programs."""
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def index_page(found: Any, address: str | None = None) -> str:
    """Return the index for people, as one page that loads nothing.

    Args:
        found: What the site shows.
        address: Where it is served, for the lines to copy; without it they name a stand-in.
    """
    template = templates(_HERE).get_template("index.html")
    return template.render(
        **found, address=(address or "https://YOUR-SITE/"), pages=PAGES, style=index_style()
    )


def moved_page(target: str) -> str:
    """Return a page that leads to another one at once, also without scripts.

    With them it hands over what stands behind ``#``, which names the area that somebody looks at.
    """
    return templates(_HERE).get_template("moved.html").render(target=target, style=index_style())


def index_style() -> str:
    """Return the style of these pages."""
    return style(_HERE / "site.css")
