"""Figures that are shown and stated otherwise: two series, printed rates, totals and parts."""

from __future__ import annotations

import duckdb
import pandas as pd

from assets.core.observations.contradictions import allowance
from assets.rates.beside import comparisons
from assets.schema.sums import count_sums
from assets.state.warehouse import sql_of, temp_table

_SHOWN = "published.rates"
_COUNTED = (
    f"SELECT *, 'year' AS period_type FROM {_SHOWN} "
    "WHERE window_type = 'annual' AND value_status IN ('ok', 'unreliable')"
)


def disagreements_sql(con: duckdb.DuckDBPyConnection) -> str:
    """Return the query, with the temporary tables that it reads made.

    Args:
        con: Open connection with ``published.rates`` and ``core.*``.
    """
    ways = [
        {"whole": whole, "way": way, "part": part, "position": position, "parts": len(parts)}
        for way, (whole, parts) in enumerate(count_sums())
        for position, part in enumerate(parts)
    ]
    temp_table(con, "method_sums", pd.DataFrame(ways))
    titles = "SELECT dataset_id, min(producer || ', ' || title) AS title FROM core.vintages"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE dataset_titles AS {titles} GROUP BY dataset_id"
    ).fetchall()
    query = sql_of(__file__, "disagreements")
    for name, comparison in comparisons().items():
        query = query.replace(f"{{{name}}}", comparison)
    for mark, text in {
        "relation": _SHOWN,
        "counted_rates": _COUNTED,
        "allowance_of_deaths": allowance("p.numerator", "p.other_numerator"),
        "allowance_of_births": allowance("p.denominator", "p.other_denominator"),
    }.items():
        query = query.replace(f"{{{mark}}}", text)
    return query
