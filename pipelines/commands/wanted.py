"""``imr wanted``: which figures are missing or late, and how to get each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say

if TYPE_CHECKING:
    from datetime import date

    from assets.archive.wanted import Want
    from assets.state.home import Home

_FURTHER = ("W-ID", "infant_mortality US-MO", "--all")
_ID = re.compile(r"W-[0-9a-f]{6}(?:-(?P<postal>[A-Z]{2}))?")


@dataclass(frozen=True)
class Words:
    """What the words of the command line name.

    Attributes:
        measure: A rate, or empty.
        area: Code of an area, or empty.
        ids: Identities of wants.
    """

    measure: str = ""
    area: str = ""
    ids: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The measure and the area, for a sentence."""
        of = f" for {self.measure}" if self.measure else ""
        return of + (f" of {self.area}" if self.area else "")


@click.command(
    "wanted",
    cls=Speaking,
    epilog="Examples: imr wanted; imr wanted infant_mortality US-MO; imr wanted W-03ed26; "
    "imr wanted US --request requests/",
)
@click.argument("words", nargs=-1, metavar="[MEASURE] [AREA] [W-ID...]")
@click.option(
    "--all",
    "in_full",
    is_flag=True,
    help="The boxes of everything that is wanted, not of the first alone.",
)
@click.option(
    "--request",
    "target",
    metavar="FILE|DIR",
    help="Write requests that CDC WONDER takes from programs: one to FILE, or all to DIR. "
    "There are none for states and counties.",
)
@json_option
@plainly
def wanted(words: tuple[str, ...], in_full: bool, target: str | None, as_json: bool) -> None:
    """Say which figures are missing or late, and how to get each of them.

    MEASURE is a rate (infant_mortality), AREA a code or name (US-MO, Missouri, 29510, E06000001).
    With one of them, or with the W-ID of a want, the producer's page and the boxes to choose there
    are printed in order; alone, a list. What then comes back through imr ingest or the inbox is
    recognised by its content as the answer.

    Exit codes: 0 said, 1 there is no such home or no request to write, 2 wrong use.
    """
    from pipelines.commands.places import existing_home

    meant = _meant(words)
    home = existing_home()
    # Imported late, because the catalogue takes a second; wrong use is reported before.
    from datetime import UTC, datetime

    from assets.archive.vintage_folders import ArchiveError

    today = datetime.now(UTC).date()
    try:
        found = _found(home, today, meant)
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    if target is not None:
        from pipelines.commands.wanted_requests import write

        written = write(found, target)
    else:
        written = []
    if as_json:
        from pipelines.commands.wanted_text import facts

        report({"wanted": [facts(want) for want in found], "written": [str(p) for p in written]})
        return
    if target is None:
        _print(home, found, meant, in_full=in_full or bool(words))


def _print(home: Home, found: Sequence[Want], meant: Words, *, in_full: bool) -> None:
    from pipelines.commands.output import print_paged
    from pipelines.commands.wanted_text import listed, recipe, typed, width_of

    if not found:
        answered = f"{', '.join(meant.ids)}: answered; nothing of it is missing."
        say(answered if meant.ids else f"Nothing is wanted{meant.said}: no figure is missing.")
        return
    width = width_of()
    lines: list[str] = []
    if in_full:
        for want in found:
            lines += [*recipe(want, home, width), ""]
        if len(found) > 1:
            lines.append(f"{len(found)} extracts are wanted{meant.said}, the most urgent first.")
    else:
        lines += listed(found, width)
        lines += ["", "The first of them:", "", *recipe(found[0], home, width), ""]
        lines.append("The boxes of another, of a measure and an area, or of all:")
        for further in _FURTHER:
            lines += typed(f"imr wanted {further}", width, "  ")
    print_paged(lines)


def _found(home: Home, today: date, meant: Words) -> list[Want]:
    """Return what is wanted of the words.

    Raises:
        click.UsageError: There is no such want, whatever arrived.
    """
    from assets.core.wanted import possible, wanted

    if not meant.ids:
        return wanted(home, today, measure=meant.measure, area=meant.area)
    found = []
    for each in meant.ids:
        postal = _postal(each)
        area = f"US-{postal}" if postal else ""
        here = [w for w in wanted(home, today, area=area) if w.want_id == each]
        if not here and each not in (ids := possible(home, today, area)):
            from assets.text.suggest import did_you_mean

            raise click.UsageError(
                f"there is no want {each}.{did_you_mean(each, ids)} imr wanted lists them."
            )
        found += here
    return found


def _postal(identity: str) -> str:
    match = _ID.fullmatch(identity)
    return (match["postal"] or "") if match else ""


def _meant(words: Sequence[str]) -> Words:
    """Return what the words name.

    Raises:
        click.UsageError: A word is nothing that is known, or names a second measure or area.
    """
    measures: list[str] = []
    codes: list[str] = []
    ids: list[str] = []
    for word in words:
        upper = word.upper()
        written = f"{upper[:2]}{word[2:8].lower()}{upper[8:]}"
        if _ID.fullmatch(written):
            ids.append(written)
            continue
        kind, meant = _of(word)
        (measures if kind == "measure" else codes).append(meant)
    for kind, named in (("measure", measures), ("area", codes)):
        if len(named) > 1:
            raise click.UsageError(
                f"{' and '.join(named)} are two {kind}s; expected one at a time."
            )
    if ids and (measures or codes):
        raise click.UsageError(f"{ids[0]} is one want already; leave out measure and area.")
    return Words("".join(measures), "".join(codes), tuple(dict.fromkeys(ids)))


def _of(word: str) -> tuple[str, str]:
    """Return whether a word is a measure or an area, and its name or code."""
    from assets.schema.codes import RATE_MEASURES
    from assets.text.suggest import did_you_mean

    if word.casefold() in RATE_MEASURES:
        return "measure", word.casefold()
    from assets.core.geography.area_registry import areas

    known = {code.casefold(): code for code in areas()}
    for area in areas().values():
        # Of areas of one name, that in force is meant.
        if not area.valid_to or area.name.casefold() not in known:
            known[area.name.casefold()] = area.code
    if word.casefold() in known:
        return "area", known[word.casefold()]
    if re.fullmatch(r"[0-9]{5}", word):
        from assets.core.geography.counties import state_of_county

        if state_of_county(word) is not None:
            return "area", word
    names = [*RATE_MEASURES, *areas(), *(area.name for area in areas().values())]
    raise click.UsageError(
        f"{word!r} is no measure, area or W-ID.{did_you_mean(word, names)} Measures are "
        f"{', '.join(RATE_MEASURES)}; areas have codes such as US, US-MO, 29510, E92000001."
    )
