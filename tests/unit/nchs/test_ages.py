"""Ages of infants at death: hours of every label of CDC WONDER, and the spans they fill."""

from __future__ import annotations

import pytest

from assets.producers.nchs.wonder.ages import hours_of, incomplete_spans, is_later

GROUPS = ["Under 1 hour", "1 - 23 hours", "1 - 6 days", "7 - 27 days", "28 - 364 days"]
DAYS = ["0 days", "1 day", *(f"{day} days" for day in range(2, 365))]


@pytest.mark.parametrize(
    ("label", "hours"),
    [
        ("Under 1 hour", (0, 1)),
        ("1 - 23 hours", (1, 24)),
        ("< 1 day", (0, 24)),
        ("1-6 days", (24, 168)),
        ("7 - 27 days", (168, 672)),
        ("28 - 364 days", (672, 8760)),
        ("0 days", (0, 24)),
        ("1 day", (24, 48)),
        ("364 days", (8736, 8760)),
        ("365 days", (8760, 8760)),
        ("366 days", None),
        ("27 - 7 days", None),
        ("28 - 400 days", None),
        ("1 - 4 years", None),
        ("< 1 year", (0, 8760)),
        ("All Infant Ages", (0, 8760)),
        ("< 1 day; 1-6 days; 7-27 days", (0, 672)),
        ("7-27 days; < 1 day; 1-6 days", (0, 672)),
        ("< 1 day; 7-27 days", None),
        ("< 1 year; 1-4 years", None),
        ("Unknown or Not Stated", None),
    ],
)
def test_hours_of_an_age(label: str, hours: tuple[int, int] | None) -> None:
    assert hours_of(label) == hours


@pytest.mark.parametrize(
    ("labels", "absent"),
    [
        (GROUPS, []),
        (["< 1 day", *GROUPS[2:], "Unknown or Not Stated"], []),
        (DAYS, []),
        ([*DAYS, "365 days"], []),
        (DAYS[:300], ["postneonatal_deaths"]),
        (GROUPS[1:], ["early_neonatal_deaths", "neonatal_deaths"]),
        (["< 1 year", "1-4 years", "85+ years"], []),
        ([*DAYS[:20], *DAYS[21:]], ["late_neonatal_deaths", "neonatal_deaths"]),
        (
            ["Unknown or Not Stated"],
            [
                "early_neonatal_deaths",
                "late_neonatal_deaths",
                "neonatal_deaths",
                "postneonatal_deaths",
            ],
        ),
    ],
)
def test_spans_that_ages_do_not_fill(labels: list[str], absent: list[str]) -> None:
    assert incomplete_spans(labels) == absent


@pytest.mark.parametrize(
    ("label", "later"),
    [
        ("1-4 years", True),
        ("85+ years", True),
        ("1 year", True),
        ("100 years and over", True),
        ("Not Stated", True),
        ("< 1 year", False),
        ("1 day", False),
        ("28-364 days", False),
        (None, False),
    ],
)
def test_ages_that_are_no_infants(label: str | None, later: bool) -> None:
    assert is_later(label) is later
