"""Everything that is wanted of all producers, with what births and deaths lack and what is late."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from assets.archive.dataset import Dataset
from assets.archive.overview import overview
from assets.archive.vintage import Vintage
from assets.archive.wanted import ALONE, GAP, LATE, Answer, Gap, Step, Want, answers, urgent_first
from assets.archive.wanted import want_id as identity
from assets.archive.withdrawal import in_use
from assets.core.geography.area_registry import areas
from assets.core.geography.counties import state_of_county
from assets.core.lacking import Lacking, remembered
from assets.producers.catalogue import DATASETS, PRODUCERS, STAGED, dataset
from assets.schema.producers import declared
from assets.state.home import Home

FETCHED = "imr run --profile live"
_SAYS = {
    "late": "Its release months have passed",
    "stale": "An extract of it that should be in use is not",
    "empty": "Nothing of it has arrived yet",
}
_URGENCY = {"late": LATE, "stale": LATE, "empty": GAP}


def country_of(area: str) -> str:
    """Return the nation of an area code, empty where nobody knows it."""
    found = areas().get(area)
    if found is not None:
        return found.country
    return "US" if state_of_county(area) is not None else ""


def wanted(
    home: Home, today: date, *, measure: str = "", area: str = "", without: Collection[str] = ()
) -> list[Want]:
    """Return what is wanted, the most urgent first.

    Args:
        home: Where state lives; it may be empty.
        today: Day to judge by.
        measure: Only what fills this rate; empty for all.
        area: Only what fills this area; empty for everywhere.
        without: Vintages to leave out.
    """
    country = country_of(area) if area else ""
    found = [
        want
        for producer in PRODUCERS.values()
        if producer.wanted is not None
        for want in producer.wanted(home, today, area, without)
    ]
    found = _with_partners(home, found, remembered(home))
    found += _others(home, today, area, {w.dataset_id for w in found})
    return urgent_first([w for w in found if _fills(w, measure, country)])


def answered(home: Home, today: date, vintages: Sequence[Vintage]) -> list[Answer]:
    """Return which wants the newly archived extracts answer.

    Args:
        home: Where state lives, the extracts in it.
        today: Day to judge by.
        vintages: The extracts.
    """
    new = [v for v in vintages if PRODUCERS[dataset(v.dataset_id).source].wanted is not None]
    if not new:
        return []
    before = wanted(home, today, without={v.vintage_id for v in new})
    after = wanted(home, today)
    files: dict[str, str] = {}
    for vintage in new:
        others = files.get(vintage.dataset_id)
        files[vintage.dataset_id] = ", ".join(filter(None, (others, vintage.file_name)))
    return answers(before, after, files)


def _fills(want: Want, measure: str, country: str) -> bool:
    if measure and want.measures and measure not in want.measures:
        return False
    return not country or want.country in (country, "") or (want.country, country) == ("EW", "UK")


def _with_partners(home: Home, wants: Sequence[Want], lacking: Sequence[Lacking]) -> list[Want]:
    """Return wants, more urgent where births or deaths that are there wait for them.

    What a series lacks and no want brings is one of its own.
    """
    found = list(wants)
    for entry in lacking:
        brings = [
            i
            for i, want in enumerate(found)
            if want.dataset_id in entry.needed
            and want.urgency in (GAP, LATE)
            and set(want.years) & set(entry.years)
        ]
        for i in brings:
            found[i] = replace(found[i], urgency=ALONE, because=entry.line)
        if not brings and not _is_there(home, entry):
            found.append(_alone(entry))
    return found


def _is_there(home: Home, entry: Lacking) -> bool:
    """Return whether the editions that are named as missing are in use: a run joins them."""
    editions = {
        vintage.edition
        for each in DATASETS
        if each.dataset_id in entry.needed
        for vintage in in_use(home, each)
    }
    return {str(year) for year in entry.years} <= editions


def _alone(entry: Lacking) -> Want:
    needed = [d for d in DATASETS if d.dataset_id in entry.needed]
    wanted_of = needed[0] if needed else dataset(entry.dataset_id)
    fetched = wanted_of.fetch is not None
    return Want(
        want_id=identity("alone", entry.dataset_id, entry.lacks, wanted_of.dataset_id),
        dataset_id=wanted_of.dataset_id,
        title=f"{entry.lacks.capitalize()} beside {entry.dataset_id}: {wanted_of.title}",
        gaps=(Gap(entry.years),),
        urgency=ALONE,
        because=entry.line,
        country=_country(wanted_of),
        page=wanted_of.url,
        source=wanted_of.title,
        steps=() if fetched else (Step(wanted_of.how_to_get),),
        command=FETCHED if fetched else "",
    )


def _country(entry: Dataset) -> str:
    """Return the nation that a dataset is about, or empty where it is about no one nation."""
    nations = declared()[entry.source].said.get("nations") or ()
    places = STAGED[entry.staging.name].areas
    gss = "EW" if places is not None and places.gss_codes else ""
    return next((str(code) for code in nations), gss)


def _reaches(entry: Dataset, area: str) -> bool:
    """Return whether a dataset has figures of an area, by what its staging table names."""
    known = areas().get(area)
    if not area or (known is not None and known.kind in ("country", "country_group")):
        return True
    places = STAGED[entry.staging.name].areas
    if places is None:
        return False
    return state_of_county(area) is None or bool(places.county_column)


def _others(home: Home, today: date, area: str, known: Collection[str]) -> list[Want]:
    """Return the datasets without questions of their own that are late, stale or empty."""
    found = []
    states = {s.dataset_id: s for s in overview(home, DATASETS, today=today)}
    for entry in DATASETS:
        state = states[entry.dataset_id]
        if entry.dataset_id in known or state.status not in _SAYS:
            continue
        if entry.fetch is None and state.status == "empty":
            continue
        if not _reaches(entry, area):
            continue
        due = f" (expected {state.next_expected})" if state.next_expected else ""
        found.append(
            Want(
                want_id=identity(entry.dataset_id),
                dataset_id=entry.dataset_id,
                title=entry.title,
                gaps=(),
                urgency=_URGENCY[state.status],
                because=f"{_SAYS[state.status]}{due}.",
                country=_country(entry),
                page=entry.url,
                source=entry.title,
                steps=(Step(entry.how_to_get),) if entry.how_to_get else (),
                command=FETCHED if entry.fetch is not None else "",
                last_had=state.last_retrieved,
            )
        )
    return found


def possible(home: Home, today: date, area: str = "") -> set[str]:
    """Return the identities of all wants that there can be, whatever has arrived."""
    everything = {v.vintage_id for d in DATASETS for v in in_use(home, d)}
    return {w.want_id for w in wanted(home, today, area=area, without=everything)}
