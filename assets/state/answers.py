"""What Great Expectations answered about each table when it was last judged, one file a table.

Data Docs are made of it. A file per table costs a run less than a row in the warehouse. The answers
show counts before disclosure control: they stay below private folders of the home.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from assets.state.private import close_file


@dataclass(frozen=True)
class LibraryAnswer:
    """The answer about one table.

    Attributes:
        content_hash: Identity of the content that was judged.
        judged_at: When it was judged (ISO 8601, UTC).
        text: The answer, see :mod:`expectations.answers`.
    """

    content_hash: str
    judged_at: str
    text: str


def answer_of(content: str, text: str) -> LibraryAnswer:
    """Return an answer that was just given."""
    return LibraryAnswer(content, datetime.now(UTC).isoformat(timespec="seconds"), text)


def keep(folder: Path, table: str, answer: LibraryAnswer) -> None:
    """Keep the answer about a table in place of an earlier one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = folder / f".{table}.json"
    aside.write_text(json.dumps(asdict(answer)), encoding="utf-8")
    close_file(aside)
    aside.replace(folder / f"{table}.json")


def kept(folder: Path, hashes: Mapping[str, str]) -> dict[str, LibraryAnswer]:
    """Return what is kept, by table, except what is about other content than is given.

    Args:
        folder: Where the answers are kept.
        hashes: Content hash by full name of a table; other tables are as they were last judged.
    """
    found = {}
    for file in sorted(folder.glob("[!.]*.json")):
        try:
            answer = LibraryAnswer(**json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            # Lost or cut off: the page of this table is then missing, and nothing else.
            continue
        if hashes.get(file.stem, answer.content_hash) == answer.content_hash:
            found[file.stem] = answer
    return found
