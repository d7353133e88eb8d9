"""Published tables of a few areas, and what may be wrong with them: names, notes, whole parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from assets.release.documents.explorer.explorer_page import explorer_page
from assets.release.documents.page.page import release_page
from assets.release.documents.validation.validation_page import validation_page
from assets.schema.model import Layer, LogicalType, Table
from assets.schema.registry import tables_of
from assets.state.warehouse import in_memory, literal

FACTS = {
    "version": "2026.06.01",
    "released_at": "2026-06-01T02:15:00+00:00",
    "schema_version": "2.0.0",
    "method_version": "1.2.0",
}
AREAS = (
    "US", "US-MO", "US-MS", "US-VT", "US-DC", "K04000001, J99000001", "K04000001", "E92000001",
    "W92000004", "E12000001", "E12000002", "E08000016", "E08000038", "E08000007", "E06000001",
)  # fmt: skip
SAYS = "window.ran=1;alert(1)"
ATTACKS = (
    f"</script><script>{SAYS}</script>",
    f'"><img src=x onerror="{SAYS}">',
    f"' onmouseover='{SAYS}' autofocus onfocus='{SAYS}' x='",
    f"</style></title></textarea></svg><svg onload={SAYS}>",
    f"<a href=\"javascript:{SAYS}\">press</a><iframe srcdoc='<script>parent.{SAYS}</script>'>",
    "\u202egnitirw\u202c \u200f\u0634\u0645\u0627\u0644 \u2066open",
    "Llan" + "fair" * 74,
    "{{ 7 * 7 }} {% raw %} ${" + SAYS + "} <!--<script> ]]> &lt; \\u003cscript\\u003e \u2028\u2029",
    "=cmd|'/c calc'!A0 `back` \\ \t \"quoted\" 'once'",
)
"""The last word of names and notes that a page must show and never obey."""
_CODES = {
    "area_code", "place_code", "parent_code", "region_code", "geography_vintage", "method_version",
    "vintage_id", "dataset_id", "definition_id", "stratum", "reference_stratum", "measure",
    "period", "source_family", "retrieved_at", "published_at", "evaluated_at", "failing_keys",
    "row_key", "vintages", "table_name", "column_name", "previous_version", "target_id", "members",
    "predecessors", "rate_text", "content_hash", "measures", "kind",
}  # fmt: skip
"""Columns of text that hold codes of our own, by which pages find rows."""


def few_areas(release: Path) -> duckdb.DuckDBPyConnection:
    """Return the published tables of a release, of a few areas of each kind."""
    con = in_memory()
    con.execute("CREATE SCHEMA IF NOT EXISTS published").fetchall()
    for path in release.glob("*.parquet"):
        source = f"read_parquet({literal(path)}, hive_partitioning = false)"
        columns = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        among = f"area_code IN {AREAS}" if "area_code" in columns else "true"
        con.execute(
            f"CREATE OR REPLACE TABLE published.{path.stem} AS SELECT * FROM {source} WHERE {among}"
        ).fetchall()
    return con


MAKERS: Mapping[str, Callable[[duckdb.DuckDBPyConnection], str]] = {
    "index.html": lambda con: release_page(con, FACTS, "2026.05.01"),
    "explore.html": lambda con: explorer_page(con, FACTS),
    "VALIDATION.html": lambda con: validation_page(con, FACTS),
}


def pages(con: duckdb.DuckDBPyConnection, folder: Path, *names: str) -> None:
    """Make the pages of what is published, or some of them, in a folder."""
    for name in names or MAKERS:
        (folder / name).write_text(MAKERS[name](con), encoding="utf-8")


def with_bad_names(con: duckdb.DuckDBPyConnection) -> None:
    """Let every text that is no code of ours end with an attack; an area keeps one name."""
    attacks = "[" + ", ".join("'" + text.replace("'", "''") + "'" for text in ATTACKS) + "]"
    for spec in tables_of(Layer.PUBLISHED):
        for name in _texts(spec):
            which = "area_code" if name == "area_name" else f"coalesce(\"{name}\", '')"
            con.execute(
                f'UPDATE {spec.full_name} SET "{name}" = "{name}" || \' \' '
                f"|| {attacks}[CAST(1 + hash({which}) % {len(ATTACKS)} AS INTEGER)]"
            ).fetchall()
    con.execute("UPDATE published.sources SET url = 'javascript:' || ?", [SAYS]).fetchall()
    keys = json.dumps([{"area_code": text, "reason": text, text: text} for text in ATTACKS])
    con.execute(
        "UPDATE published.quality SET failing_keys = ?, outcome = 'waived' "
        "WHERE rule_id = (SELECT min(rule_id) FROM published.quality)",
        [keys],
    ).fetchall()


def _texts(spec: Table) -> list[str]:
    return [
        c.name
        for c in spec.columns
        if c.type is LogicalType.TEXT and not c.allowed and not c.pattern and c.name not in _CODES
    ]


def without(condition: str) -> Callable[[duckdb.DuckDBPyConnection], None]:
    """Return what removes the areas of a condition from every table."""

    def remove(con: duckdb.DuckDBPyConnection) -> None:
        for spec in tables_of(Layer.PUBLISHED):
            if {"country", "area_code", "area_type"} <= set(spec.column_names):
                con.execute(f"DELETE FROM {spec.full_name} WHERE {condition}").fetchall()

    return remove


def all_withheld(con: duckdb.DuckDBPyConnection) -> None:
    """Withhold every number of every table."""
    for spec in tables_of(Layer.PUBLISHED):
        if "value_status" not in spec.column_names:
            continue
        numbers = [
            f'"{c.name}" = NULL'
            for c in spec.columns
            if c.type is LogicalType.NUMBER or c.name in ("rate_text", "rank", "band", "funnel")
        ]
        status = "value_status = 'suppressed'"
        latest = ["is_latest = false"] if "is_latest" in spec.column_names else []
        con.execute(
            f"UPDATE {spec.full_name} SET {', '.join([*numbers, status, *latest])}"
        ).fetchall()
