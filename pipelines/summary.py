"""What ``imr run`` prints at the end: the release, a few rates, what to try next."""

from __future__ import annotations

import sys

import duckdb
from rich.console import Console
from rich.table import Table

from assets.home import Home
from assets.warehouse import sql_of
from pipelines.run import RunOutcome


def print_summary(home: Home, outcome: RunOutcome) -> None:
    """Print the release's place, its latest rates and the next commands to standard output."""
    console = Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 120)
    if outcome.path is None or outcome.version is None:
        return
    if outcome.as_of and outcome.published:
        console.print(
            f"Rebuilt as of {outcome.as_of}: no release has this content. It is release "
            f"{outcome.version} now, which no channel shows; nightly and stable stay as they were.",
            style="bold",
        )
    elif outcome.as_of:
        console.print(
            f"As of {outcome.as_of} this is release {outcome.version}; nothing was published.",
            style="bold",
        )
    elif outcome.published:
        console.print(f"Published release {outcome.version}", style="bold")
    else:
        console.print(
            f"Nothing changed: release {outcome.version} stands, nothing was published.",
            style="bold",
        )
    console.print(str(outcome.path), soft_wrap=True)
    console.print(_latest_rates(outcome))
    console.print("Next:")
    for line in (
        "imr show rates --where \"area_code='US-MO' and window_type='rolling_3_year'\"",
        "imr explain rates area_code=US-MO measure=infant_mortality period_end=2010-12-31 "
        "window_type=rolling_3_year",
        "imr sources",
        f"open {outcome.path}/index.html",
    ):
        console.print(f"  {line}", soft_wrap=True, markup=False)


def _latest_rates(outcome: RunOutcome) -> Table:
    path = (outcome.path / "rates.parquet").as_posix() if outcome.path is not None else ""
    with duckdb.connect() as con:
        rows = con.execute(sql_of(__file__, "summary").replace("{rates}", path)).fetchall()
    shown = Table(title="Infant deaths per 1,000 live births", title_justify="left")
    for heading in ("area", "series", "window", "period"):
        shown.add_column(heading, no_wrap=True)
    for heading in ("deaths", "births", "rate", "95 % limits"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for area, family, window, period, deaths, births, rate, lower, upper in rows:
        shown.add_row(
            area,
            family,
            window,
            period,
            f"{deaths:,.0f}",
            f"{births:,.0f}",
            rate,
            f"{lower:.2f}–{upper:.2f}",
        )
    return shown
