"""Row usage of an extract on England and Wales, and which other extract a rate still needs."""

from __future__ import annotations

from collections.abc import Callable

from assets.archive.dataset import ParsedExtract, Use

LEFT_OUT = "left_out "
"""Start of the metadata that say how many rows are not used; what follows is why."""
_OTHER_REASONS = {
    "rows_of_other_measures_left_out": "of other values than counts, such as percentages",
    "rows_of_areas_without_gss_code_left_out": "of sums that Nomis makes of areas",
    "rows_repeated_by_parent": "that repeat an area under another parent",
}


def complete(parsed: ParsedExtract) -> Use:
    """Return the use of an extract that has births and deaths beside each other."""
    return _use(parsed)


def births(title: str) -> Callable[[ParsedExtract], Use]:
    """Return the use of an extract of births; ``title`` is the publication of the deaths."""
    return lambda parsed: _use(
        parsed,
        f"Deaths of infants in {_years(parsed)} ({title}): without them no rate is made of these "
        "births.",
    )


def deaths(title: str) -> Callable[[ParsedExtract], Use]:
    """Return the use of an extract of deaths; ``title`` is the publication of the births."""
    return lambda parsed: _use(
        parsed,
        f"Live births in {_years(parsed)} ({title}): without them no rate is made of these deaths.",
    )


def population(parsed: ParsedExtract) -> Use:
    """Return the use of an extract of the population, which births are set in relation to."""
    return _use(parsed, f"Live births in {_years(parsed)}: the population alone makes no rate.")


def printed_rates(parsed: ParsedExtract) -> Use:
    """Return the use of rates that are only compared with those that are made here."""
    return _use(parsed, "Nothing: these rates are compared with ours, no count is made of them.")


def _use(parsed: ParsedExtract, *needed: str) -> Use:
    rows = parsed.frame.drop_duplicates(["source_sheet", "source_row"])
    left = [
        (name.removeprefix(LEFT_OUT), int(number))
        for name, number in parsed.metadata.items()
        if name.startswith(LEFT_OUT)
    ]
    left += [
        (reason, int(parsed.metadata.get(name, "0"))) for name, reason in _OTHER_REASONS.items()
    ]
    return Use(len(rows), tuple((why, n) for why, n in left if n), needed)


def _years(parsed: ParsedExtract) -> str:
    column = "year" if "year" in parsed.frame else "date"
    years = sorted(set(parsed.frame[column].dropna()))
    return f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"
