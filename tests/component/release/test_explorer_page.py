"""What is put into the explorer, and how the file is put together."""

from __future__ import annotations

import base64
import gzip
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
import vl_convert

from assets.release.documents.explorer import vega_bundle as library
from assets.release.documents.explorer.data_block import data_block, explorer_data
from assets.release.documents.explorer.explorer_page import SCRIPTS, explorer_page
from tests.component.release import figures as f

FACTS = {
    "version": "2026.06.01",
    "released_at": "2026-06-01T02:15:00+00:00",
    "schema_version": "2.0.0",
    "method_version": "1.2.0",
}
WITHHELD = "withheld for small counts"


@pytest.fixture
def filled(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """National figures, and a state without a number in a year."""
    gone = f.rate(None, None, **f.series("US-KS"), value_status="missing", status_reason=WITHHELD)
    f.ready(con, [*f.national(), gone], restated=True)
    return con


def column(data: dict[str, Any], name: str) -> list[Any]:
    """Return the values of a column of rates, whichever way it is kept."""
    kept = data["rates"][name]
    if isinstance(kept, list):
        return kept
    return [None if code < 0 else kept["values"][code] for code in kept["codes"]]


def test_every_preferred_row_is_there_with_the_words_of_the_table(
    filled: duckdb.DuckDBPyConnection,
) -> None:
    rows = filled.execute(
        "SELECT area_code, period, rate_text, numerator, denominator, value_status "
        "FROM published.rates WHERE is_preferred ORDER BY ALL"
    ).fetchall()
    data = explorer_data(filled, FACTS)
    names = ("area_code", "period", "rate_text", "numerator", "denominator", "value_status")
    found = sorted(zip(*(column(data, name) for name in names), strict=True), key=str)
    assert found == sorted(rows, key=str)
    assert len(found) == data["rates"]["rows"] > 10


def test_a_row_without_a_number_has_none_and_its_reason(filled: duckdb.DuckDBPyConnection) -> None:
    data = explorer_data(filled, FACTS)
    at = column(data, "area_code").index("US-KS")
    for name in ("rate_text", "numerator", "denominator", "lower", "upper", "rank"):
        assert column(data, name)[at] is None, name
    assert column(data, "status_reason")[at] == WITHHELD


def test_rows_that_are_not_preferred_and_columns_that_are_not_shown_stay_out(
    filled: duckdb.DuckDBPyConnection,
) -> None:
    filled.execute(
        "UPDATE published.rates SET is_preferred = false WHERE area_code = 'US-MO'"
    ).fetchall()
    data = explorer_data(filled, FACTS)
    assert "US-MO" not in column(data, "area_code")
    assert not {"rate_eb", "ci_lower_998", "mean_of_rates"} & set(data["rates"])


def test_limits_are_rounded_half_away_from_zero_to_the_digits_of_their_rate(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # 0.125 and 7.375 are exact in binary, so that half is half.
    f.ready(con, [f.rate(7, 1000, ci_lower_95=0.125, ci_upper_95=7.375)])
    data = explorer_data(con, FACTS)
    assert (column(data, "lower"), column(data, "upper")) == ([0.13], [7.38])


def test_the_same_release_gives_the_same_block(filled: duckdb.DuckDBPyConnection) -> None:
    block = data_block(filled, FACTS)
    assert block == data_block(filled, FACTS)
    data = json.loads(gzip.decompress(base64.b64decode(block)))
    assert data["release"] == FACTS
    assert data["rates"]["rows"] == len(data["rates"]["place_code"]["codes"])


def test_only_the_scripts_of_the_page_may_run_and_no_text_ends_them(
    filled: duckdb.DuckDBPyConnection,
) -> None:
    hostile = "window.x = '<!-- </script><script>alert(1)</script>';"
    page = explorer_page(filled, FACTS, library=hostile)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    assert "alert(1)" in scripts[1]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    said = policy[1].replace("&#39;", "'")
    hashes = [base64.b64encode(sha256(s.encode()).digest()).decode() for s in scripts]
    allowed = re.search(r"script-src ([^;]*);", said)
    assert allowed is not None
    assert set(allowed[1].split()) == {f"'sha256-{each}'" for each in hashes}
    assert said.startswith("default-src 'none'")
    assert "eval" not in said


def test_every_module_is_in_the_page_and_short(repository: Path) -> None:
    folder = repository / "assets/release/documents/explorer/js"
    files = {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.js")}
    assert set(files) == set(SCRIPTS)
    for name, text in files.items():
        assert len(text.splitlines()) < 400, name
        # Text goes in as text.
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text
        )


def test_numbers_do_not_wait_for_a_page_that_cannot_be_made(
    filled: duckdb.DuckDBPyConnection, caplog: pytest.LogCaptureFixture
) -> None:
    filled.execute("ALTER TABLE published.rates RENAME COLUMN rate_text TO other").fetchall()
    page = explorer_page(filled, FACTS, library="")
    assert "This release has no explorer" in page
    assert "rate_text" in page
    assert "<script" not in page
    assert "explore.html could not be made" in caplog.text


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count what is bundled, which would take three seconds each time."""
    made: list[str] = []

    def bundle(snippet: str) -> str:
        made.append(snippet)
        return f"/* library {len(made)} */\r\n{snippet}"

    monkeypatch.setattr(vl_convert, "javascript_bundle", bundle)
    return made


def test_the_library_is_bundled_once_and_again_where_it_was_damaged(
    tmp_path: Path, bundled: list[str]
) -> None:
    folder = tmp_path / "cache"
    first = library.vega_bundle(folder)
    assert first == f"/* library 1 */\n{library.SNIPPET}"
    assert library.vega_bundle(folder) == first
    (kept,) = folder.iterdir()
    kept.write_text(kept.read_text()[:-5])
    again = library.vega_bundle(folder)
    assert (again, len(bundled)) == (f"/* library 2 */\n{library.SNIPPET}", 2)
    kept.write_bytes(b"\xff\xfe")
    library.vega_bundle(folder)
    assert library.vega_bundle(folder).startswith("/* library 3 */")


def test_where_nothing_can_be_kept_the_library_is_made_all_the_same(
    tmp_path: Path, bundled: list[str]
) -> None:
    file = tmp_path / "no folder"
    file.write_text("")
    assert library.vega_bundle(file).startswith("/* library 1 */")
    assert library.vega_bundle(file).startswith("/* library 2 */")
    assert len(bundled) == 2
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_kept_belongs_to_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert library.cache_folder() == tmp_path / "infant-mortality-rates"
    # The standard tells to ignore a relative path.
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert library.cache_folder() == tmp_path / "me/.cache/infant-mortality-rates"
