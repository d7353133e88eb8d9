"""Drift reports name what was added, removed, renamed and moved, and can be pasted."""

from __future__ import annotations

from assets.ons import drift, layout
from assets.ons.layout import TableLayout, count, flag, label, rate, spacer

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


def test_the_description_can_be_pasted() -> None:
    seen = ["Area (code)", "Live births", "", "Infant deaths", "Infant mortality rates", "New"]
    pasted = drift.describe(TABLE, "3", seen)
    rebuilt = eval(pasted, vars(layout).copy())  # noqa: S307 - the text is our own
    assert [column.printed for column in rebuilt.columns] == seen
    assert rebuilt.columns[4] == rate("Infant mortality rates", "Infant mortality rate")
    assert rebuilt.columns[3] == TABLE.columns[3]
    assert rebuilt.columns[5].role == "count"
    assert "which role?" in pasted
