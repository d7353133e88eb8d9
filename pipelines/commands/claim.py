"""``imr claim``: what makes a number that somebody states true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import click

from pipelines.commands.options import json_option, release_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say

MINUS = "\N{MINUS SIGN}"
_NEGATIVE = re.compile(r"^-(?=[0-9.])")
_MOST = 5
_COMMANDS = 2


class Stating(Speaking):
    """Command of which an argument that begins like a negative number is one, and no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, with a minus sign for the hyphen before a digit."""
        return super().parse_args(ctx, [_NEGATIVE.sub(MINUS, word) for word in args])


@click.command(
    "claim",
    cls=Stating,
    epilog='Examples: imr claim "6.3 US 2008-2009"; '
    'imr claim "more than 6,200 Missouri 2002-2012"; imr claim "11.2 Black US 2016"; '
    'imr claim "neonatal 2.7 England and Wales 2022"',
)
@click.argument("words", nargs=-1, required=True, metavar="STATEMENT...")
@release_option
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=_MOST,
    show_default=True,
    help="Most figures to show of each kind; 0 for all.",
)
@json_option
@plainly
def claim(words: tuple[str, ...], wanted: str | None, limit: int, as_json: bool) -> None:
    """Search every released figure for those that make STATEMENT true.

    STATEMENT is a number with an area, a period, and if need be a measure or a group, in words:
    a name or code of an area, 2008-2009 or "12 months to 2024-12", neonatal, Black, under 24
    weeks, per 10,000, %. Several areas are added up, two groups ask for a ratio, two periods for
    a change. Searched are all series, measures, windows, groups, boundary sets and ways of
    rounding, pooled counts beside the mean of annual rates, and what earlier releases had: as
    stated first, then with one part of the statement changed, then numbers of other tables
    (comparisons, parts of a difference and deaths averted, bounds, "% of deaths"), then what nearly
    fits. "every state" asks for which states a statement about a rate is true.

    Only figures that releases show are read. A window that no release has is computed from
    released annual counts, where every year of it is shown.
    """
    from assets.release.channels.releases_on_disk import releases_in
    from assets.release.channels.resolve import resolve
    from assets.release.claim_search.elsewhere import in_words
    from assets.release.claim_search.every_area import every_in_words
    from assets.release.claim_search.in_words import match_in_words, reading
    from assets.release.claim_search.search import search
    from assets.release.claim_search.wording import NotUnderstoodError
    from pipelines.commands.places import existing_home

    releases = existing_home().releases
    release = resolve(releases, wanted)
    known = releases_in(releases)
    earlier = known[: [r.version for r in known].index(release.version)][::-1]
    try:
        found = search(" ".join(words), release, earlier)
    except NotUnderstoodError as error:
        raise click.UsageError(str(error)) from None
    read = reading(found)
    true = [match_in_words(m, found) for m in found.true]
    nearly = [match_in_words(m, found) for m in found.nearly]
    elsewhere = [in_words(hit, release.version) for hit in found.elsewhere]
    every = [every_in_words(each) for each in found.every]
    if as_json:
        most = limit or None
        report(
            {
                "statement": found.stated.text,
                "release": release.version,
                "read_as": read,
                "searched": dict(found.searched),
                "true": true[:most],
                "true_in_all": len(true),
                "nearly": nearly[:most],
                "elsewhere": elsewhere[:most],
                "every": every[:most],
            }
        )
        return
    click.echo("Read as: " + "; ".join(f"{part} {said}" for part, said in read.items()) + ".")
    as_stated = [m for m in true if m["is_as_stated"]]
    otherwise = [m for m in true if not m["is_as_stated"]]
    number = found.stated.number.text
    _section(f"True as stated, {number} is", as_stated, limit)
    # Where the number is true as stated, what else it may be is of less interest.
    fewer = min(limit, _COMMANDS) if as_stated else limit
    _section(f"True of something else, with one part changed: {number} is", otherwise, fewer)
    _say_elsewhere(f"Beside the rates, {number} is", elsewhere, limit)
    _say_every(f"One by one, {read['number']} is", every, limit)
    _section("Nearly", nearly, limit, says_difference=True)
    is_true = bool(true or elsewhere) or any(each["true_of"] for each in every)
    _say_what_was_searched(found.searched, release.version, len(earlier), is_true)


def _listed(
    heading: str, found: list[dict[str, Any]], limit: int, more: str = "more"
) -> Iterator[dict[str, Any]]:
    """Yield what is to be said of each, under its heading and before what is left out."""
    if not found:
        return
    click.echo(f"\n{heading}")
    yield from found[: limit or None]
    if limit and len(found) > limit:
        click.echo(f"  and {len(found) - limit:,} {more}; --limit 0 shows all")


def _section(
    heading: str, found: list[dict[str, Any]], limit: int, *, says_difference: bool = False
) -> None:
    for match in _listed(heading, found, limit):
        first = match["value_text"]
        if match["rounding"]:
            first += f", {match['rounding']}"
        if says_difference:
            first += f", {abs(match['difference']):,.4g} too {_side(match)}"
        made_of = f": {match['made_of']}" if match["made_of"] else ""
        click.echo(f"  {first}{made_of}")
        for departs in match["departs"]:
            click.echo(f"     {departs}")
        click.echo(f"     {match['how']}")
        commands = match["explain"]
        for command in commands[:_COMMANDS]:
            say(f"     {command}")
        if len(commands) > _COMMANDS:
            click.echo(
                f"     and so on for {len(commands) - _COMMANDS} more rows (--json has them)"
            )


def _say_elsewhere(heading: str, found: list[dict[str, Any]], limit: int) -> None:
    for hit in _listed(heading, found, limit):
        click.echo(f"  {hit['value_text']}, {hit['rounding']} (table {hit['table']})")
        click.echo(f"     {hit['wording']}")
        say(f"     {hit['explain']}")


def _say_every(heading: str, found: list[dict[str, Any]], limit: int) -> None:
    for each in _listed(heading, found, limit, "more series or groups"):
        row = each["row"]
        click.echo(f"  {each['verdict']}, {each['wording']} (table {each['table']})")
        click.echo(f"     {', '.join(f'{name}={value}' for name, value in row.items())}")
        for said, part in (("true of", "true_of"), ("not true of", "not_true_of")):
            if each[part]:
                areas = [f"{a['area_name']} {a['value_text']}" for a in each[part]]
                click.echo(f"     {said} {', '.join(areas)}")
        if each["not_known_of"]:
            click.echo(f"     withheld or absent: {', '.join(each['not_known_of'])}")


def _side(match: Mapping[str, Any]) -> str:
    return "high" if match["difference"] > 0 else "low"


def _say_what_was_searched(
    searched: Mapping[str, int], version: str, earlier: int, is_true: bool
) -> None:
    before = f" and what {earlier} earlier had otherwise" if earlier else ""
    text = (
        f"\n{searched['figures']:,} figures of {searched['series']} series in release {version}"
        f"{before} were compared, {searched['as_stated']:,} of them as stated."
    )
    if not is_true:
        text += " None makes the number true."
    if not searched["as_stated"]:
        text += " The release shows no figure of that area, period, measure and group."
    click.echo(text, err=True)
