"""Damaged NCHS extracts: each is refused with file, row and expectation, none is misread."""

from __future__ import annotations

import json

import pytest

from assets.archive.errors import ExtractError
from assets.archive.intake import judge, read
from assets.producers.nchs.catalogue import DATASETS
from assets.producers.nchs.identify import identify
from tools.samples.nchs.generate import FILES

BY_ID = {dataset.dataset_id: dataset for dataset in DATASETS}
LINKED = "wonder_linked_state_2003-2006.txt"
VSRR = "vsrr_hmz2-vwda_edition_1.json"


def refusals(dataset_id, path):
    """Return the errors that the archive's door raises for a file."""
    dataset = BY_ID[dataset_id]
    try:
        parsed = read(dataset, path)
    except ExtractError as error:
        errors = [error]
    else:
        errors, _ = judge(dataset, parsed, path.name)
    for error in errors:
        assert error.file == path.name
        assert path.name in str(error)
        assert error.expected
        assert error.remedy
        assert error.rule != "INTAKE-UNREADABLE", str(error)
    return {error.rule: error for error in errors}


@pytest.fixture
def linked(tmp_path):
    """Write the linked sample with changes."""

    def write(*changes):
        text = (FILES / LINKED).read_bytes().decode("ascii")
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
            text = text.replace(old, new)
        path = tmp_path / LINKED
        path.write_bytes(text.encode("ascii"))
        return path

    return write


@pytest.fixture
def line_of(linked):
    """Return the line number of a text in the sample."""

    def find(text):
        lines = linked().read_bytes().decode("ascii").split("\r\n")
        return next(i for i, line in enumerate(lines, start=1) if text in line)

    return find


@pytest.fixture
def missouri(linked):
    """Return the line of Missouri, 2005, as the sample has it."""
    lines = linked().read_bytes().decode("ascii").split("\r\n")
    return next(x for x in lines if x.startswith('\t"Missouri"\t"29"\t"2005"'))


def test_the_undamaged_sample_is_accepted(linked):
    assert refusals("nchs_wonder_linked", linked()) == {}


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_truncated_export(linked, kept):
    path = linked()
    whole = path.read_bytes()
    table = whole.index(b'"---"')
    path.write_bytes(whole[: int(table * kept)])
    found = refusals("nchs_wonder_linked", path)
    (error,) = found.values()
    assert error.rule in ("WONDER-FOOTER", "WONDER-LINE", "WONDER-WIDTH", "INTAKE-WONDER-WHOLE")
    assert error.row is not None


def test_an_export_cut_at_a_line_end(linked, missouri):
    path = linked()
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(missouri.encode())])
    error = refusals("nchs_wonder_linked", path)["INTAKE-WONDER-WHOLE"]
    assert "cut off" in error.expected
    assert "Export the table again" in error.remedy
    assert error.row == path.read_bytes().count(b"\r\n")


def test_an_export_cut_inside_its_footer(linked):
    path = linked()
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b'"Group By')])
    assert "'Group By:'" in refusals("nchs_wonder_linked", path)["WONDER-FOOTER"].seen


def test_a_web_page_saved_as_txt(tmp_path):
    path = tmp_path / "export.txt"
    path.write_text("<!DOCTYPE html><html><title>CDC WONDER: Processing Error</title></html>")
    for dataset_id in BY_ID:
        (error,) = refusals(dataset_id, path).values()
        assert "html" in error.seen
    with pytest.raises(ExtractError, match="Processing Error") as caught:
        BY_ID["nchs_wonder_linked"].parse(path)
    assert (caught.value.rule, caught.value.row) == ("CONTENT-HTML", 1)
    assert identify(path) is None


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n"])
def test_an_empty_file(tmp_path, content):
    path = tmp_path / "export.txt"
    path.write_bytes(content)
    for dataset_id in BY_ID:
        assert len(refusals(dataset_id, path)) == 1
    with pytest.raises(ExtractError) as caught:
        BY_ID["nchs_wonder_linked"].parse(path)
    assert (caught.value.rule, caught.value.row) == ("CONTENT-EMPTY", 1)
    assert identify(path) is None


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_the_wrong_encoding(linked, encoding):
    path = linked()
    path.write_bytes(path.read_bytes().decode("ascii").encode(encoding))
    assert len(refusals("nchs_wonder_linked", path)) == 1
    with pytest.raises(ExtractError) as caught:
        BY_ID["nchs_wonder_linked"].parse(path)
    assert (caught.value.rule, caught.value.row) == ("CONTENT-ENCODING", 1)
    assert "UTF-8" in caught.value.expected
    assert identify(path) is None


def test_another_code_page(linked, line_of):
    path = linked()
    path.write_bytes(path.read_bytes().replace(b'"Nevada"', b'"Nev\xe1da"'))
    error = refusals("nchs_wonder_linked", path)["CONTENT-ENCODING"]
    assert error.row == line_of('"Nevada"')
    assert "0xe1" in error.seen


def test_letters_in_a_number_cell(linked, missouri, line_of):
    path = linked((missouri, missouri.replace("\t591\t", "\t5g1\t")))
    error = refusals("nchs_wonder_linked", path)["CELL-NUMBER"]
    assert (error.row, error.column) == (line_of(missouri), "Deaths")
    assert "'5g1'" in error.seen
    assert "whole number" in error.expected


def test_a_duplicated_key(linked, missouri, line_of):
    path = linked((missouri, f"{missouri}\r\n{missouri}"))
    found = refusals("nchs_wonder_linked", path)
    error = found["INTAKE-WONDER-KEYS"]
    assert error.row == line_of(missouri)
    assert "one row only" in error.expected
    assert "Missouri" in error.seen
    assert "INTAKE-WONDER-TOTALS" in found


def test_a_negative_count(linked, missouri, line_of):
    path = linked((missouri, missouri.replace("\t591\t", "\t-591\t")))
    error = refusals("nchs_wonder_linked", path)["INTAKE-WONDER-SIGN"]
    assert (error.row, error.column) == (line_of(missouri), "Deaths")
    assert "below zero" in error.expected


def test_deaths_larger_than_births(linked, missouri, line_of):
    path = linked((missouri, missouri.replace("\t591\t", "\t591000\t")))
    error = refusals("nchs_wonder_linked", path)["INTAKE-WONDER-DEATHS"]
    assert (error.row, error.column) == (line_of(missouri), "Deaths")
    assert "no more deaths than births" in error.expected


def test_a_state_missing_from_a_year(linked, missouri):
    path = linked((f"{missouri}\r\n", ""))
    error = refusals("nchs_wonder_linked", path)["INTAKE-WONDER-STATES"]
    assert "every state" in error.expected
    assert "state=Missouri" in error.seen
    assert "year_code=2005" in error.seen
    assert error.details["count"] == 1


def test_one_changed_digit_breaks_the_arithmetic_of_the_file(linked, missouri, line_of):
    path = linked((missouri, missouri.replace("\t591\t", "\t519\t")))
    found = refusals("nchs_wonder_linked", path)
    assert {"INTAKE-WONDER-RATES", "INTAKE-WONDER-TOTALS"} <= set(found)
    assert found["INTAKE-WONDER-RATES"].row == line_of(missouri)


def test_swapped_columns(linked):
    path = linked(("Deaths\tBirths", "Births\tDeaths"))
    assert "INTAKE-WONDER-DEATHS" in refusals("nchs_wonder_linked", path)


def test_leading_zeros_lost_in_a_spreadsheet(linked):
    path = linked()
    path.write_bytes(path.read_bytes().replace(b'"01"', b'"1"'))
    assert refusals("nchs_wonder_linked", path) == {}
    path.write_bytes(path.read_bytes().replace(b'"1"', b'"2"'))
    error = refusals("nchs_wonder_linked", path)["WONDER-LABELS"]
    assert (error.row, error.column) == (2, "State Code")
    assert "leading zeros" in error.remedy


def test_an_export_offered_to_the_wrong_dataset(linked):
    error = refusals("nchs_wonder_natality", linked())["WONDER-DATASET"]
    assert "--dataset nchs_wonder_linked" in error.remedy


@pytest.fixture
def vsrr(tmp_path):
    """Write the provisional sample after a change of its records."""

    def write(change=lambda records: records):
        path = tmp_path / VSRR
        path.write_text(json.dumps(change(json.loads((FILES / VSRR).read_text()))))
        return path

    return write


def test_a_page_whose_column_was_renamed(vsrr):
    def rename(records):
        return [{("count" if k == "data_value" else k): v for k, v in r.items()} for r in records]

    error = refusals("nchs_vsrr_counts", vsrr(rename))["SODA-COLUMNS"]
    assert (error.row, error.column) == (1, "count")
    assert "data_value" in error.expected
    assert error.details["removed"] == ["data_value"]


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (
            {
                "code": "query.soql.no-such-column",
                "error": True,
                "message": "No such column: state; position: Map(row -> 1)",
            },
            "no-such-column",
        ),
        ({"errorCode": "query.execution.timeout", "error": True}, "timeout"),
        ({"error": True, "message": "Not found"}, "Not found"),
    ],
)
def test_an_error_answer_saved_as_data(tmp_path, answer, word):
    path = tmp_path / "hmz2-vwda.json"
    path.write_text(json.dumps(answer))
    error = refusals("nchs_vsrr_counts", path)["SODA-ERROR"]
    assert error.row == 1
    assert word in error.seen
    assert "array of records" in error.expected
    assert ("do not retry" in error.remedy) is ("no-such-column" in word)
    assert identify(path) is None


def test_an_empty_answer(vsrr):
    error = refusals("nchs_vsrr_counts", vsrr(lambda records: []))["SODA-EMPTY"]
    assert "words" in error.remedy


def test_a_truncated_page(vsrr):
    path = vsrr()
    path.write_bytes(path.read_bytes()[:5000])
    assert "JSON array" in refusals("nchs_vsrr_counts", path)["SODA-JSON"].expected


def test_letters_in_a_provisional_count(vsrr):
    def change(records):
        records[41]["data_value"] = "12O0"
        return records

    error = refusals("nchs_vsrr_counts", vsrr(change))["CELL-NUMBER"]
    assert (error.row, error.column) == (42, "Data Value")


def test_a_page_missing_and_a_page_twice(vsrr):
    missing = refusals("nchs_vsrr_counts", vsrr(lambda records: records[:-60]))
    assert {"INTAKE-VSRR-AREAS", "INTAKE-VSRR-MONTHS"} <= set(missing)
    twice = refusals("nchs_vsrr_counts", vsrr(lambda records: records + records[:60]))
    assert set(twice) == {"INTAKE-VSRR-KEYS"}
    assert twice["INTAKE-VSRR-KEYS"].row == 1


def test_no_line_of_figures_is_lost_or_repeated_unnoticed(linked):
    path = linked()
    lines = path.read_bytes().decode("ascii").split("\r\n")
    end = lines.index('"---"')
    for at in range(0, end, 9):
        repeated = lines[: at + 1] + lines[at:]
        path.write_bytes("\r\n".join(repeated).encode("ascii"))
        assert refusals("nchs_wonder_linked", path), f"line {at + 1} repeated"
        if lines[at].startswith('"Total"'):
            continue  # a subtotal carries no figure of its own
        path.write_bytes("\r\n".join(lines[:at] + lines[at + 1 :]).encode("ascii"))
        assert refusals("nchs_wonder_linked", path), f"line {at + 1} dropped"
