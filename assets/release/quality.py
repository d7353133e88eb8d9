"""The ``quality`` table: the evidence for exactly the content that is released.

Rules also look at counts before disclosure control. What they saw there of a series of which
counts are withheld stays in the warehouse and in the reports of the run. An extract that was set
aside has a row of its own, without any figure of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import duckdb
import pandas as pd

from assets.archive.withdrawal import Withdrawal
from assets.core.observations.contradictions import SUPPLIED
from assets.disclosure.disclosure_policies import disclosure_policies
from assets.schema.model import Layer
from assets.schema.registry import table
from assets.state.warehouse import replace_table, sql_of, table_exists

_OBSERVATIONS, _PRINTED = "core.observations", "core.printed_rates"
_SOURCES = "published.sources"
_COLUMNS = table("published.quality").column_names


def write_quality(
    con: duckdb.DuckDBPyConnection,
    hashes: Mapping[str, str],
    set_aside: Iterable[Withdrawal] = (),
) -> int:
    """Write ``published.quality`` and return its number of rows.

    Args:
        con: Open connection to the warehouse.
        hashes: Content hash of every table that the release stands on, by full name.
        set_aside: Extracts that are not in use because a rule fails with them, a row each.
    """
    families = sorted(f for f, p in disclosure_policies().items() if p.withholds)
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
    guarded = table_exists(con, _OBSERVATIONS) and _is_guarded(con, _OBSERVATIONS, families)
    rows = [_row(w, hashes[_SOURCES], counted=not guarded) for w in set_aside]
    con.register("extracts_set_aside", pd.DataFrame(rows, columns=list(_COLUMNS), dtype="object"))
    try:
        return replace_table(con, table("published.quality"), sql_of(__file__, "quality"))
    finally:
        for name in (
            "release_hashes",
            "guarded_families",
            "printed_rates_are_guarded",
            "extracts_set_aside",
        ):
            con.unregister(name)


def _row(entry: Withdrawal, content: str, *, counted: bool) -> dict[str, object]:
    """Return the row for an extract that is not in use: the rule, without any figure.

    Args:
        entry: Why and since when it is out of use.
        content: Content hash of the table of extracts in use.
        counted: The number of rows may be shown, because no series has withheld counts.
    """
    since = entry.at
    counted = counted and not entry.vintage_id.startswith(f"{SUPPLIED}@")
    rows = "1 row breaks" if entry.rows == 1 else f"{entry.rows:,} rows break"
    broken = f"{rows} {entry.rule}" if counted and entry.rows else entry.rule
    return {
        "table_name": _SOURCES,
        "rule_id": f"SET-ASIDE-{entry.vintage_id}",
        "check_name": "plausibility",
        "category": "set_aside",
        "severity": "warning",
        "outcome": "failed",
        "message": entry.states or "An archived extract breaks no required rule.",
        "observed": f"{entry.vintage_id} is not in use since {since[:10]}: {broken}",
        "expected": "every archived extract in use",
        "failing_count": entry.rows if counted else 0,
        "failing_keys": json.dumps([{"vintage_id": entry.vintage_id, "rule_id": entry.rule}]),
        "remedy": " ".join(
            filter(
                None,
                (
                    entry.remedy,
                    "It comes back by itself once that is mended; what its dataset had before is "
                    "in use.",
                ),
            )
        ),
        "waiver_id": None,
        "content_hash": content,
        "evaluated_at": since,
    }


def _is_guarded(con: duckdb.DuckDBPyConnection, name: str, families: list[str]) -> bool:
    """Return whether a table has counts, before disclosure control, of one of these series."""
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
