"""Faulty Nomis answers: truncated, paged wrongly, empty, an error message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assets.archive import intake
from assets.archive.errors import ExtractError
from assets.producers.ons.catalogue import NOMIS_DEATHS, NOMIS_LIVE_BIRTHS
from tools.samples.ons.generate import FILES

SAMPLE = FILES / "nomis_live_births_2023.csv"
LINES = SAMPLE.read_text(encoding="utf-8").splitlines()
Edit = Callable[[list[str]], list[str]]


def _refused(path: Path) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        intake.read(NOMIS_LIVE_BIRTHS, path)
    assert caught.value.file == path.name
    return caught.value


def _written(tmp_path: Path, lines: list[str]) -> Path:
    path = tmp_path / "answer.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda lines: lines[:-1], "NOMIS-TRUNCATED"),
        (lambda lines: [*lines[:5], lines[4], *lines[5:-1]], "NOMIS-PAGES"),
        (lambda lines: [lines[0], *reversed(lines[1:])], "NOMIS-PAGES"),
        (lambda lines: lines[:1], "NOMIS-EMPTY"),
        (lambda lines: [*lines[:-1], lines[-1][:40]], "NOMIS-ROW"),
        (lambda lines: [lines[0].replace("OBS_VALUE", "VALUE"), *lines[1:]], "NOMIS-HEADER"),
        (lambda lines: [lines[0].replace("URN", "DATE"), *lines[1:]], "NOMIS-HEADER"),
        (lambda lines: [x.replace("Nm-205d1", "Nm-203d1") for x in lines], "NOMIS-DATASET"),
        (lambda lines: [x.replace("20100", "20301") for x in lines], "NOMIS-MEASURES"),
        (
            lambda lines: [*lines[:3], lines[3].replace(",328", ",329"), *lines[4:]],
            "NOMIS-CHANGED",
        ),
        (lambda lines: [*lines[:3], lines[3].replace("2023", "2123", 1), *lines[4:]], "NOMIS-DATE"),
        (lambda lines: ['{"error":"Invalid dimension value"}'], "NOMIS-ERROR"),
    ],
)
def test_a_faulty_answer_is_refused(tmp_path: Path, edit: Edit, rule: str) -> None:
    error = _refused(_written(tmp_path, edit(LINES)))
    assert error.rule == rule
    assert error.remedy


def test_silent_truncation_names_both_numbers(tmp_path: Path) -> None:
    error = _refused(_written(tmp_path, LINES[:101]))
    assert (error.seen, error.expected) == ("100 records", "328 records (RECORD_COUNT)")
    assert "25,000" in error.remedy


def test_the_error_message_of_nomis_is_passed_on(tmp_path: Path) -> None:
    error = _refused(_written(tmp_path, ['{"error":"Cannot use this geography"}']))
    assert "Cannot use this geography" in error.seen


@pytest.mark.parametrize("body", [b"", b"\n", b"   "])
def test_an_empty_answer_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "answer.csv"
    path.write_bytes(body)
    assert _refused(path).rule == "NOMIS-EMPTY"


def test_letters_in_a_number_cell_are_named(tmp_path: Path) -> None:
    lines = list(LINES)
    lines[2] = lines[2].replace('"Value",', '"Value","x', 1).replace(',"A"', '","A"', 1)
    error = _refused(_written(tmp_path, lines))
    assert (error.rule, error.row, error.column) == ("NOMIS-CELL", 3, "OBS_VALUE")


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_bytes("\n".join(LINES).replace("Bristol", "Bristól").encode("latin-1"))
    assert _refused(path).rule == "NOMIS-ENCODING"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("E12000001", "E12000002", "INTAKE-NOMIS-BIRTHS-001"),
        ('"Value",73741', '"Value",-73741', "INTAKE-NOMIS-BIRTHS-002"),
        ('"Value",73741', '"Value",73742', "INTAKE-NOMIS-BIRTHS-003"),
        ('"Value",73741', '"Value",73741.5', "INTAKE-NOMIS-BIRTHS-004"),
        ("W92000004", "X92000004", "INTAKE-NOMIS-BIRTHS-005"),
    ],
)
def test_a_broken_figure_breaks_its_rule(tmp_path: Path, old: str, new: str, rule: str) -> None:
    path = _written(tmp_path, [line.replace(old, new) for line in LINES])
    errors, _ = intake.judge(NOMIS_LIVE_BIRTHS, intake.read(NOMIS_LIVE_BIRTHS, path), path.name)
    assert rule in {error.rule for error in errors}


def test_births_are_no_deaths() -> None:
    with pytest.raises(ExtractError, match="NM_205_1"):
        intake.read(NOMIS_DEATHS, SAMPLE)
