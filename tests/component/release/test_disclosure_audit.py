"""``imr audit disclosure``: how far readers can narrow what a release withholds."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
from click.testing import CliRunner, Result

from assets.release.channels.resolve import resolve
from assets.release.publish import ReleaseOutcome
from assets.state.home import Home
from pipelines.cli import main
from tests.component.release import figures as f
from tests.component.release.figures import publish_without_pages as publish_without_pages

Publish = Callable[..., ReleaseOutcome]
COUNTS = {2008: 2, 2009: 15, 2010: 14}


def audited(home: Home, *words: str) -> Result:
    return CliRunner().invoke(
        main, ["audit", "disclosure", *words], env={"IMR_HOME": str(home.root)}
    )


def test_every_withheld_count_has_its_range(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    guarded = f.series("29001", "state_extract")
    rows = [f.rate(n, 4000, **guarded, **f.window(y)) for y, n in COUNTS.items()]
    rows.append(f.rate(31, 12000, **guarded, **f.window(2008, 2010)))
    f.ready(con, [*f.national(), *rows])
    release = publish()
    manifest = json.loads((release.path / "manifest.json").read_text(encoding="utf-8"))
    # Births of both years are withheld with the deaths.
    assert manifest["disclosure"] == {
        "adversary": "1", "policies": {"state_extract": "nchs"}, "cells_audited": 4,
        "narrowest_interval": 17,
    }  # fmt: skip
    private = home.reports / "disclosure" / f"release={release.version}.json"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    certificate = json.loads(private.read_text(encoding="utf-8"))
    assert (certificate["status"], certificate["series"][0]["narrowest"]) == ("solved", 17)
    assert len(certificate["seed"]) == 16
    assert certificate["solver"].startswith("HiGHS")
    shown = [f.read_bytes() for f in release.path.rglob("*") if f.is_file()]
    for private_fact in (certificate["seed"], certificate["pattern_sha256"]):
        assert not any(private_fact.encode() in content for content in shown)
    said = audited(home)
    assert said.exit_code == 0, said.output
    assert "as when the release was made" in said.output
    found = json.loads(audited(home, "--json").stdout)["result"]
    with Path(found["certificate"]).open(encoding="utf-8", newline="") as handle:
        deaths = [row for row in csv.DictReader(handle) if row["count"] == "infant_deaths"]
    # 2 of 2008 and 14 of 2010 are what the window has beside 15: 16 in all, any of both.
    assert [(r["period_start"][:4], r["lowest"], r["highest"], r["status"]) for r in deaths] == [
        ("2008", "0", "16", "protected"),
        ("2010", "0", "16", "protected"),
    ]
    (series,) = found["series"]
    assert (series["policy"], series["narrowest"], series["computed"]) == ("nchs", 17, 0)
    assert stat.S_IMODE(Path(found["certificate"]).stat().st_mode) == 0o600
    # Somebody shows again what was withheld beside the small count.
    small = {**rows[0], "value_status": "suppressed",
             **dict.fromkeys(("numerator", "denominator", "rate"))}  # fmt: skip
    f.write(con, "published.rates", [small, *rows[1:]])
    f.parquet_of(con, "published.rates", resolve(home.releases).path)
    leaking = audited(home)
    assert "not as when the release was made" in leaking.output
    assert leaking.exit_code == 1
    assert "1 can be computed" in leaking.output
