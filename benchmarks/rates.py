"""The rates of 840,000 series-years beside the same numbers from pandas and from polars.

Every contender is a process of its own, from the same Parquet file of counts to a Parquet file of
rates, and times its own stages. Results are compared number by number. The growth of cost is
measured at a tenth and at ten times the size, under a memory limit.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.process import measure

AREAS, YEARS, STRATA = 3500, 30, 8
WINDOWS = {"annual": 1, "rolling_2_year": 2, "rolling_3_year": 3, "rolling_5_year": 5}
MEMORY_LIMIT = "4GB"
_SERIES = ["source_family", "country", "area_code", "geography_vintage", "stratum_type", "stratum"]
_NUMBERS = ("numerator", "denominator", "rate", "ci_lower_95", "ci_upper_95", "ci_lower_998",
            "ci_upper_998")  # fmt: skip
_FLOOR = 0.01
"""Rates below a hundredth per 1,000 are compared absolutely: a running mean leaves 1e-15 for 0."""

_ALL_NUMBERS = (*_NUMBERS, "relative_standard_error", "mean_of_rates", "rate_eb")


def run() -> Iterator[str]:
    """Measure all contenders and yield the lines to print."""
    with tempfile.TemporaryDirectory(prefix="imr-bench-") as name:
        folder = Path(name)
        source = _counts(folder / "counts.parquet", AREAS)
        found = {
            worker: _process(worker, source, folder / f"{worker}.parquet")
            for worker in ("ours", "polars", "pandas")
        }
        made = _rows(folder / "ours.parquet")
        yield f"{AREAS * YEARS * STRATA:,} series-years in, {made:,} rates out"
        yield from _compared(found)
        for peer, columns in (("polars", _ALL_NUMBERS), ("pandas", _NUMBERS)):
            worst = _difference(folder / "ours.parquet", folder / f"{peer}.parquet", columns)
            yield f"largest relative difference from {peer}: {worst:.1e} (at most 1e-12)"
        yield _limits(folder / "ours.parquet")
        for file in ("ours", "polars", "pandas"):
            (folder / f"{file}.parquet").unlink()
        yield from _growth(folder, found["ours"])


def _compared(found: dict[str, dict[str, float]]) -> Iterator[str]:
    ours, polars, pandas = (found[name] for name in ("ours", "polars", "pandas"))
    for name, row in found.items():
        stages = ", ".join(f"{k} {v:.2f} s" for k, v in row.items() if k not in ("peak_mb", "all"))
        yield (
            f"{name}: {row['all']:.2f} s from Parquet to Parquet, peak {row['peak_mb']:.0f} MB "
            f"({stages})"
        )
    yield f"windows / pandas: {ours['windows'] / pandas['windows']:.2f} (target at most 0.35)"
    yield f"windows / polars: {ours['windows'] / polars['windows']:.2f}"
    yield f"Parquet to Parquet / polars, all columns: {ours['all'] / polars['all']:.2f}"
    yield f"Parquet to Parquet / pandas, rates and limits only: {ours['all'] / pandas['all']:.2f}"
    yield (
        f"peak memory / polars: {ours['peak_mb'] / polars['peak_mb']:.2f}; "
        f"/ pandas: {ours['peak_mb'] / pandas['peak_mb']:.2f}"
    )


def _growth(folder: Path, middle: dict[str, float]) -> Iterator[str]:
    rows = {AREAS: middle}
    for areas in (AREAS // 10, AREAS * 10):
        source = _counts(folder / "counts_scaled.parquet", areas)
        rows[areas] = _process("ours", source, folder / "scaled.parquet")
    for areas, row in sorted(rows.items()):
        atoms = areas * YEARS * STRATA
        yield (
            f"{atoms:,} series-years: {row['all']:.1f} s, {row['all'] / atoms * 1e6:.1f} s a "
            f"million, peak {row['peak_mb']:.0f} MB under a limit of {MEMORY_LIMIT}"
        )


def _limits(rates: Path) -> str:
    """Time exact limits once per distinct count and joined, beside one call per row."""
    from assets.rates.limits import exact_limits

    with duckdb.connect() as con:
        con.execute(
            f"CREATE TABLE counts AS SELECT numerator FROM '{rates}' WHERE numerator IS NOT NULL"
        ).fetchall()
        every = con.execute("SELECT numerator FROM counts").fetchnumpy()["numerator"]
        started = time.perf_counter()
        for level in (95, 998):
            exact_limits(every, level)
        per_row = time.perf_counter() - started
        started = time.perf_counter()
        distinct = con.execute("SELECT DISTINCT numerator FROM counts").df()
        for level in (95, 998):
            lower, upper = exact_limits(distinct["numerator"], level)
            distinct[f"lower_{level}"], distinct[f"upper_{level}"] = lower, upper
        con.register("found", distinct)
        con.execute(
            "CREATE TABLE limited AS SELECT * FROM counts JOIN found USING (numerator)"
        ).fetchall()
        joined = time.perf_counter() - started
    return (
        f"exact limits of {len(every):,} rows: joined {joined:.3f} s, one call per row "
        f"{per_row:.2f} s, ratio {joined / per_row:.3f} (target at most 0.05)"
    )


def _counts(path: Path, areas: int) -> Path:
    """Write counts of so many areas in the shape of ``core.observations``."""
    from assets.schema.duckdb_types import typed_selection
    from assets.schema.registry import table

    births = (
        "CAST((400 + hash(area) % 2600) * (0.8 + hash(area, year, s) % 400 / 1000.0) AS BIGINT)"
    )
    deaths = f"CAST({births} * 0.006 * (0.2 + hash(s, year, area) % 1600 / 1000.0) AS BIGINT)"
    select = f"""
        SELECT
            'US' AS country, 'nchs_linked' AS source_family, printf('%05d', area) AS area_code,
            'US' AS geography_vintage, 'year' AS period_type, make_date(year, 1, 1) AS period_start,
            make_date(year, 12, 31) AS period_end, m AS measure, 'race_bridged' AS stratum_type,
            'group ' || s AS stratum,
            CASE m WHEN 'live_births' THEN {births} ELSE {deaths} END AS value,
            'ok' AS status, 1 AS rounded_to, false AS is_provisional, NULL AS correction_id,
            'bench' AS dataset_id, 'bench@0' AS vintage_id, 's' AS source_sheet, 1 AS source_row,
            'c' AS source_column, NULL AS raw_text
        FROM range({areas}) AS a(area), range({2024 - YEARS}, 2024) AS y(year),
            range({STRATA}) AS g(s), (VALUES ('live_births'), ('infant_deaths')) AS w(m)
    """
    with duckdb.connect() as con:
        typed = typed_selection(table("core.observations"), f"({select})")
        con.execute(f"COPY ({typed}) TO '{path}' (FORMAT parquet)").fetchall()
    return path


def _process(worker: str, source: Path, target: Path) -> dict[str, float]:
    report = target.with_suffix(".json")
    measured = measure(
        [sys.executable, "-m", "benchmarks.rates", worker, str(source), str(target), str(report)]
    )
    if measured.exit_code:
        raise RuntimeError(f"{worker} failed; run it by hand to see why")
    stages: dict[str, float] = json.loads(report.read_text())
    return {**stages, "peak_mb": measured.peak_mb}


def _rows(path: Path) -> int:
    with duckdb.connect() as con:
        return int(con.execute(f"SELECT count(*) FROM '{path}'").fetchall()[0][0])


def _difference(ours: Path, theirs: Path, columns: tuple[str, ...]) -> float:
    each = ", ".join(
        f"max(CASE WHEN (a.{c} IS NULL) <> (b.{c} IS NULL) THEN 'inf'::DOUBLE "
        f"ELSE coalesce(abs(a.{c} - b.{c}) / greatest(abs(a.{c}), {_FLOOR}), 0) END)"
        for c in columns
    )
    with duckdb.connect() as con:
        row = con.execute(
            f"SELECT count(*), {each} FROM '{ours}' AS a JOIN '{theirs}' AS b "
            "USING (area_code, stratum, window_type, period_end)"
        ).fetchall()[0]
    if row[0] != _rows(ours):
        raise RuntimeError(f"{theirs.name} has other rows than {ours.name}")
    return float(max(row[1:]))


class _Stages:
    """Wall time by stage."""

    def __init__(self) -> None:
        self.started = self.last = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def done(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0) + now - self.last
        self.last = now

    def write(self, path: Path) -> None:
        path.write_text(json.dumps({**self.seconds, "all": self.last - self.started}))


def _ours(source: Path, target: Path, report: Path) -> None:
    from assets.rates import rates
    from assets.schema.duckdb_types import duckdb_type
    from assets.schema.registry import table
    from assets.state.warehouse import connect

    with (
        tempfile.TemporaryDirectory(dir=target.parent) as home,
        connect(Path(home) / "warehouse.duckdb") as con,
    ):
        con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'").fetchall()
        # As on a warehouse that has these counts already; a new file gets one thread.
        con.execute(f"SET threads = {os.cpu_count()}").fetchall()
        con.execute(f"SET temp_directory = '{home}/spill'").fetchall()
        con.execute(
            f"CREATE VIEW core.observations AS SELECT * FROM read_parquet('{source}')"
        ).fetchall()
        for name in ("areas", "region_members", "series_breaks", "pools"):
            columns = ", ".join(
                f'"{c.name}" {duckdb_type(c)}' for c in table(f"core.{name}").columns
            )
            con.execute(f"CREATE TABLE core.{name} ({columns})").fetchall()
        con.execute(
            "INSERT INTO core.areas BY NAME SELECT DISTINCT area_code, geography_vintage, "
            "'Area ' || area_code AS area_name, 'county' AS area_type, country, 'bench' AS "
            "source FROM core.observations"
        ).fetchall()
        stages = _Stages()
        script = rates.run_script

        def timed(con: duckdb.DuckDBPyConnection, name: str) -> None:
            stages.done("other")
            script(con, name)
            stages.done("windows" if name == "windows_years" else "other")

        rates.run_script = timed
        rates.build_rates(con)
        stages.done("other")
        con.execute(f"COPY rates.rates TO '{target}' (FORMAT parquet, COMPRESSION zstd)").fetchall()
        stages.done("write")
        stages.write(report)


def _pandas(source: Path, target: Path, report: Path) -> None:
    from scipy.special import gammaincinv

    stages = _Stages()
    counts = pd.read_parquet(source)
    counts["year"] = pd.to_datetime(counts["period_end"]).dt.year
    wide = counts.pivot_table(
        index=[*_SERIES, "year"], columns="measure", values="value", observed=True
    ).reset_index()
    wide = wide.sort_values([*_SERIES, "year"], ignore_index=True)
    wide["series"] = wide.groupby(_SERIES, sort=False).ngroup()
    stages.done("other")
    parts = []
    for name, length in WINDOWS.items():
        rolled = wide.groupby("series")[["infant_deaths", "live_births"]].rolling(
            length, min_periods=length
        )
        part = wide[[*_SERIES, "year"]].copy()
        part[["numerator", "denominator"]] = rolled.sum().to_numpy()
        part["window_type"] = name
        parts.append(part)
    out = pd.concat(parts, ignore_index=True)
    stages.done("windows")
    deaths, births = out["numerator"].to_numpy(), out["denominator"].to_numpy()
    rate = 1000 * deaths / births
    adjusted = np.maximum(np.floor(deaths * births / (deaths + births) + 0.5), 1.0)
    error = np.sqrt(1 / np.where(deaths > 0, deaths, np.nan) + 1 / births)
    for level, lower, upper, z in (
        (95, 0.025, 0.975, 1.96),
        (998, 0.001, 0.999, 3.090232306167814),
    ):
        low = np.where(deaths > 0, rate * gammaincinv(adjusted, lower) / adjusted, 0 * rate)
        none = gammaincinv(1, upper) * 1000 / births
        high = np.where(deaths > 0, rate * gammaincinv(adjusted + 1, upper) / adjusted, none)
        out[f"ci_lower_{level}"] = np.where(deaths >= 100, rate * (1 - z * error), low)
        out[f"ci_upper_{level}"] = np.where(deaths >= 100, rate * (1 + z * error), high)
    out["rate"] = rate
    stages.done("limits")
    out["period_end"] = pd.to_datetime(out.pop("year").astype(str) + "-12-31")
    out.to_parquet(target, compression="zstd", index=False)
    stages.done("write")
    stages.write(report)


def _polars(source: Path, target: Path, report: Path) -> None:
    import polars as pl

    from benchmarks.rates_in_polars import with_every_column

    stages = _Stages()
    counts = pl.read_parquet(source).with_columns(
        year=pl.col("period_end").dt.year().cast(pl.Int64)
    )
    births, deaths = (
        counts.filter(measure=m).select(
            *_SERIES, "year", "is_provisional", pl.col("value").alias(m)
        )
        for m in ("live_births", "infant_deaths")
    )
    wide = births.join(deaths.drop("is_provisional"), on=[*_SERIES, "year"])
    series = wide.select(_SERIES).unique().sort(_SERIES).with_row_index("series")
    wide = wide.join(series, on=_SERIES).sort("series", "year")
    wide = wide.with_columns(ratio=pl.col("infant_deaths") / pl.col("live_births"))
    stages.done("other")
    parts = []
    for name, length in WINDOWS.items():
        complete = pl.len() == length
        parts.append(
            wide.rolling("year", period=f"{length}i", group_by="series")
            .agg(
                numerator=pl.when(complete).then(pl.col("infant_deaths").sum()),
                denominator=pl.when(complete).then(pl.col("live_births").sum()),
                mean_of_rates=pl.when(complete & (length > 1)).then(1000 * pl.col("ratio").mean()),
                is_provisional=pl.col("is_provisional").any(),
            )
            .with_columns(window_type=pl.lit(name), years=pl.lit(length, pl.Int64))
        )
    out = pl.concat(parts)
    stages.done("windows")
    out = with_every_column(out, STRATA)
    out = out.join(series, on="series").drop("series", "years", "adjusted", "error", "group")
    out = out.with_columns(place_code=pl.col("area_code"))
    stages.done("limits")
    out.write_parquet(target, compression="zstd")
    stages.done("write")
    stages.write(report)


WORKERS: dict[str, Callable[[Path, Path, Path], None]] = {
    "ours": _ours,
    "pandas": _pandas,
    "polars": _polars,
}

if __name__ == "__main__":
    os.environ.setdefault("POLARS_MAX_THREADS", str(os.cpu_count() or 1))
    WORKERS[sys.argv[1]](*(Path(argument) for argument in sys.argv[2:5]))
