"""A vintage: one archived extract, where it came from, and extracts that were refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from assets.archive.names import printable

BY_HAND = "file:"
NEWEST_YEAR = "newest_year"
"""Parameter of an origin: year of the newest figures, of a dataset with periods."""
_EDITION = re.compile(r"(?:^|\|)edition=(\d{4})\b")
_PASSING = {"INTAKE-TYPE", "INTAKE-UNREADABLE", "INTAKE-FAULT"}
"""Refusals that another night may lift: an error page goes, a machine gets more memory."""


@dataclass(frozen=True)
class Origin:
    """Where an extract came from; stored beside it as ``origin.json``.

    Attributes:
        url: Address that it was taken from, or ``file:<name>`` for a hand export.
        retrieved_at: When it was taken (UTC, ISO 8601).
        published_at: When the producer published it (ISO 8601), where known: the release, or
            the query where a person asked a database.
        accepted_at: When a person took it out of quarantine (UTC, ISO 8601), where that happened.
        licence: Licence of the extract.
        note: Remark for readers, e.g. that the extract is a bundled sample.
        headers: Response headers worth keeping (ETag, Last-Modified, …).
        parameters: Request parameters, or the query that an export prints in its footer.
        file_name: Name that the file arrived with, as visible characters, where that is not the
            name that it is stored under.
        restricted: It was handed in as restricted: its small counts may not be shown, whatever
            else its dataset is under.
    """

    url: str
    retrieved_at: str
    licence: str
    published_at: str | None = None
    accepted_at: str | None = None
    note: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    file_name: str = ""
    restricted: bool = False


@dataclass(frozen=True)
class Vintage:
    """One archived extract.

    Attributes:
        dataset_id: Dataset that it belongs to.
        sha256: Checksum of its bytes.
        path: The file in the archive.
        origin: Where it came from.
        confirmed: Where the producer stated the very same bytes again, oldest first.
        says_when: Extracts of its dataset say themselves when they were published.
        stamp: What is released in place of the checksum, where the counts of the extract may not
            be shown: 64 digits made with the key of the home.
    """

    dataset_id: str
    sha256: str
    path: Path
    origin: Origin
    confirmed: tuple[Origin, ...] = ()
    says_when: bool = False
    stamp: str = ""

    @property
    def checksum(self) -> str:
        """Checksum that may be released: that of the bytes, or what stands in its place."""
        return self.stamp or self.sha256

    @property
    def vintage_id(self) -> str:
        """Short identifier: dataset and the start of the checksum that may be released."""
        return f"{self.dataset_id}@{self.checksum[:12]}"

    @property
    def file_name(self) -> str:
        """Name that the file arrived with."""
        return self.origin.file_name or printable(self.path.name)

    @property
    def known_at(self) -> str:
        """When it could first be used (UTC, ISO 8601)."""
        return self.origin.accepted_at or self.origin.retrieved_at

    @property
    def statements(self) -> tuple[Origin, ...]:
        """Origins of these bytes, oldest first."""
        return (self.origin, *self.confirmed)

    @property
    def edition(self) -> str:
        """Data year of a workbook, empty where the dataset has no editions."""
        match = _EDITION.search(self.origin.parameters.get("slot", ""))
        return match[1] if match else ""

    @property
    def newest_year(self) -> int | None:
        """Year of its newest figures, where that is known."""
        text = self.edition or self.origin.parameters.get(NEWEST_YEAR, "")
        return int(text) if text else None

    @property
    def published_at(self) -> str | None:
        """When the producer last published these bytes, where known (ISO 8601)."""
        return max((s.published_at for s in self.statements if s.published_at), default=None)

    @property
    def order(self) -> tuple[str, bool, str, str, str]:
        """Sort key from the oldest to the newest statement of the producer.

        A later edition restates what an earlier one printed, whenever either was published. A
        copy that does not say when it was published, where others do, comes before them.
        """
        published = self.published_at
        return (
            self.edition,
            published is not None or not self.says_when,
            published or self.origin.retrieved_at,
            self.origin.retrieved_at,
            self.sha256,
        )


@dataclass(frozen=True)
class Refusal:
    """An extract that was refused earlier.

    Attributes:
        origin: Where it came from.
        reader: Version of the code that refused it; another version may take it.
        message: Why, in one line.
        times: How often that code refused the very same bytes.
        rules: Rules that it breaks.
    """

    origin: Origin
    reader: str
    message: str
    times: int = 1
    rules: tuple[str, ...] = ()

    @property
    def lasting(self) -> bool:
        """True where fetching again would bring the same.

        Once may be an accident of the network, and an error page is never the producer's extract.
        """
        return self.times > 1 and not set(self.rules) & _PASSING
