"""Which columns of a table carry numbers, and how they are emptied in withheld rows."""

from __future__ import annotations

from assets.schema.model import Table

_EXPLANATIONS = frozenset({"status_reason"})
_STATUS = "value_status"
_NEUTRAL: dict[tuple[str, str], str] = {
    ("rates", "compared_with_nation"): "'not_compared'",
    ("trends", "test"): "'none'",
    ("trends", "verdict"): "'not_tested'",
}
"""Required columns that say something about a withheld number, with the value that says nothing."""


def withheld_columns(table: Table) -> tuple[str, ...]:
    """Return the columns that are null in a row whose status carries no number.

    They are all columns that the registry does not require, so that a column added later is
    withheld without anybody thinking of it.
    """
    return tuple(
        c.name
        for c in table.columns
        if not c.required and c.name not in table.key and c.name not in _EXPLANATIONS
    )


def masked_selection(table: Table, relation: str, overrides: dict[str, str] | None = None) -> str:
    """Return SQL that selects a table's columns with every withheld row emptied.

    Args:
        table: Registry entry; it has the column ``value_status``.
        relation: Relation with the table's columns and ``published_status``, the status after
            disclosure control.
        overrides: SQL expressions for columns whose value changes in shown rows as well.
    """
    withheld = "published_status NOT IN ('ok', 'unreliable')"
    hidden = set(withheld_columns(table))
    changed = overrides or {}
    columns = []
    for name in table.column_names:
        value = changed.get(name, f'"{name}"')
        if name == _STATUS:
            value = "published_status"
        elif name in hidden:
            value = f"CASE WHEN {withheld} THEN NULL ELSE {value} END"
        elif (table.name, name) in _NEUTRAL:
            value = f"CASE WHEN {withheld} THEN {_NEUTRAL[table.name, name]} ELSE {value} END"
        columns.append(f'{value} AS "{name}"')
    return f"SELECT {', '.join(columns)} FROM {relation}"
