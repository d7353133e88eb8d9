"""Faulty Fingertips exports: every rule finds the fault that it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.archive import intake
from assets.archive.errors import ExtractError
from assets.producers.identify import describe_unknown, identify
from assets.producers.ohid.catalogue import INFANT_MORTALITY_RATE
from tools.samples.ohid.generate import FILES

TEXT = (FILES / "fingertips_92196.csv").read_bytes().decode("utf-8")
KENT = "3.9689,3.4454,4.5495,,,206,51903"


def _broken(tmp_path: Path, text: str) -> tuple[set[str], set[str]]:
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode("utf-8"))
    parsed = intake.read(INFANT_MORTALITY_RATE, path)
    errors, warnings = intake.judge(INFANT_MORTALITY_RATE, parsed, path.name)
    return {e.rule for e in errors}, {w.rule for w in warnings}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("E10000016,Kent,", "E07000224,Arun,", "INTAKE-FINGERTIPS-001"),
        (KENT, "-3.9689,3.4454,4.5495,,,206,51903", "INTAKE-FINGERTIPS-002"),
        (KENT, "3.9689,3.4454,4.5495,,,206.5,51903", "INTAKE-FINGERTIPS-003"),
        (KENT, "3.9689,3.4454,4.5495,,,51903,206", "INTAKE-FINGERTIPS-004"),
        (KENT, "3.9689,3.4454,4.5495,,,207,51903", "INTAKE-FINGERTIPS-005"),
        (KENT, "3.9688,3.4454,4.5495,,,206,51903", "INTAKE-FINGERTIPS-005"),
        (KENT, "3.9689,4.5495,3.4454,,,206,51903", "INTAKE-FINGERTIPS-006"),
        (KENT, "3.9689,4.0454,4.5495,,,206,51903", "INTAKE-FINGERTIPS-006"),
        (KENT, "3.9689,3.4454,3.5495,,,206,51903", "INTAKE-FINGERTIPS-006"),
        (KENT, "3.9689,3.4454,4.5495,3.5,4.6,206,51903", "INTAKE-FINGERTIPS-006"),
    ],
)  # fmt: skip
def test_a_broken_figure_breaks_its_rule(tmp_path: Path, old: str, new: str, rule: str) -> None:
    assert old in TEXT
    assert rule in _broken(tmp_path, TEXT.replace(old, new))[0]


def test_a_period_without_england_is_reported_and_not_refused(tmp_path: Path) -> None:
    lines = [x for x in TEXT.splitlines() if not ("E92000001,England,England" in x and "16 -" in x)]
    errors, warnings = _broken(tmp_path, "\n".join(lines) + "\n")
    assert (errors, warnings) == (set(), {"INTAKE-FINGERTIPS-008"})


@pytest.mark.parametrize("header", ["indicator_id", "Indicator.ID", "indicatorid"])
def test_a_table_with_renamed_columns_is_told_what_it_is(tmp_path: Path, header: str) -> None:
    path = tmp_path / "tidy.csv"
    path.write_text(
        f"{header},time_period,area_code,area_name,value\n92196,2015 - 17,E92000001,England,3.9\n",
        encoding="utf-8",
    )
    assert identify(path) is None
    seen, remedy = describe_unknown(path)
    assert seen.startswith("an export of OHID Fingertips, indicator 92196, with renamed columns")
    assert "Save https://fingertips.phe.org.uk/api/" in remedy


@pytest.mark.parametrize("body", [b"", b'{"Message":"An error has occurred."}', b"<html></html>"])
def test_an_answer_that_is_no_export_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(body)
    with pytest.raises(ExtractError) as caught:
        intake.read(INFANT_MORTALITY_RATE, path)
    assert caught.value.rule == "INTAKE-TYPE"


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(TEXT.replace("Corby", "Corbý").encode("latin-1"))
    with pytest.raises(ExtractError, match="FINGERTIPS-ENCODING"):
        intake.read(INFANT_MORTALITY_RATE, path)
