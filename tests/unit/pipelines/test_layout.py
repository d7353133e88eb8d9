"""Rows as lines: never wider than the screen, and never a number that is cut."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pipelines.commands.text_columns import aligned, fitted, vertical
from pipelines.commands.tree import Node

HEADING = st.text("abc_", min_size=1, max_size=24)
CELL = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text("xyz é–_", max_size=70),
)


@given(st.data(), st.integers(20, 140))
def test_lines_fit_and_numbers_are_whole(data: st.DataObject, width: int) -> None:
    columns = data.draw(st.integers(1, 8))
    row = st.lists(CELL, min_size=columns, max_size=columns)
    headings = data.draw(st.lists(HEADING, min_size=columns, max_size=columns))
    rows = data.draw(st.lists(row, max_size=5))
    lines = fitted(headings, rows, width)
    if lines is not None:
        assert max(map(len, lines)) <= width
        words = re.split(r"\s+", " ".join(lines))
        for i in range(columns):
            if not any(isinstance(r[i], str) for r in rows):
                assert all(f"{r[i]:.10g}" in words for r in rows if isinstance(r[i], float))
    assert len(list(aligned(headings, rows))) == 2 + len(rows)
    assert len(list(vertical(headings, rows, 0))) == (1 + columns) * len(rows)


def test_absent_is_a_dash_and_zero_is_zero() -> None:
    assert list(aligned(["deaths"], [(None,), (0,), (0.0,)]))[2:] == ["     –", "     0", "     0"]


def test_what_moves_the_cursor_is_taken_out() -> None:
    (line,) = list(aligned(["name"], [("a\x1b[2Jb\nc\rd\u009be",)]))[2:]
    assert line == "a [2Jb c d e"


def test_a_column_of_digits_in_text_is_no_text() -> None:
    assert fitted(["births", "area"], [("10,928,067", "United States of America")], 24) == [
        "    births  area",
        "----------  ------------",
        "10,928,067  United",
        "            States of",
        "            America",
    ]


def test_a_tree_folds_below_its_branches_and_is_indented_in_a_pipe() -> None:
    root = Node("root")
    root.add("one two three four five six seven").add("leaf")
    root.add("last")
    assert list(root.lines(24)) == [
        "root", "├─ one two three four", "│  │  five six seven", "│  └─ leaf", "└─ last",
    ]  # fmt: skip
    assert list(root.lines(0)) == [
        "root", "  one two three four five six seven", "    leaf", "  last",
    ]  # fmt: skip
