"""The sheets of the workbook: what each shows, its headings and the notes that they refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

_COUNT, _TWO, _ONE, _GENERAL = "#,##0", "0.00", "0.0", "General"
BY_ROW = "decimals"
"""As many decimals as the row says."""


@dataclass(frozen=True)
class Head:
    """A column of a sheet.

    Attributes:
        name: Column of the query.
        heading: What stands above it, with the unit.
        width: Characters.
        form: Number format; empty for a text.
        note: Note that the heading refers to.
        may_not_apply: A row without a value is one that the column is not about.
    """

    name: str
    heading: str
    width: int = 14
    form: str = ""
    note: str = ""
    may_not_apply: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet with one table.

    Attributes:
        name: Name of the sheet.
        title: Title in its first cell.
        scope: Which rows there are.
        query: SQL file of this folder.
        heads: Columns in order.
        lacking: What the cover says where the release has no such row.
        conditions: Conditions for the placeholders of the query.
    """

    name: str
    title: str
    scope: str
    query: str
    heads: tuple[Head, ...]
    lacking: str
    conditions: Mapping[str, str] = field(default_factory=dict)


NOTES: Mapping[str, str] = {
    "reliability": "Low reliability, shorthand [u]: fewer than 20 deaths. Such a rate can be twice "
    "or half as high in the next year by chance alone. Below 3 deaths the Office for National "
    "Statistics prints no rate; it is given here with its limits.",
    "limits": "95 % confidence limits: with repeated chance, 95 of 100 such intervals would hold "
    "the rate that lies behind the figure. Method by series: see docs/methods of the project and "
    "ci_method of the table rates.",
    "change": "A change is beyond chance where a z-test at 5 % says so (100 deaths or more in both "
    "periods) or, below, where the 95 % limits do not overlap. The figure before is the latest one "
    "of the same series that shares no month.",
    "nation": "The limits of the area against the rate of its nation (United States, England, "
    "Wales) in the same series and period. Similar: the nation's rate lies inside them.",
    "rank": "Among the states whose rate is shown; 1 is the lowest rate and ties share a rank. "
    "Ranks of neighbours often differ by chance: compare the limits first.",
    "series": "Each series counts in its own way (death certificates, linked records, date of "
    "death, date of registration) and two are never mixed. Of several the preferred one is shown; "
    "the table rates has all of them, and disagreements says where they differ.",
    "ratio": "Rate of the group divided by the rate of the group that it is compared with, and the "
    "one minus the other. Both are given because they can point in different directions.",
    "gap": "Rate minus target, of unrounded rates. Share achieved is the part of the way from the "
    "baseline of the target, for the area that it was set for.",
    "verdict": "Each statement is recomputed from the counts of this release. Reproduces: ours, at "
    "the precision of the statement, is the same number.",
}

# The queries of the sheets give their rows a status, and those of figures their decimals.
_RATE = Head("rate", "Rate", 9, BY_ROW)
_LIMITS = (
    Head("ci_lower_95", "Lower 95 % limit", 10, BY_ROW, "limits"),
    Head("ci_upper_95", "Upper 95 % limit", 10, BY_ROW),
)
_AREA = (Head("area_name", "Area", 30), Head("place_code", "Area code", 14))
_FIGURE = (
    Head("measure_name", "Measure", 24),
    Head("period", "Period", 14),
    _RATE,
    Head("unit", "Unit of the rate", 25),
    *_LIMITS,
    Head("numerator", "Deaths (or births)", 11, _COUNT),
    Head("denominator", "Births (or population)", 13, _COUNT),
    Head("reliability", "Reliability", 26, "", "reliability"),
)
_FIGURE_PER_1000 = tuple(
    replace(h, heading="Rate per 1,000 births", width=11) if h is _RATE else h
    for h in _FIGURE
    if h.name != "unit"
)
_CHANGE = Head("change_in_words", "Change since the figure before", 46, "", "change")
_NATION = Head("comparison_in_words", "Compared with its nation", 52, "", "nation")
_SERIES = Head("series_name", "Series", 32, "", "series")
_EVERY = "true"

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "Headline",
        "Table 1: Newest figures of the nations, all measures",
        "The newest calendar year and the newest figure of several years together of each nation.",
        "figures",
        (*_AREA, *_FIGURE, _CHANGE, _SERIES),
        "This release has no figure of a nation",
        {"areas": "area_type IN ('country', 'country_group')", "measures": _EVERY},
    ),
    Sheet(
        "States",
        "Table 2: Newest figures of the states of the United States",
        "The newest calendar year and the newest figure of several years together of each state "
        "and of the District of Columbia, all measures.",
        "figures",
        (
            *_AREA,
            *_FIGURE,
            Head("rank", "Rank among the states", 10, _COUNT, "rank", may_not_apply=True),
            _CHANGE,
            _NATION,
            _SERIES,
        ),
        "This release has no figure of a state",
        {"areas": "area_type IN ('state', 'territory')", "measures": _EVERY},
    ),
    Sheet(
        "Authorities",
        "Table 3: Newest figures of the regions and authorities of England and Wales",
        "Infant and neonatal mortality, of live births, and stillbirths, of all births. Other "
        "measures, counties of the United States and declared regions are in headline.csv.",
        "figures",
        (*_AREA, *_FIGURE_PER_1000, _CHANGE, _NATION),
        "This release has no figure of an authority",
        {
            "areas": "country = 'EW' AND area_type NOT IN "
            "('country', 'country_group', 'custom_region', 'outside_area')",
            "measures": "measure IN ('infant_mortality', 'neonatal_mortality', 'stillbirth')",
        },
    ),
    Sheet(
        "Disparities",
        "Table 4: Newest differences between groups",
        "The newest calendar year and the newest three years of each pair of groups. The table "
        "disparities has all years.",
        "disparities",
        (
            Head("area_name", "Area", 26),
            Head("measure_name", "Measure", 22),
            Head("characteristic", "Characteristic", 20),
            Head("stratum", "Group", 24),
            Head("reference_stratum", "Compared with", 20),
            Head("period", "Period", 12),
            Head("rate", "Rate of the group", 10, _TWO),
            Head("reference_rate", "Rate of the other group", 10, _TWO),
            Head("rate_ratio", "Ratio of the rates", 10, _TWO, "ratio"),
            Head("rate_ratio_lower_95", "Lower 95 % limit of the ratio", 12, _TWO),
            Head("rate_ratio_upper_95", "Upper 95 % limit of the ratio", 12, _TWO),
            Head("rate_difference", "Difference of the rates", 11, _TWO),
            Head("rate_difference_lower_95", "Lower 95 % limit of the difference", 12, _TWO),
            Head("rate_difference_upper_95", "Upper 95 % limit of the difference", 12, _TWO),
            Head("reliability", "Reliability", 20, "", "reliability"),
        ),
        "This release compares no groups",
    ),
    Sheet(
        "Targets",
        "Table 5: Newest calendar year beside targets and benchmarks",
        "Rates per 1,000 births. The table targets has all periods.",
        "targets",
        (
            Head("area_name", "Area", 28),
            Head("measure_name", "Measure", 20),
            Head("target_name", "Target or benchmark", 30),
            Head("target_kind", "Kind", 12),
            Head("target_value", "Value of the target", 10, _ONE),
            Head("period", "Period", 10),
            _RATE,
            Head("gap", "Rate minus target", 10, _TWO, "gap"),
            Head("is_met", "Met", 8),
            Head(
                "share_achieved_percent", "Share achieved (percent)", 12, _ONE, may_not_apply=True
            ),
            Head("reliability", "Reliability", 22),
            Head("target_source", "Where it was published", 60),
        ),
        "This release compares nothing with a target",
    ),
    Sheet(
        "Claims",
        "Table 6: Statements that others make, beside our recomputation",
        "What cannot be recomputed says what is missing.",
        "claims",
        (
            Head("claim_id", "Statement number", 12),
            Head("document", "Document", 30),
            Head("statement", "Statement", 50),
            Head("area", "Area as stated", 14),
            Head("period", "Period as stated", 14),
            Head("claimed_value", "Value as stated", 10, _GENERAL),
            Head("unit", "Unit", 20),
            Head("recomputed_value", "Value that we compute", 12, _GENERAL),
            Head("verdict", "Verdict", 20, "", "verdict"),
            Head("explanation", "Explanation", 70),
        ),
        "This release has no statement to compare with",
    ),
)
