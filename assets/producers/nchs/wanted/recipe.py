"""How the request form of CDC WONDER is filled in: the boxes in order, or a request file."""

from __future__ import annotations

from collections.abc import Sequence

from assets.archive.wanted import Step
from assets.producers.nchs.states import STATES
from assets.producers.nchs.wanted.asked import COUNTIES, NATION
from assets.producers.nchs.wanted.asked import STATES as BY_STATE
from assets.producers.nchs.wanted.databases import Box, Database, opening
from assets.producers.nchs.wanted.questions import Part

MOST_GROUPS = 5
MENU = "Group Results By"
INFANT = "< 1 year"
INFANT_AGES = {
    "1d": "< 1 day",
    "1-6d": "1-6 days",
    "7-27d": "7-27 days",
    "28-364d": "28-364 days",
}
"""Infant Age Groups of the mortality databases: code and words of the form."""
ADDRESS = "https://wonder.cdc.gov/controller/datarequest/"
_OPTIONS = (
    'tick "Export Results"',
    'clear "Show Totals"',
    'tick "Show Zero Values"',
    'tick "Show Suppressed Values"',
)


def grouped(part: Part) -> tuple[Box, ...]:
    """Return the entries of the menu "Group Results By", in order."""
    boxes = part.database.boxes
    areas = {NATION: (), BY_STATE: ("state",), COUNTIES: ("county",)}[part.question.level]
    characteristics = tuple(each for each in part.question.by if each != "month")
    month = ("month",) if "month" in part.question.by else ()
    return tuple(boxes[name] for name in (*areas, *characteristics, "year", *month))


def steps(part: Part, missing: Sequence[int]) -> tuple[Step, ...]:
    """Return what to do at the form, in order.

    Args:
        part: The export.
        missing: Years that are missing; those alone are asked for.
    """
    database, boxes = part.database, grouped(part)
    menu = tuple(f"{n}. {box.label}" for n, box in enumerate(boxes, start=1))
    left = range(len(boxes) + 1, MOST_GROUPS + 1)
    found = [
        Step('read the data use restrictions, click "I Agree"'),
        Step(MENU, (*menu, f"{left[0]}. to {left[-1]}. None")),
    ]
    if database.measures:
        found.append(Step(f"Measures stay ticked: {', '.join(database.measures)}"))
    found += [Step("choose the button", (box.button,)) for box in boxes if box.button]
    if part.state:
        found.append(Step(database.state_list, (_state_option(database, part.state),)))
    else:
        found.append(Step(database.state_list, ("All",)))
    found += _ages(part)
    found.append(Step(database.year_list, _years(part, missing)))
    found.append(Step("Other options", _OPTIONS))
    found.append(Step("Send, and save the file"))
    return tuple(found)


def _ages(part: Part) -> list[Step]:
    if not part.database.age_list:
        return []
    if "age_of_infant" in part.question.by:
        return [Step("Infant Age Groups", tuple(INFANT_AGES.values()))]
    return [Step(part.database.age_list, (INFANT,))]


def _state_option(database: Database, fips: str) -> str:
    name = next(name for code, _, name in STATES if code == fips)
    return f"{fips}  ({name})" if database.states_by_code else name


def _years(part: Part, missing: Sequence[int]) -> tuple[str, ...]:
    """Return the years to choose: the entry for all of them where all are missing."""
    known = {y for y in missing if y not in part.overdue}
    database = part.database
    if known == set(range(database.first_year, database.last_year + 1)):
        chosen: tuple[str, ...] = (database.all_years,)
    else:
        chosen = tuple(str(year) for year in sorted(known))
    late = tuple(f"{year} if it is listed" for year in sorted(set(missing) & set(part.overdue)))
    return (*chosen, *late)


def request(part: Part, missing: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """Return the parameters of a request for programs; empty where CDC WONDER takes none.

    The service answers for the nation alone: it refuses states and counties, as groups and as
    restrictions. Years that may not be there yet are not asked for.
    """
    if part.question.level != NATION:
        return {}
    years = tuple(str(y) for y in sorted(missing) if y not in part.overdue)
    if not years:
        return {}
    database, found = part.database, opening(part.database.code)
    for number, box in enumerate(grouped(part), start=1):
        found[f"B_{number}"] = (box.code,)
        if box.radio:
            found[box.radio] = (box.variable,)
    whole = len(years) == database.last_year - database.first_year + 1
    variable = database.boxes["year"].variable
    name = f"F_{variable}" if f"F_{variable}" in found else f"V_{variable}"
    found[name] = ("*All*",) if whole else years
    if name[0] == "F" and not whole:
        found[f"I_{variable}"] = ("\n".join(f"{year} ({year})" for year in years),)
    if database.age_list:
        code = database.code
        if "age_of_infant" in part.question.by:
            found[f"V_{code}.V6"] = tuple(INFANT_AGES)
        else:
            found[f"V_{code}.V5"] = ("1",)
    return found
