"""Columns of the data.cdc.gov datasets, one declarative layout each.

A field has two names: the API name (``data_value``, in JSON and ``/resource/<id>.csv``) and the
display name (``Data Value``, in ``rows.csv``). Staging always carries the display name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assets.producers.nchs.cells import COUNT, RATE

YEAR = "[0-9]{4}"
QUARTER = "[0-9]{4} Q[1-4]"
BASIS = "12 Month-ending|Quarterly"
UNIT = "per (100|1,000|10,000|100,000) [a-z ]+"
LABEL, MEASURE, MARK = "label", "measure", "mark"


@dataclass(frozen=True)
class Field:
    """One column of a dataset.

    Attributes:
        api: Name in JSON records.
        display: Name in the header of ``rows.csv``.
        role: ``LABEL`` (goes to the staging column ``target``), ``MEASURE`` (one staging row per
            record) or ``MARK`` (text such as a footnote: a staging row where it is not empty).
        target: Staging column of a label.
        cell_kind: What the cells of a measure are.
        pattern: Form that the values of a label must have; empty where any text will do.
        optional: The producer leaves it empty, or leaves it out, in some editions; a measure
            that is optional gives no staging row where it is empty.
    """

    api: str
    display: str
    role: str
    target: str = ""
    cell_kind: str = RATE
    pattern: str = ""
    optional: bool = False


@dataclass(frozen=True)
class SodaLayout:
    """Columns of one dataset."""

    dataset_id: str
    soda_id: str
    fields: tuple[Field, ...]

    def field_of(self, name: str) -> Field | None:
        """Return the field with that API or display name."""
        return next((f for f in self.fields if name in (f.api, f.display)), None)

    def absent_from(self, names: Iterable[str]) -> list[Field]:
        """Return the fields that must be there and are not among ``names``."""
        given = set(names)
        return [f for f in self.fields if not f.optional and not {f.api, f.display} & given]


def _label(api: str, display: str, target: str, pattern: str = "") -> Field:
    return Field(api, display, LABEL, target, pattern=pattern)


def _count(api: str, display: str) -> Field:
    return Field(api, display, MEASURE, cell_kind=COUNT)


def _rate(api: str, display: str) -> Field:
    return Field(api, display, MEASURE)


def _mark(api: str, display: str) -> Field:
    return Field(api, display, MARK, optional=True)


VSRR_COUNTS = SodaLayout(
    "nchs_vsrr_counts",
    "hmz2-vwda",
    (
        _label("state", "State", "state"),
        _label("year", "Year", "year", YEAR),
        _label("month", "Month", "month"),
        _label("period", "Period", "period"),
        _label("indicator", "Indicator", "indicator"),
        _count("data_value", "Data Value"),
    ),
)
BIRTHS_1909 = SodaLayout(
    "nchs_births_1909",
    "e6fc-ccez",
    (
        _label("year", "Year", "period", YEAR),
        _count("birth_number", "Birth Number"),
        _rate("general_fertility_rate", "General Fertility Rate"),
        _rate("crude_birth_rate", "Crude Birth Rate"),
    ),
)
RATES_1915 = SodaLayout(
    "nchs_rates_1915",
    "epev-k6ss",
    (
        _label("type", "Type", "indicator", "Infant|Neonatal"),
        _label("year", "Year", "period", YEAR),
        _rate("mortality_rate", "Mortality Rate"),
    ),
)
VSRR_QUARTERLY = SodaLayout(
    "nchs_vsrr_quarterly",
    "jqwm-z2g9",
    (
        _label("year_and_quarter", "Year and Quarter", "period", QUARTER),
        _label("topic", "Topic", "topic"),
        _label("indicator", "Indicator", "indicator"),
        _label("time_period", "Time Period", "time_period", BASIS),
        _rate("rate", "Rate"),
        _label("unit", "Unit", "unit", UNIT),
        _mark("significant", "Significant"),
        Field("standard_error", "Standard Error", MEASURE, optional=True),
        _mark("footnote_symbol", "Footnote Symbol"),
        _mark("footnote", "Footnote"),
    ),
)
QUARTERLY_BIRTHS = SodaLayout(
    "nchs_quarterly_births",
    "76vv-a7x8",
    (
        _label("year_and_quarter", "Year and Quarter", "period", QUARTER),
        _label("topic", "Topic", "topic"),
        Field("topic_subgroup", "Topic Subgroup", MARK),
        _label("indicator", "Indicator", "indicator"),
        _label("time_period", "Time Period", "time_period", BASIS),
        _rate("rate", "Rate"),
        _label("unit", "Unit", "unit", UNIT),
        _mark("significant", "Significant"),
    ),
)
RATES_BY_RACE_1915 = SodaLayout(
    "nchs_rates_by_race_1915",
    "ddsk-zebd",
    (
        _label("race", "Race", "indicator"),
        _label("year", "Year", "period", YEAR),
        _rate("infant_mortality_rate", "Infant Mortality Rate"),
    ),
)
BIRTHS_BY_RACE = SodaLayout(
    "nchs_births_by_race",
    "89yk-m38d",
    (
        _label("year", "Year", "period", YEAR),
        _label("race", "Race", "indicator"),
        _count("live_births", "Live Births"),
        _rate("birth_rate", "Birth Rate"),
        _rate("fertility_rate", "Fertility Rate"),
    ),
)
SERIES_LAYOUTS = (
    BIRTHS_1909,
    RATES_1915,
    VSRR_QUARTERLY,
    QUARTERLY_BIRTHS,
    RATES_BY_RACE_1915,
    BIRTHS_BY_RACE,
)
LAYOUTS = (VSRR_COUNTS, *SERIES_LAYOUTS)


def fitting_layout(names: Iterable[str]) -> SodaLayout | None:
    """Return the layout whose fields are exactly ``names``, optional ones aside."""
    given = set(names)
    return next(
        (
            layout
            for layout in LAYOUTS
            if not layout.absent_from(given) and all(map(layout.field_of, given))
        ),
        None,
    )
