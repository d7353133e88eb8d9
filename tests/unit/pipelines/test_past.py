"""``--as-of`` takes a date, a time or a release, and says what is wrong with anything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assets.state.home import Home
from pipelines.past import UnknownPastError, moment_of, refuse_unknown_past
from pipelines.settings import Settings


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    folder = tmp_path / "release=2026.06.15"
    folder.mkdir()
    facts = {"released_at": "2026-06-15T02:16:40+00:00"}
    (folder / "manifest.json").write_text(json.dumps(facts))
    return tmp_path


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-30", "2026-06-30"),
        ("2026-06-30T02:15", "2026-06-30T02:15:00"),
        ("2026-06-30T02:15:07Z", "2026-06-30T02:15:07"),
        ("2026-06-30T01:15:00+01:00", "2026-06-30T00:15:00"),
        ("2026.06.15", "2026-06-15T02:16:40"),
    ],
)
def test_moments(releases: Path, text: str, moment: str) -> None:
    assert moment_of(text, releases) == moment


@pytest.mark.parametrize("text", ["June", "2026-06", "2026-02-30", "30/06/2026", "2026.06.16"])
def test_no_moment(releases: Path, text: str) -> None:
    with pytest.raises(UnknownPastError, match="is no moment"):
        moment_of(text, releases)


def test_an_empty_archive_has_no_past(tmp_path: Path) -> None:
    with pytest.raises(UnknownPastError, match="holds no extract"):
        refuse_unknown_past(Settings(Home(tmp_path).create(), as_of="2026-06-30"))
