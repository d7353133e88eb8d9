"""Which columns the values of a column are made of, table by table.

What only selects or groups rows is left out, and so is what comes from declarations of methods.
"""

from __future__ import annotations

from collections.abc import Mapping

from assets.schema.model import Layer
from assets.schema.registry import table
from assets.schema.tables.published import COMPUTED, COPIES

Source = tuple[str, str]
"""Full name of a table, and one of its columns."""

_OBSERVATIONS, _AREAS = "core.observations", "core.areas"
_RATES = "rates.rates"
_FIGURES = ((_OBSERVATIONS, "value"), (_OBSERVATIONS, "status"))
_BREAK = (("core.series_breaks", "first_year"),)
_SAME = ("source_family", "country", "geography_vintage", "measure", "stratum_type", "stratum")
# A rate stands on counts; whether it may be shown, on the breaks of the series too.
_OF_COUNTS = (
    "numerator", "denominator", "rate", "rate_text",
    "ci_lower_95", "ci_upper_95", "ci_lower_998", "ci_upper_998", "ci_method",
    "relative_standard_error", "rate_eb",
    "mean_of_rates", "value_status", "band", "funnel", "compared_with_nation",
    "bound_lower", "bound_upper", "share_unknown", "cause_rank",
)  # fmt: skip
_PLACE = ((_OBSERVATIONS, "area_code"), (_AREAS, "predecessors"))
_COUNTED = tuple((_OBSERVATIONS, name) for name in ("source_family", "country", "measure"))
_OF_RATES: Mapping[str, tuple[Source, ...]] = {
    **{name: ((_OBSERVATIONS, name),) for name in _SAME},
    "area_code": ((_OBSERVATIONS, "area_code"), ("core.region_members", "region_code")),
    "area_name": ((_AREAS, "area_name"),),
    "place_code": _PLACE,
    "area_type": ((_AREAS, "area_type"),),
    "window_type": ((_OBSERVATIONS, "period_type"), ("core.pools", "pool_id")),
    "period_start": ((_OBSERVATIONS, "period_start"), ("core.pools", "first_year")),
    "period_end": ((_OBSERVATIONS, "period_end"), ("core.pools", "last_year")),
    "period": ((_OBSERVATIONS, "period_start"), (_OBSERVATIONS, "period_end")),
    "rate_per": ((_OBSERVATIONS, "measure"),),
    **dict.fromkeys(_OF_COUNTS, (*_FIGURES, *_BREAK)),
    "status_reason": (*_FIGURES, *_BREAK, ("core.series_breaks", "reason")),
    **dict.fromkeys(("is_preferred", "is_latest"), (*_FIGURES, *_BREAK, *_PLACE)),
    "is_provisional": ((_OBSERVATIONS, "is_provisional"),),
    "decimals": _COUNTED,
    "definition_id": _COUNTED,
    "vintages": ((_OBSERVATIONS, "vintage_id"), *_FIGURES, *_BREAK),
}


def column_sources(full_name: str) -> Mapping[str, tuple[Source, ...]]:
    """Return what the columns of a table are made of.

    A comparison of rates carries columns of the rates; those that it computes are left out, as are
    all columns of the tables below the rates.

    Args:
        full_name: ``schema.name`` in the warehouse.

    Example:
        >>> column_sources("published.rates")["rate"]
        (('rates.rates', 'rate'),)
        >>> column_sources("rates.rates")["area_name"]
        (('core.areas', 'area_name'),)
    """
    schema, _, name = full_name.partition(".")
    if full_name == _RATES:
        return _OF_RATES
    if schema == Layer.RATES.value:
        return _same_names(f"published.{name}", _RATES, like="published.rates")
    if schema != Layer.PUBLISHED.value:
        return {}
    if name in COPIES:
        return _same_names(full_name, COPIES[name], like=COPIES[name])
    if name in COMPUTED:
        return _same_names(full_name, f"rates.{name}", like=full_name)
    return _same_names(full_name, _RATES, like="published.rates")


def _same_names(full_name: str, source: str, *, like: str) -> Mapping[str, tuple[Source, ...]]:
    """Return the columns that a table shares with the one that it is made from.

    Args:
        full_name: Table.
        source: What it is made from.
        like: Name of that in the registry.
    """
    there = set(table(like).column_names)
    return {c: ((source, c),) for c in table(full_name).column_names if c in there}
