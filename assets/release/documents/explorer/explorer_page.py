"""``explore.html``: styles, scripts, chart library and data put together in one file.

The policy in its head lets exactly these scripts run, and lets nothing be loaded from anywhere:
what an extract may have smuggled into a name can be shown, never run.
"""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import duckdb
from markupsafe import Markup

from assets.release.documents.explorer.data_block import data_block
from assets.release.documents.explorer.vega_bundle import vega_bundle
from assets.release.documents.html import templates

_LOGGER = logging.getLogger(__name__)
_FOLDER = Path(__file__).parent
SCRIPTS = (
    "decode", "format", "search", "model", "words", "route", "dom", "combobox", "charts", "export",
    "profile", "profile_sections", "compare", "areas_table", "app",
)  # fmt: skip
"""Modules of the page in ``js``, each standing on those before it."""


def explorer_page(
    con: duckdb.DuckDBPyConnection, facts: Mapping[str, str], library: str | None = None
) -> str:
    """Return the page; where it cannot be made, one that says so: numbers do not wait for it.

    Args:
        con: Open connection with the published tables.
        facts: version, released_at, schema_version and method_version.
        library: The chart library; made, or read where it was made before, by default.
    """
    style = Markup((_FOLDER / "explorer.css").read_text(encoding="utf-8"))  # noqa: S704
    try:
        return _whole(con, facts, style, library)
    except duckdb.InterruptException:
        raise
    except Exception as error:
        _LOGGER.exception("explore.html could not be made")
        cause = str(error).partition("\n")[0][:300] or type(error).__name__
        page = templates(_FOLDER).get_template("not_made.html")
        return page.render(**facts, style=style, cause=cause)


def _whole(
    con: duckdb.DuckDBPyConnection, facts: Mapping[str, str], style: Markup, library: str | None
) -> str:
    scripts = {
        "library": _inline(vega_bundle() if library is None else library),
        "script": _inline(_script()),
    }
    return (
        templates(_FOLDER)
        .get_template("explorer.html")
        .render(
            **facts,
            policy=_policy(scripts.values()),
            style=style,
            data=data_block(con, facts),
            **{name: Markup(text) for name, text in scripts.items()},  # noqa: S704
        )
    )


def _script() -> str:
    """Return all modules in one scope of their own."""
    modules = ((_FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    return '(() => {\n"use strict";\n' + "\n".join(modules) + "})();\n"


def _inline(script: str) -> str:
    """Return a script that no text in it can end, or hide the end of, before its time."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _policy(scripts: Iterable[str]) -> str:
    hashes = " ".join(
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
