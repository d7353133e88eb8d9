"""Description of a producer: what a folder of ``assets/producers`` declares in code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb

from assets.archive.dataset import Dataset
from assets.archive.intake import Judge
from assets.archive.wanted import Want
from assets.schema.model import Table
from assets.state.home import Home


@dataclass(frozen=True)
class Areas:
    """How a staging table names its areas, and what becomes of those that nobody knows.

    Attributes:
        column: Column that tells the area.
        told_by: ``code`` of the registry, ``fips`` of the United States, ``us_name`` (name of a
            state, territory or the nation), or ``ew_name`` (name as the ONS prints it, where
            ``code_column`` is empty).
        unknown: ``refused`` with the whole extract, or ``left_out`` where totals beside them do
            not need them.
        code_column: Column of codes beside names.
        year_column: Column of the year whose boundaries the areas are on.
        boundary_sets: How many boundary sets the areas of one year may be of: 1, 2 (older areas
            beside their successors are left out), or 0 where it is not looked at.
        summed: Counts that must add up along the registry.
        county_column: Column with county codes of the United States, where there are any.
        county_name_column: Column with the names of these counties.
        counties_by_code: Counties that no registry names are known by their code.
        gss_codes: Every area is expected to have a code of the Government Statistical Service.
    """

    column: str
    told_by: Literal["code", "fips", "us_name", "ew_name"] = "code"
    unknown: Literal["refused", "left_out"] = "left_out"
    code_column: str = ""
    year_column: str = ""
    boundary_sets: int = 0
    summed: tuple[str, ...] = ()
    county_column: str = ""
    county_name_column: str = ""
    counties_by_code: bool = False
    gss_codes: bool = False


@dataclass(frozen=True)
class Proof:
    """What shows that extracts whose scope is not stated count everybody.

    Attributes:
        rule: Rule that refuses those without.
        unproven: Returns vintages without, and what is missing; also of some that are out of use.
        states: What must hold.
        because: Start of the reason for taking one out of use; what is missing follows.
        remedy: What to do then.
    """

    rule: str
    unproven: Callable[[Home, Collection[str]], Mapping[str, str]]
    states: str
    because: str
    remedy: str


@dataclass(frozen=True)
class Staged:
    """A staging table of a producer, and how its cells become counts and printed rates.

    Attributes:
        table: The table.
        cells: SQL file that gives one row per count or printed rate; ``None`` where the table
            is only kept.
        codes: SQL file that gives vintage, year and code of its areas, where their boundary sets
            are told by all codes of a year together.
        areas: How it names areas; ``None`` where all of it is about one nation.
        dash_is_zero: A single dash in place of a count is the producer's word for none.
        proof: What shows that an extract counts everybody, where that is not printed on it.
    """

    table: Table
    cells: Path | None
    codes: Path | None = None
    areas: Areas | None = None
    dash_is_zero: bool = False
    proof: Proof | None = None


@dataclass(frozen=True)
class Producer:
    """The code of one producer. Its name is that of its folder.

    Attributes:
        datasets: Its datasets.
        staged: The staging tables that they are read into.
        measures: File that says which staged column is which count or rate.
        recognise: Returns the dataset that the content of a file fits, or ``None``.
        describe: Returns what a text is that no dataset takes, and what to do; ``None`` where it
            is of another producer. It is given the start of the text, and its rows as CSV.
        header_words: Names of columns by dataset, by which an unknown file is guessed at.
        of_header: Returns the dataset of a header that the words do not tell.
        lost: Returns what kept a file with the columns of a dataset from being recognised.
        groups: File that says which of its labels is which group of which dimension.
        precedence: Where several of its datasets state one count, the first of these is used.
        judges: Judges of extracts beyond the rules of their own dataset, made for a home.
        lookups: Makes the temporary tables that its SQL reads beside staging tables.
        needs: Returns what brings births or deaths of some years that a series lacks, where that
            depends on the years; ``None`` for what ``producer.yaml`` says.
        wanted: Returns what is wanted of it, for a home, a day, an area (empty for everywhere)
            and without some vintages; ``None`` where a run fetches all that there is.
    """

    datasets: tuple[Dataset, ...]
    staged: tuple[Staged, ...]
    measures: Path | None
    recognise: Callable[[Path], str | None]
    describe: Callable[[str, Sequence[Sequence[str]]], tuple[str, str] | None] | None = None
    header_words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    of_header: Callable[[tuple[str, ...]], str | None] | None = None
    lost: Callable[[str], str] | None = None
    groups: Path | None = None
    precedence: tuple[str, ...] = ()
    judges: tuple[Callable[[Home], Judge], ...] = ()
    lookups: Callable[[duckdb.DuckDBPyConnection], None] | None = None
    needs: Callable[[str, str, Sequence[int]], str | None] | None = None
    wanted: Callable[[Home, date, str, Collection[str]], list[Want]] | None = None
