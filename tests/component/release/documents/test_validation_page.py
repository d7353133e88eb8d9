"""``VALIDATION.html``: a verdict in words, and evidence down to the row."""

from __future__ import annotations

import re
from html import unescape

import duckdb
import pytest

from tests.component.release.documents import quality as q


def words(page: str) -> str:
    """Return the text of a page."""
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(text))


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        (
            [q.evaluated(), q.EXPLAINED],
            "The contract held: 2 of 2 rules, each evaluated on exactly the content that was "
            "released. No advice found anything.",
        ),
        (
            [q.evaluated(), q.WAIVED, q.ADVICE],
            "The contract held: 2 of 2 rules, each evaluated on exactly the content that was "
            "released. 1 of them holds but for rows that a waiver names, with its reason. "
            "1 piece of advice found something that is worth a look and keeps nothing back.",
        ),
        (
            [q.evaluated(), q.PAST_EVALUATION],
            "1 rule of the contract did not hold or was not evaluated. Such content is never "
            "released",
        ),
        ([], "No rule was evaluated. Nothing is known of these tables: do not use them."),
    ],
)
def test_the_verdict_is_told_in_words(
    con: duckdb.DuckDBPyConnection, rows: list[q.f.Row], verdict: str
) -> None:
    assert verdict in words(q.page_of(con, *rows))


def test_each_level_leads_to_the_next(con: duckdb.DuckDBPyConnection) -> None:
    page = q.page_of(con, q.evaluated(), q.WAIVED, q.ADVICE, q.EXPLAINED, q.PAST_EVALUATION)
    places = re.findall(r'\bid="([^"]+)"', page)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(places)
    for table in ("published.rates", "core.observations"):
        assert f'href="#table-{table}"' in page
    findings = [place for place in places if place.startswith("finding-")]
    assert findings == [
        "finding-core.observations-T-RANGE", "finding-published.rates-T-LOST",
        "finding-published.rates-T-PRINTED", "finding-published.rates-T-SUM",
    ]  # fmt: skip
    assert len([place for place in places if place.startswith("rule-")]) == 5


def test_a_finding_has_its_reason_its_rows_and_what_to_do(con: duckdb.DuckDBPyConnection) -> None:
    text = words(q.page_of(con, q.evaluated(), q.WAIVED, q.ADVICE))
    waived = text.split("T-SUM waived on published.rates")[1]
    # What the rows have in common stands once.
    assert "why it stands The ONS prints it like that. waiver EW-1993" in waived
    assert "source_family ons_occurrence" in waived
    assert "2 rows that the rule names period_start observed 1993-01-01 6034 1994-01-01" in waived
    advice = text.split("T-RANGE failed , as advice, on core.observations")[1]
    assert "what to do Compare the row with the extract." in advice
    assert "20 rows that the rule names, of 30 that break it" in advice


def test_each_table_has_the_hash_of_what_was_looked_at(con: duckdb.DuckDBPyConnection) -> None:
    text = words(q.page_of(con, q.evaluated(), q.ADVICE))
    assert "1 rule: 1 passed. Content 0123456789ab" + "0" * 52 in text
    assert "1 rule: 1 failed. Content not given: the content has counts that are with" in text


@pytest.mark.parametrize(
    "keys", ["{", "7", '{"a": 1}', "[]", '["x", null, 7]', '[{"a": {"b": 1}}]']
)
def test_evidence_of_any_shape_makes_a_page(con: duckdb.DuckDBPyConnection, keys: str) -> None:
    page = q.page_of(con, q.evaluated(failing_keys=keys))
    assert page.rstrip().endswith("</html>")


def test_it_loads_nothing_and_runs_nothing(con: duckdb.DuckDBPyConnection) -> None:
    page = q.page_of(con, q.evaluated(message="<script>alert(1)</script>"))
    assert "<script" not in page
    assert "src=" not in page
    assert "url(" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
