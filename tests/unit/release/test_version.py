"""Versions: the date in UTC, then a counter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from assets.release.channels.version import is_version, next_version, parse

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ([], "2026.06.01"),
        (["2026.05.31"], "2026.06.01"),
        (["2026.06.01"], "2026.06.01.2"),
        (["2026.06.01", "2026.06.01.2", "2026.05.30.7"], "2026.06.01.3"),
        ([f"2026.06.01.{n}" for n in range(2, 11)], "2026.06.01.11"),
        (["2026.06.09"], "2026.06.09.2"),
    ],
)
def test_next_version(existing: list[str], expected: str) -> None:
    assert next_version(existing, NOON) == expected


def test_the_day_is_that_of_utc() -> None:
    evening = datetime(2026, 5, 31, 23, tzinfo=timezone(-timedelta(hours=5)))
    assert next_version([], evening) == "2026.06.01"


def test_versions_sort_by_number() -> None:
    names = ["2026.06.01.10", "2026.06.01.2", "2026.06.01", "2025.12.31"]
    assert sorted(names, key=parse) == names[::-1]


@pytest.mark.parametrize("text", ["2026.6.1", "2026.06.01.1", "2026.06.01.02", "latest", ""])
def test_other_texts_are_no_versions(text: str) -> None:
    assert not is_version(text)
    with pytest.raises(ValueError, match="expected e.g."):
        parse(text)
