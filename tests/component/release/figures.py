"""Small hand-made warehouses for tests of disclosure control and releases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.disclosure import published_tables
from assets.disclosure.published_tables import publish_tables
from assets.rates import measures
from assets.rates.preferred import MARKS, add_places, marked
from assets.release import publish as publishing
from assets.release.publish import ReleaseOutcome, publish_release
from assets.schema.model import Table
from assets.schema.registry import table
from assets.state.home import Home
from assets.state.warehouse import replace_by_nothing, replace_table
from tests.component.release.evidence import RULES as RULES
from tests.component.release.evidence import give_evidence as give_evidence
from tests.component.release.evidence import required as required
from tests.component.release.hand_made import parquet_of as parquet_of
from tests.component.release.hand_made import rows as rows
from tests.component.release.hand_made import write as write

Row = dict[str, object]


def years(first: int, last: int | None = None) -> Row:
    """Period columns of whole calendar years."""
    return {"period_start": date(first, 1, 1), "period_end": date(last or first, 12, 31)}


def window(first: int, last: int | None = None) -> Row:
    """Window columns of whole calendar years."""
    length = (last or first) - first + 1
    kind = "annual" if length == 1 else f"rolling_{length}_year"
    return {"window_type": kind, **years(first, last)}


def series(area: str = "US-MO", family: str = "nchs_linked", **other: object) -> Row:
    """Series columns of an area."""
    kinds = {"US": "country", "K04000001": "country_group"}
    is_uk = area[0] in "EKWJ"
    return {
        "source_family": family,
        "country": "EW" if is_uk else "US",
        "area_code": area,
        "area_name": {"US": "United States", "US-MO": "Missouri"}.get(area, area),
        "area_type": kinds.get(area, "state" if area.startswith("US-") else "county"),
        "geography_vintage": "uk-2023" if is_uk else "us-states",
        "measure": "infant_mortality",
        **other,
    }


def rate(numerator: float | None, denominator: float | None, **other: object) -> Row:
    """A row of ``rates`` with the columns that a shown row carries."""
    shown = numerator is not None and denominator is not None
    value = 1000 * numerator / denominator if shown else None
    return {
        **series(),
        "stratum_type": "all",
        "stratum": "all",
        **window(2010),
        "numerator": numerator,
        "denominator": denominator,
        "rate": value,
        "rate_per": 1000,
        "decimals": 2,
        "rate_text": f"{value:.2f} per 1,000" if value is not None else None,
        "ci_lower_95": value * 0.9 if value is not None else None,
        "ci_upper_95": value * 1.1 if value is not None else None,
        "ci_lower_998": value * 0.8 if value is not None else None,
        "ci_upper_998": value * 1.2 if value is not None else None,
        "ci_method": "normal" if shown else None,
        "relative_standard_error": 100 * numerator**-0.5 if shown and numerator else None,
        "rate_eb": value,
        "mean_of_rates": value,
        "value_status": "ok" if shown else "missing",
        "status_reason": None if shown else "no figure for the year",
        "band": "moderate" if shown else None,
        "funnel": "not_significant" if shown else None,
        "compared_with_nation": "similar" if shown else "not_compared",
        "is_provisional": False,
        "definition_id": "nchs_linked.US",
        "vintages": VINTAGE if shown else None,
        "method_version": "1.0.0",
        **other,
    }


def area(code: str, parent: str | None = None, **other: object) -> Row:
    """A row of ``areas``."""
    base = series(code)
    return {
        **{c: base[c] for c in ("area_code", "area_name", "area_type", "geography_vintage")},
        "country": base["country"],
        "parent_code": parent,
        "source": "test",
        **other,
    }


VINTAGE = "wonder@0123456789ab"
"""Extract that hand-made counts are read from."""


def vintage(name: str = VINTAGE, **other: object) -> Row:
    """A row of ``sources``."""
    return {
        "vintage_id": name,
        "dataset_id": name.partition("@")[0],
        "source": "nchs",
        "producer": "National Center for Health Statistics",
        "title": "Linked Birth / Infant Death Records",
        "file_name": "wonder.txt",
        "sha256": "0123456789ab" + "0" * 52,
        "bytes": 1000,
        "url": "file:wonder.txt",
        "retrieved_at": "2026-06-01T02:15:00+00:00",
        "position": 1,
        "staged_rows": 100,
        "is_restricted": False,
        "licence": "Public domain",
        "citation": "NCHS, linked birth / infant death records",
        "status": "current",
        **other,
    }


def observation(area_code: str, year: int, vintage_id: str = VINTAGE, **other: object) -> Row:
    """A row of ``core.observations``."""
    base = series(area_code)
    return {
        **{k: base[k] for k in ("source_family", "country", "area_code", "geography_vintage")},
        "period_type": "year",
        **years(year),
        "measure": "infant_deaths",
        "stratum_type": "all",
        "stratum": "all",
        "value": 1.0,
        "status": "ok",
        "rounded_to": 1,
        "is_provisional": False,
        "dataset_id": vintage_id.partition("@")[0],
        "vintage_id": vintage_id,
        "source_sheet": "",
        "source_row": 1,
        "source_column": "Deaths",
        **other,
    }


def ranking(position: int | None, **other: object) -> Row:
    """A row of ``rankings``."""
    return {
        **series(),
        **window(2010),
        "period": "2010",
        "rank_on": "unrounded",
        "rate": 6.0,
        "rank": position,
        "areas_ranked": 4,
        "z_score": 0.5,
        "z_score_reference": "nation",
        "change_1_year_percent": -1.0,
        "consecutive_decreases": 1,
        "consecutive_increases": 0,
        "value_status": "ok",
        "method_version": "1.0.0",
        **other,
    }


def target(**other: object) -> Row:
    """A row of ``targets``."""
    return {
        **series(),
        **window(2010),
        "period": "2010",
        "is_preferred": True,
        "is_latest": True,
        "target_id": "healthy_people_2020",
        "stratum_type": "all",
        "stratum": "all",
        "target_kind": "target",
        "target_value": 6.0,
        "rate": 6.6,
        "gap": 0.6,
        "is_met": False,
        "share_achieved_percent": 10.0,
        "value_status": "ok",
        "method_version": "1.0.0",
        **other,
    }


def claim(**other: object) -> Row:
    """A row of ``claims``."""
    return {
        "claim_id": "C-01",
        "document": "A report",
        "statement": "The rate is 6.6",
        "measure": "infant_mortality_rate",
        "area": "US-MO",
        "period": "2010",
        "claimed_value": 6.6,
        "unit": "per 1000 live births",
        "source_family": "nchs_linked",
        "recomputed_value": 6.6,
        "recomputed_display": "6.6",
        "inputs": "507 / 76759",
        "verdict": "reproduces",
        "explanation": "agrees at one decimal",
        "method_version": "1.0.0",
        **other,
    }


def fill(
    con: duckdb.DuckDBPyConnection,
    rates: Iterable[Mapping[str, object]],
    *,
    areas: Iterable[Mapping[str, object]] = (),
    members: Iterable[Mapping[str, object]] = (),
    rankings: Iterable[Mapping[str, object]] = (),
    disparities: Iterable[Mapping[str, object]] = (),
    trends: Iterable[Mapping[str, object]] = (),
    targets: Iterable[Mapping[str, object]] = (),
    claims: Iterable[Mapping[str, object]] = (),
    vintages: Iterable[Mapping[str, object]] = (),
) -> None:
    """Write everything that disclosure control reads."""
    write(con, "core.areas", areas)
    write(con, "rates.rates", rates)
    mark(con)
    write(con, "rates.rankings", rankings)
    write(con, "rates.disparities", disparities)
    write(con, "rates.trends", trends)
    write(con, "rates.targets", targets)
    write(con, "rates.claims", claims)
    write(con, "core.vintages", list(vintages) or [vintage()])
    write(con, "core.region_members", members)


def mark(con: duckdb.DuckDBPyConnection) -> None:
    """Give the rates their places, periods and marks, as their builder does."""
    measures.register(con)
    add_places(con)
    replace_table(con, table("published.rates"), _MARKED, schema="rates")


_MARKED = marked(f"(SELECT * EXCLUDE ({', '.join(MARKS)}) FROM rates.rates)", "value_status")


def national(last: int = 2010, **other: object) -> list[Row]:
    """A few years of rates of the US, Missouri and England and Wales, with a 3-year window."""
    found = []
    for year in range(2007, last + 1):
        found.append(rate(26000 - year, 4_000_000, **series("US"), **window(year), **other))
        found.append(rate(2500 - year, 78_000, **window(year), **other))
        found.append(
            rate(5000 - year, 700_000, **series("K04000001", "ons_occurrence"), **window(year))
        )
    total = sum(2500 - y for y in range(last - 2, last + 1))
    found.append(rate(total, 234_000, **window(last - 2, last), **other))
    return found


def ready(  # type: ignore[no-untyped-def]
    con: duckdb.DuckDBPyConnection,
    rates: Iterable[Mapping[str, object]],
    history: Iterable[Path] = (),
    *,
    restated: bool = False,
    **parts,
) -> None:
    """Fill the warehouse, apply disclosure control and store passing evidence."""
    show(con, rates, history, restated=restated, **parts)
    give_evidence(con)


def show(  # type: ignore[no-untyped-def]
    con: duckdb.DuckDBPyConnection,
    rates: Iterable[Mapping[str, object]],
    history: Iterable[Path] = (),
    *,
    restated: bool = False,
    **parts,
) -> None:
    """Fill the warehouse and apply disclosure control.

    Tables that say again what others say stay without rows unless ``restated``: they take as long
    as everything else. That is for tests that look at one of them, or at a page.
    """
    parts.setdefault("areas", [area("US"), area("US-MO", "US"), area("K04000001")])
    parts.setdefault("rankings", [ranking(1), ranking(None, **series("US"))])
    parts.setdefault("targets", [target()])
    parts.setdefault("claims", [claim()])
    fill(con, rates, **parts)
    control(con, history, restated=_RESTATING if restated else ())


def control(
    con: duckdb.DuckDBPyConnection, history: Iterable[Path] = (), *, restated: Iterable[str] = ()
) -> None:
    """Apply disclosure control; of tables that say again what others say, make only some."""
    left_out = _RESTATING - set(restated)

    def replaced(con: duckdb.DuckDBPyConnection, spec: Table, select: str, **options: Any) -> int:
        if spec.name in left_out:
            return replace_by_nothing(con, spec)
        return replace_table(con, spec, select, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(published_tables, "replace_table", replaced)
        publish_tables(con, list(history))


_RESTATING = frozenset({"headline", "disagreements", "comparisons"})


def publish(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    day: int = 1,
    *,
    pages: bool = True,
    **options: Any,
) -> ReleaseOutcome:
    """Publish what stands in the warehouse on a day of June 2026.

    Without its pages, a release has files of their names that say so: drawing them takes as long
    as everything else. That is for tests that look at no page and at no workbook.
    """
    now = datetime(2026, 6, day, 2, 15, tzinfo=UTC)
    with nullcontext() if pages else _without_pages():
        return publish_release(con, home, **{"required_rules": required(), "now": now, **options})


@contextmanager
def _without_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("explorer_page", "validation_page", "release_page"):
            patch.setattr(publishing, name, lambda *_, **__: "not drawn\n")
        patch.setattr(publishing, "workbook", lambda *_, **__: b"not drawn")
        yield


@pytest.fixture(name="publish")
def publish_without_pages(
    con: duckdb.DuckDBPyConnection, home: Home
) -> Callable[..., ReleaseOutcome]:
    """For modules that import it: publish without pages what stands in the warehouse."""
    return partial(publish, con, home, pages=False)
