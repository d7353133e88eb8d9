"""``VALIDATION.html``: the verdict, what was found, and each rule of each table with its evidence.

Three levels, each of which leads to the next; it needs no script and loads nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

import duckdb

from assets.release.documents.html import style, templates
from assets.release.documents.validation.evidence import CONTRACT, Rule
from assets.schema.codes import RULE_OUTCOMES
from assets.state.warehouse import sql_of

_HERE = Path(__file__).parent / "templates"
_WORDS = {
    "passed": "passed",
    "waived": "waived",
    "failed": "failed",
    "not_evaluated": "not evaluated",
}
_MEANINGS = {
    "passed": "No row breaks the rule, or each that does has a reason that its own figures prove.",
    "waived": "Rows break the rule and are known: each is named by a waiver with reason, evidence, "
    "owner and expiry date. No other row breaks it.",
    "failed": "Rows break the rule. A contract that fails keeps a release back; advice does not.",
    "not_evaluated": "The rule could not be evaluated, so that nothing is known.",
}


@dataclass(frozen=True)
class _Judged:
    """A table with its rules."""

    name: str
    rules: Sequence[Rule]

    @cached_property
    def outcomes(self) -> Counter[str]:
        return Counter(rule.outcome for rule in self.rules)

    @property
    def content_hash(self) -> str:
        return self.rules[0].content_hash or "not given"

    @property
    def said(self) -> str:
        """How many rules there are, and what became of them."""
        found = [f"{n} {_WORDS.get(o, o)}" for o, n in self.outcomes.items()]
        return f"{_counted(len(self.rules), 'rule')}: {', '.join(found)}"


def validation_page(con: duckdb.DuckDBPyConnection, facts: Mapping[str, str]) -> str:
    """Return the page.

    Args:
        con: Open connection with ``published.quality``.
        facts: version, released_at, schema_version and method_version.
    """
    rules = [Rule(*row) for row in con.execute(sql_of(__file__, "rules")).fetchall()]
    tables = [_Judged(n, list(found)) for n, found in groupby(rules, key=lambda r: r.table_name)]
    return (
        templates(_HERE)
        .get_template("validation.html")
        .render(
            facts=facts,
            style=style(_HERE / "validation.css"),
            verdict=_verdict(rules),
            sound=bool(rules) and not _broken(rules),
            kinds=_kinds(rules),
            outcomes=RULE_OUTCOMES,
            words=_WORDS,
            meanings=_MEANINGS,
            findings=[rule for rule in rules if rule.is_finding],
            tables=tables,
        )
    )


def _broken(rules: Sequence[Rule]) -> list[Rule]:
    return [
        r for r in rules if r.check_name == CONTRACT and r.outcome in ("failed", "not_evaluated")
    ]


def _verdict(rules: Sequence[Rule]) -> list[str]:
    """Return the verdict in sentences, the most important one first."""
    if not rules:
        return ["No rule was evaluated. Nothing is known of these tables: do not use them."]
    broken = _broken(rules)
    contract = [r for r in rules if r.check_name == CONTRACT]
    if broken:
        first = (
            f"{_counted(len(broken), 'rule')} of the contract did not hold or "
            f"{'was' if len(broken) == 1 else 'were'} not evaluated. Such content is never "
            "released: ask whoever made this page."
        )
    else:
        first = (
            f"The contract held: {len(contract)} of {len(contract)} rules, each evaluated on "
            "exactly the content that was released."
        )
    waived = [r for r in contract if r.outcome == "waived"]
    advice = [
        r for r in rules if r.check_name != CONTRACT and r.outcome not in ("passed", "waived")
    ]
    return [
        first,
        *(
            [
                f"{_counted(len(waived), 'of them holds', 'of them hold')} but for rows that a "
                "waiver names, with its reason."
            ]
            if waived
            else []
        ),
        (
            f"{_counted(len(advice), 'piece of advice', 'pieces of advice')} found something that "
            "is worth a look and keeps nothing back."
            if advice
            else "No advice found anything."
        ),
    ]


def _kinds(rules: Sequence[Rule]) -> list[tuple[str, list[int]]]:
    """Return how many rules had which outcome, contract first."""
    kinds = sorted({r.check_name for r in rules}, key=lambda kind: (kind != CONTRACT, kind))
    return [
        (kind, [sum(r.check_name == kind and r.outcome == o for r in rules) for o in RULE_OUTCOMES])
        for kind in kinds
    ]


def _counted(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"
