"""Trace a published number back to the cells of the extracts."""

from __future__ import annotations

import math
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from assets.disclosure.disclosure_policies import disclosure_policies
from assets.rates.measures import Measure, measures
from assets.release.channels.lineage import open_lineage
from assets.release.channels.release_views import open_release
from assets.release.channels.releases_on_disk import Release
from assets.release.explain_pairs import rates_of_pair
from assets.schema.codes import VALUES_SHOWN
from assets.schema.registry import table as table_of
from assets.state.home import Home
from assets.state.warehouse import records, sql_of

MOST_ROWS = 5
_WITH_TOTALS = frozenset({"rates"})
"""Tables with a row for all strata together."""

_SERIES = ("source_family", "measure", "area_code", "geography_vintage")
_NAMES_A_SERIES = frozenset({"source_family", "area_code", "period_end"})
_SHOWN_OF_RATE = (
    "value_status", "status_reason", "numerator", "denominator", "rate", "rate_per",
    "rate_text", "ci_lower_95", "ci_upper_95", "ci_method", "is_provisional",
    "definition_id", "method_version",
)  # fmt: skip
_CHECKED = ("core.observations", "rates.rates", "published.rates")
_PERIODS = {"rolling_12_month": ("12_months_ending", "month", "quarter")}
_COMPLETE = {"12_months_ending": 1, "month": 12, "quarter": 4}


class KeyNotFoundError(LookupError):
    """No row, or too many, have the key; the message says how to name one."""


@dataclass(frozen=True)
class Row:
    """One row of a released table.

    Attributes:
        table: Table name.
        values: Column to value.
    """

    table: str
    values: Mapping[str, Any]


def explain(
    home: Home, release: Release, table: str, key: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return one explanation per row that has the key, as nested plain values.

    Args:
        home: Where the record of the counts lives.
        release: Release to explain.
        table: Table of the release that stands on rates, or ``rates`` itself.
        key: Column to value; of ``rates`` the total of all strata is meant unless one is named.

    Raises:
        KeyNotFoundError: No row or more than a few rows have the key.
        NoLineageError: The counts behind the release are not on this machine.
    """
    with open_release(release) as con, open_lineage(home, release.version) as lineage:
        sources = _by_name(con, "sources", "vintage_id")
        rules = _rules(con)
        found = []
        for row in find_rows(con, table, key, release.version):
            rates = [row] if table == "rates" else _rates_behind(con, row)
            found.append(
                {
                    "release": release.version,
                    "command": _command(
                        row, row.values.keys() & set(_key_of(table)), release.version
                    ),
                    "table": table,
                    "row": dict(row.values),
                    "stands_on": [
                        _explain_rate(lineage, r.values, sources)
                        | {"definition": _definition(con, release, r.values)}
                        for r in rates
                    ],
                    "rules": rules,
                }
            )
    return found


def find_rows(
    con: duckdb.DuckDBPyConnection, table: str, key: Mapping[str, str], version: str
) -> list[Row]:
    """Return the rows of a table that have the key.

    Args:
        con: Open connection to the release.
        table: Table of the release.
        key: Column to value.
        version: Release, for the command line that an error proposes.

    Raises:
        KeyNotFoundError: There is none, or more than a few; or a column does not exist.
    """
    columns = [r[0] for r in con.execute(f'DESCRIBE "{table}"').fetchall()]
    if _NAMES_A_SERIES - set(columns):
        raise KeyNotFoundError(
            f"{table} does not stand on rates; explain rates, rankings, disparities, "
            "comparisons, trends or targets"
        )
    unknown = [k for k in key if k not in columns]
    if unknown:
        raise KeyNotFoundError(
            f"{table} has no column {', '.join(unknown)}; it has {', '.join(columns)}"
        )
    wanted = dict(key)
    if table in _WITH_TOTALS and not {"stratum", "stratum_type"} & set(wanted):
        wanted |= {"stratum_type": "all", "stratum": "all"}
    where, values = _condition(wanted)
    query = f'SELECT * FROM "{table}" WHERE {where} ORDER BY ALL LIMIT {MOST_ROWS + 1}'
    rows = [Row(table, row) for row in records(con, query, values)]
    if not rows:
        raise KeyNotFoundError(_near(con, table, wanted))
    if len(rows) > MOST_ROWS:
        raise KeyNotFoundError(_too_many(con, table, wanted, key, version))
    return rows


def _too_many(
    con: duckdb.DuckDBPyConnection,
    table: str,
    wanted: Mapping[str, str],
    key: Mapping[str, str],
    version: str,
) -> str:
    """Return which columns would choose among the rows, and how to choose the newest."""
    where, values = _condition(wanted)
    order = ", ".join(("period_end DESC", *_key_of(table)))
    rows = records(con, f'SELECT * FROM "{table}" WHERE {where} ORDER BY {order}', values)
    choosing = [c for c in _key_of(table) if c in rows[0] and len({row[c] for row in rows}) > 1]
    line = _command(Row(table, rows[0]), {*key, *choosing}, version)
    return (
        f"{len(rows):,} rows of {table} have that key; name {', '.join(choosing)} as well. The "
        f"newest of them:\n  {line}"
    )


def _command(row: Row, named: Collection[str], version: str) -> str:
    """Return the command line that explains one row."""
    words = [f"{c}={row.values[c]}" for c in row.values if c in named]
    return shlex.join(["imr", "explain", row.table, *words, "--release", version])


def _key_of(table: str) -> tuple[str, ...]:
    return table_of(f"published.{table}").key


def _condition(wanted: Mapping[str, str]) -> tuple[str, list[str]]:
    where = " AND ".join(f'CAST("{k}" AS VARCHAR) = ?' for k in wanted) or "true"
    return where, list(wanted.values())


def _near(con: duckdb.DuckDBPyConnection, table: str, wanted: Mapping[str, str]) -> str:
    """Return which part of a key no row has, and what there is instead."""
    for left_out in wanted:
        where, rest = _condition({k: v for k, v in wanted.items() if k != left_out})
        values = con.execute(
            f'SELECT DISTINCT CAST("{left_out}" AS VARCHAR) AS v FROM "{table}" WHERE {where} '
            "ORDER BY v LIMIT 12",
            rest,
        ).fetchall()
        if values:
            return (
                f"no row of {table} has {left_out}={wanted[left_out]} with the rest of that key; "
                f"there is {left_out}=" + ", ".join(str(v[0]) for v in values)
            )
    named = " ".join(f"{k}={v}" for k, v in wanted.items())
    return (
        f"no row of {table} has {named}, even with any one of these left out; name fewer, e.g. "
        f"only area_code, to see what there is"
    )


def _rates_behind(con: duckdb.DuckDBPyConnection, row: Row) -> list[Row]:
    """Return the rates that a row of another table stands on."""
    if row.table == "decompositions":
        pair = rates_of_pair(row.values)
        return [r for columns, stratum in pair for r in find_in(con, columns, stratum)]
    wanted: dict[str, str] = {
        k: str(row.values[k]) for k in (*_SERIES, "window_type") if k in row.values
    }
    if row.table == "trends":
        return _rates_behind_trend(con, row, wanted)
    wanted |= {k: str(row.values[k]) for k in ("period_start", "period_end")}
    if row.table == "comparisons":
        weeks = str(row.values["gestation_from"])
        of_all = ("all", "all")
        return find_in(con, wanted, of_all if weeks == "any" else ("gestation_from", weeks))
    if row.table != "disparities":
        named = (row.values.get("stratum_type", "all"), row.values.get("stratum", "all"))
        return find_in(con, wanted, (str(named[0]), str(named[1])))
    kind = str(row.values["stratum_type"])
    groups = (row.values["stratum"], row.values["reference_stratum"])
    return [r for g in groups for r in find_in(con, wanted, (kind, str(g)))]


def _rates_behind_trend(
    con: duckdb.DuckDBPyConnection, row: Row, wanted: Mapping[str, str]
) -> list[Row]:
    """Return the annual rates of the span, or the windows at the ends of a step of 12 months."""
    start, end = row.values["period_start"], row.values["period_end"]
    annual = [
        r
        for r in find_in(con, {**wanted, "window_type": "annual"}, ("all", "all"))
        if start <= r.values["period_start"] and r.values["period_end"] <= end
    ]
    if row.values["trend_type"] != "year_on_year" or len(annual) == 2:
        return annual
    ended = find_in(con, {**wanted, "window_type": "rolling_12_month"}, ("all", "all"))
    return [r for r in ended if start == r.values["period_start"] or end == r.values["period_end"]]


def find_in(
    con: duckdb.DuckDBPyConnection, wanted: Mapping[str, str], stratum: tuple[str, str]
) -> list[Row]:
    """Return the rates with these values, in order of their period."""
    where, values = _condition({**wanted, "stratum_type": stratum[0], "stratum": stratum[1]})
    query = f"SELECT * FROM rates WHERE {where} ORDER BY period_end"
    return [Row("rates", row) for row in records(con, query, values)]


def _explain_rate(
    lineage: duckdb.DuckDBPyConnection,
    rate: Mapping[str, Any],
    sources: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    measure = next(m for m in measures() if m.name == rate["measure"])
    stratum = (str(rate["stratum_type"]), str(rate["stratum"]))
    above = _cells(lineage, rate, measure.numerators, stratum)
    below = _cells(lineage, rate, measure.denominators, measure.divided_by(*stratum))
    cells = [*above, *below]
    shown = rate["value_status"] in VALUES_SHOWN
    guarded = disclosure_policies()[rate["source_family"]].withholds
    # What a producer prints is public whether or not it makes a rate. Of a guarded series only a
    # count that the shown rate itself gives may be shown: the years of a window and the members of
    # a region may each be too small to publish.
    visible = not guarded or (
        shown and len({(c["area_code"], c["period_start"]) for c in cells}) == 1
    )
    parts = [
        _part(name, counts, own, rate[name], visible)
        for name, counts, own in (
            ("numerator", measure.numerators, above),
            ("denominator", measure.denominators, below),
        )
    ]
    used = sorted({c["vintage_id"] for c in cells})
    return {
        "key": {k: rate[k] for k in (*_SERIES, "stratum_type", "stratum", "window_type",
                                     "period_start", "period_end")},
        "result": {k: rate.get(k) for k in _SHOWN_OF_RATE},
        "formula": _formula(rate, measure, shown),
        "parts": parts,
        "vintages": [_vintage(sources.get(v), v) for v in used],
        "corrections": sorted({c["correction_id"] for c in cells if c["correction_id"]}),
    }  # fmt: skip


def _definition(
    con: duckdb.DuckDBPyConnection, release: Release, rate: Mapping[str, Any]
) -> str | None:
    """Return what the series of a rate counts, and what is special about its area."""
    if "definitions" not in release.tables:
        # Schema 1 has both in every row.
        return rate.get("definition_note")
    texts = con.execute(
        "SELECT text FROM definitions WHERE definition_id = $1 UNION ALL "
        "SELECT note FROM areas WHERE area_code = $2 AND geography_vintage = $3",
        [rate["definition_id"], rate["area_code"], rate["geography_vintage"]],
    ).fetchall()
    return " ".join(text for (text,) in texts if text) or None


def _formula(rate: Mapping[str, Any], measure: Measure, shown: bool) -> str:
    under = " + ".join(measure.denominators)
    if len(measure.denominators) > 1:
        under = f"({under})"
    top = measure.numerator if len(measure.numerators) == 1 else f"({measure.numerator})"
    named = f"{rate['rate_per']:,} × {top} / {under}"
    if not shown:
        return f"{named} (no number: {rate['status_reason'] or rate['value_status']})"
    return (
        f"{named} = {rate['rate_per']:,} × {rate['numerator']:,.10g} / "
        f"{rate['denominator']:,.10g} = {rate['rate']:.10g}"
    )


def _cells(
    lineage: duckdb.DuckDBPyConnection,
    rate: Mapping[str, Any],
    counts: Sequence[str],
    stratum: tuple[str, str],
) -> list[dict[str, Any]]:
    cells = records(
        lineage,
        sql_of(__file__, "explain_atoms"),
        {
            "area": rate["area_code"],
            "vintage": rate["geography_vintage"],
            "family": rate["source_family"],
            "stratum_type": stratum[0],
            "stratum": stratum[1],
            "start": rate["period_start"],
            "end": rate["period_end"],
            "counts": list(counts),
        },
    )
    own = [c for c in cells if c["area_code"] == rate["area_code"]]
    return _of_one_period_type(own or cells, rate)


def _of_one_period_type(
    cells: Sequence[dict[str, Any]], rate: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Keep the printed sum if there is one, else the complete months, else the quarters."""
    kinds = _PERIODS.get(rate["window_type"], ("year",))
    for kind in kinds:
        chosen = [c for c in cells if c["period_type"] == kind]
        periods = {c["period_start"] for c in chosen}
        if chosen and len(periods) == _COMPLETE.get(kind, len(periods)):
            return chosen
    return [c for c in cells if c["period_type"] in kinds]


def _part(
    name: str,
    counts: Sequence[str],
    cells: Sequence[Mapping[str, Any]],
    published: float | None,
    visible: bool,
) -> dict[str, Any]:
    own = [c for c in cells if c["measure"] in counts]
    total = math.fsum(c["value"] for c in own if c["value"] is not None)
    return {
        "name": name,
        "counts": list(counts),
        "published": published,
        "adds_up": None if published is None else math.isclose(total, published, abs_tol=1e-6),
        "cells": [_cell(c, visible) for c in own],
    }


def _cell(cell: Mapping[str, Any], visible: bool) -> dict[str, Any]:
    """Return one cell; its count only if it may be shown."""
    return {
        "count": cell["measure"],
        "area_code": cell["area_code"],
        "period_start": cell["period_start"],
        "period_end": cell["period_end"],
        "value": cell["value"] if visible else None,
        "status": cell["status"] if visible or cell["status"] != "ok" else "withheld",
        "is_provisional": cell["is_provisional"],
        "vintage_id": cell["vintage_id"],
        "sheet": cell["source_sheet"],
        "row": cell["source_row"],
        "column": cell["source_column"],
        "raw_text": cell["raw_text"] if visible or cell["status"] != "ok" else None,
        "correction_id": cell["correction_id"],
    }


def _vintage(source: Mapping[str, Any] | None, vintage_id: str) -> dict[str, Any]:
    names = ("producer", "title", "file_name", "sha256", "url", "retrieved_at", "published_at",
             "licence")  # fmt: skip
    return {"vintage_id": vintage_id, **{n: source[n] if source else None for n in names}}


def _rules(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    marks = ", ".join("?" for _ in _CHECKED)
    return records(
        con,
        'SELECT table_name AS "table", rule_id, outcome, message, waiver_id FROM quality '
        f"WHERE table_name IN ({marks}) ORDER BY table_name, rule_id",
        list(_CHECKED),
    )


def _by_name(con: duckdb.DuckDBPyConnection, table: str, key: str) -> dict[str, Mapping[str, Any]]:
    return {str(row[key]): row for row in records(con, f'SELECT * FROM "{table}"')}
