"""What the benchmarks make up has the columns of today: they run by hand, and seldom."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets.schema.duckdb_types import duckdb_type
from assets.schema.registry import table
from benchmarks import rates, release


@pytest.mark.parametrize("which", ["release", "rates"])
def test_made_up_tables_are_of_the_registry(tmp_path: Path, which: str) -> None:
    name = "published.rates" if which == "release" else "core.observations"
    made = (
        f"({release.made(10)})"
        if which == "release"
        else f"read_parquet('{rates._counts(tmp_path / 'counts.parquet', 2)}')"
    )
    with duckdb.connect() as con:
        found = {c: t for c, t, *_ in con.execute(f"DESCRIBE SELECT * FROM {made}").fetchall()}
    assert found == {c.name: duckdb_type(c) for c in table(name).columns}
