"""What the explorer shows, as one block of text: columns, coded strings, compressed.

Nothing is in it that the published tables do not have: every figure is read from them, and a row
that carries no number there carries none here.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from assets.rates.measures import measures
from assets.schema.producers import all_series, declared, nations
from assets.state.warehouse import records, sql_of

FORMAT = 1
"""Changes when the block does; the page says so where it is another one."""
_CODED = (
    "place_code", "area_code", "geography_vintage", "source_family", "measure", "stratum_type",
    "stratum", "window_type", "period", "period_start", "period_end", "value_status",
    "status_reason", "rate_text", "compared_with_nation", "funnel", "definition_id",
    "vintages",
)  # fmt: skip
"""Columns of rates that repeat few strings many times."""


def data_block(con: duckdb.DuckDBPyConnection, facts: Mapping[str, str]) -> str:
    """Return the block: gzip of JSON, in base 64.

    Args:
        con: Open connection with the published tables.
        facts: version, released_at, schema_version and method_version.
    """
    content = json.dumps(explorer_data(con, facts), separators=(",", ":"), ensure_ascii=False)
    # The time of day is left out, so that the same release gives the same page.
    return b64encode(gzip.compress(content.encode(), 6, mtime=0)).decode()


def explorer_data(con: duckdb.DuckDBPyConnection, facts: Mapping[str, str]) -> dict[str, Any]:
    """Return everything that the page shows, as plain values."""
    return {
        "format": FORMAT,
        "release": dict(facts),
        "rates": _columns(con.execute(sql_of(__file__, "rates")).df()),
        **{
            name: records(con, sql_of(__file__, name))
            for name in ("areas", "disparities", "trends", "targets", "sources", "strata")
        },
        "definitions": _definitions(con),
        "measures": _measures(),
        "families": _families(),
        "nations": dict(nations()),
    }


def _columns(rates: pd.DataFrame) -> dict[str, Any]:
    """Return rates by column: of strings the positions in a list of all values, in their order."""
    columns: dict[str, Any] = {"rows": len(rates)}
    for name, column in rates.items():
        if str(name) in _CODED:
            text = column.dt.strftime("%Y-%m-%d") if column.dtype.kind == "M" else column
            codes, values = pd.factorize(text, sort=True)
            columns[str(name)] = {"codes": codes.tolist(), "values": values.tolist()}
        else:
            columns[str(name)] = _numbers(column)
    return columns


def _numbers(column: pd.Series) -> list[int | float | None]:
    """Return numbers as JSON can hold them; truths are 1 and 0, and what is not there is null."""
    number = column.to_numpy(dtype=float, na_value=np.nan)
    gone = np.isnan(number)
    filled = np.where(gone, 0, number)
    whole = bool((filled == np.floor(filled)).all())
    values: list[int | float | None] = filled.astype(np.int64 if whole else float).tolist()
    for position in np.flatnonzero(gone):
        values[position] = None
    return values


def _definitions(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    rows = con.execute("SELECT definition_id, text, source FROM published.definitions").fetchall()
    return {str(name): {"text": str(text), "source": str(source)} for name, text, source in rows}


def _measures() -> list[dict[str, Any]]:
    """Return what the page says of each measure: its title, what is counted, and of how many."""
    return [
        {
            "measure": each.name,
            "title": each.name.replace("_", " ").capitalize(),
            "counted": each.numerator.replace("_", " "),
            "among": " and ".join(name.replace("_", " ") for name in each.denominators),
            "per": each.rate_per,
        }
        for each in measures()
    ]


def _families() -> dict[str, dict[str, str]]:
    """Return the title of each series and the producer that it comes from."""
    producer = {name: each for each in declared().values() for name, _ in each.series}
    return {
        name: {
            "title": series.title,
            "source": producer[name].name,
            "producer": producer[name].called,
        }
        for name, series in all_series().items()
    }
