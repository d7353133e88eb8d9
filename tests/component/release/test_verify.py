"""A damaged or wrong release is found, wherever the damage is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from assets.disclosure.patterns import release_folders
from assets.home import Home
from assets.release.catalogue import Release, releases_in, resolve
from assets.release.publish import ReleaseOutcome
from assets.release.verify import Finding, verify_release
from assets.release.writer import CHECKSUMS, checksum_lines
from pipelines.commands.verify import command
from tests.component.release import figures as f

Publish = Callable[..., ReleaseOutcome]


@pytest.fixture
def release(con: duckdb.DuckDBPyConnection, home: Home, publish: Publish) -> Release:
    f.ready(con, [*f.national(), f.rate(None, None, **f.series("US-KS"))])
    publish()
    return resolve(home.releases)


def failed(findings: list[Finding]) -> dict[str, str]:
    return {x.check: x.faults[0] for x in findings if not x.fine}


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
    findings = verify_release(release)
    assert failed(findings) == {}
    looked_at = {x.check: x.looked_at for x in findings}
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


@pytest.mark.parametrize(
    ("change", "check", "said"),
    [
        ("UPDATE forged SET rate = rate * 1.0000001 WHERE area_code = 'US'",
         "rates recomputed", "recomputed"),
        ("UPDATE forged SET rate_display = '9.99' WHERE area_code = 'US'",
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


def test_the_command_says_what_is_wrong_and_exits_1(
    release: Release, home: Home, tmp_path: Path
) -> None:
    def run(*words: str, root: Path = home.root) -> tuple[int, str]:
        result = CliRunner().invoke(command, words, env={"IMR_HOME": str(root)})
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
    assert (code, said) == (1, "Error: There is no release yet. Make one with: imr run\n")
