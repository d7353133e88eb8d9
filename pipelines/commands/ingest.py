"""``imr ingest``: take in a hand-exported extract by the same checks as any other."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, ToldError, report, say

if TYPE_CHECKING:
    from assets.archive.dataset import Dataset, Use
    from assets.archive.intake import IntakeOutcome
    from assets.archive.vintage import Origin
    from assets.archive.wanted import Answer
    from assets.state.home import Home

_REFUSED = 3
_MOST_ANSWERS = 5


class WithDatasets(Speaking):
    """Command whose help lists the datasets; they are imported only for the help."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the datasets and an example for each producer."""
        from assets.producers.catalogue import DATASETS

        with formatter.section("Datasets"):
            formatter.write_dl([(d.dataset_id, d.title) for d in DATASETS])
        with formatter.section("Examples"):
            formatter.write_text(
                "imr ingest 'Linked Birth  Infant Death Records, 2017-2023 Expanded.txt' "
                "--dataset nchs_wonder_linked"
            )
            formatter.write_text("imr ingest cim2022deathcohortworkbook.xlsx")
            formatter.write_text(
                "imr ingest var/quarantine/nchs_vsrr_counts/1a2b3c4d5e6f/hmz2-vwda.zip "
                "--accept 'final counts of 2024, seen on the dataset page'"
            )


def _facts(home: Home, file: Path, entry: Dataset, outcome: IntakeOutcome) -> dict[str, object]:
    """Return the outcome for a file as JSON facts."""
    from assets.archive.names import printable

    return {
        "file": printable(file.name),
        "dataset": entry.dataset_id,
        "status": outcome.status,
        "vintage": outcome.vintage.vintage_id if outcome.vintage else None,
        "restricted": outcome.vintage is not None and outcome.vintage.origin.restricted,
        "refused_because": [str(problem) for problem in outcome.errors],
        "advice": [str(warning) for warning in outcome.warnings],
        "report": str(outcome.report) if outcome.report else None,
        "use": asdict(use) if (use := _use(entry, outcome)) is not None else None,
        "set_aside": _set_aside(home, entry, outcome) or None,
    }


def _use(entry: Dataset, outcome: IntakeOutcome) -> Use | None:
    """Return which rows of an archived extract will be used, if its dataset says so."""
    if entry.use is None or outcome.vintage is None:
        return None
    if outcome.parsed is not None:
        return entry.use(outcome.parsed)
    from assets.archive.errors import ExtractError
    from assets.archive.parsing import read

    try:
        return entry.use(read(entry, outcome.vintage.path, judged=True))
    except ExtractError:
        # Unreadable files are reported where they are used.
        return None


def _answers(home: Home, outcome: IntakeOutcome, also: Sequence[IntakeOutcome]) -> list[Answer]:
    """Return which wants are answered by an extract that is new, and by those it brought in."""
    from datetime import UTC

    from assets.archive.intake import NEW
    from assets.core.wanted import answered

    new = [o.vintage for o in (outcome, *also) if o.status == NEW and o.vintage is not None]
    return answered(home, datetime.now(UTC).date(), new)


def _set_aside(home: Home, entry: Dataset, outcome: IntakeOutcome) -> str:
    """Return why an archived extract is out of use; empty if it is in use."""
    from assets.archive.withdrawal import withdrawn

    if outcome.vintage is None:
        return ""
    found = withdrawn(home, entry).get(outcome.vintage.vintage_id)
    return found.line if found is not None else ""


def _list_datasets(as_json: bool) -> None:
    from assets.producers.catalogue import DATASETS

    facts = ("dataset_id", "title", "how_to_get")
    if as_json:
        report([{name: getattr(d, name) for name in facts} for d in DATASETS])
        return
    for dataset in DATASETS:
        click.echo(f"{dataset.dataset_id}\n    {dataset.title}\n    {dataset.how_to_get}")


def _web_address(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    """Raise for text that is not a web address; it is published as the source of the extract."""
    from urllib.parse import urlsplit

    if url is None:
        return None
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fine = False
    if not fine or not url.isprintable() or set(url) & set(' <>"\\'):
        raise click.UsageError(
            f"--url is {ascii(url)}; expected a web address: https://HOST/PATH, without blanks."
        )
    return url


def _plain_file(_: click.Context, __: click.Parameter, file: Path | None) -> Path | None:
    """Raise for pipes and devices, which may never end."""
    if file is not None and not file.is_file():
        raise click.UsageError(f"{file} is a pipe, socket or device; expected a file.")
    return file


def _known_dataset(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    """Raise for an unknown dataset before importing the catalogue, which takes a second."""
    from assets.text.suggest import did_you_mean
    from pipelines.selection import DATASET_NAMES

    if name is not None and name not in DATASET_NAMES:
        raise click.UsageError(
            f"no dataset {name!r}; known are {', '.join(DATASET_NAMES)}."
            f"{did_you_mean(name, DATASET_NAMES)}"
        )
    return name


def _origin(
    home: Home,
    entry: Dataset,
    file: Path,
    url: str | None,
    published: datetime | None,
    restricted: bool,
) -> Origin:
    """Return the origin of a file: from its earlier refusal or from the options."""
    from datetime import UTC

    from assets.archive.names import printable
    from assets.archive.quarantine import origin_in_quarantine
    from assets.archive.vintage import Origin
    from assets.text.secret import redacted

    now = datetime.now(UTC).isoformat(timespec="seconds")
    refused = origin_in_quarantine(home, file)
    if refused is not None:
        origin = replace(refused, accepted_at=now)
    else:
        name = printable(file.name)
        origin = Origin(f"file:{name}", now, entry.licence, note="exported by hand", file_name=name)
    if url is not None:
        origin = replace(origin, url=redacted(url))
    if published is not None:
        origin = replace(origin, published_at=published.date().isoformat())
    if restricted:
        _require_series(entry)
        origin = replace(origin, restricted=True)
    return origin


def _require_series(entry: Dataset) -> None:
    """Raise where nothing of a dataset is published as counts, so that no policy could apply."""
    from assets.schema.producers import declared

    if not declared()[entry.source].families:
        raise click.UsageError(
            f"--restricted: {entry.dataset_id} has no series of counts, so that no disclosure "
            "policy applies to it. Nothing was archived; do not hand in a restricted file of it."
        )


def _tell(home: Home, file: Path, entry: Dataset, outcome: IntakeOutcome) -> None:
    """Print the outcome for the file and which of its rows will be used."""
    from assets.archive.intake import QUARANTINED, UNCHANGED
    from assets.archive.names import printable

    for warning in outcome.warnings:
        click.echo(f"advice: {warning}", err=True)
    if outcome.status == QUARANTINED:
        for problem in outcome.errors:
            click.echo(f"refused: {problem}", err=True)
        click.echo(
            f"{printable(file.name)} is in quarantine: {outcome.report}. Nothing else of "
            f"{entry.dataset_id} has changed.",
            err=True,
        )
        return
    word = "is archived already as" if outcome.status == UNCHANGED else "archived as"
    if outcome.vintage is not None:
        click.echo(f"{printable(file.name)} {word} {outcome.vintage.vintage_id}.")
        if outcome.vintage.origin.restricted:
            click.echo("  It is restricted: small counts are withheld (docs/disclosure.md).")
    use = _use(entry, outcome)
    for line in use.lines if use is not None else ():
        click.echo(f"  {line}")
    if out := _set_aside(home, entry, outcome):
        click.echo(f"  It is not in use: {out}")


def _tell_waited(taken: Sequence[IntakeOutcome]) -> None:
    """Print the extracts that waited for this one and are now taken in."""
    for other in taken:
        if other.vintage is not None:
            click.echo(
                f"{other.file_name} waited for it, and is archived as {other.vintage.vintage_id}."
            )
            for warning in other.warnings:
                click.echo(f"advice: {warning}", err=True)


@contextmanager
def _told(home: Home, file: Path) -> Iterator[None]:
    """Print one line if the file changed while it was read or the home cannot be written."""
    from assets.archive.names import printable
    from assets.archive.vintage_folders import ChangedError
    from pipelines.failures import disk_trouble

    try:
        yield
    except ChangedError as error:
        said = f"{error} Offer it again once nothing writes to it."
    except OSError as error:
        if isinstance(error, FileNotFoundError) and error.filename == str(file):
            said = f"{printable(file.name)} was taken away while it was read. Nothing was archived."
        elif trouble := disk_trouble(home, error):
            raise ToldError(f"imr ingest: {trouble}", 1) from error
        else:
            raise
    else:
        return
    raise ToldError(f"imr ingest: {said}", _REFUSED)


@click.command(
    "ingest",
    cls=WithDatasets,
    if_stopped="What was done stands; run it again to go on.",
)
@click.argument(
    "file",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    callback=_plain_file,
)
@click.option(
    "--dataset",
    "dataset_id",
    metavar="NAME",
    callback=_known_dataset,
    help="Dataset that the file belongs to; recognised by content where left out.",
)
@click.option(
    "--url",
    default=None,
    callback=_web_address,
    help="Web address (http or https) that the file was taken from; keys in it are not kept.",
)
@click.option(
    "--published",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="DATE",
    help="When the producer published it, where the file does not say so itself.",
)
@click.option(
    "--accept",
    "accepted_because",
    metavar="REASON",
    default="",
    help="Take the file in although it departs from the last vintage, or contradicts official "
    "figures; the reason is kept.",
)
@click.option(
    "--restricted",
    is_flag=True,
    help="The file may not be shown as it is: its figures stand in a series of their own, whose "
    "small counts are withheld. The mark is never taken off.",
)
@click.option(
    "--list",
    "listing",
    is_flag=True,
    help="List the datasets, with how to get an extract.",
)
@json_option
@plainly
def ingest(
    file: Path | None,
    dataset_id: str | None,
    url: str | None,
    published: datetime | None,
    accepted_because: str,
    restricted: bool,
    listing: bool,
    as_json: bool,
) -> None:
    """Check FILE and put it into the archive, or into quarantine with a report.

    Exit codes: 0 archived or already there, 1 the home cannot be written, 2 wrong use, 3 refused.
    """
    if listing:
        _list_datasets(as_json)
        return
    if file is None:
        raise click.MissingParameter(param_hint="'FILE'", param_type="argument")
    from assets.archive.intake import NEW, QUARANTINED, take_in
    from assets.archive.names import printable
    from assets.archive.sources import record_attempt
    from assets.archive.waiting import retry
    from assets.core.judges import judges_of
    from assets.producers.catalogue import DATASETS, dataset
    from assets.producers.identify import describe_unknown, identify
    from assets.state.owned_lock import BusyError, writer_lock
    from pipelines.settings import Settings

    name = dataset_id or identify(file)
    if name is None:
        seen, remedy = describe_unknown(file)
        raise click.UsageError(f"{printable(file.name)} is not recognised: {seen}. {remedy}")
    entry = dataset(name)
    home = Settings.from_environment().home
    origin = _origin(home, entry, file, url, published, restricted)
    try:
        with _told(home, file), writer_lock(home, f"imr ingest {printable(file.name)}"):
            judges = judges_of(home)
            outcome = take_in(home, entry, file, origin, judges, accepted_because=accepted_because)
            if outcome.status != QUARANTINED:
                # A refused hand-ingest must not mark the dataset stale.
                record_attempt(home, entry, outcome.status)
            again = retry(home, DATASETS, DATASETS, judges) if outcome.status == NEW else []
    except BusyError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        code = _REFUSED if outcome.status == QUARANTINED else 0
        waited = [o.vintage.vintage_id for o in again if o.vintage is not None]
        told = [
            {"id": a.want.want_id, "wanted": a.want.line, "left": a.left.lacks if a.left else None}
            for a in _answers(home, outcome, again)
        ]
        facts = _facts(home, file, entry, outcome)
        facts |= {"taken_in_after_waiting": waited, "answers": told}
        report(facts, exit_code=code)
        sys.exit(code)
    _tell(home, file, entry, outcome)
    if outcome.status == QUARANTINED:
        sys.exit(_REFUSED)
    _tell_waited(again)
    answers = _answers(home, outcome, again)
    for answer in answers[:_MOST_ANSWERS]:
        click.echo(f"  It answers {answer.line}")
    if answers:
        more = f"{len(answers) - _MOST_ANSWERS} more. " if len(answers) > _MOST_ANSWERS else ""
        say(f"  {more}What is still wanted: imr wanted")
    say("Next: imr run --job rebuild")
