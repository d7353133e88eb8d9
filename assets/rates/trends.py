"""Year-on-year tests, log-linear trends inside break-free spans, and runs."""

from __future__ import annotations

import duckdb
import pandas as pd
from scipy.special import ndtr

from assets.rates import measures
from assets.rates.change import register_test
from assets.rates.inputs import require
from assets.rates.log_linear import log_linear
from assets.schema.registry import METHOD_VERSION, table
from assets.state.warehouse import replace_table, sql_of


def build_trends(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``rates.trends`` from ``rates.rates``; returns the row count."""
    require(con, ("rates.rates", "core.series_breaks"))
    measures.register(con)
    register_test(con)
    try:
        for name in ("trend_steps", "trend_spans"):
            con.execute(sql_of(__file__, name)).fetchall()
        con.register("trend_tails", _tails(con))
        con.register("trend_fits", _fits(con))
        select = sql_of(__file__, "trends").replace("{method_version}", METHOD_VERSION)
        return replace_table(con, table("published.trends"), select, schema="rates")
    finally:
        for name in ("trend_tails", "trend_fits"):
            con.unregister(name)
        for name in ("trend_steps", "trend_points"):
            con.execute(f"DROP TABLE IF EXISTS temp.{name}").fetchall()


def _tails(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    z = con.execute("SELECT DISTINCT z FROM trend_steps WHERE z IS NOT NULL").df()["z"]
    return pd.DataFrame({"z": z, "p_value": 2 * ndtr(-z.abs())})


def _fits(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    points = con.execute(
        "SELECT span_id, points, deaths, births FROM trend_points ORDER BY span_id, year"
    ).df()
    columns = ["span_id", "change_percent", "change_lower_95", "change_upper_95", "dispersion"]
    frames = [pd.DataFrame(columns=[*columns, "z", "p_value"], dtype="float64")]
    for length, rows in points.groupby("points"):
        shape = (-1, int(str(length)))
        found = log_linear(
            rows["deaths"].to_numpy().reshape(shape), rows["births"].to_numpy().reshape(shape)
        )
        frames.append(
            pd.DataFrame(
                {
                    "span_id": rows["span_id"].to_numpy().reshape(shape)[:, 0],
                    "change_percent": found.change,
                    "change_lower_95": found.lower,
                    "change_upper_95": found.upper,
                    "dispersion": found.dispersion,
                    "z": found.z,
                    "p_value": found.p_value,
                }
            )
        )
    return pd.concat(frames[1:] or frames, ignore_index=True)
