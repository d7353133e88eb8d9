"""What an operator gives up: how it is written, kept, and matched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from assets.disclosure.cells import Cell
from assets.disclosure.dropped import Drop, DropError, add_drops, drop_of, parse_drop, read_drops
from pipelines.commands.run import run

CELL = Cell("state_extract", "infant_deaths", "29207", "", "sex", "male",
            date(2012, 1, 1), date(2012, 12, 31))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("area_code=29207", True),
        ("area_code=29207 stratum=male period_start=2012-01-01", True),
        ("area_code=29207 stratum=female", False),
        ("area_code=29", False),
    ],
)
def test_a_selection_matches_counts_with_all_its_values(text: str, matches: bool) -> None:
    assert parse_drop(text).matches(CELL) is matches


def test_the_selection_of_a_count_is_read_as_it_is_written() -> None:
    drop = drop_of(CELL)
    assert parse_drop(str(drop)) == drop
    assert drop.matches(CELL)


@pytest.mark.parametrize("text", ["", "29207", "numerator=3", "area_code="])
def test_what_is_no_selection_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(DropError, match="COLUMN=VALUE"):
        parse_drop(text)
    refused = CliRunner().invoke(run, ["--drop", text], env={"IMR_HOME": str(tmp_path / "home")})
    assert refused.exit_code == 2
    assert not (tmp_path / "home" / "dropped.txt").exists()


def test_choices_are_kept_once_each(tmp_path: Path) -> None:
    file = tmp_path / "dropped.txt"
    assert read_drops(file) == ()
    first, second = parse_drop("area_code=29207"), parse_drop("area_code=29069 stratum=male")
    add_drops(file, [first])
    add_drops(file, [second, first])
    assert read_drops(file) == (first, second)
    assert isinstance(first, Drop)
