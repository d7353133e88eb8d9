"""Staging: each vintage as Parquet under the registry's types, and tables over all vintages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from assets.archive import parsing
from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractError
from assets.archive.faults import of_one_extract
from assets.archive.uses import remember_use
from assets.archive.vintage import Vintage
from assets.archive.withdrawal import in_use
from assets.schema.content_hash import file_sha256
from assets.schema.duckdb_types import key_order, typed_selection
from assets.schema.model import Table
from assets.state.code_version import code_version
from assets.state.home import Home
from assets.state.warehouse import literal, replace_by_nothing, replace_table, scratch
from assets.text.doing import doing


def stage(
    home: Home, dataset: Dataset, vintage: Vintage, parsed: ParsedExtract | None = None
) -> Path:
    """Write the rows of a vintage as Parquet, unless this parser has done so before.

    Args:
        home: Where state lives.
        dataset: Dataset of the catalogue.
        vintage: Vintage of that dataset.
        parsed: Its rows, where they have just been read.

    Returns:
        Path of the Parquet file, with the columns of the dataset's staging table.

    Raises:
        ExtractError: The vintage cannot be read any more (the parser changed), or its rows are not
            of the table's types.
    """
    version = code_version(f"assets/producers/{dataset.source}", "assets/schema")
    folder = home.staging / dataset.source / dataset.dataset_id
    target = folder / f"{vintage.checksum}-{version}.parquet"
    if _is_whole(target):
        return target
    folder.mkdir(parents=True, exist_ok=True)
    if parsed is None:
        doing(f"{dataset.dataset_id}: reading {vintage.path.name}")
        # Its container was judged when it was archived; other bytes are judged anew.
        same = file_sha256(vintage.path) == vintage.sha256
        parsed = parsing.read(dataset, vintage.path, judged=same)
    frame = parsed.frame.assign(dataset_id=dataset.dataset_id, vintage_id=vintage.vintage_id)
    aside = target.with_suffix(".writing")
    with of_one_extract(vintage.path.name, "writing its rows to staging"):
        _write(dataset.staging, frame, aside)
    target.with_suffix(".json").write_text(
        json.dumps(parsed.metadata, indent=2, sort_keys=True, default=str) + "\n",
        encoding="utf-8",
    )
    aside.replace(target)
    remember_use(home, dataset, vintage, parsed)
    return target


def stage_new(home: Home, dataset: Dataset, vintage: Vintage, parsed: ParsedExtract) -> None:
    """Write the rows of a vintage that has just been archived, while they are at hand.

    Where that fails, the table of all vintages meets the same error, which sets this one aside by
    name.
    """
    with suppress(ExtractError):
        stage(home, dataset, vintage, parsed)


@dataclass(frozen=True)
class Unreadable:
    """A vintage in use that cannot be read any more.

    Attributes:
        dataset: Its dataset.
        vintage: The vintage.
        error: Why.
    """

    dataset: Dataset
    vintage: Vintage
    error: ExtractError


def build_staging_table(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    table: Table,
    datasets: Iterable[Dataset],
    *,
    as_of: str | None = None,
    without: Iterable[str] = (),
    unreadable: list[Unreadable] | None = None,
) -> int:
    """Replace a staging table by the rows of every vintage in use of its datasets.

    Args:
        con: Open connection to the warehouse.
        home: Where state lives.
        table: Staging table of the registry.
        datasets: Catalogue; those that are read into the table are used.
        as_of: Only vintages retrieved on or before this date.
        without: Vintages to leave out beside those that are withdrawn.
        unreadable: Where given, vintages that cannot be read are put there and left out.

    Returns:
        Number of rows; none where no extract of the datasets has been taken in yet.

    Raises:
        ExtractError: A vintage cannot be read any more, or has no rows, and ``unreadable`` is not
            given.
    """
    files = []
    left_out = set(without)
    for dataset in datasets:
        if dataset.staging.full_name != table.full_name:
            continue
        for vintage in in_use(home, dataset, as_of=as_of, without=left_out):
            try:
                files.append(_filled(stage(home, dataset, vintage), vintage))
            except ExtractError as error:
                if unreadable is None:
                    raise
                unreadable.append(Unreadable(dataset, vintage, error))
    if not files:
        return replace_by_nothing(con, table)
    listed = ", ".join(map(literal, files))
    return replace_table(
        con, table, f"SELECT * FROM read_parquet([{listed}], hive_partitioning=false)"
    )


def _write(table: Table, frame: pd.DataFrame, target: Path) -> None:
    con = _writer()
    con.register("parsed", frame)
    try:
        con.execute(
            f"COPY ({typed_selection(table, 'parsed')} "
            f"ORDER BY {key_order(table)}) TO {literal(target)} "
            "(FORMAT parquet, COMPRESSION zstd)"
        ).fetchall()
    finally:
        con.unregister("parsed")


@cache
def _writer() -> duckdb.DuckDBPyConnection:
    """Return the database that rows pass through; making one takes longer than most of them."""
    return scratch(threads=1)


def _is_whole(staged: Path) -> bool:
    """Return whether a staged file is there; one that is damaged is made again from the archive."""
    try:
        pq.read_metadata(staged)
    except (OSError, ValueError):
        return False
    return True


def _filled(staged: Path, vintage: Vintage) -> Path:
    """Return a staged file that has rows; a table over none of them would miss them silently."""
    if pq.read_metadata(staged).num_rows == 0:
        raise ExtractError(
            "STAGING-EMPTY",
            f"no rows of {vintage.vintage_id}",
            "the rows that it was taken in with",
            f"The code that reads it has changed. Mend it, remove {staged} and run again.",
            vintage.path.name,
        )
    return staged
