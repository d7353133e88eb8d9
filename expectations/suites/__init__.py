"""Suites: every expectation of every table, as code.

A table's suite is what follows from the registry, what ``staging.py``, ``core.py``,
``published.py`` and ``headline.py`` here declare for it, its rules in SQL, its coverage rule and
its control totals.
Tables of the ``rates`` schema have the columns of the published table of the same name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from assets.schema.model import Layer, Table
from assets.schema.registry import TABLES, tables_of
from assets.schema.tables.published import COMPUTED, OF_THE_RELEASE
from expectations import base_suites, control_totals, coverage, waivers
from expectations.relational import RelationalRule, rules_of
from expectations.rule import Rule
from expectations.suites import core, headline, published, staging
from expectations.words import Expectation

RATES_TABLES = tuple(f"{Layer.RATES}.{name}" for name in COMPUTED)
"""Tables before disclosure control."""

_UNJUDGED = tuple(f"{Layer.PUBLISHED}.{name}" for name in OF_THE_RELEASE)
"""Written while a release is made, about the other tables; they cannot be evidence first."""

_DECLARED = (staging, core, published, headline)

_GATE_CORE = ("core.observations", "core.printed_rates", "core.areas")


@dataclass(frozen=True)
class Suite:
    """All rules of one table.

    Attributes:
        name: Full name of the table in the warehouse.
        table: Registry entry that gives its columns.
        base: Rules that follow from the registry.
        declared: Expectations that the modules of this package declare.
        relational: Rules of SQL files.
        has_coverage: Its coverage is compared with that of the last passing content.
        has_control_totals: Its counts are compared with published totals.
        has_waivers: Waivers are declared for it.
    """

    name: str
    table: Table
    base: tuple[Rule, ...]
    declared: tuple[Expectation, ...]
    relational: tuple[RelationalRule, ...]
    has_coverage: bool
    has_control_totals: bool
    has_waivers: bool

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, in the order in which they are reported."""
        own = dict.fromkeys(e.rule for e in self.declared)
        found = [*self.base, *own, *(r.rule for r in self.relational)]
        if self.has_coverage:
            found.append(coverage.rule(self.name))
        if self.has_control_totals:
            found += control_totals.rules()
        if self.has_waivers:
            found.append(waivers.unused_rule(self.name))
        return tuple(found)

    @property
    def rule_ids(self) -> frozenset[str]:
        """Ids of all rules: evidence that lacks one is incomplete."""
        return frozenset(r.rule_id for r in self.rules)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Other tables that the rules read; they must be built before the table is checked."""
        read = {i for r in self.relational for i in r.inputs_of(self.name)}
        if self.has_control_totals or (self.has_coverage and self.name.startswith("core.")):
            read.add("core.areas")
        return tuple(sorted(read - {self.name}))


def registry_table(full_name: str) -> Table:
    """Return the registry entry of a table of the warehouse, the ``rates`` schema included.

    Raises:
        KeyError: There is no such table.
    """
    schema, _, name = full_name.partition(".")
    if schema == Layer.RATES and full_name not in TABLES:
        full_name = f"{Layer.PUBLISHED}.{name}"
    try:
        return TABLES[full_name]
    except KeyError:
        raise KeyError(f"no table {full_name!r} in the registry; known: {sorted(TABLES)}") from None


def suite_tables() -> tuple[str, ...]:
    """Return the tables that have a suite, in the order of the data flow."""
    published = [t.full_name for t in tables_of(Layer.PUBLISHED) if t.full_name not in _UNJUDGED]
    return (
        *(t.full_name for t in tables_of(Layer.STAGING)),
        *(t.full_name for t in tables_of(Layer.CORE)),
        *RATES_TABLES,
        *published,
    )


def declared_for(full_name: str) -> tuple[Expectation, ...]:
    """Return the declared expectations of a table, without those from the registry and SQL."""
    return tuple(e for each in _DECLARED for e in each.SUITES.get(full_name, ()))


@cache
def suite_for(full_name: str) -> Suite:
    """Return the suite of a table.

    Args:
        full_name: ``schema.name`` in the warehouse, e.g. ``core.observations`` or ``rates.rates``.

    Raises:
        KeyError: There is no such table.
    """
    table = registry_table(full_name)
    return Suite(
        name=full_name,
        table=table,
        base=base_suites.rules(full_name, table),
        declared=declared_for(full_name),
        relational=rules_of(full_name),
        has_coverage=full_name in coverage.COVERED_TABLES,
        has_control_totals=full_name == control_totals.TABLE,
        has_waivers=bool(waivers.waivers_of(full_name)),
    )


def gate_tables() -> tuple[str, ...]:
    """Return the tables that must have evidence before a release."""
    published = [t for t in suite_tables() if t.startswith("published.")]
    return (*_GATE_CORE, *RATES_TABLES, *published)


def required_rules() -> dict[str, frozenset[str]]:
    """Return the rules whose evidence the release gate demands, per table."""
    return {name: suite_for(name).rule_ids for name in gate_tables()}
