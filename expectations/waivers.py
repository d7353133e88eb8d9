"""Waivers: declared exceptions to rules, each with reason, evidence, owner and expiry.

A waiver takes the offending rows that it matches out of a finding; whatever else offends still
fails. An expired waiver takes out nothing. A waiver that matches nothing is reported, so that the
list shrinks when a producer repairs a figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from assets.text.yaml_file import read_yaml
from expectations.rule import Finding, Rule, plain

FILE = Path(__file__).parent / "waivers.yaml"
_FIELDS = ("id", "rule", "table", "match", "reason", "evidence", "owner", "expires")


class WaiverError(ValueError):
    """A waiver is incomplete, or matches too many rows."""


@dataclass(frozen=True)
class Waiver:
    """One declared exception.

    Attributes:
        waiver_id: Stable identifier.
        rule_id: Rule whose offending rows it takes out.
        table: Table, by full name in the warehouse.
        match: Key columns and the values that an offending row must have in all of them.
        reason: Why the rows are right although they offend.
        evidence: Where that can be seen.
        owner: Who answers for it.
        expires: Last day on which it applies.
    """

    waiver_id: str
    rule_id: str
    table: str
    match: Mapping[str, frozenset[str]]
    reason: str
    evidence: str
    owner: str
    expires: dt.date

    def covers(self, row: Mapping[str, object]) -> bool:
        """Return whether the waiver matches an offending row."""
        return all(
            column in row and str(plain(row[column])) in values
            for column, values in self.match.items()
        )


@dataclass(frozen=True)
class Applied:
    """Result of applying the waivers of a table.

    Attributes:
        findings: Findings without the rows that a waiver took out.
        unused: Result for waivers that took out nothing; ``None`` where the table has no waivers.
    """

    findings: list[Finding]
    unused: Finding | None


def unused_rule(table: str) -> Rule:
    """Return the rule that every waiver of a table still matches something."""
    return Rule(
        rule_id=f"WAIVER-UNUSED-{table}",
        check="plausibility",
        severity="info",
        category="waiver",
        message="Every waiver of the table matches an offending row and has not expired.",
        remedy="Remove the waiver: the figure was repaired, is not in these extracts, or needs a "
        "fresh look because the waiver ran out.",
        keys=("waiver_id",),
    )


@cache
def load(path: Path = FILE) -> tuple[Waiver, ...]:
    """Return the waivers of a file.

    Raises:
        WaiverError: One is incomplete, has no match, or its id occurs twice.
    """
    entries = read_yaml(path) or []
    waivers = tuple(_read(entry, path.name) for entry in entries)
    ids = [w.waiver_id for w in waivers]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise WaiverError(f"{path.name}: ids occur twice: {', '.join(twice)}")
    return waivers


def waivers_of(table: str, waivers: Iterable[Waiver] | None = None) -> tuple[Waiver, ...]:
    """Return the waivers of a table, of the bundled file unless others are given."""
    return tuple(w for w in (load() if waivers is None else waivers) if w.table == table)


def apply(
    findings: Sequence[Finding], waivers: Sequence[Waiver], table: str, today: dt.date
) -> Applied:
    """Remove the rows that waivers match from findings.

    Args:
        findings: Findings of the table.
        waivers: Waivers of the table.
        table: Full name in the warehouse.
        today: Day on which waivers must still be in force.
    """
    if not waivers:
        return Applied(list(findings), None)
    used: set[str] = set()
    in_force = [w for w in waivers if w.expires >= today]
    result = [
        _without(f, [w for w in in_force if w.rule_id == f.rule.rule_id], used) for f in findings
    ]
    unknown = {f.rule.rule_id for f in findings if f.error}
    rows = [
        {
            "waiver_id": w.waiver_id,
            "observed": f"expired on {w.expires}" if w.expires < today else "matches nothing",
            "expected": f"an offending row of {w.rule_id}",
        }
        for w in waivers
        if w.waiver_id not in used and w.rule_id not in unknown
    ]
    return Applied(result, Finding(unused_rule(table), len(waivers), len(rows), rows))


def _without(finding: Finding, waivers: Sequence[Waiver], used: set[str]) -> Finding:
    if not finding.rows or not waivers:
        return finding
    kept: list[Mapping[str, object]] = []
    waived: list[Mapping[str, object]] = []
    for row in finding.rows:
        covering = [w for w in waivers if w.covers(row)]
        used.update(w.waiver_id for w in covering)
        if covering:
            waived.append(
                {**row, "waiver_id": covering[0].waiver_id, "reason": covering[0].reason.strip()}
            )
        else:
            kept.append(row)
    if not waived:
        return finding
    return replace(
        finding,
        offending=finding.offending - len(waived),
        rows=tuple(kept),
        waived=(*finding.waived, *waived),
    )


def _read(entry: object, file: str) -> Waiver:
    if not isinstance(entry, dict):
        raise WaiverError(f"{file}: an entry is not a mapping: {entry!r}")
    label = f"{file}: waiver {entry.get('id', entry)!r}"
    if missing := [f for f in _FIELDS if not entry.get(f)]:
        raise WaiverError(f"{label} lacks {', '.join(missing)}")
    if unknown := sorted(set(entry) - set(_FIELDS)):
        raise WaiverError(f"{label} has unknown fields {', '.join(unknown)}")
    if not isinstance(entry["match"], dict) or not isinstance(entry["expires"], dt.date):
        raise WaiverError(f"{label}: match is a mapping of columns, expires a date (YYYY-MM-DD)")
    return Waiver(
        waiver_id=entry["id"],
        rule_id=entry["rule"],
        table=entry["table"],
        match={column: _values(value) for column, value in entry["match"].items()},
        reason=entry["reason"],
        evidence=entry["evidence"],
        owner=entry["owner"],
        expires=entry["expires"],
    )


def _values(value: object) -> frozenset[str]:
    values = value if isinstance(value, list) else [value]
    return frozenset(str(plain(v)) for v in values)
