"""The table of rates: counts of core, summed over windows, divided once, with limits and status."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd

from assets.rates import inputs, measures
from assets.rates.limits import EXACT_BELOW, chi_square_limit, exact_limits, ohid_limits
from assets.rates.preferred import MARKS, add_places, marked
from assets.schema.registry import METHOD_VERSION, table
from assets.schema.strata.vocabulary import of_the_death
from assets.state.warehouse import literal, replace_table, sql_of, temp_table

BEFORE_LIMITS = (
    "series",
    "atoms",
    "regions",
    "windows_years",
    "windows_pooled",
    "windows_months",
    "weeks",
    "values",
    "bounds",
    "share_bounds",
    "vintages",
    "cause_ranks",
)
"""SQL files in the order in which they build on each other."""

_BEFORE_VALUES = (
    "rate_sources",
    "rate_atoms",
    "region_places",
    "region_areas",
    "region_offers",
    "region_summands",
    "region_atoms",
    "rate_years",
    "rate_spans",
    "rate_windows",
    "rate_12_months",
    "rate_breaks",
    "rate_broken",
    "rate_unknown",
    "rate_week_breaks",
)
_UNTIL_WRITTEN = (
    "rate_series",
    "rate_groups",
    "rate_values",
    "rate_bounds",
    "rate_marks",
    "area_places",
    "rate_alike",
    "rate_vintages",
    "rate_cause_ranks",
    "rate_limits",
    "chi_square_limits",
    "rate_averages",
    "rate_nations",
    "nation_rates",
)
_STABILISED_FROM = 20
"""Areas of a group from which its rates are stabilised."""


def build_rates(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``rates.rates`` by the rates of all series and windows; returns the row count.

    Raises:
        RatesInputError: A table or a policy is absent; see ``inputs.check``.
    """
    measures.register(con)
    inputs.check(con)
    try:
        regions = con.execute("SELECT 1 FROM core.region_members LIMIT 1").fetchall()
        for name in BEFORE_LIMITS:
            # Where no region is declared there is nothing to add.
            if name != "regions" or regions:
                run_script(con, name)
        _drop(con, _BEFORE_VALUES)
        join_limits(con)
        _join_chi_square_limits(con)
        run_script(con, "groups")
        _mark(con)
        run_script(con, "wilson")
        select = sql_of(__file__, "rates").replace("{method_version}", METHOD_VERSION)
        return replace_table(con, table("published.rates"), select, schema="rates", ordered=False)
    finally:
        _drop(con, (*_BEFORE_VALUES, *_UNTIL_WRITTEN))


def run_script(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run the statements of ``<name>.sql`` of this package."""
    script = sql_of(__file__, name)
    con.execute(
        script.replace("{of_the_death}", ", ".join(map(literal, of_the_death())))
    ).fetchall()


def join_limits(con: duckdb.DuckDBPyConnection) -> None:
    """Create ``rate_limits``: limits of every distinct count of ``rate_values``, in persons."""
    gamma = _column(con, "SELECT DISTINCT limit_count FROM rate_values WHERE limit_kind = 'gamma'")
    ohid = _column(con, "SELECT DISTINCT numerator FROM rate_values")
    frame = pd.concat([_gamma_table(gamma), _ohid_table(ohid)], ignore_index=True)
    temp_table(con, "rate_limits", frame)


def _mark(con: duckdb.DuckDBPyConnection) -> None:
    """Create ``rate_marks``: of each window its place, period, and whether it is the one to use."""
    add_places(con)
    rates = (
        "(SELECT series_id, window_type, last_month, months, period_start, period_end, "
        "value_status FROM rate_values)"
    )
    rows = marked(rates, "value_status", series="rate_series", named_by=["series_id"])
    con.execute(
        "CREATE OR REPLACE TEMP TABLE rate_marks AS SELECT series_id, window_type, last_month, "
        f"months, {', '.join(MARKS)} FROM ({rows})"
    ).fetchall()


def _join_chi_square_limits(con: duckdb.DuckDBPyConnection) -> None:
    """Create ``chi_square_limits``: value that chance exceeds once in 20, by number of areas."""
    sizes = "SELECT count(*) AS areas FROM rate_groups WHERE group_id IS NOT NULL GROUP BY group_id"
    largest = int(_column(con, sizes).max(initial=0))
    areas = np.arange(_STABILISED_FROM, largest + 1)
    frame = pd.DataFrame({"areas": areas, "upper_05": chi_square_limit(areas - 1, 0.05)})
    temp_table(con, "chi_square_limits", frame)


def _drop(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    for name in names:
        con.execute(f"DROP TABLE IF EXISTS temp.{name}").fetchall()


def _column(con: duckdb.DuckDBPyConnection, query: str) -> np.ndarray:
    values = con.execute(query).fetchnumpy()
    column = np.ma.compressed(np.ma.masked_invalid(next(iter(values.values()))))
    return np.sort(column.astype(np.float64))


def _gamma_table(counts: np.ndarray) -> pd.DataFrame:
    return _limit_table("gamma", counts, exact_limits(counts), exact_limits(counts, 998), "gamma")


def _ohid_table(counts: np.ndarray) -> pd.DataFrame:
    method = np.where(counts < EXACT_BELOW, "exact", "byar")
    return _limit_table("ohid", counts, ohid_limits(counts), ohid_limits(counts, 998), method)


def _limit_table(
    kind: str,
    counts: np.ndarray,
    at_95: tuple[np.ndarray, np.ndarray],
    at_998: tuple[np.ndarray, np.ndarray],
    method: str | np.ndarray,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "limit_kind": kind,
            "limit_count": counts,
            "lower_95": at_95[0],
            "upper_95": at_95[1],
            "lower_998": at_998[0],
            "upper_998": at_998[1],
            "method": method,
        }
    )
