"""The ``quality`` table: the evidence for exactly the content that is released.

Rules also look at counts before disclosure control. What they saw there of a series of which
counts are withheld stays in the warehouse and in the reports of the run.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from assets.disclosure.policy import policies
from assets.schema.model import Layer
from assets.schema.registry import table
from assets.warehouse import replace_table, sql_of, table_exists

_OBSERVATIONS, _PRINTED = "core.observations", "core.printed_rates"


def write_quality(con: duckdb.DuckDBPyConnection, hashes: Mapping[str, str]) -> int:
    """Write ``published.quality`` and return its number of rows.

    Args:
        con: Open connection to the warehouse.
        hashes: Content hash of every table that the release stands on, by full name.
    """
    families = sorted(f for f, p in policies().items() if p.withholds)
    entries = [(name, h, _is_guarded(con, name, families)) for name, h in sorted(hashes.items())]
    frame = pd.DataFrame(entries, columns=["table_name", "content_hash", "is_guarded"])
    con.register(
        "release_hashes",
        frame.astype({"table_name": "str", "content_hash": "str", "is_guarded": "bool"}),
    )
    con.register(
        "guarded_families", pd.DataFrame(families, columns=["source_family"]).astype("str")
    )
    printed = table_exists(con, _PRINTED) and _is_guarded(con, _PRINTED, families)
    con.register(
        "printed_rates_are_guarded", pd.DataFrame([printed], columns=["is_guarded"], dtype="bool")
    )
    try:
        return replace_table(con, table("published.quality"), sql_of(__file__, "quality"))
    finally:
        for name in ("release_hashes", "guarded_families", "printed_rates_are_guarded"):
            con.unregister(name)


def _is_guarded(con: duckdb.DuckDBPyConnection, name: str, families: list[str]) -> bool:
    """Say whether a table has counts, before disclosure control, of one of these series."""
    if name.partition(".")[0] == Layer.PUBLISHED:
        return False
    columns = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {name}").fetchall()}
    among = f"source_family IN ({', '.join('?' for _ in families)})"
    if "source_family" in columns:
        query = f"SELECT 1 FROM {name} WHERE {among} LIMIT 1"
    elif "vintage_id" in columns and table_exists(con, _OBSERVATIONS):
        # Cells as the producer sent them do not name the series that they become part of.
        query = (
            f"SELECT 1 FROM {name} SEMI JOIN (SELECT vintage_id FROM {_OBSERVATIONS} "
            f"WHERE {among}) USING (vintage_id) LIMIT 1"
        )
    else:
        return False
    return bool(con.execute(query, families).fetchall())
