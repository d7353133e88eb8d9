"""What people take away from the explorer, and what it says where it cannot work."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.exploring import Open, until
from tests.browser.looking import Watch


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
