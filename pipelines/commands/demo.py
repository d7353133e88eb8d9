"""``imr demo``: what the pipeline does, shown on made-up figures in a home of their own."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from assets.schema.codes import WINDOW_NAMES
from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, ToldError, report, say

if TYPE_CHECKING:
    from pipelines.demonstration import Demonstration, WithheldCount

_SHOWN = 5
_WIDTH = 79


@click.command(
    "demo", cls=Speaking, epilog="Examples: imr demo disclosure; imr demo disclosure --json"
)
@click.argument("what", type=click.Choice(["disclosure"]))
@json_option
@plainly
def demo(what: str, as_json: bool) -> None:
    """Publish made-up counts, and show which of them are withheld and why.

    They are published in a home of their own, demo/disclosure in that of the user; its archive and
    its releases stay as they are. Every page of the release is named as made up.

    Exit codes: 0 published or unchanged, 1 failed checks, 2 wrong use.
    """
    from pipelines.imports import import_fast
    from pipelines.interrupts import InterruptedRunError, interruptibly
    from pipelines.progress import RunProgress
    from pipelines.settings import Settings

    home = Settings.from_environment().home

    found: list[Demonstration] = []

    def make() -> None:
        with RunProgress() as progress:
            import_fast("dagster")
            from assets.state.owned_lock import BusyError
            from pipelines.demonstration import demonstrate

            try:
                found.append(demonstrate(home, progress))
            except BusyError as error:
                raise ToldError(f"imr demo: {error}", 2) from error

    try:
        interruptibly(make, "Nothing was published.")
    except InterruptedRunError as stopped:
        raise ToldError(f"imr demo: {stopped}", stopped.exit_code, "stopped") from stopped
    (made,) = found
    if as_json:
        report(_facts(what, made), exit_code=made.outcome.exit_code)
        sys.exit(made.outcome.exit_code)
    if not made.outcome.succeeded:
        from pipelines.closing import summarise

        for line in summarise(made.outcome):
            say(line, err=True)
        sys.exit(made.outcome.exit_code)
    for line in _lines(made):
        say(line)
    sys.exit(made.outcome.exit_code)


def _facts(what: str, made: Demonstration) -> dict[str, object]:
    from pipelines.demonstration import page_of

    return {
        "shown": what,
        "home": str(made.home.root),
        "release": made.outcome.version,
        "page": str(page_of(made)) if page_of(made) else None,
        "policy": made.policy,
        "windows": [asdict(share) for share in made.shares],
        "withheld": [asdict(count) for count in made.withheld],
    }


def _lines(made: Demonstration) -> Iterator[str]:
    from pipelines.demonstration import page_of
    from pipelines.terminal import invocation

    yield f"MADE UP: release {made.outcome.version} of counts that nobody registered."
    yield from wrap(made.policy, _WIDTH)
    yield ""
    found = Counter(count.why for count in made.withheld)
    yield f"Withheld because they are small: {found['small']:,} rates, such as"
    yield from _some(made, "small")
    yield f"Withheld because they would give these away: {found['complementary']:,}, such as"
    yield from _some(made, "complementary")
    yield "A release prints one reason for both, so that nobody can tell them apart."
    yield ""
    said = "; ".join(
        f"{WINDOW_NAMES[s.window_type]}: {round(100 * s.share_shown)} % shown" for s in made.shares
    )
    yield from wrap(f"Counties, {said}.", _WIDTH)
    yield ""
    yield f"The page: {page_of(made)}"
    yield "Try to find what is withheld, with every release of the demonstration:"
    yield f"  {invocation('audit', 'disclosure')}"
    yield f"  {invocation('sql', _QUESTION)}"


_QUESTION = (
    "SELECT area_name, period, numerator, status_reason FROM rates WHERE window_type = 'annual'"
)


def _some(made: Demonstration, why: str) -> Iterator[str]:
    """Yield the first counts of one kind, those of single years before others."""
    chosen = [count for count in made.withheld if count.why == why]
    chosen.sort(key=lambda count: count.window_type != "annual")
    yield from (_line(count) for count in chosen[:_SHOWN])


def _line(count: WithheldCount) -> str:
    window = WINDOW_NAMES[count.window_type]
    return f"  {count.area_name}, {count.period} ({window}): {count.deaths}"
