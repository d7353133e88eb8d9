"""Apply suppression policies and audit what remains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from assets.disclosure.cells import KEY, Cell
from assets.disclosure.disclosure_policies import disclosure_policies
from assets.disclosure.drawn import Keyed, secret_of, weights
from assets.disclosure.dropped import Drop
from assets.disclosure.guarded import Guarded, guarded
from assets.state.moments import is_by
from assets.state.released import read_json

if TYPE_CHECKING:
    from assets.disclosure.audit import Interval
    from assets.disclosure.system import BoolArray

_ROUNDS = 8
"""Times that further counts are looked for; each is withheld because of those before it."""


def pattern(
    con: duckdb.DuckDBPyConnection,
    history: Sequence[Path] = (),
    dropped: Sequence[Drop] = (),
    keyed: Keyed | None = None,
) -> pd.DataFrame:
    """Return the keys of the rates to withhold, with the reason to print.

    Args:
        con: Open connection with ``rates.rates``.
        history: Folders of earlier releases.
        dropped: Rows that are left out.
        keyed: Makes the choice of further rows a secret of the home; without it anybody can
            repeat it.
    """
    data = guarded(con, history)
    if data is None:
        return to_withhold([])
    return to_withhold(_withheld_keys(data, data.among(dropped), keyed))


def to_withhold(keys: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """Return keys of rates, each with a reason, as a table."""
    return pd.DataFrame(keys, columns=[*KEY, "reason"], dtype=object)


def _withheld_keys(
    data: Guarded, left_out: BoolArray, keyed: Keyed | None
) -> list[tuple[object, ...]]:
    """Return the keys of the rates to withhold, each with the reason to print."""
    if not (data.sensitive | left_out).any():
        return []
    hidden = data.sensitive | left_out
    if any(data.limits[key[0]].complementary for key, _ in data.rows):
        from assets.disclosure.complementary import protect

        secret = secret_of(keyed) if keyed is not None else None
        dearer = weights(secret, data.system.names)
        for secrets, known in data.attacks():
            unprinted = data.unprinted & ~known
            hidden = protect(
                data.system,
                secrets,
                hidden=(hidden | unprinted) & ~known,
                forced=known,
                weights=dearer,
                beyond=data.beyond,
            )
        hidden = _beside_what_was(data, hidden, secret)
    withheld = {c for c, h in zip(data.system.names, hidden | left_out, strict=True) if h}
    return [
        (*key, data.limits[key[0]].reason)
        for key, cells in data.rows
        if withheld.intersection(cells)
    ]


def _beside_what_was(data: Guarded, hidden: BoolArray, secret: bytes | None) -> BoolArray:
    """Withhold further counts from readers who take hidden ones for what they were."""
    from assets.disclosure.unchanged import narrowed, widened

    for _ in range(_ROUNDS):
        further: set[Cell] = set()
        for told, secrets in data.beliefs(hidden):
            for leak in narrowed(told, secrets):
                if leak.cell not in further:
                    further |= widened(told, leak, secret)
        if not further:
            break
        hidden = hidden | data.system.index(further)
    return hidden


def audit(
    con: duckdb.DuckDBPyConnection, history: Sequence[Path] = (), dropped: Sequence[Drop] = ()
) -> list[Interval]:
    """Return the withheld counts that ``published.rates`` and earlier releases give away.

    Args:
        con: Open connection with ``rates.rates`` and ``published.rates``.
        history: Folders of earlier releases.
        dropped: Counts that were given up: left aside where the past alone gives them away.

    Raises:
        AuditError: The published figures contradict each other.
    """
    data = guarded(con, history)
    if data is None or not data.sensitive.any():
        return []
    import numpy as np

    from assets.disclosure.audit import unsafe
    from assets.disclosure.complementary import beyond_help

    shown = set(
        con.execute(
            f"SELECT {', '.join(KEY)} FROM published.rates "
            "WHERE numerator IS NOT NULL OR denominator IS NOT NULL OR rate IS NOT NULL"
        ).fetchall()
    )
    visible = {cell for key, cells in data.rows if key in shown for cell in cells}
    public = np.array([c in visible for c in data.system.names], dtype=bool)
    given_up = data.among(dropped) | np.array(
        [disclosure_policies()[c.source_family].gives_up for c in data.system.names], dtype=bool
    )
    found: list[Interval] = []
    for secrets, known in data.attacks():
        leaks = unsafe(data.system, ~(public | known), secrets, data.beyond)
        past = beyond_help(data.system, known, leaks, data.beyond)
        for leak in leaks:
            at = data.system.names.index(leak.cell)
            if not (past[at] and given_up[at]):
                found.append(replace(leak, is_past=bool(past[at])))
    found += _beside_what_was_narrowed(data, ~public)
    return found


def _beside_what_was_narrowed(data: Guarded, hidden: BoolArray) -> Iterator[Interval]:
    """Yield what readers narrow who take hidden counts for what they were, and need not."""
    from assets.disclosure.unchanged import beyond_help, narrowed

    for told, secrets in data.beliefs(hidden):
        leaks = list(narrowed(told, secrets))
        if leaks:
            lost = beyond_help(told, leaks, secrets)
            yield from (leak for leak in leaks if leak.cell not in lost)


def release_folders(releases: Path, *, as_of: str | None = None) -> list[Path]:
    """Return the folders of all releases: everything that was ever published.

    Args:
        releases: Folder of the releases.
        as_of: Only those made by the end of this date, or by this time (ISO 8601, UTC), for a
            rebuild of what was published then.

    Raises:
        DamagedReleaseError: The manifest of one of them cannot be read.
    """
    found = sorted(f.parent for f in releases.glob("release=*/rates.parquet"))
    if as_of is None:
        return found
    return [
        folder
        for folder in found
        if is_by(str(read_json(folder / "manifest.json").get("released_at")), as_of)
    ]
