"""Drift reports name what was added, removed, renamed and moved, and can be pasted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.producers.ons.workbooks import drift, layout
from assets.producers.ons.workbooks.drift import SeenTable, layout_drift
from assets.producers.ons.workbooks.headers import match
from assets.producers.ons.workbooks.layout import (
    EditionLayout,
    TableLayout,
    count,
    flag,
    label,
    rate,
)
from assets.producers.ons.workbooks.text import header_fragment

TABLE = TableLayout(
    "3",
    "3",
    (
        label("Area (code)", "area_code"),
        count("Live births"),
        count("Infant deaths", "Numbers | Infant deaths"),
        rate("Infant mortality rate"),
        flag("Infant unreliable indicator"),
    ),
)
PRINTED = [column.printed for column in TABLE.columns]


def _seen(texts: list[str], cells: list[list[object]] | None = None) -> SeenTable:
    below = cells or [[] for _ in texts]
    return SeenTable(TABLE, "3", 10, match(TABLE, texts, below, likely=True), below)


def test_no_difference_is_reported_for_the_same_headers() -> None:
    assert not any(_seen(PRINTED).difference.values())


@pytest.mark.parametrize(
    "texts",
    [
        ["AREA (CODE)", "live  births", "Infant\ndeaths", "Infant mortality rates", PRINTED[4]],
        ["Area (code);", "Live births [note 3]", "Infant deaths2,3", *PRINTED[3:]],
        [*PRINTED[:3], "Infant mortality rate (per 1,000 live births)", PRINTED[4]],
        ["Area (code)", "Live births ", "Infant deaths\u00b2", *PRINTED[3:]],
    ],
)
def test_wording_that_means_the_same_is_no_difference(texts: list[str]) -> None:
    found = match(TABLE, [header_fragment(text) for text in texts], [[] for _ in texts])
    assert found.is_perfect


@pytest.mark.parametrize("text", ["Infant deaths (linked)", "Infant deaths to residents", "Infant"])
def test_wording_that_says_more_or_less_is_not_guessed(text: str) -> None:
    texts = [*PRINTED[:2], text, *PRINTED[3:]]
    found = match(TABLE, texts, [[] for _ in texts])
    assert not found.is_usable
    assert found.unread == (text,)


def test_a_word_for_numbers_and_rates_is_not_taken_for_the_other() -> None:
    """Stacked headers say ``Infant`` below ``Numbers`` and again below ``Rates``."""
    table = TableLayout("3", "3", (count("Infant", "Numbers"), rate("Infant", "Rates")))
    assert match(table, ["Infant", "Infant"], [[], []]).is_perfect
    assert not match(table, ["Infants", "Infant"], [[], []]).is_usable
    assert not match(table, ["Infant", "Infant", "Infant"], [[], [], []]).is_usable


def test_each_kind_of_change_is_told_apart() -> None:
    texts = ["Area (code)", "Infant deaths", "Live births", "", "Rate of infant mortality"]
    found = _seen([*texts, "Gestation"]).difference
    assert found["renamed"] == [{"from": "Infant mortality rate", "to": "Rate of infant mortality"}]
    assert found["added"] == ["Gestation"]
    assert found["removed"] == ["Infant unreliable indicator"]
    (moved,) = found["moved"]
    assert isinstance(moved, dict)
    assert moved["header"] in ("Live births", "Numbers | Infant deaths")


def _rebuilt(seen: SeenTable) -> TableLayout:
    pasted = drift.describe(seen)
    (table,) = eval(f"({pasted})", vars(layout).copy())  # noqa: S307 - the text is our own
    return table  # type: ignore[no-any-return]


def test_the_description_can_be_pasted() -> None:
    texts = ["Area (code)", "Live births", "", "Infant deaths", "Rate of infant mortality", "New"]
    rebuilt = _rebuilt(_seen(texts))
    assert [column.printed for column in rebuilt.columns] == [text for text in texts if text]
    assert rebuilt.columns[3] == rate("Rate of infant mortality", "Infant mortality rate")
    assert rebuilt.columns[2] == TABLE.columns[2]


def test_codes_and_names_are_told_by_their_cells() -> None:
    """One edition prints its only header of areas over the codes."""
    columns = (
        label("Area (code)", "area_code", optional=True),
        label("Area of usual residence", "area_name"),
        count("Live births"),
    )
    table = TableLayout("1", "Table 1", columns)
    texts = ["Area of usual residence", "", "All births"]
    below: list[list[object]] = [
        ["E92000001", "E12000001", "95T"],
        ["ENGLAND", "NORTH EAST", "Antrim"],
        [1.0, 2.0, 3.0],
    ]
    rebuilt = _rebuilt(SeenTable(table, "1", 10, match(table, texts, below, likely=True), below))
    assert [column.name for column in rebuilt.columns[:2]] == ["area_code", "area_name"]
    again = match(rebuilt, texts, below)
    assert [column.name for column in again.columns[:2]] == ["area_code", "area_name"]


def test_a_column_that_is_gone_is_put_down_as_a_remark() -> None:
    pasted = drift.describe(_seen(["Area (code)", "Live births"]))
    gone = [line.strip() for line in pasted.splitlines() if "not found" in line]
    assert [line.partition(",  #")[0] for line in gone] == [
        '# not found: count("Infant deaths", "Numbers | Infant deaths")',
        '# not found: rate("Infant mortality rate")',
        '# not found: flag("Infant unreliable indicator")',
    ]


@pytest.mark.parametrize(
    ("cells", "role"),
    [
        ([4.0, "[x]", 5.0], "other"),
        (["[u]", "", "[u]"], "flag"),
        (["see note", ""], "ignored"),
        (["", ""], "ignored"),
        (["[c]", "[u]"], "ignored"),
    ],
)
def test_a_new_column_is_put_down_by_what_its_cells_hold(cells: list[object], role: str) -> None:
    texts = [*PRINTED, "New"]
    rebuilt = _rebuilt(_seen(texts, [*([[]] * len(PRINTED)), cells]))
    assert rebuilt.columns[-1].role == role
    assert rebuilt.columns[:-1] == TABLE.columns


def test_words_in_another_order_are_a_renamed_header() -> None:
    found = _seen([*PRINTED[:2], "Deaths of infants", *PRINTED[3:]]).difference
    assert found["renamed"] == [{"from": "Infant deaths", "to": "Deaths of infants"}]


HEADERS = st.lists(
    st.sampled_from([*PRINTED, "", "Deaths", "Infant", "New", "Area"]), min_size=2, max_size=8
)


@settings(deadline=None)
@given(HEADERS)
def test_a_report_never_has_an_empty_difference(texts: list[str]) -> None:
    below: list[list[object]] = [[] for _ in texts]
    if match(TABLE, texts, below).is_usable:
        return
    edition = EditionLayout("child mortality 2022", (TABLE,))
    error = layout_drift("book.xlsx", edition, [_seen(texts)], ["3"], "LAYOUTS")
    assert error.seen.removeprefix("a header with").strip()
    described = eval(f"({error.details['paste']})", vars(layout).copy())  # noqa: S307
    assert described[0].tables[0].number == "3"
