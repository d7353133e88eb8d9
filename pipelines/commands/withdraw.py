"""``imr withdraw``: an archived extract out of use, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say

if TYPE_CHECKING:
    from assets.archive.dataset import Dataset
    from assets.state.home import Home

_SHORTEST = 6


@click.command(
    "withdraw",
    cls=Speaking,
    if_stopped="What was done stands; run it again to go on.",
    epilog="Examples: imr withdraw; imr withdraw nchs_wonder_linked@1a2b3c4d5e6f --because "
    "'wrong query'; imr withdraw --undo nchs_wonder_linked@1a2b3c4d5e6f",
)
@click.argument("vintage", required=False)
@click.option("--because", metavar="REASON", default="", help="Why; kept on record.")
@click.option("--undo", is_flag=True, help="Bring the vintage back into use.")
@json_option
@plainly
def withdraw(vintage: str | None, because: str, undo: bool, as_json: bool) -> None:
    """Take VINTAGE out of use; without VINTAGE, list what is out of use.

    The file stays in the archive, and what its dataset had before is used instead. A vintage that
    a rule took out comes back by itself; one that a person withdrew comes back with --undo only.

    Exit codes: 0 done or listed, 2 wrong use or no such vintage.
    """
    from pipelines.commands.places import existing_home

    home = existing_home()
    if vintage is None:
        if because or undo:
            raise click.UsageError("Name the vintage; imr sources --vertical shows them.")
        _list(home, as_json)
        return
    from assets.archive import withdrawal
    from assets.archive.withdrawal import PERSON, Withdrawal
    from assets.state.owned_lock import BusyError, writer_lock

    dataset, name = _meant(home, vintage)
    try:
        with writer_lock(home, f"imr withdraw {name}"):
            if undo:
                changed = withdrawal.restore(home, dataset, name, because or "by hand")
            else:
                served = name in withdrawal.served(home)
                entry = Withdrawal(
                    name, withdrawal.now_text(), PERSON, because=because, served=served
                )
                changed = withdrawal.withdraw(home, dataset, entry)
    except BusyError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        report({"vintage": name, "in_use": undo, "changed": changed})
        return
    state = "in use again" if undo else "out of use"
    before = "" if changed else " It was so before."
    say(f"{name} is {state}.{before}\nNext: imr run --job rebuild")


def _list(home: Home, as_json: bool) -> None:
    from assets.archive.withdrawal import withdrawn
    from assets.producers.catalogue import DATASETS

    found = [w for d in DATASETS for w in withdrawn(home, d).values()]
    if as_json:
        report({"withdrawn": [asdict(w) for w in found]})
        return
    for entry in found:
        say(f"{entry.at[:10]} {entry.line}")
    if not found:
        say("Every archived extract is in use.")


def _meant(home: Home, vintage: str) -> tuple[Dataset, str]:
    """Return the dataset and the full name of a vintage; the start of its checksum is enough."""
    from assets.archive import vintage_folders
    from assets.producers.catalogue import DATASETS
    from assets.text.suggest import did_you_mean

    known = {v.vintage_id: d for d in DATASETS for v in vintage_folders.vintages(home, d)}
    if vintage in known:
        return known[vintage], vintage
    start = vintage.rpartition("@")[2]
    alike = [v for v in known if v.rpartition("@")[2].startswith(start)]
    if "@" not in vintage and len(alike) == 1 and len(start) >= _SHORTEST:
        return known[alike[0]], alike[0]
    raise click.UsageError(
        f"The archive has no vintage {vintage!r}.{did_you_mean(vintage, tuple(known))} The newest "
        "of each dataset: imr sources --vertical"
    )
