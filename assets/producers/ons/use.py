"""Row usage of an extract on England and Wales, and which other extract a rate still needs."""

from __future__ import annotations

from collections.abc import Callable

from assets.archive.dataset import ParsedExtract, Use
from assets.archive.rules.rows_used import rows_used

_OTHER_REASONS = {
    "rows_of_other_measures_left_out": "of other values than counts, such as percentages",
    "rows_of_areas_without_gss_code_left_out": "of sums that Nomis makes of areas",
}


def complete(parsed: ParsedExtract) -> Use:
    """Return the use of an extract that has births and deaths beside each other."""
    return _use(parsed)


def births(title: str) -> Callable[[ParsedExtract], Use]:
    """Return the use of an extract of births; ``title`` is the publication of the deaths."""
    return lambda parsed: _use(
        parsed,
        f"Deaths of infants in {_years(parsed)} ({title}): without them no rate of infant deaths "
        "is made of these births.",
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


def _use(parsed: ParsedExtract, *needed: str) -> Use:
    return rows_used(parsed, _OTHER_REASONS, *needed)


def _years(parsed: ParsedExtract) -> str:
    column = "year" if "year" in parsed.frame else "date"
    years = sorted(set(parsed.frame[column].dropna()))
    return f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"
