"""Drift reports name what was added, removed, renamed and moved, and can be pasted."""

from __future__ import annotations

import pytest

from assets.ons import drift, layout
from assets.ons.drift import SeenTable
from assets.ons.layout import TableLayout, count, flag, label, rate, spacer, symbols

TABLE = TableLayout(
    "3",
    "3",
    (
        label("Area (code)", "area_code"),
        count("Live births"),
        spacer(),
        count("Infant deaths", "Numbers | Infant deaths"),
        rate("Infant mortality rate"),
        flag("Infant unreliable indicator"),
    ),
)
SYMBOLS = symbols(("[x]", "[z]"), ("[u]",))
PRINTED = [column.printed for column in TABLE.columns]


def test_no_difference_is_reported_for_the_same_headers() -> None:
    assert drift.compare(PRINTED, PRINTED) == {
        "added": [],
        "removed": [],
        "renamed": [],
        "moved": [],
    }


def test_each_kind_of_change_is_told_apart() -> None:
    seen = ["Area (code)", "Infant deaths", "Live births", "", "Rate of infant mortality"]
    found = drift.compare(PRINTED, [*seen, "Gestation"])
    assert found["renamed"] == [{"from": "Infant mortality rate", "to": "Rate of infant mortality"}]
    assert found["added"] == ["Gestation"]
    assert found["removed"] == ["Infant unreliable indicator"]
    assert [item["header"] for item in found["moved"] if isinstance(item, dict)] in (
        ["Live births"],
        ["Infant deaths"],
    )


def test_the_same_header_twice_is_two_headers() -> None:
    assert drift.compare(["Linked", "Linked"], ["Linked"])["removed"] == ["Linked"]
    assert drift.compare(["Linked"], ["Linked", "Linked"])["added"] == ["Linked"]


def _rebuilt(seen: SeenTable) -> TableLayout:
    pasted = drift.describe(seen, SYMBOLS)
    (table,) = eval(f"({pasted})", vars(layout).copy())  # noqa: S307 - the text is our own
    return table  # type: ignore[no-any-return]


def test_the_description_can_be_pasted() -> None:
    texts = ["Area (code)", "Live births", "", "Infant deaths", "Infant mortality rates", "New"]
    rebuilt = _rebuilt(SeenTable(TABLE, "3", 10, texts))
    assert [column.printed for column in rebuilt.columns] == texts
    assert rebuilt.columns[4] == rate("Infant mortality rates", "Infant mortality rate")
    assert rebuilt.columns[3] == TABLE.columns[3]


def test_a_column_that_is_gone_is_put_down_as_a_remark() -> None:
    pasted = drift.describe(SeenTable(TABLE, "3", 10, ["Area (code)", "Live births"]), SYMBOLS)
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
    columns: list[list[object]] = [[] for _ in PRINTED]
    rebuilt = _rebuilt(SeenTable(TABLE, "3", 10, texts, [*columns, cells]))
    assert rebuilt.columns[-1].role == role
    assert rebuilt.columns[:-1] == TABLE.columns


def test_words_in_another_order_are_a_renamed_header() -> None:
    found = drift.compare(["Infant deaths", "Births"], ["Deaths of infants", "Births"])
    assert found["renamed"] == [{"from": "Infant deaths", "to": "Deaths of infants"}]
