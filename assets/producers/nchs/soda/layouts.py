"""Columns of the data.cdc.gov datasets, one declarative layout each.

A field has two names: the display name (``Data Value``, in ``rows.csv``) and the API name
(``data_value``, in JSON and ``/resource/<id>.csv``). Staging always carries the display name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assets.producers.nchs.cells import COUNT, RATE

YEAR = "[0-9]{4}"
QUARTER = "[0-9]{4} Q[1-4]"
BASIS = "12 Month-ending|Quarterly"
UNIT = "per (100|1,000|10,000|100,000) [a-z ]+"
LABEL, MEASURE, MARK, UNUSED = "label", "measure", "mark", "unused"
_QUARTERLY = (2, 5, 8, 11)
_MONTHLY = tuple(range(1, 13))


@dataclass(frozen=True)
class Field:
    """One column of a dataset.

    Attributes:
        display: Name in the header of ``rows.csv``.
        role: ``LABEL`` (goes to the staging column ``target``), ``MEASURE`` (one staging row per
            record), ``MARK`` (text such as a footnote: a staging row where it is not empty) or
            ``UNUSED`` (not staged).
        target: Staging column of a label.
        cell_kind: What the cells of a measure are.
        pattern: Form that the values of a label must have; empty where any text will do.
        optional: The producer leaves it empty, or leaves it out, in some editions; a measure
            that is optional gives no staging row where it is empty.
    """

    display: str
    role: str
    target: str = ""
    cell_kind: str = RATE
    pattern: str = ""
    optional: bool = False

    @property
    def api(self) -> str:
        """Name in JSON records, which data.cdc.gov makes of the display name."""
        return self.display.lower().replace(" ", "_")


@dataclass(frozen=True)
class SodaLayout:
    """One dataset: its columns, and what the catalogue says of it.

    Attributes:
        dataset_id: Name in the catalogue.
        soda_id: Four-by-four identifier, e.g. ``hmz2-vwda``.
        title: Title on the dataset's page.
        fields: Its columns.
        accumulates: See :class:`assets.archive.dataset.Dataset`.
        groups_come_and_go: Groups appear and disappear over the years, so that gaps, empty cells
            and jumps are only reported.
        release_months: Months in which new figures usually appear.
        samples: Bundled sample files, oldest first.
    """

    dataset_id: str
    soda_id: str
    title: str
    fields: tuple[Field, ...]
    accumulates: bool = True
    groups_come_and_go: bool = False
    release_months: tuple[int, ...] = ()
    samples: tuple[str, ...] = ()

    def field_of(self, name: str) -> Field | None:
        """Return the field with that API or display name."""
        return next((f for f in self.fields if name in (f.api, f.display)), None)

    def absent_from(self, names: Iterable[str]) -> list[Field]:
        """Return the fields that must be there and are not among ``names``."""
        given = set(names)
        return [f for f in self.fields if not f.optional and not {f.api, f.display} & given]


def _label(display: str, target: str, pattern: str = "") -> Field:
    return Field(display, LABEL, target, pattern=pattern)


def _count(display: str) -> Field:
    return Field(display, MEASURE, cell_kind=COUNT)


def _rate(display: str, *, optional: bool = False) -> Field:
    return Field(display, MEASURE, optional=optional)


def _mark(display: str) -> Field:
    return Field(display, MARK, optional=True)


def _unused(*displays: str) -> tuple[Field, ...]:
    return tuple(Field(display, UNUSED, optional=True) for display in displays)


VSRR_COUNTS = SodaLayout(
    "nchs_vsrr_counts",
    "hmz2-vwda",
    "VSRR - State and National Provisional Counts for Live Births, Deaths, and Infant Deaths",
    (
        _label("State", "state"),
        _label("Year", "year", YEAR),
        _label("Month", "month"),
        _label("Period", "period"),
        _label("Indicator", "indicator"),
        _count("Data Value"),
    ),
    release_months=_MONTHLY,
    samples=("vsrr_hmz2-vwda_edition_1.json", "vsrr_hmz2-vwda_edition_2.json"),
)
BIRTHS_1909 = SodaLayout(
    "nchs_births_1909",
    "e6fc-ccez",
    "NCHS - Births and General Fertility Rates: United States",
    (
        _label("Year", "period", YEAR),
        _count("Birth Number"),
        _rate("General Fertility Rate"),
        _rate("Crude Birth Rate"),
    ),
    accumulates=False,
    samples=("births_e6fc-ccez.json",),
)
RATES_1915 = SodaLayout(
    "nchs_rates_1915",
    "epev-k6ss",
    "NCHS - Infant and neonatal mortality rates: United States, 1915-2013",
    (
        _label("Type", "indicator", "Infant|Neonatal"),
        _label("Year", "period", YEAR),
        _rate("Mortality Rate"),
    ),
    accumulates=False,
    samples=("rates_epev-k6ss.json",),
)
VSRR_QUARTERLY = SodaLayout(
    "nchs_vsrr_quarterly",
    "jqwm-z2g9",
    "NCHS - VSRR Quarterly provisional estimates for infant mortality",
    (
        _label("Year and Quarter", "period", QUARTER),
        _label("Topic", "topic"),
        _label("Indicator", "indicator"),
        _label("Time Period", "time_period", BASIS),
        _rate("Rate"),
        _label("Unit", "unit", UNIT),
        _mark("Significant"),
        _rate("Standard Error", optional=True),
        _mark("Footnote Symbol"),
        _mark("Footnote"),
    ),
    release_months=_QUARTERLY,
    samples=("vsrr_quarterly_jqwm-z2g9.json",),
)
QUARTERLY_BIRTHS = SodaLayout(
    "nchs_quarterly_births",
    "76vv-a7x8",
    "NCHS - VSRR Quarterly provisional estimates for selected birth indicators",
    (
        _label("Year and Quarter", "period", QUARTER),
        _label("Topic", "topic"),
        Field("Topic Subgroup", MARK),
        _label("Indicator", "indicator"),
        _label("Time Period", "time_period", BASIS),
        _rate("Rate"),
        _label("Unit", "unit", UNIT),
        _mark("Significant"),
    ),
    release_months=_QUARTERLY,
)
RATES_BY_RACE_1915 = SodaLayout(
    "nchs_rates_by_race_1915",
    "ddsk-zebd",
    "NCHS - Infant Mortality Rates, by Race: United States, 1915-2013",
    (
        _label("Race", "indicator"),
        _label("Year", "period", YEAR),
        _rate("Infant Mortality Rate"),
    ),
    accumulates=False,
)
BIRTHS_BY_RACE = SodaLayout(
    "nchs_births_by_race",
    "89yk-m38d",
    "NCHS - Natality Measures for Females by Race and Hispanic Origin: United States",
    (
        _label("Year", "period", YEAR),
        _label("Race", "indicator"),
        _count("Live Births"),
        _rate("Birth Rate"),
        _rate("Fertility Rate"),
    ),
    accumulates=False,
    groups_come_and_go=True,
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
