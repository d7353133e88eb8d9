"""The bundled data.cdc.gov extracts: JSON in which every value is a string."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from assets.producers.nchs.soda.rules import (
    BIRTHS,
    MONTHLY,
    ROUNDED_TO,
)
from assets.producers.nchs.states import NATION_IN_CAPITALS, PUERTO_RICO_IN_CAPITALS
from assets.text.months import MONTHS
from tools.samples.nchs.figure_tables import figures

DROPPED_MONTHS = frozenset({"2020-01", "2020-02", "2020-03"})
"""Months that the second edition no longer has: the window is replaced in place."""

_AGE_UNIT = "per 1,000 births"


def soda_samples() -> Iterator[tuple[str, bytes]]:
    """Yield file name and bytes of every extract."""
    yield "vsrr_hmz2-vwda_edition_1.json", soda_json(_first_edition())
    yield "vsrr_hmz2-vwda_edition_2.json", soda_json(_second_edition())
    yield "births_e6fc-ccez.json", soda_json(figures("births_1909"))
    yield "rates_epev-k6ss.json", soda_json(figures("rates_1915"))
    yield "vsrr_quarterly_jqwm-z2g9.json", soda_json(_quarterly())


def soda_json(records: Iterable[dict[str, str]]) -> bytes:
    """Return records as the API sends them: one per line, null values left out."""
    lines = (
        json.dumps({k: v for k, v in record.items() if v != ""}, separators=(",", ":"))
        for record in records
    )
    return ("[" + "\n,".join(lines) + "]\n").encode("ascii")


def _first_edition() -> list[dict[str, str]]:
    births = figures("vsrr_births")
    months = [name for name in births[0] if name != "area"]
    by_area = {row["area"]: row for row in births}
    last = [PUERTO_RICO_IN_CAPITALS]
    states = [area for area in by_area if area not in (NATION_IN_CAPITALS, *last)]
    records = [
        _record(NATION_IN_CAPITALS, month, MONTHLY, BIRTHS, by_area[NATION_IN_CAPITALS][month])
        for month in months
    ]
    records += [
        _record(NATION_IN_CAPITALS, month, row["period"], row["indicator"], row[month])
        for row in figures("vsrr_national")
        for month in months
    ]
    records += [
        _record(area, month, MONTHLY, BIRTHS, by_area[area][month])
        for month in months
        for area in [*states, *last]
    ]
    return records


def _second_edition() -> list[dict[str, str]]:
    dropped = {_english(month) for month in DROPPED_MONTHS}
    revised = {
        (*_english(row["month"]), row["period"], row["indicator"]): row["value"]
        for row in figures("vsrr_revisions")
    }
    records = []
    for record in _first_edition():
        if (record["year"], record["month"]) in dropped:
            continue
        key = tuple(record[name] for name in ("year", "month", "period", "indicator"))
        if record["state"] == NATION_IN_CAPITALS and key in revised:
            record["data_value"] = _rounded(int(revised[key]), record["indicator"])
        records.append(record)
    return records


def _record(state: str, month: str, period: str, indicator: str, value: str) -> dict[str, str]:
    year, name = _english(month)
    return {
        "state": state,
        "year": year,
        "month": name,
        "period": period,
        "indicator": indicator,
        "data_value": value,
    }


def _english(month: str) -> tuple[str, str]:
    year, number = month.split("-")
    return year, MONTHS[int(number) - 1]


def _rounded(value: int, indicator: str) -> str:
    unit = ROUNDED_TO[indicator]
    return str((value + unit // 2) // unit * unit)


def _quarterly() -> list[dict[str, str]]:
    rows = figures("vsrr_quarterly")
    indicators = [name for name in rows[0] if name != "year_and_quarter"]
    return [
        {
            "year_and_quarter": row["year_and_quarter"],
            "topic": "Rates by Age",
            "indicator": indicator,
            "time_period": "12 Month-ending",
            "rate": row[indicator],
            "unit": _AGE_UNIT,
        }
        for indicator in indicators
        for row in rows
    ]
