"""What the warehouse knows of its own tables: what each was made from, and what it held then.

A warehouse can be restored from a backup or changed by hand, and whoever keeps a history of its
tables somewhere else does not see that. Each table therefore has a row in the warehouse itself. A
write to the table removes the row within its transaction, so that a row always speaks of a table
that was finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import duckdb

from assets.schema.content_hash import content_hash
from assets.schema.model import Table
from assets.state.warehouse import MADE_TABLE, table_exists


@dataclass(frozen=True)
class Made:
    """One table as it was when it had been made.

    Attributes:
        basis: Identity of what it was made from beside other tables.
        content_hash: Identity of its content.
        fingerprint: What :func:`fingerprints` said of it.
    """

    basis: str
    content_hash: str
    fingerprint: str


_hashed: dict[str, tuple[str, Table, str]] = {}
"""Fingerprint and content hash of each table when this process last hashed it, by full name."""


def hashes_of(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Table]) -> dict[str, str]:
    """Return the content hash, over all columns, of each table that exists.

    Its maker, its checks and the release gate of one run ask for the same hash. A table whose
    fingerprint is the one that it had when it was hashed is not hashed again; what a release
    writes is hashed in full once more, as it stands in the files.

    Args:
        con: Open connection to the warehouse.
        tables: Registry entries by full name in the warehouse.
    """
    found = {}
    for name, seen in fingerprints(con, tables).items():
        fingerprint, table, content = _hashed.get(name, ("", None, ""))
        if fingerprint != seen or table != tables[name]:
            content = content_hash(con, name, tables[name])
            remember_hash(name, tables[name], seen, content)
        found[name] = content
    return found


def remember_hash(full_name: str, table: Table, fingerprint: str, content: str) -> None:
    """Remember in this process which content hash a table with this fingerprint has.

    Args:
        full_name: ``schema.name``.
        table: Registry entry.
        fingerprint: What :func:`fingerprints` says of it.
        content: Its content hash.
    """
    _hashed[full_name] = (fingerprint, table, content)


def remember_made(con: duckdb.DuckDBPyConnection, full_name: str, content: str, basis: str) -> None:
    """Remember that a table has just been made.

    Args:
        con: Open connection to the warehouse.
        full_name: ``schema.name``.
        content: Identity of its content.
        basis: Identity of what it was made from beside other tables.
    """
    if not table_exists(con, MADE_TABLE):
        con.execute(
            f"CREATE TABLE {MADE_TABLE} (table_name VARCHAR PRIMARY KEY, basis VARCHAR, "
            "content_hash VARCHAR, fingerprint VARCHAR)"
        ).fetchall()
    fingerprint, _, hashed = _hashed.get(full_name, ("", None, ""))
    seen = fingerprint if hashed == content else fingerprints(con, [full_name])[full_name]
    con.execute(
        f"INSERT OR REPLACE INTO {MADE_TABLE} VALUES (?, ?, ?, ?)",
        [full_name, basis, content, seen],
    ).fetchall()


def made_tables(con: duckdb.DuckDBPyConnection) -> Mapping[str, Made]:
    """Return what is remembered of each table, by full name."""
    if not table_exists(con, MADE_TABLE):
        return {}
    rows = con.execute(
        f"SELECT table_name, basis, content_hash, fingerprint FROM {MADE_TABLE}"
    ).fetchall()
    return {name: Made(*facts) for name, *facts in rows}


def fingerprints(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> dict[str, str]:
    """Return a quick hash of the columns and rows of each table that exists, whatever their order.

    It says whether a table is what it was, within one version of DuckDB. The identity of content
    that is published is :func:`assets.schema.content_hash.content_hash`, which takes ten times as
    long.
    """
    columns = {name: said for name in names if (said := _columns(con, name))}
    if not columns:
        return {}
    rows = " UNION ALL ".join(
        f"SELECT '{name}', count(*) || '-' || coalesce(sum(hash(rows)), 0) FROM {name} AS rows"
        for name in columns
    )
    found = con.execute(rows).fetchall()
    return {name: f"{sha256(columns[name].encode()).hexdigest()}-{seen}" for name, seen in found}


def _columns(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return the columns of a table and their types; nothing where there is no such table."""
    try:
        relation = con.table(name)
    except duckdb.CatalogException:
        return ""
    pairs = zip(relation.columns, relation.types, strict=True)
    return ", ".join(f"{column} {kind}" for column, kind in pairs)
