"""Description of a dataset: who publishes it, how it is read, how it is judged on arrival."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from assets.archive.http.fetching import Fetcher
from assets.schema.model import Table

# Extracts are small: text that Arrow holds takes twice as long to read and to judge.
pd.set_option("mode.string_storage", "python")


@dataclass(frozen=True)
class ParsedExtract:
    """Typed rows of one extract.

    Attributes:
        frame: Columns of the staging table without ``dataset_id`` and ``vintage_id``.
        metadata: What the extract says about itself (footer lines, edition, query parameters).
    """

    frame: pd.DataFrame
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Use:
    """What will be made of the rows of an extract.

    Attributes:
        rows_used: Rows of figures that counts are made of.
        rows_left_out: Why rows are left out, in words that follow "rows", and how many.
        still_needed: Sentences that say what else must arrive before a rate comes out.
    """

    rows_used: int
    rows_left_out: tuple[tuple[str, int], ...] = ()
    still_needed: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """What is made of the extract, a sentence each."""
        left = [f"{count:,} rows are not used: rows {why}." for why, count in self.rows_left_out]
        return (f"{self.rows_used:,} rows are used.", *left, *self.still_needed)


@dataclass(frozen=True)
class IntakeRule:
    """A rule that a whole extract must pass before it may become a vintage.

    Attributes:
        rule_id: Stable identifier, e.g. ``INTAKE-WONDER-003``.
        message: Plain English of what must hold.
        remedy: What to do when it does not.
        offending: Returns the offending staging rows (empty frame: passed).
        required: ``False`` makes it advisory: reported, never refusing.
    """

    rule_id: str
    message: str
    remedy: str
    offending: Callable[[ParsedExtract], pd.DataFrame]
    required: bool = True


@dataclass(frozen=True)
class Dataset:
    """One dataset of the extract catalogue.

    Attributes:
        dataset_id: Stable name, also the folder in the archive and the ``--dataset`` of the CLI.
        source: Name of the producer, which is its folder in ``assets/producers``.
        title: Producer's title.
        producer: Full name of the producer.
        url: Public page of the dataset.
        licence: Licence of the extracts.
        citation: Citation that the producer asks for.
        staging: Staging table that the extracts are read into.
        parse: Reads a file into staging rows; raises ``ExtractError``.
        intake_rules: Rules judged before an extract becomes a vintage.
        samples: Bundled sample files in the folder ``samples`` of the producer, oldest first.
        file_types: Content types accepted (see :mod:`assets.archive.container.sniff`).
        accumulates: Every vintage adds rows (a rolling window, one file per year or query);
            ``False`` means that a new vintage restates the whole series.
        release_months: Months in which the producer usually releases a new edition.
        how_to_get: One line that tells a person how to obtain an extract by hand.
        published: Returns when an extract says that it was released, or asked for of a database
            (ISO 8601), ``None`` where it does not say; called once, on arrival. Without it,
            extracts of the dataset never say so themselves.
        fetch: Fetches what is new from the producer; ``None`` where only hand exports exist.
        use: Returns what will be made of the rows of an extract; ``None`` where nothing says so.
        formerly: Producer that the dataset was listed under before; older homes keep it there.
        is_confidential: Extracts have counts that may not be shown, so that neither their checksum
            nor their size in bytes is released.
    """

    dataset_id: str
    source: str
    title: str
    producer: str
    url: str
    licence: str
    citation: str
    staging: Table
    parse: Callable[[Path], ParsedExtract]
    file_types: tuple[str, ...]
    intake_rules: tuple[IntakeRule, ...] = ()
    samples: tuple[str, ...] = ()
    accumulates: bool = True
    release_months: tuple[int, ...] = ()
    how_to_get: str = ""
    published: Callable[[Path, ParsedExtract], str | None] | None = None
    fetch: Fetcher | None = None
    use: Callable[[ParsedExtract], Use] | None = None
    formerly: str = ""
    is_confidential: bool = False
