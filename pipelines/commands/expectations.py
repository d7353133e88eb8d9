"""``imr expectations``: what is expected of each table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, refuse_unknown_command, report

if TYPE_CHECKING:
    from pathlib import Path

    from assets.state.home import Home
    from expectations.pages import Page

_WIDTH = 80
_WORDS_SHOWN = 6


class _Group(Speaking, click.Group):
    """Command group with the error handling of the other commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command; an error for an unknown one says which there are."""
        refuse_unknown_command(ctx, args[0], self.commands)
        return super().resolve_command(ctx, args)


@click.group(
    "expectations",
    cls=_Group,
    no_args_is_help=False,
    epilog="Examples: imr expectations show; imr expectations show published.rates --json",
)
def expectations() -> None:
    """Show what is expected of each table.

    An expectation that is critical blocks a release; the others are reported.
    """


@expectations.command("show", cls=Speaking, epilog="Example: imr expectations show published.rates")
@click.argument("table", required=False)
@json_option
@plainly
def show(table: str | None, as_json: bool) -> None:
    """Show every expectation of TABLE: id, severity, words, what to do; without TABLE the tables.

    TABLE is a name of the warehouse, e.g. core.observations or published.rates.
    """
    from expectations.suites import suite_for, suite_tables

    if table is None:
        counts = {name: len(suite_for(name).rules) for name in suite_tables()}
        if as_json:
            report({"tables": [{"table": n, "expectations": c} for n, c in counts.items()]})
            return
        width = max(map(len, counts))
        for name, count in counts.items():
            click.echo(f"{name:<{width}}  {count:>3} rules")
        return
    _show(_known(table), as_json)


@expectations.command(
    "docs",
    cls=Speaking,
    epilog="Examples: imr expectations docs; imr expectations docs --release nightly",
)
@click.option(
    "--release",
    "wanted",
    metavar="V",
    help="What was judged before this release: version, channel, day or month.  [default: judge "
    "the warehouse as it is]",
)
@json_option
@plainly
def docs(wanted: str | None, as_json: bool) -> None:
    """Write Data Docs: a page per table that says what was found, and opens offline.

    Without --release every table of the warehouse is judged now, and the pages go to
    reports/expectations in IMR_HOME. With it they are made of what was found when the release was
    validated, and go to lineage/release=V/expectations. They show counts before disclosure
    control: do not pass them on. Nothing else changes; the release gate goes by the checks of a
    run.
    """
    from pipelines.commands.places import existing_home

    home = existing_home()
    folder, pages = _of_the_warehouse(home) if wanted is None else _of_a_release(home, wanted)
    if as_json:
        listed = [{**vars(page), "path": str(page.path)} for page in pages]
        report({"path": str(folder / "index.html"), "pages": listed})
        return
    failed = [page for page in pages if page.failed]
    for page in failed:
        click.echo(f"{page.table}: {page.failed} of {page.expectations} do not hold, {page.path}")
    click.echo(f"{len(pages)} pages, of which {len(failed)} have what does not hold.")
    click.echo(f"In a browser: {folder / 'index.html'}")


def _of_the_warehouse(home: Home) -> tuple[Path, list[Page]]:
    from assets.state.owned_lock import BusyError, writer_lock
    from assets.state.warehouse import connect
    from expectations.pages import judge_and_write
    from expectations.suites import suite_tables
    from pipelines.settings import Settings

    if not home.warehouse.is_file():
        raise click.ClickException(f"{home.root} has no warehouse yet. Make one with: imr run")
    basis, folder = Settings.from_environment().profile, home.data_docs
    click.echo("Judging every table, which takes some seconds.", err=True)
    try:
        with writer_lock(home, "imr expectations docs"), connect(home.warehouse) as con:
            return folder, judge_and_write(con, suite_tables(), folder, basis=basis)
    except BusyError as error:
        raise click.ClickException(str(error)) from error


def _of_a_release(home: Home, wanted: str) -> tuple[Path, list[Page]]:
    from assets.release.channels.lineage import NoLineageError, answers_of, folder_of
    from assets.release.channels.resolve import resolve

    version = resolve(home.releases, wanted).version
    try:
        found = answers_of(home, version)
    except NoLineageError as error:
        raise click.ClickException(str(error)) from error
    from expectations.pages import write_pages

    folder = folder_of(home, version) / "expectations"
    return folder, write_pages(found, folder, f"release {version}")


def _known(table: str) -> str:
    from assets.text.suggest import did_you_mean
    from expectations.suites import suite_tables

    if table in suite_tables():
        return table
    raise click.UsageError(
        f"There is no table {table!r} that is judged.{did_you_mean(table, suite_tables())} "
        "'imr expectations show' lists them."
    )


def _show(table: str, as_json: bool) -> None:
    from dataclasses import asdict
    from textwrap import wrap

    from expectations.listing import entries, how
    from expectations.suites import suite_for

    suite = suite_for(table)
    found = entries(suite)
    if as_json:
        rules = [
            {
                **{k: v for k, v in asdict(e.rule).items() if k != "keys"},
                "words": list(e.words),
                "declared_in": e.place,
            }
            for e in found
        ]
        report({"table": table, "how": how(suite), "expectations": rules})
        return
    lines = [f"{table}: {len(found)} rules", *wrap(how(suite), _WIDTH)]
    for entry in found:
        shown = list(entry.words[:_WORDS_SHOWN])
        if len(entry.words) > _WORDS_SHOWN:
            shown.append(f"and {len(entry.words) - _WORDS_SHOWN} more, in --json")
        effect = "blocks" if entry.rule.check == "contract" else "advises"
        lines += ["", f"{entry.rule.rule_id}  {entry.rule.severity}, {effect}"]
        for label, text in (
            ("rule", entry.rule.message),
            *(("words" if n == 0 else "", word) for n, word in enumerate(shown)),
            ("from", entry.place),
            ("do", entry.rule.remedy),
        ):
            lines += wrap(
                text, _WIDTH, initial_indent=f"  {label:<6}", subsequent_indent=" " * 10,
                break_long_words=True,
            )  # fmt: skip
    click.echo("\n".join(lines))
