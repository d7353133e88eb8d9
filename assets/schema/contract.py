"""The contract with readers: what may change in the published tables under which version.

``contract.json`` is the contract of the last released schema version. The registry is compared
with it: a breaking difference needs a new major version, an addition a new minor one. A text that
is worded differently can mean the same or something else, which somebody has to decide: the first
is stored with ``--reworded``, the second is a redefinition and needs a new major version.

Columns are in the order in which readers by position meet them: one that moves is a breaking
difference, a new one is an addition wherever it stands.

Run ``python -m assets.schema.contract`` after raising ``SCHEMA_VERSION``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.schema.model import Column, Layer, Table
from assets.schema.registry import SCHEMA_VERSION, tables_of
from assets.schema.strata.vocabulary import JOINED

CONTRACT_FILE = Path(__file__).with_name("contract.json")
RENAMES_FILE = Path(__file__).with_name("renames.json")
NOTES = Path(__file__).resolve().parents[2] / "docs" / "migrations"

BREAKING, ADDITION, WORDING = "breaking", "addition", "wording"
_KEPT = "contract_v{}.json"
_NEEDED = {BREAKING: "major", ADDITION: "minor", WORDING: "none"}
_REWORDED = "--reworded"
_EXPLAINING = ("renamed", "dropped", "computed")
"""Parts of the file of renames that say what became of a name."""


@dataclass(frozen=True)
class Change:
    """One difference between two contracts.

    Attributes:
        where: Table, or table and column.
        what: The difference, in words.
        kind: ``breaking``, ``addition`` or ``wording``.
    """

    where: str
    what: str
    kind: str

    def __str__(self) -> str:
        """Return kind, place and difference."""
        return f"{self.kind}: {self.where}: {self.what}"


class ContractBrokenError(RuntimeError):
    """The registry differs from the contract in a way that its version does not allow."""


def contract(tables: Sequence[Table], version: str) -> dict[str, Any]:
    """Return the contract of tables, as plain values."""
    return {
        "schema_version": version,
        "tables": {
            t.name: {
                "grain": t.grain,
                "key": list(t.key),
                "columns": {c.name: _column(c) for c in t.columns},
            }
            for t in tables
        },
    }


def current_contract() -> dict[str, Any]:
    """Return the contract that the registry states now."""
    return contract(tables_of(Layer.PUBLISHED), SCHEMA_VERSION)


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return the differences between two contracts, breaking changes first."""
    found: list[Change] = []
    for name, table in old["tables"].items():
        if name not in new["tables"]:
            found.append(Change(name, "the table was removed", BREAKING))
        else:
            found += _table_differences(name, table, new["tables"][name])
    found += [
        Change(name, "the table was added", ADDITION)
        for name in new["tables"]
        if name not in old["tables"]
    ]
    return sorted(found, key=lambda c: (list(_NEEDED).index(c.kind), c.where, c.what))


def check_version(
    old: Mapping[str, Any], new: Mapping[str, Any], *, reworded: bool = False
) -> None:
    """Raise if the version bump is smaller than the changes require.

    Args:
        old: The stored contract.
        new: The present one.
        reworded: Somebody decided that texts which are worded differently mean the same.

    Raises:
        ContractBrokenError: A breaking change without a new major version, an addition without a
            new minor one, or a text about which nothing was decided; the message lists them.
    """
    changes = differences(old, new)
    before, after = (_numbers(c["schema_version"]) for c in (old, new))
    breaking = [c for c in changes if c.kind == BREAKING]
    additions = [c for c in changes if c.kind == ADDITION]
    if breaking and after[0] <= before[0]:
        raise ContractBrokenError(_message("major", old, new, breaking))
    if additions and after[:2] <= before[:2]:
        raise ContractBrokenError(_message("minor", old, new, additions))
    wording = [c for c in changes if c.kind == WORDING]
    if wording and not reworded and after[0] <= before[0]:
        listed = "\n".join(f"- {c}" for c in wording)
        raise ContractBrokenError(
            f"these texts are not those of the stored contract:\n{listed}\nIf they mean the same "
            f"as before, store them: python -m assets.schema.contract {_REWORDED}\nIf a "
            "reader of the old text would now be wrong, something was redefined: raise the major "
            f"version of SCHEMA_VERSION and say in {NOTES.name}/<version>.md how to migrate"
        )
    if after < before:
        raise ContractBrokenError(
            f"schema version {new['schema_version']} is older than {old['schema_version']}"
        )


def check_migration(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    renames: Mapping[str, Any],
    notes: Path = NOTES,
) -> None:
    """Raise if a new major version lacks a migration note or a compatibility view.

    Args:
        old: Contract of the major version before.
        new: The present contract.
        renames: See :func:`compatibility_views`.
        notes: Folder of migration notes, ``<major>.0.0.md``.

    Raises:
        ContractBrokenError: There is no migration note, or a removed name is neither renamed nor
            declared as dropped.
    """
    if _numbers(new["schema_version"])[0] <= _numbers(old["schema_version"])[0]:
        return
    # Of a major version the note is that of its first release; minor ones break nothing.
    note = notes / f"{_major(new)}.0.0.md"
    if not note.is_file() or not note.read_text(encoding="utf-8").strip():
        raise ContractBrokenError(
            f"schema {new['schema_version']} breaks {old['schema_version']} but "
            f"{note.parent.name}/{note.name} does not say how to migrate; write it"
        )
    unexplained = [
        c.where
        for c in differences(old, new)
        if c.what.endswith("was removed")
        and not any(c.where in renames.get(part, {}) for part in _EXPLAINING)
    ]
    if unexplained:
        raise ContractBrokenError(
            f"{', '.join(unexplained)} went away with schema {new['schema_version']}; name the "
            "successor under 'renamed', SQL that gives its values under 'computed' or the reason "
            f"under 'dropped' in {RENAMES_FILE.name}, so that old names keep working for one major "
            "version"
        )


def compatibility_views(old: Mapping[str, Any], renames: Mapping[str, Any]) -> str:
    """Return SQL that gives a release's tables their names of the major version before.

    Args:
        old: Contract of that version.
        renames: ``renamed`` maps ``table`` or ``table.column`` to its new name; ``computed`` maps
            ``table.column`` to SQL on the columns of the new table, ``t``; ``dropped`` maps what
            has no successor to the reason.
    """
    renamed, dropped, computed = (renames.get(part, {}) for part in _EXPLAINING)
    views = []
    for name, table in old["tables"].items():
        if name in dropped:
            continue
        target = renamed.get(name, name)
        columns = []
        for column in table["columns"]:
            place = f"{name}.{column}"
            if place in dropped:
                continue
            new = computed.get(place) or f't."{renamed.get(place, column)}"'
            columns.append(f'{new} AS "{column}"')
        views.append(
            f'CREATE VIEW "{name}" AS\nSELECT\n    '
            + ",\n    ".join(columns)
            + f"\nFROM '{target}.parquet' AS t;\n"
        )
    major = _numbers(old["schema_version"])[0]
    head = f"-- Tables of this release under the names of schema version {major}.\n"
    return head + "\n".join(views) + "\n"


def load(path: Path = CONTRACT_FILE) -> dict[str, Any]:
    """Return a stored contract."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def save(path: Path = CONTRACT_FILE, *, reworded: bool = False) -> list[Change]:
    """Make the registry's contract the stored one, if its version allows it.

    Args:
        path: File of the stored contract.
        reworded: See :func:`check_version`.

    Raises:
        ContractBrokenError: The version has to be raised first, or a text decided about.
    """
    new = current_contract()
    changes: list[Change] = []
    if path.exists():
        old = load(path)
        check_version(old, new, reworded=reworded)
        changes = differences(old, new)
        if _major(old) < _major(new):
            _write(path.with_name(_KEPT.format(_major(old))), old)
    _write(path, new)
    return changes


def previous_major(
    current: Mapping[str, Any], folder: Path = CONTRACT_FILE.parent
) -> dict[str, Any] | None:
    """Return the last contract of the major version before, or ``None`` where there is none."""
    path = folder / _KEPT.format(_major(current) - 1)
    return load(path) if path.is_file() else None


def compatibility_sql() -> str | None:
    """Return what a release carries for readers of the major version before, if there is one."""
    before = previous_major(current_contract())
    return compatibility_views(before, load(RENAMES_FILE)) if before is not None else None


def _table_differences(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    found = []
    if old["key"] != new["key"]:
        found.append(Change(name, f"the key {old['key']} became {new['key']}", BREAKING))
    if old["grain"] != new["grain"]:
        found.append(Change(name, _reworded("grain", old["grain"], new["grain"]), WORDING))
    shared = [c for c in old["columns"] if c in new["columns"]]
    if shared != [c for c in new["columns"] if c in old["columns"]]:
        found.append(Change(name, "the columns are in another order", BREAKING))
    for column, facts in old["columns"].items():
        place = f"{name}.{column}"
        if column not in new["columns"]:
            found.append(Change(place, "the column was removed", BREAKING))
        else:
            found += _column_differences(place, facts, new["columns"][column])
    found += [
        Change(f"{name}.{column}", "the column was added", ADDITION)
        for column in new["columns"]
        if column not in old["columns"]
    ]
    return found


def _column_differences(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    found = [
        Change(place, f"the {fact} {old[fact]} became {new[fact]}", BREAKING)
        for fact in ("type", "unit")
        if old[fact] != new[fact]
    ]
    if old["required"] and not new["required"]:
        found.append(Change(place, "it may be absent now", BREAKING))
    if new["required"] and not old["required"]:
        found.append(Change(place, "it is always present now", ADDITION))
    found += _crossing_differences(place, old, new)
    found += _list_differences(place, _alone(old, new), new["allowed"])
    for fact in ("minimum", "maximum", "pattern"):
        found += _limit_differences(place, fact, old, new)
    if old["description"] != new["description"]:
        said = _reworded("description", old["description"], new["description"])
        found.append(Change(place, said, WORDING))
    return found


def _crossing_differences(
    place: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[Change]:
    # Contracts of schema 2.1.0 and before listed each pair of values.
    was = old.get("crossed", any(JOINED in value for value in old["allowed"] or ()))
    if was == new.get("crossed", False):
        return []
    return [
        Change(place, "values no longer stand in pairs", BREAKING)
        if was
        else Change(place, "two values may stand together", ADDITION)
    ]


def _alone(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str] | None:
    """Return the values of the old list, without the pairs that the new one does not spell out."""
    listed: list[str] | None = old["allowed"]
    if listed is None or not new.get("crossed"):
        return listed
    return [value for value in listed if JOINED not in value]


def _limit_differences(
    place: str, fact: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[Change]:
    """Compare a limit of the values: readers may rely on one, so that loosening it breaks them."""
    # Contracts of schema 1.1.0 and before did not state limits; nothing is known about those.
    before, after = (stated.get(fact, new.get(fact)) for stated in (old, new))
    if before == after:
        return []
    if before is None:
        kind = ADDITION
    elif after is None or fact == "pattern":
        kind = BREAKING
    else:
        is_tighter = after > before if fact == "minimum" else after < before
        kind = ADDITION if is_tighter else BREAKING
    return [Change(place, f"the {fact} {before} became {after}", kind)]


def _reworded(fact: str, old: str, new: str) -> str:
    return f"the {fact} is worded differently: {old!r} became {new!r}"


def _list_differences(
    place: str, old: Sequence[str] | None, new: Sequence[str] | None
) -> list[Change]:
    if old == new:
        return []
    if old is None or new is None:
        kind = ADDITION if old is None else BREAKING
        return [Change(place, "it became an open or a closed list of values", kind)]
    found = []
    if gone := [v for v in old if v not in new]:
        found.append(Change(place, f"the values {', '.join(gone)} are not used any more", BREAKING))
    if more := [v for v in new if v not in old]:
        found.append(Change(place, f"the values {', '.join(more)} were added", ADDITION))
    return found


def _column(column: Column) -> dict[str, Any]:
    return {
        "type": column.type.value,
        "unit": column.unit,
        "required": column.required,
        "allowed": list(column.allowed) if column.allowed is not None else None,
        **({"crossed": True} if column.crossed else {}),
        "minimum": column.minimum,
        "maximum": column.maximum,
        "pattern": column.pattern,
        "description": column.description,
    }


def _write(path: Path, stated: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(stated, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _major(stated: Mapping[str, Any]) -> int:
    return _numbers(stated["schema_version"])[0]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _message(
    part: str, old: Mapping[str, Any], new: Mapping[str, Any], changes: Sequence[Change]
) -> str:
    listed = "\n".join(f"- {c}" for c in changes)
    return (
        f"schema version {new['schema_version']} follows {old['schema_version']} but these "
        f"differences need a new {part} version:\n{listed}\nRaise SCHEMA_VERSION, then run "
        "python -m assets.schema.contract"
    )


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - {_REWORDED}:
        sys.exit(f"unknown: {' '.join(sorted(unknown))}; there is only {_REWORDED}")
    try:
        for change in save(reworded=_REWORDED in sys.argv):
            sys.stdout.write(f"{change}\n")
    except ContractBrokenError as error:
        sys.exit(str(error))
