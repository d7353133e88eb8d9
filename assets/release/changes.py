"""Differences between two releases, key by key, each with one cause.

The same comparison makes the ``changes`` table of a release and answers ``imr diff``. A count that
is withheld on either side never appears, whatever it was before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from assets.schema.model import Layer, Table
from assets.schema.registry import table, tables_of
from assets.warehouse import replace_table, sql_of, table_exists

CHANGES = "published.changes"
_MAIN = {
    "rates": "rate",
    "rankings": "rank",
    "disparities": "rate_ratio",
    "trends": "change_percent",
    "targets": "rate",
    "claims": "recomputed_value",
    "suppression": "cells_suppressed",
    "areas": "area_name",
    "sources": "sha256",
}
"""Column that stands for a row that was added or withdrawn."""

_NOT_COMPARED = frozenset({"method_version"})
_STATUS = "value_status"
_TEXTS = ("table_name", "row_key", "column_name", "change", "old_value", "new_value")
_SERIES = {
    "source_family": "VARCHAR",
    "measure": "VARCHAR",
    "area_code": "VARCHAR",
    "geography_vintage": "VARCHAR",
    "period_start": "DATE",
    "period_end": "DATE",
}


@dataclass(frozen=True)
class Side:
    """One of two releases to compare.

    Attributes:
        version: Release, or ``None`` for what is about to be released.
        relations: Relation that holds each table, by table name.
        method_version: Version of the methods.
    """

    version: str | None
    relations: Mapping[str, str]
    method_version: str


def compare(con: duckdb.DuckDBPyConnection, old: Side, new: Side, *, lineage: bool = False) -> str:
    """Compare two releases into the temporary table ``release_changes`` and return its name.

    Args:
        con: Open connection that can read both sides.
        old: The earlier release.
        new: The later one.
        lineage: ``core.observations`` of the connection says which extract each count of the
            new side comes from.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in _SERIES.items())
    texts = ", ".join(f"{name} VARCHAR" for name in _TEXTS)
    con.execute(f"CREATE OR REPLACE TEMP TABLE release_differences ({texts}, {columns})").fetchall()
    for spec in tables_of(Layer.PUBLISHED):
        if spec.identity and spec.name in old.relations and spec.name in new.relations:
            query = _differences(con, spec, old, new)
            if query:
                con.execute(f"INSERT INTO release_differences BY NAME {query}").fetchall()
    _note_what_was_there(con, old, new, lineage=lineage)
    causes = (
        sql_of(__file__, "causes")
        .replace("{old_method}", old.method_version)
        .replace("{new_method}", new.method_version)
        .replace("{previous}", f"'{old.version}'" if old.version else "NULL")
    )
    columns = ", ".join(f'"{c}"' for c in table(CHANGES).column_names)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE release_changes AS SELECT {columns} FROM ({causes})"
    ).fetchall()
    return "release_changes"


def write_changes(con: duckdb.DuckDBPyConnection, previous: Side | None, method: str) -> int:
    """Write ``published.changes`` against the previous release and return its number of rows.

    Args:
        con: Open connection to the warehouse with all other published tables.
        previous: The release before, or ``None`` for a first one.
        method: Version of the methods now.
    """
    spec = table(CHANGES)
    if previous is None:
        nulls = ", ".join(f'NULL AS "{c}"' for c in spec.column_names)
        return replace_table(con, spec, f"SELECT {nulls} WHERE false")
    here = {t.name: t.full_name for t in tables_of(Layer.PUBLISHED) if t.identity}
    lineage = all(table_exists(con, n) for n in ("core.observations", "core.region_members"))
    found = compare(con, previous, Side(None, here, method), lineage=lineage)
    return replace_table(con, spec, f"SELECT * FROM {found}")


def _note_what_was_there(
    con: duckdb.DuckDBPyConnection, old: Side, new: Side, *, lineage: bool
) -> None:
    """Note what each side has, which extracts are new, and what they state."""
    before, after = old.relations, new.relations
    series, ends = (sql_of(__file__, f"{n}_of_side") for n in ("series", "ends"))
    restated = sql_of(__file__, "restated" if lineage else "restated_unknown")
    observations = "core.observations" if lineage else _NO_OBSERVATIONS
    for name, select in {
        "areas_before": series.replace("{rates}", before["rates"]),
        "areas_after": series.replace("{rates}", after["rates"]),
        "ends_before": ends.replace("{rates}", before["rates"]),
        "datasets_before": f"SELECT DISTINCT dataset_id FROM {before['sources']}",
        "datasets_after": f"SELECT DISTINCT dataset_id FROM {after['sources']}",
        "families_after": f"SELECT DISTINCT source_family FROM {after['rates']}",
        "new_vintages": f"SELECT vintage_id, source FROM {after['sources']} "
        f"WHERE vintage_id NOT IN (SELECT vintage_id FROM {before['sources']})",
        "restated": restated,
        "corrected": "SELECT DISTINCT source_family, area_code, period_start, period_end, "
        f"correction_id FROM {observations} WHERE correction_id IS NOT NULL",
    }.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}").fetchall()


_NO_OBSERVATIONS = (
    "(SELECT NULL::VARCHAR AS source_family, NULL::VARCHAR AS area_code, NULL::DATE AS "
    "period_start, NULL::DATE AS period_end, NULL::VARCHAR AS correction_id)"
)


def _differences(con: duckdb.DuckDBPyConnection, spec: Table, old: Side, new: Side) -> str | None:
    """Return the query for one table, or ``None`` where one side lacks its key."""
    before, after = old.relations[spec.name], new.relations[spec.name]
    shared = _columns(con, before) & _columns(con, after)
    if not set(spec.key) <= shared:
        return None
    compared = [
        c.name
        for c in spec.columns
        if c.name in shared and c.name not in {*spec.key, *_NOT_COMPARED} and not c.volatile
    ]
    main = _MAIN.get(spec.name, "")
    shown = f'CAST({{0}}."{main}" AS VARCHAR)' if main in shared else "NULL"
    status = f'{{0}}."{_STATUS}"' if _STATUS in shared else "'ok'"
    cells = ", ".join(
        f"{{'name': '{c}', 'old': CAST(o.\"{c}\" AS VARCHAR), 'new': CAST(n.\"{c}\" AS VARCHAR)}}"
        for c in compared
    )
    _note_differing(con, spec, compared, before, after)
    query = sql_of(__file__, "differences")
    for mark, text in {
        "{table}": spec.name,
        "{old}": _differing(spec, before),
        "{new}": _differing(spec, after),
        "{on}": " AND ".join(f'o."{k}" = n."{k}"' for k in spec.key),
        "{differs}": " OR ".join(f'o."{c}" IS DISTINCT FROM n."{c}"' for c in compared) or "false",
        "{key}": ", ".join(f'\'{k}\': coalesce(o."{k}", n."{k}")' for k in spec.key),
        "{cells}": f"[{cells}]",
        "{first}": spec.key[0],
        "{old_main}": shown.format("o"),
        "{new_main}": shown.format("n"),
        "{old_status}": status.format("o"),
        "{new_status}": status.format("n"),
        "{series}": _series(spec, shared),
        "{names}": ", ".join(_SERIES),
    }.items():
        query = query.replace(mark, text)
    return query


def _note_differing(
    con: duckdb.DuckDBPyConnection, spec: Table, compared: Sequence[str], before: str, after: str
) -> None:
    """Note which keys differ, by hashes: whole rows are only read for those few."""
    row = ", ".join(f'"{c}"' for c in compared) or "true"
    side = f"SELECT {_key_hashes(spec)}, hash({row}) AS row_hash FROM "
    con.execute(
        "CREATE OR REPLACE TEMP TABLE differing_keys AS SELECT key_hash, key_check "
        f"FROM ({side}{before}) AS o FULL OUTER JOIN ({side}{after}) AS n "
        "USING (key_hash, key_check) WHERE o.row_hash IS DISTINCT FROM n.row_hash"
    ).fetchall()


def _differing(spec: Table, relation: str) -> str:
    return (
        f"(SELECT * FROM (SELECT *, {_key_hashes(spec)} FROM {relation}) "
        "SEMI JOIN differing_keys USING (key_hash, key_check))"
    )


def _key_hashes(spec: Table) -> str:
    # Two hashes of 64 bits: two keys of one table will not be taken for each other.
    keys = ", ".join(f'"{k}"' for k in spec.key)
    return f"hash({keys}) AS key_hash, hash('check', {keys}) AS key_check"


def _series(spec: Table, shared: Collection[str]) -> str:
    return ", ".join(
        f'coalesce(o."{name}", n."{name}") AS {name}'
        if name in shared and name in spec.column_names
        else f"CAST(NULL AS {kind}) AS {name}"
        for name, kind in _SERIES.items()
    )


def _columns(con: duckdb.DuckDBPyConnection, relation: str) -> set[str]:
    return {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}
