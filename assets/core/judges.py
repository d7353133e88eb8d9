"""The judges of an extract beyond the rules of its own dataset."""

from __future__ import annotations

from assets.archive.intake import Judge
from assets.core.geography.arriving_areas import judge_areas
from assets.core.observations.contradictions import judge_official
from assets.producers.catalogue import PRODUCERS
from assets.state.home import Home


def judges_of(home: Home) -> tuple[Judge, ...]:
    """Return them in the order in which they are asked: areas, producers, official counts.

    Args:
        home: Where the archive and the counts of the last run live.
    """
    own = (make(home) for producer in PRODUCERS.values() for make in producer.judges)
    return (judge_areas, *own, judge_official(home))
