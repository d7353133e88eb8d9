"""Compare any two releases: counts per cause, the biggest moves, and every row on request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from assets.release.changes import Side, compare
from assets.release.channels.lineage import folder_of
from assets.release.channels.release_views import add_views, relation
from assets.release.channels.releases_on_disk import Release
from assets.schema.registry import table
from assets.state.home import Home
from assets.state.warehouse import scratch

_MOVES = """
SELECT
    json_extract_string(row_key, '$.area_code') AS area_code,
    json_extract_string(row_key, '$.measure') AS measure,
    json_extract_string(row_key, '$.source_family') AS source_family,
    json_extract_string(row_key, '$.window_type') AS window_type,
    json_extract_string(row_key, '$.period_end') AS period_end,
    CAST(old_value AS DOUBLE) AS old_rate,
    CAST(new_value AS DOUBLE) AS new_rate,
    new_rate - old_rate AS move,
    cause
FROM release_changes
WHERE table_name = 'rates' AND column_name = 'rate' AND change = 'revised'
    AND old_value IS NOT NULL AND new_value IS NOT NULL
    AND json_extract_string(row_key, '$.stratum_type') = 'all'
ORDER BY abs(move) DESC, row_key
LIMIT ?
"""


@dataclass(frozen=True)
class Difference:
    """Comparison of two releases, open for questions.

    Attributes:
        old: The first release.
        new: The second one.
        con: Connection with the temporary table ``release_changes``.
    """

    old: Release
    new: Release
    con: duckdb.DuckDBPyConnection

    def summary(self) -> list[tuple[Any, ...]]:
        """Return (table, cause, change, keys), most keys first."""
        return self.con.execute(
            "SELECT table_name, cause, change, count(DISTINCT row_key) AS keys "
            "FROM release_changes GROUP BY ALL ORDER BY keys DESC, table_name, cause, change"
        ).fetchall()

    def moves(self, limit: int) -> list[tuple[Any, ...]]:
        """Return the revised total rates that moved most."""
        return self.con.execute(_MOVES, [limit]).fetchall()

    def rows(
        self, table_name: str | None = None, cause: str | None = None
    ) -> list[tuple[Any, ...]]:
        """Return all differences in the columns of the ``changes`` table, in key order."""
        return self.con.execute(
            "SELECT * FROM release_changes WHERE coalesce(table_name = $1, true) "
            "AND coalesce(cause = $2, true) ORDER BY table_name, row_key, column_name",
            [table_name, cause],
        ).fetchall()


HEADINGS = table("published.changes").column_names


@contextmanager
def difference(old: Release, new: Release) -> Iterator[Difference]:
    """Compare two releases.

    Where one follows the other directly the stored ``changes`` are used. Otherwise the record of
    the counts behind ``new`` says which figures a new extract states, where it is on this machine;
    elsewhere each revision is put down to all new extracts of its producer.
    """
    con = scratch()
    try:
        if new.manifest()["supersedes"] == old.version:
            con.execute(
                "CREATE TEMP TABLE release_changes AS SELECT * FROM "
                + relation(new.path, "changes")
            ).fetchall()
        else:
            lineage = _add_lineage(con, new)
            compare(con, _side(con, old, "old"), _side(con, new, "new"), lineage=lineage)
        yield Difference(old, new, con)
    finally:
        con.close()


def _add_lineage(con: duckdb.DuckDBPyConnection, release: Release) -> bool:
    """Add the counts behind a release under their names in the warehouse, if they are here."""
    folder = folder_of(Home(release.path.parents[1]), release.version)
    if not folder.is_dir():
        return False
    con.execute("CREATE SCHEMA core").fetchall()
    for name in ("observations", "region_members"):
        con.execute(f"CREATE VIEW core.{name} AS SELECT * FROM {relation(folder, name)}").fetchall()
    return True


def _side(con: duckdb.DuckDBPyConnection, release: Release, schema: str) -> Side:
    views = add_views(con, release, schema)
    manifest = release.manifest()
    return Side(release.version, views, manifest["method_version"], manifest["schema_version"])
