"""A demonstration of disclosure control on made-up counts, in a home of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assets.archive.intake import take_in
from assets.archive.vintage import BY_HAND, Origin
from assets.core.judges import judges_of
from assets.disclosure.disclosure_policies import disclosure_policies
from assets.producers.catalogue import dataset
from assets.release.documents.made_up import MADE_UP
from assets.schema.producers import FOLDER
from assets.state.home import Home
from assets.state.owned_lock import writer_lock
from assets.state.warehouse import connect, sql_of
from pipelines.outcome import RunOutcome
from pipelines.progress import RunProgress
from pipelines.run import execute
from pipelines.settings import Settings

FILE = FOLDER / "local" / "demonstration" / "made_up_counts.csv"
_DATASET = "local_area_counts"
_SERIES = "state_extract"
_NOTE = (
    f"{MADE_UP}: counts that nobody registered, under codes of counties of Missouri, to show how "
    "small counts are withheld"
)


@dataclass(frozen=True)
class WithheldCount:
    """A count that the demonstration withholds; it is made up, so that it may be told.

    Attributes:
        area_code: County.
        area_name: Its name.
        window_type: Kind of window.
        period: Years.
        deaths: The count.
        why: ``small``, or ``complementary`` where it would give a small one away.
    """

    area_code: str
    area_name: str
    window_type: str
    period: str
    deaths: int
    why: str


@dataclass(frozen=True)
class ShownShare:
    """How much windows of one length can show.

    Attributes:
        window_type: Kind of window.
        cells: Rates of counties with a count.
        shown: Those that are shown.
        share_shown: The share of these.
        share_of_births_shown: Share of births in these.
    """

    window_type: str
    cells: int
    shown: int
    share_shown: float
    share_of_births_shown: float


@dataclass(frozen=True)
class Demonstration:
    """What the demonstration made.

    Attributes:
        home: Its home.
        outcome: Outcome of its run.
        policy: Policy of its series, in words.
        withheld: Counts that are withheld.
        shares: How much windows of each length show.
    """

    home: Home
    outcome: RunOutcome
    policy: str
    withheld: Sequence[WithheldCount] = ()
    shares: Sequence[ShownShare] = ()


def home_of_the_demonstration(home: Home) -> Home:
    """Return the home of the demonstration, which lies in a folder of the user's own home."""
    return Home(home.root / "demo" / "disclosure")


def demonstrate(user: Home, progress: RunProgress) -> Demonstration:
    """Publish the made-up counts in a home of their own, and say what is withheld of them.

    Nothing is read from the user's home or written to its archive and releases. From then on this
    process is one of the demonstration's home.

    Args:
        user: The user's home.
        progress: Display of the steps.

    Raises:
        BusyError: Another process is writing to the demonstration.
    """
    home = home_of_the_demonstration(user).create()
    os.environ["IMR_HOME"] = str(home.root)
    with writer_lock(home, "imr demo disclosure"):
        now = datetime.now(UTC).isoformat(timespec="seconds")
        origin = Origin(f"{BY_HAND}{FILE.name}", now, dataset(_DATASET).licence, note=_NOTE)
        taken = take_in(home, dataset(_DATASET), FILE, origin, judges_of(home))
    if taken.errors:
        raise RuntimeError(f"the bundled extract is refused: {taken.errors[0]}")
    outcome = execute(Settings(home), job_name="rebuild", progress=progress)
    policy = disclosure_policies()[_SERIES].in_words
    if not outcome.succeeded:
        return Demonstration(home, outcome, policy)
    with connect(home.warehouse) as con:
        query = sql_of(__file__, "demonstration")
        limits = disclosure_policies()[_SERIES]
        withheld = con.execute(query, [limits.lowest, limits.highest, _SERIES]).fetchall()
        shares = con.execute(
            "SELECT window_type, cells_shown + cells_withheld, cells_shown, share_shown, "
            "share_of_births_shown FROM published.suppression_by_window WHERE source_family = ? "
            "AND measure = 'infant_mortality' AND area_type = 'county' AND cells_of = 'areas'",
            [_SERIES],
        ).fetchall()
    return Demonstration(
        home,
        outcome,
        policy,
        [WithheldCount(*row) for row in withheld],
        sorted((ShownShare(*row) for row in shares), key=lambda s: s.share_shown),
    )


def page_of(made: Demonstration) -> Path | None:
    """Return the page of the demonstration's release."""
    return made.outcome.path / "index.html" if made.outcome.path is not None else None
