"""An empty warehouse in memory for each test, without the cost of a new DuckDB for each.

Beginning and ending a DuckDB takes longer than most tests do. What a test leaves in one that is
shared is taken out again; where that fails, the next test gets a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from assets.state.warehouse import in_memory, prepare, quiet

_kept: list[duckdb.DuckDBPyConnection] = []


@contextmanager
def emptied() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to an empty warehouse in memory; one at a time shares the DuckDB."""
    root = _kept.pop() if _kept else in_memory()
    con = quiet(root.cursor())
    prepare(con)
    try:
        yield con
    finally:
        con.close()
        if _is_emptied(root):
            _kept.append(root)
        else:
            root.close()


def _is_emptied(root: duckdb.DuckDBPyConnection) -> bool:
    """Take everything out; return whether nothing is left, and settings are as they were."""
    for (name,) in root.execute(
        "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal AND database_name = 'memory' "
        "AND schema_name <> 'main'"
    ).fetchall():
        root.execute(f'DROP SCHEMA "{name}" CASCADE').fetchall()
    (left,) = root.execute(
        "SELECT (SELECT count(*) FROM duckdb_tables()) "
        "+ (SELECT count(*) FROM duckdb_views() WHERE NOT internal) "
        "+ (SELECT count(*) FROM duckdb_sequences()) + (SELECT count(*) FROM duckdb_databases() "
        "WHERE NOT internal AND database_name <> 'memory') "
        "+ (current_setting('threads') <> 1)::INT"
    ).fetchone() or (1,)
    return bool(left == 0)
