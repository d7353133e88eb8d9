"""Differences between two releases, key by key, each with one cause.

The same comparison makes the ``changes`` table of a release and answers ``imr diff``. A count that
is withheld on either side never appears, whatever it was before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import duckdb

from assets.disclosure.disclosure_policies import disclosure_policies
from assets.schema.codes import VALUES_SHOWN
from assets.schema.model import Column, Layer, LogicalType, Table
from assets.schema.producers import declared
from assets.schema.registry import SCHEMA_VERSION, table, tables_of
from assets.state.warehouse import (
    literal,
    replace_by_nothing,
    replace_table,
    sql_of,
    table_exists,
)

CHANGES = "published.changes"
_MAIN = {
    "rates": "rate",
    "disagreements": "other_value",
    "rankings": "rank",
    "disparities": "rate_ratio",
    "decompositions": "part",
    "perinatal_periods": "excess_deaths",
    "trends": "change_percent",
    "targets": "rate",
    "claims": "recomputed_value",
    "suppression": "cells_suppressed",
    "suppression_by_window": "cells_withheld",
    "definitions": "text",
    "areas": "area_name",
    "sources": "sha256",
}
"""Column that stands for a row that was added or withdrawn."""

_NOT_COMPARED = frozenset({"method_version", "period", "is_latest"})
"""Columns that follow from others: is_latest moves with every new period."""
_RESTATING = frozenset({"comparisons", "headline", "strata"})
"""Tables that say again what others say: each of their differences is one of another table."""
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
        schema_version: Version of the tables; empty where it is that of the other side.
        hashes: Content hash of each table, where it is known; tables of one hash are the same.
    """

    version: str | None
    relations: Mapping[str, str]
    method_version: str
    schema_version: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)


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
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE release_differences ({texts}, figure_moved BOOLEAN, "
        f"{columns})"
    ).fetchall()
    not_compared = {}
    for spec in tables_of(Layer.PUBLISHED):
        if spec.identity and spec.name not in _RESTATING:
            reason = _compare_table(con, spec, old, new)
            if reason:
                not_compared[spec.name] = reason
    not_listed = _leave_out_rows_of_another_schema(con, old, new)
    _note_what_was_there(con, old, new, lineage=lineage)
    causes = (
        sql_of(__file__, "causes")
        .replace("{old_method}", old.method_version)
        .replace("{new_method}", new.method_version)
        .replace("{computation}", _computation(old, new))
        .replace("{previous}", f"'{old.version}'" if old.version else "NULL")
    )
    columns = ", ".join(f'"{c}"' for c in table(CHANGES).column_names)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE release_changes AS SELECT {columns} FROM ({causes})"
    ).fetchall()
    for name, reason in not_compared.items():
        _note_table(con, name, f"not compared row by row: {reason}", old.version)
    for name, reason in not_listed.items():
        _note_table(con, name, reason, old.version)
    return "release_changes"


def _note_table(
    con: duckdb.DuckDBPyConnection, name: str, reason: str, previous: str | None
) -> None:
    """Add a row about a whole table."""
    con.execute(
        "INSERT INTO release_changes BY NAME SELECT ? AS table_name, '{}' AS row_key, "
        "'*' AS column_name, 'revised' AS change, 'method_change' AS cause, "
        "? AS cause_detail, ? AS previous_version",
        [name, reason, previous],
    ).fetchall()


def _leave_out_rows_of_another_schema(
    con: duckdb.DuckDBPyConnection, old: Side, new: Side
) -> dict[str, str]:
    """Take out rows without a figure that one schema publishes and the other one does not.

    Returns:
        What to say of each table instead of listing them one by one.
    """
    if not _of_another_schema(old, new):
        return {}
    without = (
        "column_name = '*' AND change IN ('added', 'withdrawn') AND source_family IS NOT NULL "
        "AND (coalesce(old_value, new_value) IS NULL "
        "OR table_name LIKE 'suppression%' AND coalesce(old_value, new_value) = '0')"
    )
    found = con.execute(
        "SELECT table_name, count(*) FILTER (change = 'withdrawn'), "
        f"count(*) FILTER (change = 'added') FROM release_differences WHERE {without} GROUP BY ALL"
    ).fetchall()
    con.execute(f"DELETE FROM release_differences WHERE {without}").fetchall()
    said = {}
    for name, gone, come in found:
        counts = [(gone, "are no longer there"), (come, "are there now")]
        listed = " and ".join(f"{n:,} {what}" for n, what in counts if n)
        said[name] = (
            f"schema {old.schema_version} to {new.schema_version}: of rows that carry no figure "
            f"{listed}; they are not listed one by one"
        )
    return said


def _of_another_schema(old: Side, new: Side) -> bool:
    versions = [side.schema_version for side in (old, new)]
    return "" not in versions and len({v.partition(".")[0] for v in versions}) == 2


def _computation(old: Side, new: Side) -> str:
    """Return what moved a figure that no extract moved, under the same methods."""
    if _of_another_schema(old, new):
        return f"no new extract: schema {old.schema_version} to {new.schema_version}"
    return "no new extract: the computation changed"


def write_changes(
    con: duckdb.DuckDBPyConnection,
    previous: Side | None,
    method: str,
    hashes: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """Write ``published.changes`` against the previous release and return its number of rows.

    Args:
        con: Open connection to the warehouse with all other published tables.
        previous: The release before, or ``None`` for a first one.
        method: Version of the methods now.
        hashes: Content hashes of the tables now, by full name.
    """
    spec = table(CHANGES)
    if previous is None:
        return replace_by_nothing(con, spec)
    here = {t.name: t.full_name for t in tables_of(Layer.PUBLISHED) if t.identity}
    lineage = all(table_exists(con, n) for n in ("core.observations", "core.region_members"))
    known = {short: hashes[full] for short, full in here.items() if full in hashes}
    now = Side(None, here, method, SCHEMA_VERSION, known)
    found = compare(con, previous, now, lineage=lineage)
    return replace_table(con, spec, f"SELECT * FROM {found}")


def _note_what_was_there(
    con: duckdb.DuckDBPyConnection, old: Side, new: Side, *, lineage: bool
) -> None:
    """Prepare temporary tables: what each side has, which extracts are new, what they state."""
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
        "new_vintages": f"SELECT vintage_id, {_families_of_source()} AS families "
        f"FROM {after['sources']} "
        f"WHERE vintage_id NOT IN (SELECT vintage_id FROM {before['sources']})",
        "restated": restated,
        "corrected": "SELECT DISTINCT source_family, area_code, period_start, period_end, "
        f"correction_id FROM {observations} WHERE correction_id IS NOT NULL",
    }.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}").fetchall()


def _families_of_source() -> str:
    """Return the expression that gives the series that extracts of a producer may state."""
    cases = " ".join(
        f"WHEN {literal(p.name)} THEN {list(p.families)}::VARCHAR[]" for p in declared().values()
    )
    return f"CASE source {cases} ELSE CAST([] AS VARCHAR[]) END"


_NO_OBSERVATIONS = (
    "(SELECT NULL::VARCHAR AS source_family, NULL::VARCHAR AS area_code, NULL::DATE AS "
    "period_start, NULL::DATE AS period_end, NULL::VARCHAR AS correction_id)"
)


def _compare_table(con: duckdb.DuckDBPyConnection, spec: Table, old: Side, new: Side) -> str | None:
    """Collect the differences of one table; return the reason if that is impossible."""
    if spec.name not in old.relations and spec.name not in new.relations:
        return None
    if spec.name in old.hashes and old.hashes[spec.name] == new.hashes.get(spec.name):
        return None
    for side, where in ((old, "before"), (new, "now")):
        if spec.name not in side.relations:
            return f"there is no such table {where}"
        there = _columns(con, side.relations[spec.name])
        lacking = [k for k in spec.key if k not in there]
        if lacking:
            return f"the key changed, {', '.join(lacking)} is not there {where}"
    before, after = old.relations[spec.name], new.relations[spec.name]
    columns = _columns(con, before) & _columns(con, after)
    compared = [
        c.name
        for c in spec.columns
        if c.name in columns and c.name not in {*spec.key, *_NOT_COMPARED} and not c.volatile
    ]
    _note_differing(con, spec, compared, before, after)
    for rows, where in (("differing_before", "before"), ("differing_after", "now")):
        if con.execute(
            f"SELECT key_hash FROM {rows} GROUP BY key_hash, key_check HAVING count(*) > 1 LIMIT 1"
        ).fetchall():
            return f"the key changed, it names several rows {where}"
    query = _differences(spec, columns, compared)
    con.execute(f"INSERT INTO release_differences BY NAME {query}").fetchall()
    return None


def _differences(spec: Table, shared: Collection[str], compared: Sequence[str]) -> str:
    """Return the query for the rows of one table that have been noted to differ.

    Args:
        spec: Registry entry.
        shared: Columns that both sides have.
        compared: Those that are compared.
    """
    main = _MAIN.get(spec.name, "")
    shown = f'CAST({{0}}."{main}" AS VARCHAR)' if main in shared else "NULL"
    status = f'{{0}}."{_STATUS}"' if _STATUS in shared else "'ok'"
    cells = ", ".join(
        f"{{'name': '{c}', 'old': CAST(o.\"{c}\" AS VARCHAR), 'new': CAST(n.\"{c}\" AS VARCHAR)}}"
        for c in compared
    )
    query = sql_of(__file__, "differences")
    for mark, text in {
        "{table}": spec.name,
        "{on}": " AND ".join(f'o."{k}" = n."{k}"' for k in spec.key),
        "{differs}": " OR ".join(f'o."{c}" IS DISTINCT FROM n."{c}"' for c in compared) or "false",
        "{key}": ", ".join(f'\'{k}\': coalesce(o."{k}", n."{k}")' for k in spec.key),
        "{cells}": f"[{cells}]",
        "{figures}": f"CAST({[c for c in compared if _is_figure(spec.column(c))]} AS VARCHAR[])",
        "{first}": spec.key[0],
        "{old_main}": shown.format("o"),
        "{new_main}": shown.format("n"),
        "{old_status}": status.format("o"),
        "{new_status}": status.format("n"),
        "{guarded}": _guarded(shared),
        "{has_status}": str(_STATUS in shared).lower(),
        "{shown}": str(VALUES_SHOWN),
        "{series}": _series(spec, shared),
        "{names}": ", ".join(_SERIES),
    }.items():
        query = query.replace(mark, text)
    return query


def _is_figure(column: Column) -> bool:
    """Return whether a column holds a stated or computed figure, not a remark on one."""
    return column.type in (LogicalType.NUMBER, LogicalType.INTEGER) or column.name == "sha256"


def _guarded(shared: Collection[str]) -> str:
    """Return SQL that says whether a row is of a series of which counts are withheld."""
    families = ", ".join(f"'{f}'" for f, p in sorted(disclosure_policies().items()) if p.withholds)
    if "source_family" not in shared or not families:
        return "false"
    return " OR ".join(f"coalesce({side}.source_family IN ({families}), false)" for side in "on")


def _note_differing(
    con: duckdb.DuckDBPyConnection, spec: Table, compared: Sequence[str], before: str, after: str
) -> None:
    """Note which rows differ, by hashes of their keys: whole rows are only read for those few."""
    row = ", ".join(f'"{c}"' for c in compared) or "true"
    side = f"SELECT {_key_hashes(spec)}, hash({row}) AS row_hash FROM "
    con.execute(
        "CREATE OR REPLACE TEMP TABLE differing_keys AS SELECT key_hash, key_check "
        f"FROM ({side}{before}) AS o FULL OUTER JOIN ({side}{after}) AS n "
        "USING (key_hash, key_check) WHERE o.row_hash IS DISTINCT FROM n.row_hash"
    ).fetchall()
    for name, relation in (("differing_before", before), ("differing_after", after)):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM "
            f"(SELECT *, {_key_hashes(spec)} FROM {relation}) "
            "SEMI JOIN differing_keys USING (key_hash, key_check)"
        ).fetchall()


def _key_hashes(spec: Table) -> str:
    # 128 bits, so key collisions are negligible.
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
