"""``imr expectations``: what is expected of each table."""

from __future__ import annotations

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report

_WIDTH = 80
_WORDS_SHOWN = 6


class _Group(Speaking, click.Group):
    """Group that shares the manners of the other commands."""


@click.group(
    "expectations",
    cls=_Group,
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


@expectations.command("docs", cls=Speaking, epilog="Example: imr expectations docs")
@json_option
@plainly
def docs(as_json: bool) -> None:
    """Judge every table of the warehouse and write Data Docs, pages that open offline.

    They go to reports/expectations in IMR_HOME and show counts before disclosure control: do not
    pass them on. Nothing else changes; the release gate goes by the checks of a run.
    """
    from assets.state.owned_lock import BusyError, writer_lock
    from assets.state.warehouse import connect
    from expectations.pages import write_pages
    from expectations.suites import suite_tables
    from pipelines.commands.places import existing_home
    from pipelines.settings import Settings

    home = existing_home()
    if not home.warehouse.is_file():
        raise click.ClickException(f"{home.root} has no warehouse yet. Make one with: imr run")
    settings = Settings.from_environment()
    folder = home.root / "reports" / "expectations"
    try:
        with writer_lock(home, "imr expectations docs"), connect(home.warehouse) as con:
            pages = write_pages(con, suite_tables(), folder, basis=settings.profile)
    except BusyError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        listed = [{**vars(page), "path": str(page.path)} for page in pages]
        report({"path": str(folder / "index.html"), "pages": listed})
        return
    failed = [page for page in pages if page.failed]
    for page in failed:
        click.echo(f"{page.table}: {page.failed} of {page.expectations} do not hold, {page.path}")
    click.echo(f"{len(pages)} pages, of which {len(failed)} have what does not hold.")
    click.echo(f"In a browser: {folder / 'index.html'}")


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
