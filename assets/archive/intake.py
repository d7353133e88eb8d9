"""Intake: validate an extract, then archive it or put it into quarantine.

A refused extract goes to quarantine with a report; what was taken in before stays in use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from assets.archive import acceptance, vintage_folders
from assets.archive.acceptance import PROFILE, SLOT, Comparison
from assets.archive.dataset import Dataset, IntakeRule, ParsedExtract
from assets.archive.errors import ExtractAdvice, ExtractContradiction, ExtractError
from assets.archive.faults import of_one_extract
from assets.archive.names import printable
from assets.archive.parsing import read
from assets.archive.quarantine import quarantine, was_restricted
from assets.archive.uses import remember_use
from assets.archive.vintage import NEWEST_YEAR, Origin, Vintage
from assets.archive.withdrawal import withdraw, withdrawn
from assets.schema.content_hash import file_sha256
from assets.state.home import Home

NEW, UNCHANGED, QUARANTINED = "new", "unchanged", "quarantined"
_SHOWN = 20


@dataclass(frozen=True)
class IntakeOutcome:
    """What became of an extract.

    Attributes:
        dataset_id: Dataset that it was offered to.
        file_name: Name of the file.
        status: ``new``, ``unchanged`` or ``quarantined``.
        vintage: The vintage, unless it was refused.
        errors: Why it was refused, one per broken rule.
        warnings: Advisory rules that it breaks.
        report: Path of the quarantine report.
        metadata: What the extract says about itself.
        parsed: Rows that were read while judging, so that staging need not read them again.
        comparisons: How it departs from the last vintage of the same slot.
    """

    dataset_id: str
    file_name: str
    status: str
    vintage: Vintage | None = None
    errors: tuple[ExtractError, ...] = ()
    warnings: tuple[ExtractError, ...] = ()
    report: Path | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    parsed: ParsedExtract | None = field(default=None, repr=False, compare=False)
    comparisons: tuple[Comparison, ...] = ()


Judge = Callable[[Dataset, ParsedExtract, str], list[ExtractError]]
"""Judges an extract against something that the dataset itself does not know, e.g. geography."""


def take_in(
    home: Home,
    dataset: Dataset,
    file: Path,
    origin: Origin,
    judges: Sequence[Judge] = (),
    *,
    accepted_because: str = "",
) -> IntakeOutcome:
    """Judge a file and archive it, or refuse it and put it into quarantine.

    Args:
        home: Where state lives.
        dataset: Dataset that the file is offered to.
        file: The extract; it is copied, never moved.
        origin: Where it came from.
        judges: Further judges; what they return refuses the extract, unless it is advice.
        accepted_because: Why a person takes it although it departs from the last vintage or
            contradicts official figures; these advise then. The rules of the dataset still hold.

    Returns:
        The outcome; a refusal is an outcome, not an exception.

    Raises:
        ChangedError: The file was written to meanwhile; nothing is said of it.
        FileNotFoundError: It was taken away meanwhile.
    """
    vintage_folders.clear_incomplete(home, dataset)
    known = vintage_folders.vintages(home, dataset)
    name = origin.file_name or printable(file.name)
    sha256 = file_sha256(file)
    origin = replace(origin, restricted=origin.restricted or was_restricted(home, dataset, sha256))
    same = next((v for v in known if v.sha256 == sha256), None)
    if same is not None:
        same = _marked(home, dataset, same, origin)
        # Otherwise a new stamp on the same bytes would be fetched again every night.
        vintage_folders.confirm(same, origin)
        return IntakeOutcome(dataset.dataset_id, name, UNCHANGED, same)
    errors: list[ExtractError] = []
    warnings: list[ExtractError] = []
    comparisons: list[Comparison] = []
    parsed: ParsedExtract | None = None
    try:
        parsed = read(dataset, file)
        with of_one_extract(name, "judging it"):
            errors, warnings = judge(dataset, parsed, name)
            for further in judges:
                for found in further(dataset, parsed, name):
                    accepted = bool(accepted_because) and isinstance(found, ExtractContradiction)
                    advises = accepted or isinstance(found, ExtractAdvice)
                    (warnings if advises else errors).append(found)
            origin = _noted(origin, warnings)
            if not parsed.frame.empty:
                origin = _described(dataset, parsed, file, origin)
                comparisons = _compared(dataset, parsed, file, origin, known, home)
    except ExtractError as error:
        error.file = name
        errors = [error]
    for departure in (c for c in comparisons if not c.passed):
        refuses = departure.required and not accepted_because
        (errors if refuses else warnings).append(departure.as_error(name))
    metadata = parsed.metadata if parsed is not None else {}
    outcome = IntakeOutcome(
        dataset.dataset_id,
        name,
        QUARANTINED if errors else NEW,
        errors=tuple(errors),
        warnings=tuple(warnings),
        metadata=metadata,
        comparisons=tuple(comparisons),
    )
    if errors:
        vintage_folders.refuse_changed(file_sha256(file), sha256, name)
        described = [c.as_dict() for c in comparisons]
        report = quarantine(home, dataset, file, origin, errors, warnings, described)
        return replace(outcome, report=report)
    if accepted_because:
        note = f"accepted by hand: {accepted_because}"
        origin = replace(origin, note="; ".join(filter(None, (origin.note, note))))
    vintage, _ = vintage_folders.put(home, dataset, file, origin, sha256)
    if parsed is not None:
        remember_use(home, dataset, vintage, parsed)
    return replace(outcome, vintage=vintage, parsed=parsed)


def _marked(home: Home, dataset: Dataset, known: Vintage, origin: Origin) -> Vintage:
    """Mark a vintage that is archived already where it comes as restricted now.

    It stays out of use where it is.
    """
    if known.origin.restricted or not origin.restricted:
        return known
    vintage_id = vintage_folders.mark_restricted(home, known)
    entry = withdrawn(home, dataset).get(known.vintage_id)
    if entry is not None and vintage_id != known.vintage_id:
        withdraw(home, dataset, replace(entry, vintage_id=vintage_id))
    return next(v for v in vintage_folders.vintages(home, dataset) if v.sha256 == known.sha256)


def _noted(origin: Origin, warnings: Sequence[ExtractError]) -> Origin:
    """Return the origin with the notes of the judges added."""
    notes = [str(w.details["note"]) for w in warnings if "note" in w.details]
    return replace(origin, note="; ".join(filter(None, (origin.note, *notes))))


def _described(dataset: Dataset, parsed: ParsedExtract, file: Path, origin: Origin) -> Origin:
    """Return the origin with the slot and publication date that the extract states.

    A page keeps its first release date where a corrected workbook states its own.
    """
    slot, year = acceptance.slot_of(dataset, parsed), acceptance.newest_year(dataset, parsed)
    stated = dataset.published(file, parsed) if dataset.published is not None else None
    said = (origin.published_at, stated)
    return replace(
        origin,
        published_at=max((day for day in said if day), default=None),
        parameters={**origin.parameters, SLOT: slot, **({NEWEST_YEAR: year} if year else {})},
    )


def _compared(
    dataset: Dataset,
    parsed: ParsedExtract,
    file: Path,
    origin: Origin,
    known: Sequence[Vintage],
    home: Home,
) -> list[Comparison]:
    """Compare with the last vintage of the same slot in use, like with like.

    Samples are compared with samples, and restricted extracts with restricted ones.
    """
    out = withdrawn(home, dataset)
    like = [
        v
        for v in known
        if v.vintage_id not in out
        and v.origin.parameters.get(SLOT) == origin.parameters[SLOT]
        and v.origin.parameters.get(PROFILE) == origin.parameters.get(PROFILE)
        and v.origin.restricted == origin.restricted
    ]
    for last in reversed(like):
        try:
            rows = read(dataset, last.path).frame
        except ExtractError:
            # An extract that cannot be read any more is no reason to refuse the next one.
            continue
        found = acceptance.compare(dataset, parsed, file, rows, last.path, last.vintage_id)
        return [*found, acceptance.compare_dates(dataset, origin.published_at, last)]
    return []


def judge(
    dataset: Dataset, parsed: ParsedExtract, file_name: str
) -> tuple[list[ExtractError], list[ExtractError]]:
    """Apply the dataset's intake rules.

    Returns:
        Errors of required rules and warnings of advisory ones.
    """
    errors: list[ExtractError] = []
    warnings: list[ExtractError] = []
    if parsed.frame.empty:
        errors.append(
            ExtractError(
                "INTAKE-EMPTY", "no rows", "at least one row", "Fetch the extract again.", file_name
            )
        )
        return errors, warnings
    for rule in dataset.intake_rules:
        offending = rule.offending(parsed)
        if len(offending):
            broken = _as_error(rule, offending, file_name)
            (errors if rule.required else warnings).append(broken)
    return errors, warnings


def _as_error(rule: IntakeRule, offending: pd.DataFrame, file_name: str) -> ExtractError:
    first = offending.iloc[0]
    count = len(offending)
    row = first.get("source_row")
    labels = [c for c in offending.columns if c not in ("dataset_id", "vintage_id")]
    shown = offending[labels].dropna(axis="columns", how="all").head(_SHOWN)
    described = "; ".join(f"{k}={v}" for k, v in first[shown.columns].items() if pd.notna(v))
    return ExtractError(
        rule=rule.rule_id,
        seen=f"{count} offending row{'s' if count != 1 else ''}, first: "
        + re.sub(r"\s+", " ", described),
        expected=rule.message,
        remedy=rule.remedy,
        file=file_name,
        sheet=_text(first.get("source_sheet")),
        row=int(row) if pd.notna(row) else None,
        column=_text(first.get("source_column")),
        details={"rows": shown.to_dict(orient="records"), "count": count},
    )


def _text(cell: object) -> str:
    return str(cell) if isinstance(cell, str) else ""
