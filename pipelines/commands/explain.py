"""``imr explain``: where a number comes from."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.options import json_option, release_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, runnable

if TYPE_CHECKING:
    from assets.release.channels.releases_on_disk import Release
    from pipelines.commands.tree import Node

_RULES_SHOWN = 3
_NAMES = ("area_name", "measure", "trend_type", "target_id", "rank_on", "window_type")


@click.command(
    "explain",
    cls=Speaking,
    epilog="Example: imr explain rates area_code=US-MO measure=infant_mortality "
    "period_end=2010-12-31 window_type=rolling_3_year",
)
@click.argument("table")
@click.argument("key", nargs=-1, required=True, metavar="COLUMN=VALUE...")
@release_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["tree", "json"]),
    default="tree",
    show_default=True,
    help="For people, or for programs.",
)
@json_option
@plainly
def explain(
    table: str, key: tuple[str, ...], wanted: str | None, style: str, as_json: bool
) -> None:
    """Walk a row of TABLE back to the cells of the extracts that it was read from.

    Shows formula, counts, file, sheet, row and text of every cell, the extract it was read from,
    corrections, and the rules that checked it. Of rates the total of all strata is meant unless
    a stratum is named. Where several rows have the key, the command line of each is given.
    """
    import json

    from assets.release.channels.resolve import resolve
    from assets.text.suggest import did_you_mean
    from pipelines.commands.places import existing_home

    home = existing_home()
    pairs = [word.partition("=") for word in key]
    if bad := [word for word, (_, mark, _) in zip(key, pairs, strict=True) if not mark]:
        raise click.UsageError(f"{bad[0]!r} is not of the form column=value")
    release = resolve(home.releases, wanted)
    if table not in release.tables:
        raise click.UsageError(
            f"release {release.version} has no table {table!r}; it has "
            f"{', '.join(release.tables)}.{did_you_mean(table, release.tables)}"
        )
    _refuse_unknown_columns(release, table, [name for name, _, _ in pairs])
    # Imported late, because it takes a second; wrong use is reported before.
    from assets.release.channels.lineage import NoLineageError
    from assets.release.explain import KeyNotFoundError, explain

    try:
        found = explain(home, release, table, {name: value for name, _, value in pairs})
    except NoLineageError as error:
        raise click.ClickException(str(error)) from error
    except KeyNotFoundError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        report({"release": release.version, "rows": found})
        return
    if style == "json":
        sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False, default=str) + "\n")
        return
    for explanation in found:
        print_tree(explanation, is_one_of_many=len(found) > 1)


def _refuse_unknown_columns(release: Release, table: str, names: Sequence[str]) -> None:
    """Raise for a column that the table does not have, before heavy imports."""
    from assets.release.channels.release_views import open_release
    from assets.text.suggest import did_you_mean

    with open_release(release) as con:
        known = [row[0] for row in con.execute(f'DESCRIBE "{table}"').fetchall()]
    for name in names:
        if name not in known:
            raise click.UsageError(
                f"{table} has no column {name}; it has {', '.join(known)}."
                f"{did_you_mean(name, known)}"
            )


def print_tree(explanation: Mapping[str, Any], *, is_one_of_many: bool) -> None:
    """Print an explanation as a tree.

    Args:
        explanation: What ``assets.release.explain`` returns of one row.
        is_one_of_many: Other rows are explained beside it.
    """
    from pipelines.commands.tree import Node
    from pipelines.terminal import is_terminal, size

    row = explanation["row"]
    name = " ".join(str(row[k]) for k in _NAMES if row.get(k))
    if row.get("stratum") not in (None, "all"):
        against = f" against {row['reference_stratum']}" if row.get("reference_stratum") else ""
        name += f", {row['stratum_type']} {row['stratum']}{against}"
    if row.get("gestation_from") not in (None, "any"):
        name += f", from {row['gestation_from'].replace('_', ' ')} of gestation on"
    period = row.get("period") or f"{row['period_start']} to {row['period_end']}"
    root = Node(f"{explanation['table']}: {name}, {period} (release {explanation['release']})")
    for rate in explanation["stands_on"]:
        _add_rate(root, rate)
    if not explanation["stands_on"] and row.get("status_reason"):
        root.add(f"{row['value_status']}: {row['status_reason']}")
    if row.get("still_differs") and row["reference_area_code"] != row["area_code"]:
        root.add(f"still differs from {row['reference_area_code']}: {row['still_differs']}")
    rules = explanation["rules"]
    passed = sum(r["outcome"] == "passed" for r in rules)
    branch = root.add(f"checked by {len(rules)} rules, {passed} passed")
    for rule in [r for r in rules if r["outcome"] != "passed"][:_RULES_SHOWN]:
        branch.add(f"{rule['outcome']} {rule['rule_id']} on {rule['table']}: {rule['message']}")
    if is_one_of_many:
        root.add(runnable(f"this one alone: {explanation['command']}"))
    width = size(sys.stdout)[0] if is_terminal(sys.stdout) else 0
    for line in root.lines(width):
        click.echo(line)


def _add_rate(root: Node, rate: Mapping[str, Any]) -> None:
    branch = root.add(rate["formula"])
    result = rate["result"]
    printed = f"printed {result['rate_text']}; " if result["rate_text"] else ""
    branch.add(f"{printed}status {result['value_status']}, {rate['key']['source_family']}")
    if rate["definition"]:
        branch.add(rate["definition"])
    if result["ci_lower_95"] is not None:
        branch.add(
            f"95 % limits {result['ci_lower_95']:.4f} to {result['ci_upper_95']:.4f} "
            f"({result['ci_method']})"
        )
    for part in rate["parts"]:
        _add_part(branch, part)
    for vintage in rate["vintages"]:
        node = branch.add(f"extract {vintage['vintage_id']}: {vintage['title']}")
        node.add(f"{vintage['producer']}; {vintage['licence']}")
        node.add(f"{vintage['file_name']}, retrieved {vintage['retrieved_at']}")
        node.add(f"{vintage['url']}")
        node.add(f"sha256 {vintage['sha256']}")
    branch.add("corrections: " + (", ".join(rate["corrections"]) or "none"))


def _add_part(branch: Node, part: Mapping[str, Any]) -> None:
    published = "withheld or absent" if part["published"] is None else f"{part['published']:,.10g}"
    mark = {True: "", False: "  DOES NOT ADD UP", None: ""}[part["adds_up"]]
    node = branch.add(f"{part['name']} {published} = {' + '.join(part['counts'])}{mark}")
    for cell in part["cells"]:
        value = cell["status"] if cell["value"] is None else f"{cell['value']:,.10g}"
        start, end = cell["period_start"], cell["period_end"]
        period = str(start.year) if (end - start).days > 360 else f"{start} to {end}"
        place = ", ".join(
            p for p in (f"sheet {cell['sheet']}" if cell["sheet"] else "", f"row {cell['row']}",
                        f"column {cell['column']!r}") if p
        )  # fmt: skip
        extras = [f"text {cell['raw_text']!r}"] if cell["raw_text"] else []
        extras += ["provisional"] if cell["is_provisional"] else []
        extras += [f"correction {cell['correction_id']}"] if cell["correction_id"] else []
        said = "; ".join([f"{cell['vintage_id']} {place}", *extras])
        node.add(f"{cell['area_code']} {period} {cell['count']}: {value}  [{said}]")
