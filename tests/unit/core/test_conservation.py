"""Sums of areas in the by-area workbooks, on deaths registered by area in 2014."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from assets.archive.dataset import ParsedExtract
from assets.core.geography.arriving_areas import judge_areas
from assets.producers.catalogue import dataset
from tools.samples.ons.generate import FILES

INFANT = "Deaths (numbers) | Infant (under 1 year)"


@pytest.fixture(scope="module")
def whole() -> ParsedExtract:
    return dataset("ons_deaths_by_area").parse(FILES / "deathsarea2014.xls")


def judged(parsed: ParsedExtract, frame: pd.DataFrame) -> list[str]:
    changed = dataclasses.replace(parsed, frame=frame)
    errors = judge_areas(dataset("ons_deaths_by_area"), changed, "deathsarea2014.xls")
    return [e.rule for e in errors]


def of(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame["area_name"] == name


def test_a_whole_workbook_adds_up(whole: ParsedExtract) -> None:
    assert judged(whole, whole.frame) == []


@pytest.mark.parametrize("name", ["Darlington", "Adur", "Barnsley", "Kent"])
def test_a_row_that_was_lost_is_missed(whole: ParsedExtract, name: str) -> None:
    assert of(whole.frame, name).any()
    assert judged(whole, whole.frame[~of(whole.frame, name)]) == ["GEOGRAPHY-SUMS"]


def test_a_figure_that_was_changed_is_noticed(whole: ParsedExtract) -> None:
    frame = whole.frame.copy()
    frame.loc[of(frame, "Kent") & (frame["source_column"] == INFANT), "value"] += 1
    assert judged(whole, frame) == ["GEOGRAPHY-SUMS"]


def test_sums_with_a_figure_that_is_withheld_are_not_compared(whole: ParsedExtract) -> None:
    frame = whole.frame.copy()
    cell = of(frame, "Adur") & (frame["source_column"] == INFANT)
    frame.loc[cell, ["value", "raw_text"]] = [None, "*"]
    assert judged(whole, frame) == []
