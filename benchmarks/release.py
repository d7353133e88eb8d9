"""Publishing, reading and comparing releases, each beside the plain way of doing it.

``IMR_BENCH_TABLES``, ``IMR_BENCH_ROWS`` and ``IMR_BENCH_DIFF_ROWS`` make it smaller.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from assets.release.changes import Side, compare
from assets.release.channels import releases_on_disk
from assets.release.channels.releases_on_disk import Pointer
from assets.release.channels.resolve import resolve
from assets.release.writer import describe_files, write_table
from assets.schema.content_hash import content_hash
from assets.schema.registry import METHOD_VERSION, table
from assets.state.warehouse import in_memory
from benchmarks.process import measure

TABLES = int(os.environ.get("IMR_BENCH_TABLES", "20"))
ROWS = int(os.environ.get("IMR_BENCH_ROWS", "1000000"))
DIFF_ROWS = int(os.environ.get("IMR_BENCH_DIFF_ROWS", "5000000"))
READS = 15
AREAS = 3000
RATES = table("published.rates")
_KEY = list(RATES.key)
_VALUES = ["numerator", "denominator", "rate", "value_status"]

_MADE = """
SELECT
    'nchs_linked' AS source_family, 'US' AS country, 'US-' || (i % {areas}) AS area_code,
    area_code AS place_code,
    'Area ' || (i % {areas}) AS area_name, 'county' AS area_type, 'us' AS geography_vintage,
    'infant_mortality' AS measure, 'all' AS stratum_type, 'all' AS stratum,
    'annual' AS window_type, make_date(CAST(100 + i // {areas} AS INTEGER), 1, 1) AS period_start,
    make_date(CAST(100 + i // {areas} AS INTEGER), 12, 31) AS period_end,
    CAST((i * 7919 + {seed}) % 900 AS DOUBLE) + {change} AS numerator,
    CAST(10000 + i * 104729 % 90000 AS DOUBLE) AS denominator,
    1000 * numerator / denominator AS rate, CAST(1000 AS BIGINT) AS rate_per,
    CAST(1 AS BIGINT) AS decimals, round(rate, 1) || ' per 1,000' AS rate_text,
    rate * 0.9 AS ci_lower_95,
    rate * 1.1 AS ci_upper_95, rate * 0.8 AS ci_lower_998, rate * 1.2 AS ci_upper_998,
    CAST(year(period_end) AS VARCHAR) AS period, true AS is_preferred, false AS is_latest,
    'normal' AS ci_method, 100 / sqrt(numerator + 1) AS relative_standard_error,
    rate AS rate_eb, rate AS mean_of_rates, 'ok' AS value_status,
    CAST(NULL AS VARCHAR) AS status_reason, 'moderate' AS band, 'not_significant' AS funnel,
    'similar' AS compared_with_nation, false AS is_provisional, 'made up' AS definition_id,
    '1.0.0' AS method_version, 'made up@0' AS vintages, CAST(NULL AS DOUBLE) AS bound_lower,
    CAST(NULL AS DOUBLE) AS bound_upper, CAST(NULL AS DOUBLE) AS share_unknown,
    CAST(NULL AS BIGINT) AS cause_rank
FROM range({rows}) AS made(i)
"""


def run() -> list[str]:
    """Measure all three and return the lines to print."""
    with tempfile.TemporaryDirectory(prefix="imr-bench-") as folder:
        place = Path(folder)
        return [*_publishing(place), *_reading(place), *_comparing(place)]


def made(rows: int, seed: int = 0, change: str = "0") -> str:
    """Return SQL that makes up ``rows`` rates."""
    return _MADE.format(rows=rows, seed=seed, change=change, areas=AREAS)


def _publishing(place: Path) -> list[str]:
    ours = parquet_only = both = 0.0
    bare, staging = place / "bare", place / "staging"
    for number in range(TABLES):
        for folder in (bare, staging):
            folder.mkdir()
        with in_memory() as con:
            # As disclosure control leaves it: in key order.
            con.execute(
                f"CREATE TABLE published.rates AS SELECT * FROM ({made(ROWS, number)}) "
                f"ORDER BY {', '.join(_KEY)}"
            ).fetchall()
            steps: list[Callable[[], None]] = [
                lambda con=con: _bare(con, bare, "parquet", "FORMAT parquet, COMPRESSION zstd"),  # type: ignore[misc]
                lambda con=con: _bare(con, bare, "csv", "FORMAT csv, HEADER"),  # type: ignore[misc]
                lambda con=con: _published(con, staging),  # type: ignore[misc]
            ]
            # Alternate who goes first, so that neither always meets a warm machine.
            order = (0, 1, 2) if number % 2 else (2, 0, 1)
            spent = {i: _seconds(steps[i]) for i in order}
        parquet_only += spent[0]
        both += spent[0] + spent[1]
        ours += spent[2]
        for folder in (bare, staging):
            shutil.rmtree(folder)
    return [
        f"publishing {TABLES} tables of {ROWS:,} rows (hashed, ordered, Parquet and CSV, synced, "
        f"read back, checksums): {ours:.1f} s; bare COPY of the same files: {both:.1f} s; ratio "
        f"{ours / both:.2f} (target at most 1.5); to bare COPY of the Parquet files alone: "
        f"{ours / parquet_only:.2f}"
    ]


def _bare(con: duckdb.DuckDBPyConnection, place: Path, ending: str, options: str) -> None:
    target = place / f"bare.{ending}"
    con.execute(f"COPY published.rates TO '{target}' ({options})").fetchall()


def _published(con: duckdb.DuckDBPyConnection, place: Path) -> None:
    passed = content_hash(con, "published.rates", RATES)
    write_table(con, RATES, place, {"release_version": "bench"}, passed)
    describe_files(place)


def _reading(place: Path) -> list[str]:
    releases = place / "releases"
    folder = releases_on_disk.folder_of(releases, "2026.06.01")
    folder.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute(f"COPY ({made(ROWS)}) TO '{folder}/rates.parquet' (FORMAT parquet)").fetchall()
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    releases_on_disk.point(releases, "nightly", Pointer("2026.06.01", "", "1.0.0", ""))

    def directly() -> None:
        _read(folder / "rates.parquet")

    def through_the_channel() -> None:
        _read(resolve(releases).path / "rates.parquet")

    times: dict[Callable[[], None], list[float]] = {directly: [], through_the_channel: []}
    for _ in range(READS):
        for way, spent in times.items():
            spent.append(_seconds(way))
    ours, peer = (statistics.median(times[w]) for w in (through_the_channel, directly))
    return [
        f"reading {ROWS:,} rows through the channel: {ours:.3f} s; the file directly: "
        f"{peer:.3f} s; ratio {ours / peer:.2f}"
    ]


def _read(file: Path) -> None:
    with duckdb.connect() as con:
        con.sql(f"SELECT * FROM '{file}'").to_arrow_table()


def _comparing(place: Path) -> list[str]:
    with duckdb.connect() as con:
        for name, change in (("old", "0"), ("new", "CAST(i % 100 = 0 AS INTEGER)")):
            con.execute(
                f"COPY ({made(DIFF_ROWS, change=change)}) TO '{place}/{name}.parquet' "
                "(FORMAT parquet, COMPRESSION zstd)"
            ).fetchall()
    root = str(Path(__file__).resolve().parents[1])
    environment = {"PYTHONPATH": root}
    ours, peer = (
        measure([sys.executable, "-m", "benchmarks.release", way, str(place)], environment)
        for way in ("ours", "pandas")
    )
    if ours.exit_code:
        raise RuntimeError("the comparison failed; run it by hand to see why")
    mine = _peak_mb(place, "ours")
    if peer.exit_code:
        outcome = f"pandas merge ended with exit code {peer.exit_code}"
    else:
        theirs = _peak_mb(place, "pandas")
        outcome = (
            f"pandas merge of its key and 4 columns: {peer.seconds:.1f} s, {theirs:.0f} MB; ratio "
            f"{ours.seconds / peer.seconds:.2f}, memory {mine / theirs:.2f}"
        )
    return [
        f"diff of two releases of {DIFF_ROWS:,} rows, 1 % changed, all columns with causes: "
        f"{ours.seconds:.1f} s, {mine:.0f} MB; {outcome}"
    ]


def _peak_mb(place: Path, way: str) -> float:
    # Asked of the process itself: what its parent is told counts the parent's own memory too.
    return int((place / f"{way}.peak").read_text(encoding="utf-8")) / 1024


def _note_peak(place: Path, way: str) -> None:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    (place / f"{way}.peak").write_text(peak, encoding="utf-8")


def _compare_ours(place: Path) -> int:
    sources = "(SELECT '' AS vintage_id, '' AS dataset_id, 'nchs' AS source WHERE false)"
    with duckdb.connect() as con:
        old, new = (
            Side(name, {"rates": f"'{place}/{name}.parquet'", "sources": sources}, METHOD_VERSION)
            for name in ("old", "new")
        )
        compare(con, old, new)
        query = "SELECT count(DISTINCT row_key) FROM release_changes"
        return int(con.execute(query).fetchall()[0][0])


def _compare_pandas(place: Path) -> int:
    import pandas as pd

    old, new = (
        pd.read_parquet(place / f"{name}.parquet", columns=[*_KEY, *_VALUES])
        for name in ("old", "new")
    )
    both = old.merge(new, on=_KEY, how="outer", suffixes=("_old", "_new"), indicator=True)
    differs = both["_merge"] != "both"
    for name in _VALUES:
        differs |= both[f"{name}_old"] != both[f"{name}_new"]
    return int(differs.sum())


def _seconds(step: Callable[[], None]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


if __name__ == "__main__":
    compare_them = {"ours": _compare_ours, "pandas": _compare_pandas}[sys.argv[1]]
    found = compare_them(Path(sys.argv[2]))
    _note_peak(Path(sys.argv[2]), sys.argv[1])
    if not found:
        sys.exit("no difference was found; the benchmark is broken")
