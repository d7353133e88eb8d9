"""The explorer of a release of all samples, as somebody who answers for one area uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import looking
from tests.browser.exploring import DRAWN, SHOWN, Open, cells, heading, limits, rounded, until

FOUND = {
    "missouri": "Missouri",
    "MO": "Missouri",
    "us-mo": "Missouri",
    "e06000017": "Rutland",
    "Saint Helens": "St. Helens",
    "st helens": "St. Helens",
    "RÚTLAND": "Rutland",
    "helens st": "St. Helens",
    "city of bristol": "Bristol, City of",
}


def test_an_area_is_found_by_name_and_code_with_the_keyboard(explore: Open) -> None:
    page = explore("")
    field = page.get_by_role("combobox", name="Find an area")
    for typed, found in FOUND.items():
        field.press_sequentially(typed)
        assert field.get_attribute("aria-expanded") == "true"
        field.press("ArrowDown")
        option = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
        assert option.get_attribute("aria-selected") == "true"
        assert option.locator("bdi").inner_text() == found
        field.press("Enter")
        until(page, f"document.querySelector('main h2').textContent === {found!r}")
        assert field.get_attribute("aria-expanded") == "false"
        assert field.input_value() == ""
    until(page, "document.activeElement === document.querySelector('main h2')")


def test_an_area_with_a_new_code_is_one_area_under_both(
    explore: Open, published: Callable[[str], list[dict[str, Any]]]
) -> None:
    (row,) = published("SELECT DISTINCT place_code FROM rates WHERE area_name = 'Barnsley'")
    page = explore("")
    for code in ("E08000016", "E08000038"):
        found = page.evaluate(f"explorer.search('{code}').map(area => [area.code, area.name])")
        assert found == [[row["place_code"], "Barnsley"]]
    assert heading(explore("#area=E08000038")) == heading(explore("#area=E08000016")) == "Barnsley"


def test_what_is_misspelt_or_unknown_is_said_with_what_is_near(explore: Open) -> None:
    page = explore("")
    field = page.get_by_role("combobox", name="Find an area")
    field.press_sequentially("Misouri")
    hint = page.locator("#find-hint")
    assert "No area is called “Misouri”" in hint.inner_text()
    until(page, "document.getElementById('said').textContent.includes('Misouri')")
    hint.get_by_role("button", name="Missouri").click()
    until(page, f"{SHOWN} === '#area=US-MO'")
    page = explore("#area=US-MOO")
    assert heading(page) == "No such area"
    assert "US-MOO" in page.locator("main").inner_text()
    assert page.get_by_role("link", name="Missouri").get_attribute("href") == "#area=US-MO"


# What the producers print: NVSR 73-5 (US, 2022) and 71-5 (US, 2020); ONS, Child and infant
# mortality in England and Wales: 2022. Missouri has 411 deaths of 67,123 births (CDC WONDER, linked
# file, 2023): 6.123.
@pytest.mark.parametrize(
    ("area", "period", "rate"),
    [
        ("US", "2022", "5.61 per 1,000"),
        ("US", "2020", "5.42 per 1,000"),
        ("K04000001", "2022", "3.9 per 1,000"),
        ("US-MO", "2023", "6.12 per 1,000"),
    ],
)
def test_published_figures_stand_on_the_page(
    explore: Open, area: str, period: str, rate: str
) -> None:
    page = explore(f"#area={area}&measure=infant_mortality&window=annual")
    page.locator("details.data summary").click()
    row = page.locator("details.data tbody tr").filter(has=page.locator(f"th:text-is('{period}')"))
    assert cells(row)[1] == rate


@pytest.mark.parametrize("area", ["US-MO", "E06000017", "E92000001", "US"])
def test_every_period_of_a_profile_says_what_the_table_says(
    explore: Open, published: Callable[[str], list[dict[str, Any]]], area: str
) -> None:
    expected = published(
        f"SELECT * FROM rates WHERE area_code = '{area}' AND measure = 'infant_mortality' "
        "AND stratum_type = 'all' AND window_type = 'annual' ORDER BY period_end DESC"
    )
    page = explore(f"#area={area}&measure=infant_mortality&window=annual")
    page.locator("details.data summary").click()
    shown = [cells(row) for row in page.locator("details.data tbody tr").all()]
    assert [row[0] for row in shown] == [row["period"] for row in expected]
    for said, row in zip(shown, expected, strict=True):
        if row["rate"] is None:
            assert said[2:5] == ["–", "–", "–"], "a row without a number shows none"
            assert row["status_reason"] in said[5]
        else:
            counts = [f"{row[name]:,.0f}" for name in ("numerator", "denominator")]
            assert said[1:5] == [row["rate_text"], limits(row), *counts]


def test_a_hollow_number_says_why_right_there(explore: Open) -> None:
    page = explore("#area=E06000017&measure=infant_mortality")
    newest = page.locator("main table").first.locator("tbody tr").first
    assert cells(newest)[:3] == ["Infant mortality", "2022", "10.9 per 1,000"]
    assert "Unreliable: 3 infant deaths" in newest.inner_text()
    reasons = page.locator(".reasons").inner_text()
    # 3 deaths of 274 births; a fourth gives 1,000 × 4 / 274 = 14.6.
    assert "only 3 infant deaths among 274 live births" in reasons
    assert "One more would have made it 14.6" in reasons
    assert "It is not zero" in reasons
    hollow = page.locator("#trend .chart svg path[fill='#ffffff']")
    assert hollow.count() >= 6


def test_the_profile_has_rank_funnel_comparison_targets_and_origin(
    explore: Open, published: Callable[[str], list[dict[str, Any]]]
) -> None:
    (rank,) = published(
        "SELECT rank, areas_ranked FROM rankings_all WHERE area_code = 'US-MO' "
        "AND window_type = 'annual' AND year(period_end) = 2023 AND rank_on = 'rounded'"
    )
    page = explore("#area=US-MO&measure=infant_mortality&window=annual")
    text = page.locator("main").inner_text()
    assert f"Rank {rank['rank']} of {rank['areas_ranked']}" in text
    assert "Inside the funnel" in text
    # 67,123 births of Missouri in 2023; the target of Healthy People 2030 is 5.0.
    assert re.search(r"Healthy People 2030.*5\s+2023\s+\+1\.12\s+no: 1\.12 above it", text, re.S)
    assert "no clear difference (95 % limits around it)" in text
    command = page.locator(".command code").inner_text()
    assert command.startswith("imr explain rates area_code=US-MO geography_vintage=US")
    assert "source_family=nchs_linked" in command
    assert page.get_by_role("link", name="United States").count() >= 2


def test_groups_show_the_ratio_that_the_table_has(
    explore: Open, published: Callable[[str], list[dict[str, Any]]]
) -> None:
    (pair,) = published(
        "SELECT * FROM disparities_all WHERE area_code = 'US' AND stratum = 'black' AND "
        "measure = 'infant_mortality' AND stratum_type = 'race_bridged' AND "
        "window_type = 'annual' AND rate_ratio IS NOT NULL "
        "ORDER BY period_end DESC LIMIT 1"
    )
    ends = " to ".join(rounded(pair[f"rate_ratio_{end}_95"], 2) for end in ("lower", "upper"))
    page = explore("#area=US&measure=infant_mortality&window=annual")
    row = page.get_by_role("row").filter(has=page.get_by_role("button", name="Black", exact=True))
    assert cells(row)[3] == f"{rounded(pair['rate_ratio'], 2)} ({ends})"
    row.get_by_role("button", name="Black").click()
    until(page, f"{SHOWN}.includes('group=race_bridged:black')")
    assert "United States, Black" in page.locator("#trend").inner_text()


def test_an_address_brings_its_view_back_and_so_do_back_and_forward(explore: Open) -> None:
    page = explore("#area=US-MO&measure=infant_mortality&window=rolling_3_year")
    assert page.get_by_label("Years", exact=True).input_value() == "rolling_3_year"
    page.get_by_label("Years", exact=True).focus()
    page.get_by_label("Years", exact=True).select_option("annual")
    until(page, f"{SHOWN}.includes('window=annual')")
    until(page, "document.activeElement.id === 'choose-window'")
    page.go_back()
    until(page, "document.getElementById('choose-window').value === 'rolling_3_year'")
    page.go_forward()
    until(page, "document.getElementById('choose-window').value === 'annual'")
    assert page.title().startswith("Missouri")


def test_the_first_key_leads_past_the_head_and_leaves_the_view(explore: Open) -> None:
    page = explore("#area=US-MO")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "view"
    assert page.evaluate("location.hash") == "#area=US-MO"
    assert heading(page) == "Missouri"


def test_all_areas_are_sorted_by_any_heading_with_the_keyboard(
    explore: Open, published: Callable[[str], list[dict[str, Any]]]
) -> None:
    expected = published(
        "SELECT area_name FROM rates WHERE area_type = 'state' AND window_type = 'annual' "
        "AND stratum_type = 'all' AND measure = 'infant_mortality' AND year(period_end) = 2023 "
        "AND rate IS NOT NULL ORDER BY rate, area_name"
    )
    page = explore("#view=areas&type=state&measure=infant_mortality&window=annual")
    names = page.locator("table.sortable tbody th")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Area")
    heading = page.get_by_role("button", name="Rate")
    heading.focus()
    page.keyboard.press("Enter")
    until(page, f"{SHOWN}.includes('sort=rate')")
    assert names.all_inner_texts() == [row["area_name"] for row in expected]
    assert page.evaluate("document.activeElement.dataset.sort") == "rate"
    page.keyboard.press("Enter")
    until(page, f"{SHOWN}.includes('dir=down')")
    assert names.all_inner_texts()[0] == expected[-1]["area_name"]
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Rate")


def test_all_areas_are_narrowed_and_those_without_a_number_come_last(explore: Open) -> None:
    page = explore("#view=areas&measure=infant_mortality&window=annual&sort=rate")
    page.get_by_label("Nation", exact=True).select_option(label="Wales")
    until(page, f"{SHOWN}.includes('nation=W92000004')")
    page.get_by_label("Kind of area").select_option("unitary_authority")
    until(page, f"{SHOWN}.includes('type=unitary_authority')")
    # Wales has 22 unitary authorities.
    assert page.locator("table.sortable tbody tr").count() == 22
    assert page.locator("#count").inner_text().startswith("22 areas")
    page = explore("#view=areas&type=country&measure=infant_mortality&window=annual&period="
                   "2021-01-01/2021-12-31&sort=rate&dir=down")  # fmt: skip
    rates = [cells(row)[1] for row in page.locator("table.sortable tbody tr").all()]
    numbers = [text[0].isdigit() for text in rates]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) > 1


def test_six_areas_are_compared_and_series_that_differ_are_told_apart(explore: Open) -> None:
    page = explore("#area=US-MO")
    page.get_by_role("button", name="Compare with other areas").click()
    until(page, f"{SHOWN}.startsWith('#view=compare')")
    assert page.locator(".notice").count() == 0
    for name in ("Kansas", "Iowa", "Illinois", "Arkansas", "United States"):
        field = page.get_by_role("combobox", name="Add an area to the comparison")
        field.press_sequentially(name)
        field.press("Enter")
        until(page, f"document.querySelector('.chips').textContent.includes({name!r})")
    until(page, DRAWN)
    assert page.locator(".chips li").count() == 6
    assert page.get_by_role("combobox", name="Add an area to the comparison").count() == 0
    notice = page.locator(".notice").inner_text()
    assert "not all counted alike" in notice
    assert "NCHS mortality file (United States" in notice
    page.get_by_role("button", name="Remove United States").click()
    until(page, "document.querySelectorAll('.chips li').length === 5")
    page.get_by_role("link", name="Missouri").first.click()
    until(page, f"{SHOWN}.startsWith('#area=US-MO')")
    assert "compare=US-MO;US-KS;US-IA;US-IL;US-AR" in page.url


VIEWS = (
    "", "#area=US&measure=infant_mortality", "#view=areas&type=state",
    "#view=compare&compare=US-MO;US;E06000017",
)  # fmt: skip


@pytest.mark.parametrize("address", VIEWS)
def test_every_view_is_for_everybody(explore: Open, address: str) -> None:
    page = explore(address)
    assert looking.axe_findings(page) == []
    for width in (looking.PHONE, 640, looking.TABLET):
        assert looking.too_wide(page, width) == []
    page.set_viewport_size({"width": looking.PHONE, "height": 800})
    until(page, DRAWN)
    size, text = looking.smallest_text(page)
    assert size >= 11, text


def test_a_profile_prints_without_its_controls(explore: Open) -> None:
    page = explore("#area=US-MO")
    assert looking.printed_pages(page) <= 4
    page.emulate_media(media="print")
    for hidden in ("nav", "#search", ".actions", ".choices"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator("#trend .chart svg").is_visible()


def test_dark_colours_reach_the_chart(explore: Open) -> None:
    page = explore("#area=US-MO")
    with looking.in_colours(page, "dark"):
        page.wait_for_selector("#trend .chart svg [stroke='#6db3e8']", state="attached")
