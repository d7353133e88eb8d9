"""Declared corrections of counts, which fail once the source is fixed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from assets.schema.tables.core import OBSERVATIONS
from assets.text.yaml_file import read_yaml

FILE = Path(__file__).with_name("corrections.yaml")
_KEY = (*OBSERVATIONS.key, "dataset_id", "vintage_id")
_SERIES = ("source_family", "period_type", "period_start", "period_end", "dataset_id", "vintage_id")
_REQUIRED = {"id", "match", "expect", "action", "reason", "evidence", "owner", "expires"}


class CorrectionError(ValueError):
    """A correction is malformed, has expired, or no longer fits its source.

    Attributes:
        vintages: Vintages that print another figure than it expects.
    """

    def __init__(self, message: str, vintages: tuple[str, ...] = ()) -> None:
        """Keep which vintages it does not fit."""
        super().__init__(message)
        self.vintages = vintages


@dataclass(frozen=True)
class Correction:
    """One correction.

    Attributes:
        identifier: Name that corrected rows carry.
        match: Key columns of the counts with their values.
        expect: Figure that the source prints.
        value: Figure to use, or ``None`` to drop the count.
        reason: Why.
        expires: Last day on which the correction may be applied without a fresh look.
    """

    identifier: str
    match: dict[str, Any]
    expect: float
    value: float | None
    reason: str
    expires: dt.date


def load_corrections(file: Path = FILE) -> list[Correction]:
    """Read the declared corrections.

    Raises:
        CorrectionError: An entry lacks a field, has an unknown key column or action.
    """
    entries = read_yaml(file) or []
    return [_correction(entry, file.name) for entry in entries]


def apply_corrections(
    con: duckdb.DuckDBPyConnection,
    corrections: list[Correction],
    today: dt.date,
    *,
    past: bool = False,
) -> int:
    """Apply corrections to the temporary table ``harmonised``; returns the rows changed.

    Args:
        con: Open connection.
        corrections: Declared corrections.
        today: Day on which they must be in force.
        past: The extracts are those of a past day: a correction that does not fit them was made
            for later ones and is left out.

    Raises:
        CorrectionError: A correction has expired, matches nothing, or its source prints another
            figure than it expects (the producer may have fixed it).
    """
    changed = 0
    for correction in corrections:
        if correction.expires < today:
            raise CorrectionError(
                f"correction {correction.identifier} expired on {correction.expires}; look at the "
                "source again and renew or remove it"
            )
        where = " AND ".join(f"{column} = ?" for column in correction.match)
        values = list(correction.match.values())
        seen = con.execute(
            f"SELECT value, vintage_id FROM harmonised WHERE kind = 'count' AND {where} "
            "ORDER BY vintage_position DESC",
            values,
        ).fetchall()
        printed = {row[0] for row in seen}
        if past and printed != {correction.expect}:
            continue
        if not seen and not _is_about_what_is_here(con, correction):
            continue
        if not seen:
            raise CorrectionError(
                f"correction {correction.identifier} matches no count; expected one with "
                f"{correction.match}. Remove it if the figure is gone"
            )
        if printed != {correction.expect}:
            raise CorrectionError(
                f"correction {correction.identifier} expects {correction.expect:g}, the source "
                f"now prints {', '.join(sorted(map(_shown, printed)))}. If the producer has fixed "
                "it, remove the correction",
                tuple(dict.fromkeys(v for value, v in seen if value != correction.expect)),
            )
        con.execute(
            "UPDATE harmonised SET value = ?, status = ?, correction_id = ? "
            f"WHERE kind = 'count' AND {where}",
            [
                correction.value,
                "missing" if correction.value is None else "ok",
                correction.identifier,
                *values,
            ],
        ).fetchall()
        changed += len(seen)
    return changed


def _is_about_what_is_here(con: duckdb.DuckDBPyConnection, correction: Correction) -> bool:
    """Return whether the extracts have the series and period that a correction is about at all.

    A home need not have every extract; a correction of one that it has not is no mistake.
    """
    broad = {k: v for k, v in correction.match.items() if k in _SERIES}
    where = " AND ".join(f"{column} = ?" for column in broad) or "true"
    return bool(
        con.execute(
            f"SELECT 1 FROM harmonised WHERE kind = 'count' AND {where} LIMIT 1",
            list(broad.values()),
        ).fetchall()
    )


def _shown(value: float | None) -> str:
    return "no number" if value is None else f"{value:g}"


def _correction(entry: dict[str, Any], file: str) -> Correction:
    missing = _REQUIRED - set(entry)
    if missing:
        raise CorrectionError(f"{file}: {entry.get('id', entry)} lacks {sorted(missing)}")
    unknown = set(entry["match"]) - set(_KEY)
    if unknown:
        raise CorrectionError(f"{file}: {entry['id']} matches on unknown {sorted(unknown)}")
    if entry["action"] not in ("override", "drop"):
        raise CorrectionError(f"{file}: {entry['id']}: action must be override or drop")
    if (entry["action"] == "override") != ("value" in entry):
        raise CorrectionError(f"{file}: {entry['id']}: override needs a value, drop has none")
    return Correction(
        entry["id"],
        dict(entry["match"]),
        float(entry["expect"]),
        float(entry["value"]) if "value" in entry else None,
        entry["reason"],
        entry["expires"],
    )
