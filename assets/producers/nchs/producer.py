"""The National Center for Health Statistics: data.cdc.gov and exports of CDC WONDER."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from assets.archive.producer import Areas, Producer, Proof, Staged
from assets.producers.nchs.catalogue import DATASETS
from assets.producers.nchs.identify import identify
from assets.producers.nchs.soda.layouts import LAYOUTS
from assets.producers.nchs.tables import NCHS_SERIES, NCHS_VSRR, NCHS_WONDER
from assets.producers.nchs.wanted.wants import wanted
from assets.producers.nchs.wonder.ages import register_ages
from assets.producers.nchs.wonder.answer import TOO_SOON, error_of
from assets.producers.nchs.wonder.layout import FETAL, LINKED, MORTALITY, NATALITY, kind_of_header
from assets.producers.nchs.wonder.outnumbered import leave_out_outnumbered
from assets.producers.nchs.wonder.read import DATASET_OF_KIND
from assets.producers.nchs.wonder.strata import register_strata
from assets.producers.nchs.wonder.unused_rows import judge_strata
from assets.producers.nchs.wonder.use import linked_databases
from assets.producers.nchs.wonder.whole import RULE, judge_whole, unproven

_SQL = Path(__file__).with_name("sql")
_WONDER = ("Notes", "State", "State Code", "County", "County Code", "Year", "Year Code", "Month")
_HEAD = 512
_LINKED_TO = ("nchs_linked", "nchs_mortality")
"""Series whose deaths the linked databases have."""


def _of_header(names: tuple[str, ...]) -> str | None:
    """Return the dataset of a CDC WONDER header, which names its database by what it counts."""
    kind = kind_of_header(names)
    return DATASET_OF_KIND[kind] if kind is not None else None


def _lost(dataset_id: str) -> str:
    if dataset_id not in DATASET_OF_KIND.values():
        return ""
    return (
        "A CDC WONDER export is recognised by the line 'Dataset:' of its footer, which is "
        "missing, cut off or names another database: export it again where you can."
    )


def _describe(start: str, _: Sequence[Sequence[str]]) -> tuple[str, str] | None:
    """Return what CDC WONDER said in place of an answer to a request of a program."""
    if "<request-parameters>" in start[:_HEAD]:
        return "a request to CDC WONDER", "Send it; what comes back is taken in, not the request."
    said = error_of(start)
    if not said:
        return None
    wait = said.startswith(TOO_SOON)
    remedy = (
        "Wait 15 seconds after each answer, then send the request again."
        if wait
        else "Without --request, imr wanted prints the boxes to choose by hand."
    )
    return f"an error of CDC WONDER in place of an answer: {said.rstrip('.')}", remedy


def _lookups(con: duckdb.DuckDBPyConnection) -> None:
    register_ages(con)
    register_strata(con)
    leave_out_outnumbered(con)


def _needs(family: str, lacks: str, years: Sequence[int]) -> str | None:
    """Return the linked databases that have deaths of these years."""
    if family not in _LINKED_TO or lacks != "deaths":
        return None
    titles = linked_databases(min(years), max(years))
    return f"{'; '.join(titles)} (nchs_wonder_linked)" if titles else None


PRODUCER = Producer(
    datasets=DATASETS,
    staged=(
        Staged(
            NCHS_WONDER,
            _SQL / "nchs_wonder.sql",
            areas=Areas(
                "state_code",
                told_by="fips",
                unknown="refused",
                year_column="year_code",
                county_column="county_code",
                county_name_column="county",
            ),
            proof=Proof(
                RULE,
                unproven,
                states="An export without footer agrees with counts of everybody.",
                because="It has no footer, and ",
                remedy="Take in such an export with its footer.",
            ),
        ),
        Staged(
            NCHS_VSRR,
            _SQL / "nchs_vsrr.sql",
            areas=Areas("state", told_by="us_name", unknown="refused"),
        ),
        Staged(NCHS_SERIES, _SQL / "nchs_series.sql"),
    ),
    measures=Path(__file__).with_name("measures_by_column.csv"),
    groups=Path(__file__).with_name("groups_by_label.csv"),
    recognise=identify,
    describe=_describe,
    header_words={
        **{
            n.dataset_id: frozenset(x for f in n.fields for x in (f.api, f.display))
            for n in LAYOUTS
        },
        DATASET_OF_KIND[LINKED]: frozenset({*_WONDER, "Deaths", "Births", "Death Rate"}),
        DATASET_OF_KIND[NATALITY]: frozenset(
            {*_WONDER, "Births", "Total Population", "Birth Rate"}
        ),
        DATASET_OF_KIND[MORTALITY]: frozenset({*_WONDER, "Deaths", "Population", "Crude Rate"}),
        DATASET_OF_KIND[FETAL]: frozenset({*_WONDER, "Fetal Deaths"}),
    },
    of_header=_of_header,
    lost=_lost,
    judges=(lambda _: judge_strata, judge_whole),
    lookups=_lookups,
    needs=_needs,
    wanted=wanted,
)
