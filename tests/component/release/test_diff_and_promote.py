"""Comparing releases, and moving the stable channel."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import duckdb
import pytest
from click.testing import CliRunner, Result

from assets.release.channels.promotions_log import promotions
from assets.release.channels.releases_on_disk import pointer
from assets.release.channels.resolve import resolve
from assets.release.promotion import PromotionRefusedError, promote
from assets.release.publish import ReleaseOutcome
from assets.state import durable
from assets.state.home import Home
from pipelines.commands.diff import diff as diff_command
from pipelines.commands.promote import promote as promote_command
from tests.component.release import figures as f
from tests.component.release.figures import publish_without_pages as publish_without_pages
from tests.worlds import Worlds

Publish = Callable[..., ReleaseOutcome]
NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


def two_releases(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    f.ready(con, f.national())
    f.publish(con, home, 1, pages=False)
    f.ready(con, f.national(2011))
    f.publish(con, home, 2, pages=False)


def revised() -> list[f.Row]:
    changed = ("US-MO", "annual", date(2009, 12, 31))
    new = f.rate(600, 78_000, **f.window(2009))
    return [
        new if (r["area_code"], r["window_type"], r["period_end"]) == changed else r
        for r in f.national(2011)
    ]


def three_releases(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    two_releases(con, home)
    f.ready(con, revised(), vintages=[f.vintage("wonder@fedcba987654", sha256="f" * 64)])
    f.publish(con, home, 3, pages=False)


@pytest.fixture
def three(worlds: Worlds, home: Home, request: pytest.FixtureRequest) -> Home:
    worlds.begin(three_releases, home, request)
    return home


def diff(home: Home, *words: str) -> Result:
    return CliRunner().invoke(diff_command, words, env={"IMR_HOME": str(home.root)})


def test_summary_first_then_the_biggest_moves(three: Home) -> None:
    said = diff(three, "2026.06.02", "2026.06.03").output
    assert "2026.06.02 → 2026.06.03" in said
    assert said.index("source_revision") < said.index("Biggest moves")
    move = next(line for line in said.splitlines() if line.startswith("US-MO"))
    assert f"{1000 * 600 / 78_000 - 1000 * 491 / 78_000:.10g}" in move.split()


def test_releases_that_do_not_follow_each_other(three: Home) -> None:
    found = json.loads(diff(three, "2026.06.01", "nightly", "--format", "json").output)
    causes = {(r["table"], r["cause"], r["change"], r["keys"]) for r in found}
    assert ("rates", "new_period", "added", 4) in causes
    assert ("rates", "source_revision", "revised", 1) in causes
    back = json.loads(diff(three, "nightly", "2026.06.01", "--format", "json").output)
    assert ("rates", "withdrawn", "withdrawn", 4) in {
        (r["table"], r["cause"], r["change"], r["keys"]) for r in back
    }


def test_rows_on_request(three: Home) -> None:
    words = ("2026.06.01", "nightly", "--rows", "--format", "json", "--table", "rates",
             "--cause", "source_revision")  # fmt: skip
    rows = json.loads(diff(three, *words).output)
    assert {json.loads(r["row_key"])["area_code"] for r in rows} == {"US-MO"}
    assert {"numerator", "rate"} <= {r["column_name"] for r in rows}
    assert {r["cause_detail"] for r in rows} == {"wonder@fedcba987654"}


def test_a_revision_names_the_extract_that_states_it(
    worlds: Worlds, con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    worlds.enter(two_releases, con, home)
    new, other = "wonder@fedcba987654", "vsrr@fedcba987654"
    f.write(con, "core.observations", [
        f.observation("US-MO", 2009, new), f.observation("US", 2011, other),
    ])  # fmt: skip
    f.ready(con, revised(), vintages=[f.vintage(v, sha256="f" * 64) for v in (new, other)])
    publish(3)
    words = ("2026.06.01", "nightly", "--rows", "--format", "json", "--table", "rates",
             "--cause", "source_revision")  # fmt: skip
    assert {r["cause_detail"] for r in json.loads(diff(home, *words).output)} == {new}
    (home.root / "lineage").rename(home.root / "elsewhere")
    found = {r["cause_detail"] for r in json.loads(diff(home, *words).output)}
    assert found == {f"{other}; {new}"}


def test_a_release_compared_with_itself(three: Home) -> None:
    assert "No difference." in diff(three, "nightly", "2026.06.03").output


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("2020.01.01",), 1, "There is no release '2020.01.01'"),
        (("nightly", "nightly", "--cause", "magic"), 2, "no cause 'magic'"),
        (("nightly", "nightly", "--table", "rate"), 2, "has no table 'rate'"),
    ],
)
def test_wrong_use(three: Home, words: tuple[str, ...], code: int, said: str) -> None:
    result = diff(three, *words)
    assert (result.exit_code, said in result.output) == (code, True)


def run_promote(home: Home, *words: str, answer: str = "") -> Result:
    return CliRunner().invoke(
        promote_command, words, input=answer, env={"IMR_HOME": str(home.root)}
    )


def test_promotion_shows_the_difference_and_is_recorded(three: Home) -> None:
    first = run_promote(three, "2026.06.01", "--why", "reviewed", "--yes")
    assert first.exit_code == 0, first.output
    assert "first promotion" in first.output
    second = run_promote(three, "2026.06.03", "--why", "July", answer="y\n")
    assert "stable: 2026.06.01 → 2026.06.03" in second.output
    assert "source_revision" in second.output
    target = pointer(three.releases, "stable")
    assert target is not None and target.version == "2026.06.03"
    log = promotions(three.releases)
    assert [(p.version, p.previous, p.why, p.is_rollback) for p in log] == [
        ("2026.06.01", None, "reviewed", False),
        ("2026.06.03", "2026.06.01", "July", False),
    ]
    assert all(p.who and p.at for p in log)


def test_an_older_release_is_a_rollback(three: Home) -> None:
    run_promote(three, "2026.06.03", "--why", "new", "--yes")
    back = run_promote(three, "2026.06.02", "--why", "a fault in 06.03", "--yes")
    assert "Rolled back: stable is release 2026.06.02 now" in back.output
    assert promotions(three.releases)[-1].is_rollback
    again = run_promote(three, "2026.06.02", "--why", "twice", "--yes")
    assert "is the stable one already" in again.output
    assert len(promotions(three.releases)) == 2


def test_the_reason_is_asked_for_after_the_difference(three: Home) -> None:
    run_promote(three, "2026.06.01", "--why", "reviewed", "--yes")
    result = run_promote(three, "2026.06.03", answer="reviewed in July\ny\n")
    assert result.exit_code == 0, result.output
    assert result.output.index("2026.06.01 → 2026.06.03") < result.output.index("Why:")
    assert promotions(three.releases)[-1].why == "reviewed in July"
    again = run_promote(three, "2026.06.03")
    assert (again.exit_code, "Why" in again.output) == (0, False)


def test_nobody_is_asked_about_a_release_that_is_refused(three: Home) -> None:
    with (three.releases / "release=2026.06.03" / "rates.csv").open("ab") as handle:
        handle.write(b" ")
    result = run_promote(three, "2026.06.03", answer="x\ny\n")
    assert (result.exit_code, "Why" in result.output) == (1, False)
    assert "rates.csv has changed" in result.output


def test_a_stable_channel_that_cannot_be_written_is_as_it_was(
    three: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(durable, "replace_text", full)
    result = run_promote(three, "2026.06.03", "--why", "x", "--yes")
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert "Release 2026.06.03 was not promoted: writing to" in result.output
    assert pointer(three.releases, "stable") is None


def test_no_means_no(three: Home) -> None:
    result = run_promote(three, "2026.06.03", "--why", "x", answer="n\n")
    assert result.exit_code == 1
    assert pointer(three.releases, "stable") is None
    assert run_promote(three, "2026.06.03", "--why", " ", "--yes").exit_code == 2


def refusal(home: Home, waivers: dict[str, date] | None = None) -> str:
    with pytest.raises(PromotionRefusedError) as caught:
        promote(home.releases, resolve(home.releases), who="a", why="b", now=NOW,
                waivers=waivers or {})  # fmt: skip
    assert pointer(home.releases, "stable") is None
    assert promotions(home.releases) == []
    return str(caught.value)


def test_a_stale_release_is_refused(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    f.ready(con, f.national())
    publish(1, stale_sources=["nchs_vsrr"])
    assert "nchs_vsrr is stale" in refusal(home)


def test_a_damaged_release_is_refused(three: Home) -> None:
    with (three.releases / "release=2026.06.03" / "rates.csv").open("ab") as handle:
        handle.write(b" ")
    assert "rates.csv has changed" in refusal(three)


@pytest.mark.parametrize(
    ("waivers", "said"),
    [
        ({"W-1": date(2026, 6, 9), "W-2": date(2027, 1, 1)}, "W-1, which expired on 2026-06-09"),
        ({"W-1": date(2026, 6, 10)}, "W-2, which is withdrawn"),
    ],
)
def test_a_release_on_expired_or_withdrawn_waivers_is_refused(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    publish: Publish,
    waivers: dict[str, date],
    said: str,
) -> None:
    f.ready(con, f.national())
    f.give_evidence(con, ["published.rates"], outcome="waived", waiver_id="W-1, W-2")
    publish(1)
    assert said in refusal(home, waivers)
    valid = {"W-1": date(2026, 6, 10), "W-2": date(2026, 6, 10)}
    done = promote(home.releases, resolve(home.releases), who="a", why="b", now=NOW, waivers=valid)
    assert done.version == "2026.06.01"
