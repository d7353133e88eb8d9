"""A warehouse that is not what DuckDB wrote is set aside by itself, and a new one begun."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from assets.state.warehouse import WarehouseDamagedError, connect, damage_of, damaged_files

ROWS = "SELECT range AS n, md5(range::VARCHAR) AS text FROM range(200000)"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    file = tmp_path / "warehouse.duckdb"
    with connect(file) as con:
        con.execute(f"CREATE TABLE core.many AS {ROWS}").fetchall()
    return file


def overwrite(file: Path, offset: int, content: bytes) -> None:
    with file.open("r+b") as handle:
        handle.seek(offset)
        handle.write(content)


def tables(file: Path) -> list[str]:
    with connect(file) as con:
        return [row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]


DAMAGES: dict[str, Callable[[Path], None]] = {
    "another kind of file": lambda file: file.write_text("hello\n" * 1000) and None,
    "no bytes": lambda file: os.truncate(file, 0),
    "cut off at the start": lambda file: os.truncate(file, 100),
    "cut off in the middle": lambda file: os.truncate(file, file.stat().st_size // 2),
    "zeros at the start": lambda file: overwrite(file, 0, bytes(4096)),
    "headers": lambda file: overwrite(file, 4096, b"\xff" * 8192),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_what_cannot_be_opened_is_set_aside_and_begun_anew(
    warehouse: Path, damage: Callable[[Path], None]
) -> None:
    damage(warehouse)
    damaged = warehouse.read_bytes()
    assert tables(warehouse) == []
    (aside,) = damaged_files(warehouse.parent)
    assert aside.read_bytes() == damaged
    assert tables(warehouse) == []
    assert damaged_files(warehouse.parent) == [aside]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_told_without_a_change(
    warehouse: Path, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    assert damage_of(warehouse) == ""
    damage(warehouse)
    before = warehouse.read_bytes()
    assert damage_of(warehouse)
    assert warehouse.read_bytes() == before
    assert [f.name for f in tmp_path.iterdir()] == [warehouse.name]


def test_an_absent_warehouse_and_one_in_use_are_not_damaged(
    warehouse: Path, tmp_path: Path
) -> None:
    assert damage_of(tmp_path / "absent.duckdb") == ""
    with connect(warehouse):
        assert damage_of(warehouse) == ""


def test_a_block_that_rots_is_found_when_it_is_read(warehouse: Path) -> None:
    size = warehouse.stat().st_size
    for part in range(1, 10):
        overwrite(warehouse, size * part // 10, os.urandom(300))
    words = "was damaged .*Nothing is lost: run again"
    with pytest.raises(WarehouseDamagedError, match=words), connect(warehouse) as con:
        con.execute("SELECT max(n), max(text) FROM core.many").fetchall()
    assert len(damaged_files(warehouse.parent)) == 1
    assert tables(warehouse) == []


def test_who_only_reads_moves_nothing(warehouse: Path) -> None:
    overwrite(warehouse, 0, bytes(4096))
    with pytest.raises(duckdb.Error, match="not a valid"), connect(warehouse, read_only=True):
        pytest.fail("opened")
    assert warehouse.exists()


def test_a_mistake_in_a_query_is_no_damage(warehouse: Path) -> None:
    with pytest.raises(duckdb.CatalogException), connect(warehouse) as con:
        con.execute("SELECT * FROM core.absent").fetchall()
    assert damaged_files(warehouse.parent) == []


def test_a_write_ahead_log_that_was_damaged_is_set_aside_with_its_file(
    warehouse: Path, tmp_path: Path
) -> None:
    """The log of a process that was killed, with its middle overwritten."""
    living = duckdb.connect(str(warehouse))
    living.execute("PRAGMA disable_checkpoint_on_shutdown").fetchall()
    living.execute("CREATE TABLE core.late AS SELECT range AS n FROM range(20000)").fetchall()
    log = Path(f"{warehouse}.wal")
    content = log.read_bytes()
    living.close()
    log.write_bytes(content[: len(content) // 2] + b"\xff" * 64 + content[len(content) // 2 + 64 :])
    held = tables(warehouse)
    assert held in ([], ["many"])
    assert bool(damaged_files(tmp_path)) == (held == [])
