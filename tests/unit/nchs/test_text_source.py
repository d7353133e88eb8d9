"""What is not text is refused before anything is parsed."""

from __future__ import annotations

import pytest

from assets.archive.errors import ExtractError
from assets.producers.nchs.text_source import read_text


@pytest.mark.parametrize(
    ("content", "rule", "row"),
    [
        (b"", "CONTENT-EMPTY", 1),
        (b" \r\n \r\n", "CONTENT-EMPTY", 1),
        (b"<!DOCTYPE html><html><title>Service  Unavailable</title>", "CONTENT-HTML", 1),
        ("Notes\tState\n".encode("utf-16")[:-1], "CONTENT-ENCODING", 1),
        ("Notes\tState\n".encode("utf-32"), "CONTENT-ENCODING", 1),
        ("Notes\tState\n".encode("utf-16-le") * 9, "CONTENT-ENCODING", 1),
        (b"a\r\nb\r\nDo\xf1a Ana County", "CONTENT-ENCODING", 3),
        (b"a\rb\rDo\xf1a Ana County", "CONTENT-ENCODING", 3),
        (b"Notes\x00State", "CONTENT-BINARY", 1),
        (b"a\r\n10\x08days", "CONTENT-ENCODING", 2),
        (b"PK\x03\x04rubbish", "CONTENT-BINARY", 1),
    ],
)
def test_refused(tmp_path, content, rule, row):
    path = tmp_path / "export.txt"
    path.write_bytes(content)
    with pytest.raises(ExtractError) as caught:
        read_text(path, "an export")
    assert (caught.value.rule, caught.value.file, caught.value.row) == (rule, "export.txt", row)
    assert "an export" in caught.value.expected


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark_is_text(tmp_path, encoding):
    path = tmp_path / "export.txt"
    mark = "" if encoding == "utf-16" else "\ufeff"
    path.write_bytes(f"{mark}Notes\tDo\xf1a Ana\r\n".encode(encoding))
    assert read_text(path, "an export") == "Notes\tDo\xf1a Ana\n"


def test_notes_below_the_figures_may_be_windows_1252(tmp_path):
    path = tmp_path / "export.txt"
    path.write_bytes(b"Notes,Births\r\n,4\r\n---,\r\n1995\x962006,\r\n")

    def end(line: str) -> bool:
        return line.startswith("---")

    assert read_text(path, "an export", end).endswith("1995\u20132006,\n")
    for damaged in (b"Do\xf1a,4\r\n---\r\n", b"a,4\r\n---\r\n\x81\r\n"):
        path.write_bytes(damaged)
        with pytest.raises(ExtractError, match="not UTF-8"):
            read_text(path, "an export", end)


def test_a_web_page_is_quoted_by_its_title(tmp_path):
    path = tmp_path / "export.txt"
    path.write_bytes(b"<html><head><title>Service\n Unavailable</title>")
    with pytest.raises(ExtractError, match="'Service Unavailable'"):
        read_text(path, "an export")


def test_line_ends_become_line_feeds(tmp_path):
    path = tmp_path / "export.txt"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\nd")
    assert read_text(path, "an export") == "a\nb\nc\nd"
