"""Rate ratios and differences between groups, and inequality over deprivation deciles."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy.special import ndtr

from assets.rates import measures
from assets.rates.inequality import inequality
from assets.rates.inputs import require
from assets.rates.limits import Z_95
from assets.rates.score import difference_limits, ratio_limits
from assets.schema.registry import METHOD_VERSION, table
from assets.state.warehouse import replace_table, sql_of
from assets.text.yaml_file import read_yaml

_REFERENCES = Path(__file__).parent / "references.yaml"
_SMALL = 20
"""Deaths below which limits come from the score equation: of a difference, and of a ratio of 0."""

_DECILES = 10


def build_disparities(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``rates.disparities`` from ``rates.rates``; returns the row count."""
    require(con, ("rates.rates",))
    measures.register(con)
    registered = []

    def give(name: str, frame: pd.DataFrame) -> None:
        con.register(name, frame)
        registered.append(name)

    try:
        give("method_references", _references())
        for name in ("disparity_pairs", "disparity_changes"):
            con.execute(sql_of(__file__, name)).fetchall()
        give("disparity_limits", _score_limits(con))
        give("disparity_tails", _tails(con))
        give("disparity_slopes", _slopes(con))
        select = (
            sql_of(__file__, "disparities")
            .replace("{method_version}", METHOD_VERSION)
            .replace("{z}", repr(Z_95))
        )
        return replace_table(con, table("published.disparities"), select, schema="rates")
    finally:
        for name in registered:
            con.unregister(name)
        for name in ("disparity_pairs", "disparity_changes"):
            con.execute(f"DROP TABLE IF EXISTS temp.{name}").fetchall()


def _references() -> pd.DataFrame:
    declared = read_yaml(_REFERENCES)
    return pd.DataFrame(
        [
            {"stratum_type": kind, "label": str(label), "place": place}
            for kind, labels in declared.items()
            for place, label in enumerate(labels, start=1)
        ]
    )


def _score_limits(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    pairs = con.execute(
        "SELECT pair_id, d1, b1, d0, b0 FROM disparity_pairs "
        "WHERE is_shown AND least(d1, d0) < ? ORDER BY pair_id",
        [_SMALL],
    ).df()
    counts = [pairs[name].to_numpy() for name in ("d1", "b1", "d0", "b0")]
    lower, upper = difference_limits(*counts)
    ratio_lower, ratio_upper = ratio_limits(*counts)
    return pd.DataFrame(
        {
            "pair_id": pairs["pair_id"],
            "lower": lower,
            "upper": upper,
            "ratio_lower": ratio_lower,
            "ratio_upper": ratio_upper,
        }
    )


def _tails(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    z = con.execute(
        "SELECT DISTINCT unnest([ratio_z, difference_z]) AS z FROM disparity_changes"
    ).df()
    z = z.dropna()
    return pd.DataFrame({"z": z["z"], "p_value": 2 * ndtr(-z["z"].abs())})


def _slopes(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    rows = con.execute(sql_of(__file__, "deciles")).df()
    shape = (-1, _DECILES)
    found = inequality(
        rows["births"].to_numpy().reshape(shape),
        rows["rate"].to_numpy().reshape(shape),
        rows["lower"].to_numpy().reshape(shape),
        rows["upper"].to_numpy().reshape(shape),
    )
    slopes = pd.DataFrame(
        {
            "pair_id": rows["pair_id"].to_numpy().reshape(shape)[:, 0],
            "slope_index": found.slope,
            "slope_index_lower_95": found.slope_lower,
            "slope_index_upper_95": found.slope_upper,
            "relative_index": found.relative,
            "relative_index_lower_95": found.relative_lower,
            "relative_index_upper_95": found.relative_upper,
        }
    )
    return slopes.replace([np.inf, -np.inf], np.nan)
