"""Intake rules of the Nomis answers."""

from __future__ import annotations

import pandas as pd

from assets.archive.dataset import IntakeRule, ParsedExtract
from assets.producers.ons.child_mortality.tables import ENGLAND, REGIONS, WALES

_KEY = ["date", "geography_code", "age_code", "gender_code", "measure_name"]
_AGAIN = "Fetch the answer again; compare it with a download from the Nomis web page."
_BOTH = "K04000001"
_COUNTED = ("live births", "deaths", "population")


def _newest(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    return frame[frame["is_newest_boundary"]]


def _doubled(parsed: ParsedExtract) -> pd.DataFrame:
    rows = _newest(parsed)
    return rows[rows.duplicated(_KEY, keep=False)].sort_values(_KEY)


def _nations_missing(parsed: ParsedExtract) -> pd.DataFrame:
    return _missing(parsed, (ENGLAND, WALES))


def _regions_missing(parsed: ParsedExtract) -> pd.DataFrame:
    return _missing(parsed, REGIONS)


def _missing(parsed: ParsedExtract, codes: tuple[str, ...]) -> pd.DataFrame:
    rows = parsed.frame
    found = [
        {"date": date, "missing": code}
        for date, part in rows.groupby("date")
        for code in codes
        if code not in set(part["geography_code"])
    ]
    return pd.DataFrame(found)


def _sums(parsed: ParsedExtract) -> pd.DataFrame:
    rows = _newest(parsed)
    table = rows.pivot_table(
        index=["date", "age_code", "gender_code", "measure_name"],
        columns="geography_code",
        values="value",
        aggfunc="first",
        dropna=False,
    ).dropna(how="all")
    found = []
    for whole, parts in ((_BOTH, (ENGLAND, WALES)), (ENGLAND, REGIONS)):
        if {whole, *parts} <= set(table.columns):
            total = table[list(parts)].sum(axis="columns", min_count=len(parts))
            wrong = total.notna() & table[whole].notna() & (total != table[whole])
            found.append(
                pd.DataFrame({"area": whole, "printed": table[whole], "sum": total})[
                    wrong
                ].reset_index()
            )
    return pd.concat(found) if found else pd.DataFrame()


def _not_whole(parsed: ParsedExtract) -> pd.DataFrame:
    """Return counts with a fraction; rates of the same dataset may have one."""
    frame = parsed.frame
    counts = frame["measure_name"].str.casefold().isin(_COUNTED)
    return frame[counts & (frame["value"] % 1 != 0) & frame["value"].notna()]


def _without_value(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    absent = frame[frame["value"].isna() & frame["raw_text"].notna()]
    unknown = parsed.metadata.get("unknown_statuses")
    return absent.assign(codes_not_listed=unknown) if unknown else absent


def rules(prefix: str, *, by_area: bool) -> tuple[IntakeRule, ...]:
    """Return the rules of one Nomis dataset.

    Args:
        prefix: Start of the rule identifiers.
        by_area: The dataset is asked for by area, so that nations and regions must be there.
    """
    found = [
        IntakeRule(
            f"{prefix}-001",
            "one record per date, area, age, gender and measure on the newest boundaries",
            _AGAIN,
            _doubled,
        ),
        IntakeRule(
            f"{prefix}-002",
            "no count is negative",
            _AGAIN,
            lambda parsed: parsed.frame[parsed.frame["value"] < 0],
        ),
        IntakeRule(
            f"{prefix}-003",
            "regions add up to England, England and Wales to their total",
            _AGAIN,
            _sums,
        ),
        IntakeRule(f"{prefix}-004", "counts are whole numbers", _AGAIN, _not_whole),
        IntakeRule(
            f"{prefix}-007",
            "the status of every record says that its figure is there",
            "Such a figure counts as missing, whatever number stands beside the status; all others "
            "are used. assets/producers/ons/nomis/statuses.csv lists the statuses.",
            _without_value,
            required=False,
        ),
    ]
    if by_area:
        found.append(
            IntakeRule(
                f"{prefix}-005",
                "England and Wales are there for every date",
                "Ask for the countries (TYPE499) beside the areas wanted.",
                _nations_missing,
            )
        )
        found.append(
            IntakeRule(
                f"{prefix}-006",
                "the nine regions are there for every date",
                "Ask for the regions (TYPE480) beside the areas wanted.",
                _regions_missing,
                required=False,
            )
        )
    return tuple(found)
