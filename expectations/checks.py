"""Dagster asset checks: a blocking contract and an advisory plausibility check per table."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from assets.core.settled import COUNTED
from assets.defs.resources import WarehouseResource
from assets.producers.catalogue import DATASETS
from assets.schema.codes import CHECKS
from assets.state.answers import LibraryAnswer, answer_of, keep
from assets.state.evidence import PASSING, RuleResult
from expectations.rule import key_text
from expectations.suites import suite_for, suite_tables
from expectations.validate import Outcome, validate_table

_ROWS = 3
_NAMED = 5


def all_checks() -> list[dg.AssetChecksDefinition]:
    """Return the checks of every table that has an asset, one step per stage of the flow."""
    staged = {d.staging.full_name for d in DATASETS}
    stages: dict[str, list[str]] = {}
    for name in suite_tables():
        if not name.startswith("staging.") or name in staged:
            stages.setdefault(_stage(name), []).append(name)
    return [checks_for(stage, names) for stage, names in stages.items()]


def _stage(full_name: str) -> str:
    """Return the step that checks a table; tables that others are made from are checked first."""
    schema = full_name.partition(".")[0]
    if schema == "core":
        return "core_counts" if full_name in COUNTED else "core_declarations"
    if full_name == "rates.rates":
        return "rates_rates"
    return schema if schema != "staging" else f"staging_{_source_of(full_name)}"


def _source_of(full_name: str) -> str:
    return next(d.source for d in DATASETS if d.staging.full_name == full_name)


def checks_for(stage: str, names: Sequence[str]) -> dg.AssetChecksDefinition:
    """Return the two checks of each table of a stage.

    Args:
        stage: Name of the step.
        names: Full names in the warehouse; an asset key has their two parts.
    """

    @dg.multi_asset_check(
        name=f"{stage}_checks",
        specs=[spec for name in names for spec in _specs(name)],
        can_subset=True,
    )
    def _run(
        context: dg.AssetCheckExecutionContext, warehouse: WarehouseResource
    ) -> Iterator[dg.AssetCheckResult]:
        selected = context.selected_asset_check_keys
        with warehouse.connect() as con:
            for name in names:
                key = dg.AssetKey(name.split("."))
                wanted = [c for c in CHECKS if dg.AssetCheckKey(key, c) in selected]
                if not wanted:
                    continue
                outcome = validate_table(con, name, basis=warehouse.basis, today=warehouse.today)
                for result in outcome.blocking:
                    context.log.error(f"[{result.rule_id}] {result.message} {result.observed}")
                answer = answer_of(outcome.content_hash, outcome.answer)
                keep(warehouse.answers, name, answer)
                docs = _data_docs(outcome, answer, warehouse.paths.data_docs)
                for check in wanted:
                    yield check_result(outcome, check, key, docs)

    return _run


def _specs(full_name: str) -> Iterator[dg.AssetCheckSpec]:
    suite = suite_for(full_name)
    key = dg.AssetKey(full_name.split("."))
    inputs = [dg.AssetKey(name.split(".")) for name in suite.inputs if name != full_name]
    counts = {c: sum(r.check == c for r in suite.rules) for c in CHECKS}
    yield dg.AssetCheckSpec(
        "contract",
        asset=key,
        blocking=True,
        additional_deps=inputs,
        description=f"Blocks all that stands on the table: {_rules(counts['contract'])} on shape, "
        "keys, values, sums, published totals.",
        metadata=_said("blocks what stands on the table", counts["contract"], full_name),
    )
    yield dg.AssetCheckSpec(
        "plausibility",
        asset=key,
        additional_deps=inputs,
        description=f"Advises, never blocks: {_rules(counts['plausibility'])} for a human look; "
        "waivers no longer needed.",
        metadata=_said("advises", counts["plausibility"], full_name),
    )


def _rules(count: int) -> str:
    return f"{count or 'no'} rule{'' if count == 1 else 's'}"


def _said(severity: str, count: int, full_name: str) -> dict[str, str | int]:
    listed = f"imr expectations show {full_name}"
    return {"severity": severity, "rules": count, "what they are": listed}


def _data_docs(outcome: Outcome, answer: LibraryAnswer, folder: Path) -> dg.MetadataValue[Any]:
    """Return where the page about a table is: the file of a failure, else how to get it.

    A page takes longer to write than a table to judge, so that only failures have theirs at once.
    """
    if outcome.passed:
        return dg.MetadataValue.md(
            "`imr expectations docs`, or `imr expectations docs --release V` once it is published"
        )
    from expectations.pages import write_page

    return dg.MetadataValue.path(write_page(outcome.table_name, answer, folder).path)


def check_result(
    outcome: Outcome, check: str, key: dg.AssetKey, docs: dg.MetadataValue[Any]
) -> dg.AssetCheckResult:
    """Return the result of one of the two checks of a table.

    A plausibility check passes while only informative rules fail: they are listed all the same.
    """
    failing = outcome.failing(check)
    results = outcome.of(check)
    serious = [r for r in failing if r.severity != "info"]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=check,
        passed=outcome.passed if check == "contract" else not serious,
        severity=(
            dg.AssetCheckSeverity.ERROR if check == "contract" else dg.AssetCheckSeverity.WARN
        ),
        description=summary(results, failing),
        metadata={
            "rules": len(results),
            "failed": sum(r.outcome == "failed" for r in results),
            "not evaluated": sum(r.outcome == "not_evaluated" for r in results),
            "waived": sum(r.outcome == "waived" for r in results),
            "failing rows": sum(r.failing_count for r in failing),
            "content hash": outcome.content_hash,
            "data docs": docs,
            "failing rules": dg.MetadataValue.md(failing_table(failing)),
            "notes": dg.MetadataValue.md(_notes(results)),
        },
    )


def summary(results: Sequence[RuleResult], failing: Sequence[RuleResult]) -> str:
    """Return in one sentence how many rules of a check hold, and which do not.

    Args:
        results: Rules of the check.
        failing: Those of them that do not hold, or could not be evaluated.
    """
    if not failing:
        return (
            f"{_rules(len(results)).capitalize()} checked: none fails." if results else "No rules."
        )
    named = ", ".join(r.rule_id for r in failing[:_NAMED])
    more = f" and {len(failing) - _NAMED} more" if len(failing) > _NAMED else ""
    verb = "does" if len(failing) == 1 else "do"
    return f"{len(failing)} of {_rules(len(results))} {verb} not hold: {named}{more}."


def failing_table(results: Sequence[RuleResult]) -> str:
    """Return failed rules with their first rows as a Markdown table."""
    if not results:
        return "None."
    lines = [
        "| rule | severity | what must hold | seen | first rows | what to do |",
        "|" + "---|" * 6,
    ]
    for r in results:
        rows = "<br>".join(_cell(_row(row)) for row in list(r.failing_keys)[:_ROWS])
        lines.append(
            f"| `{r.rule_id}` | {r.severity} | {_cell(r.message)} | {_cell(r.observed)} | {rows} | "
            f"{_cell(r.remedy)} |"
        )
    return "\n".join(lines)


def _row(row: dict[str, object]) -> str:
    return f"{key_text(row)}: {row.get('observed', '')}"


def _notes(results: Sequence[RuleResult]) -> str:
    told = ("not applicable", "not compared", "nothing to compare", "explained")
    lines = [
        f"- `{r.rule_id}`: {r.observed}" + (f" ({r.waiver_id})" if r.waiver_id else "")
        for r in results
        if r.outcome in PASSING and (r.waiver_id or any(words in r.observed for words in told))
    ]
    return "\n".join(lines) or "None."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
