"""The ``quality`` table: the evidence for exactly the content that is released."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from assets.schema.registry import table
from assets.warehouse import replace_table, sql_of


def write_quality(con: duckdb.DuckDBPyConnection, hashes: Mapping[str, str]) -> int:
    """Write ``published.quality`` and return its number of rows.

    Args:
        con: Open connection to the warehouse.
        hashes: Content hash of every table that the release stands on, by full name.
    """
    frame = pd.DataFrame(sorted(hashes.items()), columns=["table_name", "content_hash"])
    con.register("release_hashes", frame.astype("str"))
    try:
        return replace_table(con, table("published.quality"), sql_of(__file__, "quality"))
    finally:
        con.unregister("release_hashes")
