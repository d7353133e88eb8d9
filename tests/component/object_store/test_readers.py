"""A reader without this project: the snippets of docs/object_store.md against the real server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from assets.object_store.catch_up import catch_up
from assets.object_store.location import Location
from assets.release.publish import publish_release
from assets.state.home import Home
from assets.state.warehouse import in_memory
from tests.component.release import figures as f


def snippets(repository: Path) -> list[str]:
    text = (repository / "docs/object_store.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def published(home: Home, location: Location) -> Home:
    with in_memory() as con:
        for day in (1, 2):
            f.ready(con, f.national(2009 + day), restated=True)
            now = datetime(2026, 6, day, 2, 15, tzinfo=UTC)
            publish_release(con, home, required_rules=f.required(), now=now)
    assert catch_up(home.releases, location, lambda _: None).problems == ()
    return home


def test_every_engine_reads_the_release_that_the_pointer_shows(
    repository: Path, published: Home
) -> None:
    resolve, duck, every, pandas, arrow, polars = snippets(repository)
    told = {"duckdb": duck, "every": every, "pandas": pandas, "pyarrow": arrow, "polars": polars}
    # As a reader pastes them one after the other; what each says goes to a part of its own.
    code = resolve + "".join(f"\nprint('== {name}')\n{part}" for name, part in told.items())
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "AWS_ALLOW_HTTP": "true", "POLARS_FMT_MAX_ROWS": "50"},
        cwd=published.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = dict(part.split("\n", 1) for part in done.stdout.split("== ")[1:])
    assert "Missouri" in said["duckdb"]
    local = duckdb.connect().execute(
        "SELECT release, count(*) FROM read_parquet(?, hive_partitioning = true) GROUP BY ALL",
        [f"{published.releases}/*/rates.parquet"],
    )
    assert sorted(eval(said["every"])) == sorted(local.fetchall())  # noqa: S307
    for engine in ("pandas", "pyarrow", "polars"):
        assert said[engine].count("Missouri") == 6, engine


def test_the_files_are_those_of_the_disk_for_every_engine(
    published: Home, location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pandas as pd
    import polars as pl
    import pyarrow.parquet as pq
    from obstore.fsspec import FsspecStore

    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    store = FsspecStore("s3", skip_instance_cache=True)
    pointer = json.loads(store.cat_file(f"{location.url}/channels/nightly.json"))
    release = f"{location.url}/release={pointer['version']}"
    con = duckdb.connect()
    con.register_filesystem(store)
    folder = published.releases / f"release={pointer['version']}"
    for file in folder.glob("*.parquet"):
        here = f"SELECT * FROM read_parquet('{file}', hive_partitioning = false)"
        there = here.replace(str(folder), release)
        assert con.execute(there).fetchall() == con.execute(here).fetchall()
        address = f"{release}/{file.name}"
        table = pq.read_table(file, partitioning=None)
        assert pq.read_table(address.removeprefix("s3://"), filesystem=store) == table
        assert pl.read_parquet(address, hive_partitioning=False).height == table.num_rows
        pd.testing.assert_frame_equal(pd.read_parquet(address, filesystem=store), table.to_pandas())
