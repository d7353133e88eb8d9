"""What is not text is refused before anything is parsed."""

from __future__ import annotations

import pytest

from assets.archive.errors import ExtractError
from assets.nchs.text_source import read_text


@pytest.mark.parametrize(
    ("content", "rule", "row"),
    [
        (b"", "CONTENT-EMPTY", 1),
        (b" \r\n \r\n", "CONTENT-EMPTY", 1),
        (b"<!DOCTYPE html><html><title>Service  Unavailable</title>", "CONTENT-HTML", 1),
        ("Notes\tState".encode("utf-16"), "CONTENT-ENCODING", 1),
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


def test_a_web_page_is_quoted_by_its_title(tmp_path):
    path = tmp_path / "export.txt"
    path.write_bytes(b"<html><head><title>Service\n Unavailable</title>")
    with pytest.raises(ExtractError, match="'Service Unavailable'"):
        read_text(path, "an export")


def test_line_ends_become_line_feeds(tmp_path):
    path = tmp_path / "export.txt"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\nd")
    assert read_text(path, "an export") == "a\nb\nc\nd"
