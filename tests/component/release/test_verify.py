"""A damaged or wrong release is found, wherever the damage is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from assets.disclosure.patterns import audit, release_folders
from assets.release.channels.releases_on_disk import Release, releases_in
from assets.release.channels.resolve import resolve
from assets.release.publish import ReleaseOutcome
from assets.release.verify import CheckResult, verify_release
from assets.release.writer import CHECKSUMS, checksum_lines
from assets.state.home import Home
from pipelines.commands.promote import promote as promote_command
from pipelines.commands.verify import verify
from tests.component.release import figures as f
from tests.component.release.figures import publish_without_pages as publish_without_pages

Publish = Callable[..., ReleaseOutcome]


def failed(results: list[CheckResult]) -> dict[str, str]:
    return {x.check: x.faults[0] for x in results if not x.fine}


def rewrite(release: Release, con: duckdb.DuckDBPyConnection, change: str) -> None:
    """Change rates.parquet and make all checksums fit, as a forger would."""
    file = release.path / "rates.parquet"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE forged AS SELECT * FROM "
        f"read_parquet('{file}', hive_partitioning=false)"
    ).fetchall()
    con.execute(change).fetchall()
    con.execute(f"COPY forged TO '{file}' (FORMAT parquet)").fetchall()
    (release.path / CHECKSUMS).write_text(checksum_lines(release.path))


def test_a_release_as_published_is_fine(release: Release) -> None:
    results = verify_release(release)
    assert failed(results) == {}
    looked_at = {x.check: x.looked_at for x in results}
    assert looked_at["rates recomputed"] == 14
    assert looked_at["checksums"] == len(list(release.path.iterdir())) - 1


def test_a_flipped_bit_in_any_file_is_found(release: Release) -> None:
    for file in sorted(release.path.iterdir()):
        content = bytearray(file.read_bytes())
        position = len(content) // 2
        content[position] ^= 1
        file.write_bytes(content)
        assert "checksums" in failed(verify_release(release)), file.name
        content[position] ^= 1
        file.write_bytes(content)
    assert failed(verify_release(release)) == {}


@pytest.mark.parametrize("name", ["rates.csv", "manifest.json", CHECKSUMS, "datapackage.json"])
def test_a_missing_file_is_found(release: Release, name: str) -> None:
    (release.path / name).unlink()
    assert name in failed(verify_release(release))["checksums"]


def test_a_file_that_does_not_belong_is_found(release: Release) -> None:
    (release.path / "extra.csv").write_text("x")
    assert failed(verify_release(release))["checksums"] == (
        "extra.csv is in the folder but not listed"
    )


def test_what_is_no_regular_file_is_found(release: Release) -> None:
    (release.path / "more").mkdir()
    (release.path / "more" / "rates.parquet").write_text("x")
    assert failed(verify_release(release))["checksums"].startswith("more is no regular file")
    (release.path / "more" / "rates.parquet").unlink()
    (release.path / "more").rmdir()
    (release.path / "latest").symlink_to("nowhere")
    assert failed(verify_release(release))["checksums"].startswith("latest is no regular file")
    (release.path / "latest").unlink()
    moved = (release.path / "rates.csv").rename(release.path.parent / "rates.csv")
    (release.path / "rates.csv").symlink_to(moved)
    assert failed(verify_release(release))["checksums"].startswith("rates.csv is no regular file")


@pytest.mark.parametrize(
    ("change", "check", "said"),
    [
        ("UPDATE forged SET rate = rate * 1.0000001 WHERE area_code = 'US'",
         "rates recomputed", "recomputed"),
        ("UPDATE forged SET rate_text = '9.99 per 1,000' WHERE area_code = 'US'",
         "rates recomputed", "shown as 9.99"),
        ("UPDATE forged SET ci_upper_95 = 0 WHERE area_code = 'US'",
         "rates recomputed", "do not enclose"),
        ("UPDATE forged SET numerator = 7 WHERE value_status = 'missing'",
         "rates recomputed", "missing but shows numerator"),
        ("UPDATE forged SET value_status = 'fine' WHERE area_code = 'US'",
         "allowed values", "rates.value_status: 4 values not allowed"),
        ("INSERT INTO forged SELECT * FROM forged WHERE area_code = 'US-KS'",
         "allowed values", "rates: 1 keys occur twice"),
        ("ALTER TABLE forged DROP COLUMN band", "columns and types", "band"),
        ("DELETE FROM forged WHERE area_code = 'US'", "CSV equals Parquet", "number of rows"),
    ],
)  # fmt: skip
def test_a_forged_table_is_found(
    release: Release, con: duckdb.DuckDBPyConnection, change: str, check: str, said: str
) -> None:
    rewrite(release, con, change)
    faults = failed(verify_release(release))
    assert said in faults[check]


def test_a_forged_manifest_does_not_help(release: Release, con: duckdb.DuckDBPyConnection) -> None:
    manifest = json.loads((release.path / "manifest.json").read_text())
    manifest["content_hash"] = "0" * 64
    (release.path / "manifest.json").write_text(json.dumps(manifest))
    (release.path / CHECKSUMS).write_text(checksum_lines(release.path))
    assert "content hashes" in failed(verify_release(release))


def test_a_count_that_earlier_releases_show_is_found(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    guarded = f.series("29001", "state_extract")
    years = {2008: 22, 2009: 15, 2010: 14}
    rows = [f.rate(n, 4000, **guarded, **f.window(y)) for y, n in years.items()]
    f.ready(con, [*f.national(), *rows, f.rate(51, 12000, **guarded, **f.window(2008, 2010))])
    publish(1)
    rows[0] = f.rate(2, 4000, **guarded, **f.window(2008))
    f.ready(
        con,
        [*f.national(), *rows, f.rate(31, 12000, **guarded, **f.window(2008, 2010))],
        history=release_folders(home.releases),
    )
    publish(2)
    first, second = releases_in(home.releases)
    assert failed(verify_release(second, history=[first])) == {}
    # A reader who had the window of 31 and both large years could subtract.
    shown = f.rate(31, 12000, **guarded, **f.window(2008, 2010))
    f.write(con, "published.rates", [shown, *rows[1:], {
        **rows[0], "value_status": "suppressed",
        **dict.fromkeys(("numerator", "denominator", "rate")),
    }])  # fmt: skip
    f.parquet_of(con, "published.rates", second.path)
    (second.path / CHECKSUMS).write_text(checksum_lines(second.path))
    assert (
        "29001 infant_deaths 2008-01-01 2008-12-31 can be computed"
        in (failed(verify_release(second, history=[first]))["disclosure audit"])
    )


def test_what_a_custom_region_gives_away_is_found(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    counts = {"29510": 20, "29189": 4, "X-CITY-COUNTY": 24}
    rows = [f.rate(n, 4000, **f.series(a, "state_extract")) for a, n in counts.items()]
    region = "X-CITY-COUNTY"
    vintage = str(rows[0]["geography_vintage"])
    members = [
        {"region_code": region, "geography_vintage": vintage, "member_code": m, "definition": "t"}
        for m in ("29189", "29510")
    ]
    f.ready(
        con,
        [*f.national(), *rows],
        members=members,
        areas=[
            *map(f.area, ("US", "US-MO", "K04000001", "29189", "29510")),
            f.area(region, area_type="custom_region", members="29189;29510"),
        ],
    )
    publish()
    release = resolve(home.releases)
    assert failed(verify_release(release)) == {}
    # A reader who sees the region and one of its two parts can subtract.
    withheld = {**rows[1], "value_status": "suppressed",
                **dict.fromkeys(("numerator", "denominator", "rate"))}  # fmt: skip
    f.write(con, "published.rates", [rows[0], withheld, rows[2]])
    f.parquet_of(con, "published.rates", release.path)
    (release.path / CHECKSUMS).write_text(checksum_lines(release.path))
    said = failed(verify_release(release))["disclosure audit"]
    assert (
        said == "29189 infant_deaths 2010-01-01 2010-12-31 can be computed from what is published"
    )
    assert {getattr(leak.cell, "area_code", "") for leak in audit(con)} == {"29189"}


def region(counts: dict[str, float]) -> dict[str, list[f.Row]]:
    """Rates of two counties and of the region that they make up."""
    rows = [f.rate(n, 4000, **f.series(a, "state_extract")) for a, n in counts.items()]
    vintage = str(rows[0]["geography_vintage"])
    parts = ("29189", "29510")
    return {
        "rates": [*f.national(), *rows],
        "members": [
            {"region_code": "X-BOTH", "geography_vintage": vintage, "member_code": m,
             "definition": "t"}
            for m in parts
        ],
        "areas": [
            *map(f.area, ("US", "US-MO", "K04000001", *parts)),
            f.area("X-BOTH", area_type="custom_region", members=";".join(parts)),
        ],
    }  # fmt: skip


def test_a_restated_count_is_a_new_unknown(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    f.ready(con, **region({"29189": 40}))  # type: ignore[arg-type]
    publish(1)
    # What the first release shows of one county exceeds what both have now.
    restated = region({"29189": 4, "29510": 20, "X-BOTH": 24})
    f.ready(con, history=release_folders(home.releases), **restated)  # type: ignore[arg-type]
    publish(2)
    first, second = releases_in(home.releases)
    withheld = con.execute(
        "SELECT area_code FROM published.rates WHERE value_status = 'suppressed' ORDER BY 1"
    ).fetchall()
    assert withheld == [("29189",), ("29510",)]
    assert failed(verify_release(second, history=[first])) == {}
    words = (second.version, "--why", "restated", "--yes")
    done = CliRunner().invoke(promote_command, words, env={"IMR_HOME": str(home.root)})
    assert done.exit_code == 0, done.output


def test_beside_a_restated_year_old_counts_of_another_still_count(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    guarded = f.series("29510", "state_extract")
    before = region({"29189": 40})
    before["rates"].append(f.rate(20, 4000, **guarded, **f.window(2011)))
    f.ready(con, **before)  # type: ignore[arg-type]
    publish(1)
    after = region({"29189": 4, "29510": 20, "X-BOTH": 24})
    f.ready(con, history=release_folders(home.releases), **after)  # type: ignore[arg-type]
    publish(2)
    first, second = releases_in(home.releases)
    # 2010 was restated. Of 2011 a reader who remembers 20 of 24 can subtract.
    hidden = {"value_status": "suppressed",
              **dict.fromkeys(("numerator", "denominator", "rate"))}  # fmt: skip
    counts = after["rates"][-3:]
    f.write(con, "published.rates", [
        *after["rates"][:-3],
        *({**r, **hidden} for r in counts[:2]), counts[2],
        *({**r, **hidden, **f.window(2011)} for r in counts[:2]), {**counts[2], **f.window(2011)},
    ])  # fmt: skip
    f.parquet_of(con, "published.rates", second.path)
    (second.path / CHECKSUMS).write_text(checksum_lines(second.path))
    found = {x.check: x.faults for x in verify_release(second, history=[first])}
    assert found["disclosure audit"] == (
        "29189 infant_deaths 2011-01-01 2011-12-31 can be computed from what is published",
        "the manifest says that 4 withheld counts were audited; there are 8",
    )


def test_a_release_that_contradicts_itself_is_a_result(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    f.ready(con, **region({"29189": 4, "29510": 20, "X-BOTH": 24}))  # type: ignore[arg-type]
    publish()
    release = resolve(home.releases)
    rows = region({"29189": 4, "29510": 30, "X-BOTH": 24})["rates"]
    hidden = dict.fromkeys(("numerator", "denominator", "rate"))
    f.write(con, "published.rates", [
        *rows[:-3], {**rows[-3], "value_status": "suppressed", **hidden}, *rows[-2:]
    ])  # fmt: skip
    f.parquet_of(con, "published.rates", release.path)
    (release.path / CHECKSUMS).write_text(checksum_lines(release.path))
    said = failed(verify_release(release))["disclosure audit"]
    assert said.startswith("could not be carried out: the published figures around")


def test_the_command_says_what_is_wrong_and_exits_1(
    release: Release, home: Home, tmp_path: Path
) -> None:
    def run(*words: str, root: Path = home.root) -> tuple[int, str]:
        result = CliRunner().invoke(verify, words, env={"IMR_HOME": str(root)})
        return result.exit_code, result.output

    code, said = run("--all")
    assert code == 0
    assert "ok   rates recomputed: 14 looked at" in said
    with (release.path / "rates.csv").open("ab") as handle:
        handle.write(b"\n")
    code, said = run(release.version)
    assert code == 1
    assert "rates.csv has changed since the release" in said
    assert "Do not use it" in said
    code, said = run(root=tmp_path / "nothing")
    assert code == 1
    assert "nothing, which does not exist. Nothing was created." in said
    assert not (tmp_path / "nothing").exists()
