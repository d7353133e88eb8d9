"""The explorer of a release of all samples, as somebody who answers for one area uses it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Locator, Page

from tests.browser import looking
from tests.browser.looking import Watch

# Playwright polls by eval, which the page's policy forbids; one promise that waits needs none.
_UNTIL = """async () => {{
  const end = performance.now() + 30000;
  while (!({condition})) {{
    if (performance.now() > end) throw new Error("waited in vain");
    await new Promise(requestAnimationFrame);
  }}
}}"""
READY = "document.documentElement.dataset.ready === 'yes' || document.querySelector('[role=alert]')"
DRAWN = "[...document.querySelectorAll('.chart')].every(each => each.dataset.drawn === 'yes')"
Open = Callable[[str], Page]


def until(page: Page, condition: str) -> None:
    """Wait until an expression of JavaScript is true."""
    page.evaluate(_UNTIL.format(condition=condition))


@pytest.fixture
def explore(page: Page, release: Path) -> Open:
    """Open the explorer at an address."""

    def opened(address: str = "") -> Page:
        page.goto("about:blank")
        page.goto((release / "explore.html").as_uri() + address)
        until(page, READY)
        until(page, DRAWN)
        return page

    return opened


@pytest.fixture(scope="module")
def published(release: Path) -> Callable[[str], list[dict[str, Any]]]:
    """Ask the Parquet files beside the page: ``rates`` are the preferred ones."""
    con = duckdb.connect()
    for file in release.glob("*.parquet"):
        con.execute(
            f"CREATE VIEW {file.stem}_all AS SELECT * FROM "
            f"read_parquet('{file}', hive_partitioning = false)"
        ).fetchall()
    con.execute("CREATE VIEW rates AS SELECT * FROM rates_all WHERE is_preferred").fetchall()

    def asked(query: str) -> list[dict[str, Any]]:
        result = con.execute(query)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    return asked


def rounded(value: float, decimals: int) -> str:
    """Round as the tables do: half away from zero, once."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def limits(row: dict[str, Any]) -> str:
    return " to ".join(rounded(row[f"ci_{end}_95"], row["decimals"]) for end in ("lower", "upper"))


def cells(row: Locator) -> list[str]:
    return [text.strip() for text in row.locator("th, td").all_inner_texts()]


def heading(page: Page) -> str:
    return page.locator("main h2").first.inner_text()


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
    until(page, "location.hash === '#area=US-MO'")
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
        "stratum_type = 'race_bridged' AND window_type = 'annual' AND rate_ratio IS NOT NULL "
        "ORDER BY period_end DESC LIMIT 1"
    )
    ends = " to ".join(rounded(pair[f"rate_ratio_{end}_95"], 2) for end in ("lower", "upper"))
    page = explore("#area=US&measure=infant_mortality&window=annual")
    row = page.get_by_role("row").filter(has=page.get_by_role("button", name="Black", exact=True))
    assert cells(row)[3] == f"{rounded(pair['rate_ratio'], 2)} ({ends})"
    row.get_by_role("button", name="Black").click()
    until(page, "location.hash.includes('group=race_bridged:black')")
    assert "United States, Black" in page.locator("#trend").inner_text()


def test_an_address_brings_its_view_back_and_so_do_back_and_forward(explore: Open) -> None:
    page = explore("#area=US-MO&measure=infant_mortality&window=rolling_3_year")
    assert page.get_by_label("Years", exact=True).input_value() == "rolling_3_year"
    page.get_by_label("Years", exact=True).focus()
    page.get_by_label("Years", exact=True).select_option("annual")
    until(page, "location.hash.includes('window=annual')")
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
    until(page, "location.hash.includes('sort=rate')")
    assert names.all_inner_texts() == [row["area_name"] for row in expected]
    assert page.evaluate("document.activeElement.dataset.sort") == "rate"
    page.keyboard.press("Enter")
    until(page, "location.hash.includes('dir=down')")
    assert names.all_inner_texts()[0] == expected[-1]["area_name"]
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Rate")


def test_all_areas_are_narrowed_and_those_without_a_number_come_last(explore: Open) -> None:
    page = explore("#view=areas&measure=infant_mortality&window=annual&sort=rate")
    page.get_by_label("Nation", exact=True).select_option(label="Wales")
    until(page, "location.hash.includes('nation=W92000004')")
    page.get_by_label("Kind of area").select_option("unitary_authority")
    until(page, "location.hash.includes('type=unitary_authority')")
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
    until(page, "location.hash.startsWith('#view=compare')")
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
    until(page, "location.hash.startsWith('#area=US-MO')")
    assert "compare=US-MO;US-KS;US-IA;US-IL;US-AR" in page.url


def test_csv_has_units_source_and_release_and_the_numbers_of_the_table(
    explore: Open, published: Callable[[str], list[dict[str, Any]]]
) -> None:
    page = explore("#area=US-MO&measure=infant_mortality&window=annual")
    page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text; }")
    page.get_by_role("button", name="Copy as CSV").click()
    until(page, "document.getElementById('said').textContent === 'CSV copied.'")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save CSV").click()
    text = Path(saved.value.path()).read_bytes().decode()
    assert text == page.evaluate("window.copied")
    assert saved.value.suggested_filename == "missouri-infant-mortality-single-years.csv"
    expected = published(
        "SELECT * FROM rates WHERE area_code = 'US-MO' AND measure = 'infant_mortality' "
        "AND window_type = 'annual' AND stratum_type = 'all' ORDER BY period_end"
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["period"] for row in rows] == [row["period"] for row in expected]
    for said, row in zip(rows, expected, strict=True):
        assert said["unit"] == "infant deaths per 1,000 live births"
        assert said["source_family"] == row["source_family"]
        assert said["release"] == page.evaluate("explorer.model.data.release.version")
        if row["rate"] is None:
            assert said["rate"] == said["numerator"] == said["ci_upper_95"] == ""
        else:
            assert said["rate"] == row["rate_text"].split(" ")[0]
            assert float(said["numerator"]) == row["numerator"]


def test_pictures_say_what_they_show_and_where_it_is_from(explore: Open) -> None:
    page = explore("#area=E06000017&measure=infant_mortality")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save SVG").first.click()
    drawn = Path(saved.value.path()).read_text(encoding="utf-8")
    version = page.evaluate("explorer.model.data.release.version")
    assert "Rutland: infant mortality, single years" in drawn
    assert f"release {version}" in drawn
    assert "Infant deaths per 1,000 live births" in drawn
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save PNG").first.click()
    picture = Path(saved.value.path()).read_bytes()
    assert picture.startswith(b"\x89PNG")
    # Twice as many pixels as CSS pixels, so that it is sharp in print.
    assert int.from_bytes(picture[16:20]) == 2 * 860


VIEWS = (
    "", "#area=E06000017", "#area=US&measure=infant_mortality", "#view=areas&type=state",
    "#view=compare&compare=US-MO;US;E92000001", "#area=nowhere",
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


def test_without_scripts_the_page_says_where_the_tables_are(page: Page, release: Path) -> None:
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False) as context:
        bare = context.new_page()
        bare.goto((release / "explore.html").as_uri())
        assert "needs JavaScript" in bare.locator("main").inner_text()
        assert bare.get_by_role("link", name="rates.csv").is_visible()


def test_damaged_data_are_said_and_the_tables_named(
    page: Page, release: Path, tmp_path: Path, watch: Watch
) -> None:
    watch.allow(tmp_path)
    whole = (release / "explore.html").read_text(encoding="utf-8")
    start = whole.index(">", whole.index('id="data"')) + 1
    end = whole.index("</script>", start)
    middle = (start + end) // 2
    other = "A" if whole[middle] != "A" else "B"
    for name, damaged in {
        "altered": whole[:middle] + other + whole[middle + 1 :],
        "cut": whole[:middle] + whole[end:],
        "no base 64": whole[:middle] + "é" + whole[middle + 1 :],
        "empty": whole[:start] + whole[end:],
    }.items():
        (tmp_path / f"{name}.html").write_text(damaged, encoding="utf-8")
        page.goto((tmp_path / f"{name}.html").as_uri())
        said = page.get_by_role("alert")
        said.wait_for()
        assert "damaged" in said.inner_text(), name
        assert said.get_by_role("link", name="rates.csv").is_visible()
