"""Relational rules: SQL files whose header declares what they mean.

Every file in ``rules/`` starts with a header of SQL comments::

    -- rule: CORE-ID-INFANT
    -- tables: core.observations
    -- check: contract
    -- severity: critical
    -- category: identity
    -- message: Neonatal and postneonatal deaths add up to infant deaths.
    -- remedy: ...
    -- keys: source_family, area_code
    -- grain: one row per ...
    -- inputs: core.areas

A field may continue on lines that start with ``--`` and more than one space. The query returns one
row per comparison, with the key columns, ``observed``, ``expected`` and ``offends``; rows that do
not say false in ``offends`` break the rule. Returning the comparisons that hold as well shows when
a rule had nothing to compare, which would otherwise look like success. A query may have a column
``not_compared`` with the reason why a row is no comparison; such rows are counted by reason. A
query may have columns ``explained_by`` and ``reason`` that name a known reason which the row itself
proves; rows that offend with one are listed with it and do not break the rule.

``{relation}`` stands for the table that is checked, ``{schema}`` for its schema, ``{withheld}`` for
the columns that a row without a shown value must leave empty, ``{name}`` for a file
``rules/parts/name.sql``. ``{contradictions}`` is the comparison of supplied with official counts
that arriving extracts are judged by as well; ``{printed_beside_ours}``,
``{fingertips_beside_ours}`` and ``{series_beside_series}`` are those that the table
``disagreements`` shows. ``{count_columns}``, ``{count_names}``, ``{deaths_by_age}``,
``{count_parts}``, ``{declared_parts}``, ``{series_order}``, ``{known_groups}`` and
``{of_the_death}`` are the declared counts, deaths by age, parts of counts, fractions of rates,
order of the series, groups that add up and characteristics that divide deaths and no births.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from assets.core.observations.contradictions import contradictions_sql
from assets.rates.beside import comparisons
from assets.rates.measures import measures
from assets.schema.codes import COUNT_MEASURES, DEATH_AGES
from assets.schema.model import Table
from assets.schema.producers import all_series
from assets.schema.strata.vocabulary import OVERLAPPING, dimensions, groups_of, of_the_death
from assets.schema.sums import count_parts
from assets.state.warehouse import literal, records
from expectations.rule import FETCH_LIMIT, Finding, Rule

_SUPPLIED = (
    "SELECT vintage_id, area_code, period_start, period_end, measure, stratum_type, stratum, value "
    "FROM {relation} WHERE source_family = 'state_extract' AND period_type = 'year' "
    "AND status = 'ok'"
)
_FAR = 1e9
"""Beyond every bound of a group."""
FOLDER = Path(__file__).parent / "rules"
_FIELDS = (
    "rule",
    "tables",
    "check",
    "severity",
    "category",
    "message",
    "remedy",
    "keys",
    "grain",
    "inputs",
)
_FIELD = re.compile(r"-- ([a-z]+): *(.*)")
_PART = re.compile(r"\{([a-z_]+)\}")


class RuleFileError(ValueError):
    """A rule file has no complete header."""


@dataclass(frozen=True)
class RelationalRule:
    """A rule of a file.

    Attributes:
        rule: The rule.
        tables: Tables that it is about, by full name in the warehouse.
        inputs: Other tables that the query reads.
        sql: The query with its placeholders.
        file: Name of the file.
    """

    rule: Rule
    tables: tuple[str, ...]
    inputs: tuple[str, ...]
    sql: str
    file: str

    def inputs_of(self, name: str) -> tuple[str, ...]:
        """Return the tables that the rule reads in addition to the table ``name``."""
        schema = name.partition(".")[0]
        return tuple(i.format(schema=schema) for i in self.inputs)

    def query(self, name: str, table: Table, parts: Mapping[str, str] | None = None) -> str:
        """Return the query for the table called ``name``.

        Args:
            name: Full name in the warehouse.
            table: Registry entry.
            parts: Parts that are at hand as tables, with the names of these.
        """
        at_hand = {part: f"FROM {temporary}" for part, temporary in (parts or {}).items()}
        return _filled(self.sql, _values(name, table) | at_hand, self.file)

    @property
    def parts(self) -> tuple[str, ...]:
        """Parts that the query reads directly."""
        found = dict.fromkeys(m[1] for m in _PART.finditer(self.sql))
        return tuple(p for p in found if (FOLDER / "parts" / f"{p}.sql").is_file())


@cache
def known_reasons() -> frozenset[str]:
    """Return all values of ``explained_by``: reasons that a row proves by its own figures."""
    return frozenset(
        reason
        for r in relational_rules()
        if "explained_by" in r.sql
        for reason in re.findall(r"THEN '([A-Z]+(?:-[A-Z]+)+)'", r.sql)
    )


@cache
def relational_rules() -> tuple[RelationalRule, ...]:
    """Return the rules of all files, by rule id.

    Raises:
        RuleFileError: A header is incomplete, or two files declare one rule.
    """
    found = [_read(path) for path in sorted(FOLDER.glob("*.sql"))]
    ids = [r.rule.rule_id for r in found]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise RuleFileError(f"declared in two files: {', '.join(twice)}")
    return tuple(sorted(found, key=lambda r: r.rule.rule_id))


def rules_of(name: str) -> tuple[RelationalRule, ...]:
    """Return the rules that are about the table called ``name``."""
    return tuple(r for r in relational_rules() if name in r.tables)


def run(
    con: duckdb.DuckDBPyConnection, rules: Sequence[RelationalRule], name: str, table: Table
) -> list[Finding]:
    """Evaluate the rules of a table; if a query cannot run, its finding has the error.

    Parts that several rules read are computed once.

    Args:
        con: Open connection.
        rules: Rules that are about the table.
        name: Full name of the table in the warehouse.
        table: Registry entry.
    """
    parts = _shared_parts(con, rules, name, table)
    try:
        return [compare(con, r.rule, r.query(name, table, parts)) for r in rules]
    finally:
        for temporary in parts.values():
            con.execute(f"DROP TABLE IF EXISTS {temporary}").fetchall()


def compare(con: duckdb.DuckDBPyConnection, rule: Rule, query: str) -> Finding:
    """Evaluate a query of comparisons; see the module for its columns.

    Args:
        con: Open connection.
        rule: Rule that the query belongs to.
        query: SQL that returns one row per comparison.
    """
    left_out = "not_compared" if "not_compared" in query else "NULL"
    known = "explained_by" if "explained_by" in query else "NULL"
    hidden = ["offends", *(c for c in (left_out, known) if c != "NULL")]
    # A comparison with a null is neither true nor false; it must not count as success.
    offends = "offends IS DISTINCT FROM false"
    order = ", ".join(f'"{k}"' for k in rule.keys) or "1"
    try:
        counts = con.execute(
            f"SELECT {left_out} AS left_out, CASE WHEN {offends} THEN {known} END AS known, "
            f"count(*), count(*) FILTER (WHERE {offends}) FROM ({query}) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        offending = sum(count for _, known_as, _, count in counts if known_as is None)
        rows, explained = [], []
        if offending:
            unknown = [*hidden, "reason"] if known != "NULL" else hidden
            rows = records(
                con,
                f"SELECT * EXCLUDE ({', '.join(unknown)}) FROM ({query}) "
                f"WHERE {offends} AND {known} IS NULL ORDER BY {order} LIMIT {FETCH_LIMIT}",
            )
        if any(known_as for _, known_as, _, _ in counts):
            # The rarest reason first: reports keep the first rows only.
            explained = records(
                con,
                f"SELECT * EXCLUDE ({', '.join(hidden)}, reason), {known} AS explained_by, reason "
                f"FROM ({query}) WHERE {offends} AND {known} IS NOT NULL "
                f"ORDER BY count(*) OVER (PARTITION BY {known}), {known}, {order}",
            )
    except duckdb.Error as error:
        return Finding(rule, error=str(error))
    return Finding(
        rule,
        compared=sum(count for out, _, count, _ in counts if out is None),
        offending=offending,
        rows=rows,
        note="; ".join(
            f"{title}: {listed}"
            for title, listed in (
                ("explained by", _tally((known_as, count) for _, known_as, count, _ in counts)),
                ("not compared", _tally((out, count) for out, _, count, _ in counts)),
            )
            if listed
        ),
        explained=explained,
    )


def _tally(counts: Iterable[tuple[str | None, int]]) -> str:
    """Sum counts per label; drop rows without one."""
    totals: Counter[str] = Counter()
    for about, count in counts:
        if about:
            totals[about] += count
    return ", ".join(f"{count:,} {about}" for about, count in sorted(totals.items()))


def _shared_parts(
    con: duckdb.DuckDBPyConnection, rules: Sequence[RelationalRule], name: str, table: Table
) -> dict[str, str]:
    uses = Counter(part for r in rules for part in r.parts)
    made: dict[str, str] = {}
    for part in (p for p, count in uses.items() if count > 1):
        query = _filled(f"{{{part}}}", _values(name, table), part)
        try:
            con.execute(f"CREATE OR REPLACE TEMP TABLE part_{part} AS {query}").fetchall()
        except duckdb.Error:
            # The rules that read it then meet the same error themselves, and say so.
            continue
        made[part] = f"part_{part}"
    return made


def _values(name: str, table: Table) -> dict[str, str]:
    return {
        "relation": name,
        "schema": name.partition(".")[0],
        "withheld": _withheld(table),
        "contradictions": contradictions_sql(_SUPPLIED.format(relation=name), name),
        **_declared(),
    }


@cache
def _declared() -> dict[str, str]:
    """Return the declarations of counts and rates as SQL."""
    fractions = [(m.name, *part) for m in measures() for part in m.parts]
    ordered = [(series.name, series.preference) for series in all_series().values()]
    printed = "max(value) FILTER (WHERE measure = '{0}' AND status = 'ok') AS {0}"
    return {
        "count_columns": ",\n    ".join(printed.format(m) for m in COUNT_MEASURES),
        "count_names": ", ".join(COUNT_MEASURES),
        "deaths_by_age": ", ".join(DEATH_AGES),
        "count_parts": f"VALUES {', '.join(map(str, count_parts()))}",
        "declared_parts": f"VALUES {', '.join(map(str, fractions))}",
        "series_order": f"VALUES {', '.join(map(str, ordered))}",
        "known_groups": f"VALUES {', '.join(_known_groups())}",
        "of_the_death": ", ".join(map(literal, of_the_death())),
    }


def _known_groups() -> Iterator[str]:
    """Yield the groups of the characteristics that add up, open ranges with far bounds."""
    for name, dimension in dimensions().items():
        if dimension.adds_up == OVERLAPPING:
            continue
        for group in groups_of(name).values():
            bounds = "NULL, NULL"
            if group.has_bounds:
                lower = -_FAR if group.lower is None else group.lower
                upper = _FAR if group.upper is None else group.upper
                bounds = f"{lower}, {upper}"
            yield (
                f"({literal(name)}, {literal(dimension.adds_up)}, {literal(group.code)}, "
                f"CAST({bounds.replace(', ', ' AS DOUBLE), CAST(')} AS DOUBLE), "
                f"{bool(group.part_of)})"
            )


def _read(path: Path) -> RelationalRule:
    text = path.read_text(encoding="utf-8")
    fields = _header(text)
    if missing := [f for f in _FIELDS if f not in fields]:
        raise RuleFileError(f"{path.name}: the header lacks {', '.join(missing)}")
    return RelationalRule(
        rule=Rule(
            rule_id=fields["rule"],
            check=fields["check"],
            severity=fields["severity"],
            category=fields["category"],
            message=fields["message"],
            remedy=fields["remedy"],
            keys=_names(fields["keys"]),
        ),
        tables=_names(fields["tables"]),
        inputs=tuple(n for n in _names(fields["inputs"]) if n != "none"),
        sql=_compared(_body(text)),
        file=path.name,
    )


def _compared(sql: str) -> str:
    """Return a query with the comparisons that it names, whose own placeholders stay."""
    for name, query in comparisons().items():
        sql = sql.replace(f"{{{name}}}", query)
    return sql


def _header(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    current = ""
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if match := _FIELD.fullmatch(line):
            current = match[1]
            fields[current] = match[2].strip()
        elif current and line.startswith("--  "):
            fields[current] += " " + line[2:].strip()
        else:
            current = ""
    return fields


def _body(text: str) -> str:
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return "\n".join(lines[first:]).strip()


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def part(name: str) -> str:
    """Return the query of a file of ``rules/parts``, with its own placeholders.

    Raises:
        FileNotFoundError: There is no such part.
    """
    return _body((FOLDER / "parts" / f"{name}.sql").read_text(encoding="utf-8"))


def _filled(sql: str, values: dict[str, str], file: str) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in values:
            return values[name]
        try:
            return _filled(part(name), values, f"{name}.sql")
        except FileNotFoundError:
            raise RuleFileError(f"{file}: nothing to put in place of {{{name}}}") from None

    return _PART.sub(value, sql)


def _withheld(table: Table) -> str:
    # Derived from the registry here as well, not taken from the code that empties the rows: a
    # mistake there must not excuse itself.
    names = [
        c.name
        for c in table.columns
        if not c.required and c.name not in table.key and c.name != "status_reason"
    ]
    if not names:
        return "''"
    cases = ", ".join(f"CASE WHEN \"{n}\" IS NOT NULL THEN '{n}' END" for n in names)
    return f"concat_ws(', ', {cases})"
