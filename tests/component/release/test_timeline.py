"""What was said on a past day has one answer, or an error that says why it has none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from assets.release.channels import releases_on_disk
from assets.release.channels.releases_on_disk import NoReleaseError
from assets.release.channels.resolve import resolve
from assets.release.channels.timeline import shown_on
from assets.release.promotion import promote
from assets.release.publish import ReleaseOutcome
from assets.release.rebuild import published_before
from assets.state import durable
from assets.state.home import Home
from pipelines.cli import main
from tests.component.release import figures as f
from tests.component.release.figures import publish_without_pages as publish_without_pages
from tests.worlds import Worlds

Publish = Callable[..., ReleaseOutcome]
TODAY = date(2026, 8, 1)
DEATHS = {5: 500, 15: 510, 28: 520}
"""Deaths that the release of each day of June 2026 shows for Missouri in 2010."""


def fill(con: duckdb.DuckDBPyConnection, deaths: int) -> None:
    f.ready(con, [f.rate(deaths, 78_000), f.rate(24_000, 4_000_000, **f.series("US"))])


def releases_of_june(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    for day, deaths in DEATHS.items():
        fill(con, deaths)
        f.publish(con, home, day, pages=False)


@pytest.fixture
def june(worlds: Worlds, home: Home, request: pytest.FixtureRequest) -> Path:
    worlds.begin(releases_of_june, home, request)
    return home.releases


def version(folder: Path, asked: str) -> str:
    found = shown_on(folder, asked, TODAY)
    assert found is not None
    return found.version


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("2026-06-05", "2026.06.05"),
        ("2026-06-14", "2026.06.05"),
        ("2026-06-15", "2026.06.15"),
        ("2026-06-27", "2026.06.15"),
        ("2026-06", "2026.06.28"),
        ("2026-07", "2026.06.28"),
        ("2026", "2026.06.28"),
        ("nightly@2026-06-20", "2026.06.15"),
    ],
)
def test_nightly_shows_a_release_until_the_next(june: Path, asked: str, shown: str) -> None:
    assert version(june, asked) == shown


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2026-06-04", "Nothing was published by 2026-06-04; the first release is 2026.06.05"),
        ("2026-05", "Nothing was published by 2026-05"),
        ("2026-09", "2026-09 is still to come"),
        ("2026-13", "names no day"),
        ("stable@2026-06", "Nothing had been promoted to stable by 2026-06"),
    ],
)
def test_a_day_without_an_answer(june: Path, asked: str, said: str) -> None:
    with pytest.raises(NoReleaseError, match=said):
        shown_on(june, asked, TODAY)


@pytest.mark.parametrize("asked", ["2026.06.05", "june", "stable", "2026-6", "other@2026-06"])
def test_other_words_ask_for_no_day(june: Path, asked: str) -> None:
    assert shown_on(june, asked, TODAY) is None


def test_stable_moves_when_somebody_promotes(june: Path) -> None:
    for day, name in ((20, "2026.06.15"), (25, "2026.06.05")):
        moment = datetime(2026, 6, day, 9, tzinfo=UTC)
        promote(june, resolve(june, name), who="w", why="y", waivers={}, now=moment)
    assert version(june, "stable@2026-06-24") == "2026.06.15"
    assert version(june, "stable@2026-06") == "2026.06.05"


def test_a_pruned_release_is_not_answered_by_its_neighbour(june: Path) -> None:
    durable.remove_tree(june / "release=2026.06.15")
    assert version(june, "2026-06") == "2026.06.28"
    for asked in ("2026-06-20", "2026-06-05"):
        with pytest.raises(NoReleaseError, match=r"release 2026\.06\.15 is not here any more"):
            shown_on(june, asked, TODAY)
    with pytest.raises(NoReleaseError, match=r"imr run --as-of 2026-06-20"):
        shown_on(june, "2026-06-20", TODAY)


def test_what_did_we_say_in_june_is_one_command(june: Path, home: Home) -> None:
    words = ["show", "rates", "--release", "2026-06-20", "--where", "area_code = 'US-MO'",
             "--columns", "numerator", "--format", "csv"]  # fmt: skip
    done = CliRunner().invoke(main, words, env={"IMR_HOME": str(home.root)})
    assert done.exit_code == 0, done.output
    assert float(done.output.split()[1]) == DEATHS[15]


def test_a_rebuild_is_the_release_that_says_the_same(
    con: duckdb.DuckDBPyConnection, june: Path
) -> None:
    fill(con, DEATHS[15])
    found = published_before(con, june, "nightly", "2026-06-20")
    assert found is not None
    assert (found.version, found.published) == ("2026.06.15", False)
    fill(con, 515)
    assert published_before(con, june, "nightly", "2026-06-20") is None


def test_a_rebuild_with_other_content_moves_nothing_and_is_not_taken_for_a_night(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish, june: Path
) -> None:
    before = (june / "channels" / "nightly.json").read_bytes()
    fill(con, 515)
    rebuilt = publish(29, as_of="2026-06-20")
    assert rebuilt.published
    assert (june / "channels" / "nightly.json").read_bytes() == before
    manifest = resolve(june, rebuilt.version).manifest()
    assert manifest["as_of"] == "2026-06-20"
    assert manifest["channel"] is None
    # It is compared with what was said then, not with what is said now.
    assert manifest["supersedes"] == "2026.06.15"
    assert manifest["tables"]["changes"]["rows"] > 0
    assert version(june, "2026-06") == "2026.06.28"
    done = CliRunner().invoke(main, ["releases"], env={"IMR_HOME": str(home.root)})
    (line,) = [x for x in done.output.splitlines() if x.startswith(rebuilt.version)]
    assert "as of 2026-06-20" in line
    # A night that comes to the same content publishes it as a release of its own.
    night = publish(30)
    assert night.published
    assert night.version != rebuilt.version
    target = releases_on_disk.pointer(june, "nightly")
    assert target is not None
    assert target.version == night.version
    assert resolve(june, night.version).manifest()["supersedes"] == "2026.06.28"
