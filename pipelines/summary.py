"""Print the end of ``imr run``: the release, a few rates, commands to try next."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from assets.state.warehouse import scratch, sql_of
from pipelines.commands.output import print_rows
from pipelines.commands.speaking import say
from pipelines.outcome import RunOutcome
from pipelines.terminal import is_coloured, quoted

COLUMNS = (
    "area", "series", "window", "period", "deaths", "births", "rate_text",
    "lower_95", "upper_95",
)  # fmt: skip
HEADINGS = ("area", "period", "window", "deaths", "births", "rate", "95 % limits", "series")
_DISPENSABLE = ("series", "95 % limits", "window")


def print_summary(outcome: RunOutcome) -> None:
    """Print the release's path, its latest rates and the next commands to standard output."""
    if outcome.path is None or outcome.version is None:
        _say_what_was_made(outcome)
        return
    headline = _headline(outcome)
    click.echo(click.style(headline, bold=True) if is_coloured(sys.stdout) else headline)
    click.echo(str(outcome.path))
    rows = latest_rates(outcome.path)
    if rows:
        click.echo("\nInfant deaths per 1,000 live births")
        print_rows(HEADINGS, [_shown(row) for row in rows], "table", dispensable=_DISPENSABLE)
    click.echo("\nNext:")
    for words in _next_commands(rows):
        say(f"  imr {quoted(*words)}")
    click.echo(f"  In a browser: {outcome.path}/index.html")


def _say_what_was_made(outcome: RunOutcome) -> None:
    """Print how a run without a release ended: a run of a selection, or a failed one."""
    if outcome.added:
        click.echo(
            f"One step makes these together with what was selected: {', '.join(outcome.added)}."
        )
    if not outcome.succeeded or outcome.nothing:
        return
    count = f"{len(outcome.made)} asset{'' if len(outcome.made) == 1 else 's'}"
    click.echo(f"Made {count}: {', '.join(outcome.made)}. No release: it was not selected.")
    say("Publish it with: imr run --job rebuild")


def latest_rates(release: Path) -> list[tuple[Any, ...]]:
    """Return the latest annual and three-year rate of the areas that most readers ask for.

    Args:
        release: Folder of a release.

    Returns:
        Area, series, window, period, deaths, births, rate as it is printed, and its 95 % limits.
    """
    query = sql_of(__file__, "summary").replace("{rates}", "$rates")
    with scratch() as con:
        return con.execute(query, {"rates": (release / "rates.parquet").as_posix()}).fetchall()


def _headline(outcome: RunOutcome) -> str:
    if outcome.as_of and outcome.published:
        return (
            f"Rebuilt as of {outcome.as_of}: no release has this content. It is release "
            f"{outcome.version} now, which no channel shows; nightly and stable stay as they were."
        )
    if outcome.as_of:
        return f"As of {outcome.as_of} this is release {outcome.version}; nothing was published."
    if outcome.published:
        return f"Published release {outcome.version}"
    if outcome.quiet:
        return (
            f"{outcome.quiet}. Nothing changed: release {outcome.version} stands, nothing was "
            "published and nothing was computed again."
        )
    return f"Nothing changed: release {outcome.version} stands, nothing was published."


def _shown(row: tuple[Any, ...]) -> tuple[Any, ...]:
    area, family, window, period, deaths, births, rate, lower, upper = row
    limits = "" if lower is None or upper is None else f"{lower:.2f}–{upper:.2f}"
    words = {"annual": "1 year", "rolling_3_year": "3 years"}.get(window, window)
    return (
        area,
        period,
        words,
        f"{deaths:,.0f}",
        f"{births:,.0f}",
        rate.partition(" ")[0],
        limits,
        family,
    )


def _next_commands(rows: Sequence[tuple[Any, ...]]) -> list[list[str]]:
    """Return the arguments of commands that show more of what the table shows."""
    commands = [["sources"]]
    if rows:
        area, _, window, period = rows[min(3, len(rows) - 1)][:4]
        series = f"area_name = '{area}' AND window_type = '{window}'"
        key = [f"area_name={area}", "measure=infant_mortality", f"window_type={window}",
               f"period_end={period[-4:]}-12-31"]  # fmt: skip
        commands = [
            ["show", "rates", "--where", f"{series} AND measure = 'infant_mortality'"],
            ["explain", "rates", *key],
            *commands,
        ]
    return commands
