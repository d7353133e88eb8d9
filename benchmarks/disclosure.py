"""Disclosure control for the counties of a state and the authorities of England and Wales.

The counts are made up: births are drawn log-normally, deaths by Poisson's law. Each size is
protected, audited and certified in a process of its own. ``python -m benchmarks.disclosure NAME``
prints one of them; ``IMR_BENCH_DISCLOSURE`` names those of ``make bench``. Last, a whole run of the
counties stands beside one in which nothing is withheld.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from assets.archive.intake import take_in
from assets.archive.vintage import BY_HAND, Origin
from assets.core.judges import judges_of
from assets.disclosure import published_tables
from assets.disclosure.cells import KEY
from assets.disclosure.guarded import guarded
from assets.disclosure.patterns import audit, pattern
from assets.disclosure.system import IntArray
from assets.producers.catalogue import dataset
from assets.release import gate, publish
from assets.state.home import Home
from assets.state.warehouse import in_memory
from benchmarks.process import Measured, measure
from pipelines.run import execute
from pipelines.settings import Settings


@dataclass(frozen=True)
class Size:
    """One made-up geography.

    Attributes:
        areas: Areas without parts.
        regions: Regions between them and the whole.
        years: Years.
        windows: Lengths of windows.
        births: Median of the births of an area and year.
        rate: Deaths per 1,000 births.
    """

    areas: int
    regions: int
    years: int
    windows: tuple[int, ...]
    births: int
    rate: float


SIZES = {
    "few_counties": Size(40, 0, 6, (1, 2, 3, 5), 400, 6.0),
    "counties": Size(115, 0, 10, (1, 2, 3, 5), 400, 6.0),
    "authorities": Size(340, 10, 30, (1, 3), 1700, 4.0),
}
_OPEN, _GUARDED = "open_run", "guarded_run"
_LARGE = 20
"""Deaths from which on a window is a loss that nobody wants."""


def run() -> list[str]:
    """Measure each size in a process of its own and return the lines to print."""
    lines: list[str] = []
    for name in os.environ.get("IMR_BENCH_DISCLOSURE", "few_counties counties").split():
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.disclosure", name],
            check=True,
            capture_output=True,
            text=True,
        )
        lines += told.stdout.splitlines()
    spent: list[Measured] = []
    for how in (_OPEN, _GUARDED):
        with tempfile.TemporaryDirectory(prefix="imr-bench-") as home:
            command = [sys.executable, "-m", "benchmarks.disclosure", how]
            spent.append(measure(command, {"IMR_HOME": home, "IMR_PROFILE": "sample"}))
    if any(m.exit_code for m in spent):
        raise RuntimeError("a whole run failed; run python -m benchmarks.disclosure guarded_run")
    without, with_it = spent
    return [
        *lines,
        f"whole run of {SIZES['counties'].areas} counties: {with_it.seconds:.0f} s "
        f"({with_it.cpu_seconds:.0f} s of processor time, {with_it.peak_mb:.0f} MB); with nothing "
        f"withheld {without.seconds:.0f} s ({without.cpu_seconds:.0f} s, {without.peak_mb:.0f} MB)",
    ]


def whole_run(how: str) -> None:
    """Take the made-up counts of the counties in and publish them, protected or not."""
    size = SIZES["counties"]
    home = Home(Path(os.environ["IMR_HOME"])).create()
    counts, _ = _counts(size)
    lines = ["area,year,live_births,infant_deaths"]
    for area, (deaths, births) in counts.items():
        code = "US-MO" if area == "T" else f"29{2 * int(area[1:]) + 1:03}"
        lines += [
            f"{code},{2024 - size.years + t},{births[t]},{min(deaths[t], births[t])}"
            for t in range(size.years)
        ]
    file = home.root / "counts.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    origin = Origin(f"{BY_HAND}{file.name}", "2024-05-01T00:00:00+00:00", "made up")
    taken = take_in(home, dataset("local_area_counts"), file, origin, judges_of(home))
    if taken.errors:
        raise RuntimeError(f"the made-up counts are refused: {taken.errors[0]}")
    if how == _OPEN:
        nothing = pd.DataFrame({c: pd.Series(dtype=object) for c in (*KEY, "reason")})
        published_tables.pattern = lambda *_: nothing.copy()
        gate.audit = lambda *_: []
        publish.certified = lambda *_: {}
    if not execute(Settings(home), job_name="rebuild").succeeded:
        raise RuntimeError("the run failed")


def measured(name: str) -> Iterator[str]:
    """Yield what protecting a size costs and loses."""
    size = SIZES[name]
    con = _tables(size)
    data = guarded(con)
    assert data is not None
    spent: dict[str, float] = {}

    def timed(step: str, started: float) -> None:
        spent[step] = time.process_time() - started

    started = time.process_time()
    withheld = pattern(con)
    timed("choosing", started)
    _publish(con, withheld)
    started = time.process_time()
    leaks = audit(con)
    timed("audit", started)
    from assets.disclosure.certificate import certify, summaries

    with tempfile.TemporaryDirectory(prefix="imr-bench-") as folder:
        for table, file in (("published.rates", "rates"), ("core.areas", "areas")):
            con.execute(f"COPY {table} TO '{folder}/{file}.parquet'").fetchall()
        started = time.process_time()
        told = list(summaries(certify(con, [Path(folder)])))
        timed("certificate", started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield (
        f"{name}: {len(data.system.names):,} counts, {int(data.sensitive.sum()):,} of them "
        f"primary; {len(withheld):,} rows withheld; {len(leaks)} leaks; narrowest range "
        f"{told[0].narrowest}; processor time "
        + ", ".join(f"{step} {seconds:.1f} s" for step, seconds in spent.items())
        + f"; peak {peak:.0f} MB"
    )
    yield from _losses(con, size.windows)


def _losses(con: duckdb.DuckDBPyConnection, windows: Sequence[int]) -> Iterator[str]:
    for length in windows:
        counted = con.execute(
            "SELECT count(*), count(*) FILTER (r.numerator BETWEEN 1 AND 9), "
            "count(*) FILTER (p.numerator IS NULL), "
            "sum(p.denominator) / sum(r.denominator), "
            f"count(*) FILTER (r.numerator >= {_LARGE} AND p.numerator IS NULL), "
            f"count(*) FILTER (r.numerator >= {_LARGE}) "
            f"FROM rates.rates AS r JOIN published.rates AS p USING ({', '.join(KEY)}) "
            "WHERE r.window_type = ?",
            [_kind(length)],
        ).fetchone()
        assert counted is not None
        cells, primary, withheld, births, lost, large = counted
        yield (
            f"  {length} years: {cells:,} rates, {primary:,} small, {withheld - primary:,} "
            f"withheld beside them; {births:.1%} of births covered; {lost} of {large} with "
            f"{_LARGE} or more deaths lost"
        )


def _kind(length: int) -> str:
    return "annual" if length == 1 else f"rolling_{length}_year"


def _counts(size: Size) -> tuple[dict[str, tuple[IntArray, IntArray]], dict[str, str | None]]:
    """Return deaths and births of every area by year, and what it is part of."""
    draw = np.random.default_rng(1)
    mean = np.exp(draw.normal(np.log(size.births), 1.2, size.areas)).round() + 30
    births = draw.poisson(mean[:, None] * np.ones(size.years))
    deaths = draw.poisson(births * size.rate / 1000)
    names = [f"A{i}" for i in range(size.areas)]
    parents: dict[str, str | None] = dict.fromkeys(names, "T")
    sums = {"T": list(range(size.areas))}
    for number in range(size.regions):
        sums[f"R{number}"] = list(range(number, size.areas, size.regions))
        parents |= {names[i]: f"R{number}" for i in sums[f"R{number}"]}
        parents[f"R{number}"] = "T"
    counts = {name: (deaths[i], births[i]) for i, name in enumerate(names)}
    counts |= {name: (deaths[of].sum(axis=0), births[of].sum(axis=0)) for name, of in sums.items()}
    return counts, parents


def _tables(size: Size) -> duckdb.DuckDBPyConnection:
    counts, parents = _counts(size)
    first = 2024 - size.years
    rows = [
        ("state_extract", "infant_mortality", area, "v", "all", "all", _kind(length),
         date(first + t, 1, 1), date(first + t + length - 1, 12, 31), "ok",
         *(float(of[t : t + length].sum()) for of in both))
        for area, both in counts.items()
        for length in size.windows
        for t in range(size.years - length + 1)
    ]  # fmt: skip
    con = in_memory()
    made = pd.DataFrame(rows, columns=[*KEY, "value_status", "numerator", "denominator"])
    areas = pd.DataFrame([(a, parents.get(a)) for a in counts], columns=["area_code", "parent"])
    con.register("made", made)
    con.register("areas", areas)
    for query in (
        "CREATE OR REPLACE TABLE rates.rates AS SELECT * REPLACE (period_start::DATE AS "
        "period_start, period_end::DATE AS period_end), NULL::VARCHAR AS status_reason FROM made",
        "CREATE OR REPLACE TABLE core.areas AS SELECT area_code, 'v' AS geography_vintage, "
        "'district' AS area_type, parent AS parent_code, NULL::VARCHAR AS region_code, "
        "NULL::VARCHAR AS predecessors, NULL::VARCHAR AS members FROM areas",
        "CREATE OR REPLACE TABLE core.region_members AS SELECT '' AS region_code, "
        "'' AS geography_vintage, '' AS member_code WHERE false",
    ):
        con.execute(query).fetchall()
    return con


def _publish(con: duckdb.DuckDBPyConnection, withheld: pd.DataFrame) -> None:
    keys = withheld[list(KEY)].copy()
    for name in KEY:
        is_day = name.startswith("period")
        keys[name] = pd.to_datetime(keys[name]) if is_day else keys[name].astype(str)
    con.register("withheld", keys)
    shown = ", ".join(
        f"CASE WHEN w.measure IS NULL THEN r.{c} END AS {c}" for c in ("numerator", "denominator")
    )
    con.execute(
        f"CREATE OR REPLACE TABLE published.rates AS SELECT r.* REPLACE ({shown}, CASE WHEN "
        "w.measure IS NULL THEN r.value_status ELSE 'suppressed' END AS value_status), "
        "NULL::DOUBLE AS rate FROM rates.rates AS r LEFT JOIN withheld AS w USING "
        f"({', '.join(KEY)})"
    ).fetchall()


if __name__ == "__main__":
    if sys.argv[1] in (_OPEN, _GUARDED):
        whole_run(sys.argv[1])
    else:
        for line in measured(sys.argv[1]):
            print(line, flush=True)  # noqa: T201
