"""The table of rates from windows of counts, in polars: the yardstick of the benchmark of rates."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import chi2

from assets.rates.limits import exact_limits, ohid_limits
from assets.rates.measures import rate_policies
from assets.schema.registry import METHOD_VERSION


def with_every_column(out: pl.DataFrame, strata: int) -> pl.DataFrame:
    """Add every column of the table of rates.

    Args:
        out: Windows with their counts, series numbered so that its remainder is the stratum.
        strata: Number of strata.
    """
    d, b = pl.col("numerator"), pl.col("denominator")
    out = out.with_columns(
        rate=1000 * d / b,
        adjusted=pl.when(d == 0).then(0.0).when(d < 100)
        .then(pl.max_horizontal((d * b / (d + b) + 0.5).floor(), pl.lit(1.0))),
        error=pl.when(d > 0).then((1 / d + 1 / b).sqrt()),
        period_start=pl.date(pl.col("year") - pl.col("years") + 1, 1, 1),
        period_end=pl.date(pl.col("year"), 12, 31),
        group=pl.struct("window_type", "year"),
    ).drop("year")  # fmt: skip
    for key, column, limits in (("adjusted", "", exact_limits), ("numerator", "f_", ohid_limits)):
        distinct = out.select(pl.col(key).drop_nulls().unique())
        found = {
            f"{column}{side}_{level}": values
            for level in (95, 998)
            for side, values in zip(
                ("low", "up"), limits(distinct[key].to_numpy(), level), strict=True
            )
        }
        out = out.join(distinct.with_columns(**{k: pl.Series(v) for k, v in found.items()}),
                       on=key, how="left")  # fmt: skip
    per_count = pl.when(d > 0).then(pl.col("rate") / pl.col("adjusted")).otherwise(1000 / b)
    # As in the table: each group of the eight is compared within itself.
    over = ["stratum_id", "window_type", "period_end"]
    out = out.with_columns(stratum_id=pl.col("series") % strata)
    mean = (d.sum() / b.sum()).over(over)
    total = (b * (d / b - mean) ** 2).sum().over(over)
    areas = d.count().over(over)
    sizes = out.select(areas.unique()).to_series()
    chance = areas.replace_strict(sizes, np.asarray(chi2.isf(0.05, sizes.to_numpy() - 1)))
    # Stabilised from 20 areas that differ by more than chance.
    spread = pl.when((areas >= 20) & (total / mean > chance)).then(
        total / b.sum().over(over) - mean / (b.sum() / d.count()).over(over)
    )
    rule = next(p for p in rate_policies() if "nchs_linked" in p.source_families)
    limit = {
        f"ci_{'lower' if side == 'low' else 'upper'}_{level}": pl.when(d >= 100)
        .then(pl.col("rate") * (1 + (-z if side == "low" else z) * pl.col("error")))
        .otherwise(per_count * pl.col(f"{side}_{level}"))
        for level, z in ((95, 1.96), (998, 3.090232306167814))
        for side in ("low", "up")
    }
    units = ((2 * d * 100_000 + b) / (2 * b)).floor().cast(pl.Int64)
    return out.with_columns(
        **limit,
        area_type=pl.lit("county"),
        measure=pl.lit("infant_mortality"),
        rate_per=pl.lit(1000),
        decimals=pl.lit(2),
        rate_text=pl.format(
            "{}.{} per 1,000", units // 100, (units % 100).cast(pl.String).str.zfill(2)
        ),
        ci_method=pl.when(d >= 100).then(pl.lit("normal")).when(d >= 0).then(pl.lit("gamma")),
        relative_standard_error=100 * pl.col("error"),
        rate_eb=1000 * (mean + (d / b - mean) * spread / (spread + mean / b)),
        value_status=pl.when(d.is_null()).then(pl.lit("incomplete_window"))
        .when(d < rule.unreliable_below).then(pl.lit("unreliable")).otherwise(pl.lit("ok")),
        status_reason=pl.when(d < rule.unreliable_below).then(pl.lit(rule.reason)),
        band=pl.when(pl.col("rate") < 5).then(pl.lit("excellent"))
        .when(pl.col("rate") <= 10).then(pl.lit("moderate"))
        .when(pl.col("rate") > 10).then(pl.lit("crisis")),
        period=pl.col("period_end").dt.year().cast(pl.String),
        is_preferred=pl.lit(value=True),
        is_latest=pl.col("period_end") == pl.col("period_end").max().over("series", "window_type"),
        definition_id=pl.lit("nchs_linked.US"),
        method_version=pl.lit(METHOD_VERSION),
        funnel=pl.when(mean * b < pl.col("f_low_998")).then(pl.lit("high_001"))
        .when(mean * b < pl.col("f_low_95")).then(pl.lit("high_025"))
        .when(mean * b > pl.col("f_up_998")).then(pl.lit("low_001"))
        .when(mean * b > pl.col("f_up_95")).then(pl.lit("low_025"))
        .otherwise(pl.lit("not_significant")),
    ).drop(pl.selectors.matches("^(f_)?(low|up)_"), "stratum_id")  # fmt: skip
