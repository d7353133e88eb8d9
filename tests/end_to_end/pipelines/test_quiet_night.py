"""A night in which nothing arrived computes nothing; one in which something changed, only that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.state.made import fingerprints
from assets.state.warehouse import connect
from pipelines.instance import open_instance

from .conftest import run_imr

# What a process has imported is asked at its end, from within.
WATCHED = """
import atexit, sys
atexit.register(lambda: print("IMPORTED", "great_expectations" in sys.modules, file=sys.stderr))
sys.argv = ["imr", "run"]
from pipelines.start import main
main()
"""
CLAIMS = ("rates.claims", "published.claims", "published.rates")


def _told(home: Path) -> list[dict[str, object]]:
    """Return the reports of the runs, the earliest first."""
    # Two parts of one night can end within the second that a report names.
    files = sorted((home / "reports").glob("run-*.json"), key=lambda f: f.stat().st_mtime_ns)
    return [json.loads(file.read_text("utf-8")) for file in files]


def _content(home: Path) -> dict[str, str]:
    with connect(home / "warehouse.duckdb") as con:
        return fingerprints(con, CLAIMS)


def test_where_nothing_arrived_the_release_is_proved_and_confirmed(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (release,) = (published / "releases").glob("release=*")
    version = release.name.removeprefix("release=")
    begun = datetime.now(UTC)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        env={**os.environ, "IMR_HOME": str(published), "IMR_PROFILE": "sample"},
        cwd=published.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == (
        f"Nothing arrived. Nothing changed: release {version} stands, nothing was published and "
        "nothing was computed again."
    )
    assert "IMPORTED False" in done.stderr
    steps = [line.split()[-1] for line in done.stderr.splitlines() if " done " in line]
    taking_in = ["raw_local", "raw_nchs", "raw_ohid", "raw_ons"]
    assert steps == ["declared/in_force", *taking_in, "release/nightly"]
    *_, taken_in, said = _told(published)
    assert "goes_on" in taken_in
    assert (said["exit_code"], said["quiet"], said["version"]) == (0, True, version)
    # Dagster calls the release fresh by when it was last materialised.
    monkeypatch.setenv("DAGSTER_HOME", str(published / "dagster"))
    with open_instance() as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["release", "nightly"]))
        assert event is not None
        assert event.timestamp >= begun.timestamp()
        runs = instance.get_runs(limit=2)
    assert {run.job_name for run in runs} == {"nightly"}
    assert {(run.tags["trigger"], run.tags["profile"]) for run in runs} == {
        ("command line", "sample")
    }
    # So the web UI says what each of the two was for, and can start it again as it was.
    assert [run.tags["part"] for run in runs] == ["confirm the release", "take in what is new"]
    confirmed, took_in = (run.asset_selection for run in runs)
    assert confirmed == {dg.AssetKey(["release", "nightly"])}
    assert {key.path[0] for key in took_in or ()} == {"raw", "declared"}


def test_a_table_that_somebody_altered_is_made_again_with_what_stands_on_it(
    published: Path,
) -> None:
    before = _content(published)
    with connect(published / "warehouse.duckdb") as con:
        con.execute("UPDATE rates.claims SET verdict = 'reproduces'").fetchall()
    assert _content(published) != before
    done = run_imr(published, "run")
    assert done.returncode == 0, done.stderr
    assert "Nothing changed" in done.stdout
    assert "rates.claims: it was altered after the last run" in done.stderr
    steps = {line.split()[-1] for line in done.stderr.splitlines() if " done " in line}
    assert {"rates_derived", "published_tables", "release/nightly"} <= steps
    assert not {"core_counts", "rates_rates", "staging_nchs"} & steps
    assert "computing rates.trends" not in done.stderr
    assert _content(published) == before
    assert _told(published)[-1]["made_again_because"] == {
        "rates.claims": "it was altered after the last run"
    }
