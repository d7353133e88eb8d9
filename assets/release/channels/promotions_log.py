"""What was ever stable: every promotion, with who, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assets.state.released import damaged, json_object

STABLE = "stable"
LOG = "promotions.jsonl"
_ADVICE = (
    "It says what was ever stable, which is never pruned; the releases themselves are untouched. "
    "Restore it from a copy; without one, mend or remove that line."
)


@dataclass(frozen=True)
class Promotion:
    """One move of the stable channel.

    Attributes:
        version: Release that became stable.
        previous: Release that was stable before.
        who: Who promoted it.
        why: The reason given.
        at: When (UTC, ISO 8601).
        is_rollback: The release is older than the one before.
    """

    version: str
    previous: str | None
    who: str
    why: str
    at: str
    is_rollback: bool


def promotions(releases: Path) -> list[Promotion]:
    """Return all promotions, the oldest first.

    Raises:
        DamagedReleaseError: The record of promotions cannot be read.
    """
    path = releases / "channels" / LOG
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise damaged(path, error, _ADVICE) from None
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(Promotion(**json_object(line)))
        except (ValueError, TypeError) as error:
            raise damaged(path, f"line {number}: {error}", _ADVICE) from None
    return found
