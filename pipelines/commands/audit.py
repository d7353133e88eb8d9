"""``imr audit``: how well what is withheld is protected."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report

if TYPE_CHECKING:
    from assets.disclosure.certificate import Summary

_SAME = "as when the release was made"
_DIFFERS = "not as when the release was made: files, releases before it or policies changed since"
_NONE = "none was made with the release"


@click.command(
    "audit", cls=Speaking, epilog="Examples: imr audit disclosure; imr audit disclosure --json"
)
@click.argument("what", type=click.Choice(["disclosure"]))
@click.option("--release", default=None, help="Version or channel.  [default: nightly]")
@json_option
@plainly
def audit(what: str, release: str | None, as_json: bool) -> None:
    """Compute how far readers of all releases can narrow every count that RELEASE withholds.

    The certificate, a row for each of them, is in reports/disclosure of the home since the release
    was made; it is not for readers. What is computed now is compared with it. docs/disclosure.md
    says what is promised.

    Exit codes: 0 no small count can be computed, 1 one can, 2 wrong use or a damaged release.
    """
    from assets.release.channels.releases_on_disk import releases_in
    from assets.release.channels.resolve import resolve
    from pipelines.commands.places import existing_home

    home = existing_home()
    found = resolve(home.releases, release)
    known = releases_in(home.releases)
    upto = [r.path for r in known[: known.index(found) + 1]]
    # Imported late, because it takes a second; wrong use is reported before.
    from assets.disclosure.certificate import as_csv, certify, summaries
    from assets.release.certified import certificate_file
    from assets.state import durable
    from assets.state.warehouse import in_memory

    with in_memory() as con:
        certified = certify(con, upto)
    file = certificate_file(home, found.version)
    text = as_csv(certified)
    was = file.read_text(encoding="utf-8") if file.exists() else None
    if was is not None and was != text:
        file = file.with_suffix(".recomputed.csv")
    if was != text:
        durable.make_folder(file.parent)
        durable.replace_text(file, text)
    compared = _SAME if was == text else _NONE if was is None else _DIFFERS
    told = list(summaries(certified))
    computed = sum(summary.computed for summary in told)
    exit_code = 1 if computed else 0
    if as_json:
        facts = {
            "release": found.version,
            "audited": what,
            "series": [asdict(summary) for summary in told],
            "certificate": str(file),
            "compared": compared,
        }
        report(facts, exit_code=exit_code)
        sys.exit(exit_code)
    click.echo(f"release {found.version}")
    for line in map(_line, told):
        click.echo(f"  {line}")
    if not told:
        click.echo("  no count is withheld here")
    click.echo(f"certificate: {file} ({compared})")
    if computed:
        click.echo(
            "What can be computed cannot be taken back where others have the releases; "
            "docs/runbook.md, 'A withheld count that earlier releases give away', says what is "
            "left to do.",
            err=True,
        )
    sys.exit(exit_code)


def _line(summary: Summary) -> str:
    narrowest = (
        "nothing bounds any of them"
        if summary.narrowest is None
        else f"the narrowest can be {summary.narrowest} whole numbers, "
        f"{summary.unbounded:,} have no upper end"
    )
    return (
        f"{summary.source_family} ({summary.policy}): {summary.withheld:,} counts withheld; "
        f"{narrowest}; {summary.narrow:,} narrower than 3; {summary.computed:,} can be computed"
    )
