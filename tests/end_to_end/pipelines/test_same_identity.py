"""The same vintages and code give the same release on another machine and another day."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from assets.schema.model import Layer
from assets.schema.registry import tables_of

AHEAD = 45
"""Days by which the other machine's clock is ahead."""
SAID = [t.name for t in tables_of(Layer.PUBLISHED) if t.identity]


def only(home: Path) -> Path:
    (folder,) = (home / "releases").glob("release=*")
    return folder


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def other_machine() -> None:
    os.umask(0o077)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """Release of a run with another clock, place, user, locale, hash seed, processors, threads."""
    folder = tmp_path_factory.mktemp("other machine") / "a home"
    folder.mkdir()
    (folder / "user").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main(['run'])"],
        cwd=folder / "user",
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{Path(__file__).parent / 'another_day'}:{repository}",
            "IMR_TEST_DAYS_AHEAD": str(AHEAD),
            "IMR_TEST_THREADS": "5",
            "IMR_HOME": str(folder / "imr"),
            "HOME": str(folder / "user"),
            "LOGNAME": "somebody",
            "USER": "somebody",
            "TZ": "Pacific/Kiritimati",
            "LC_ALL": "C",
            "LANG": "C",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONUTF8": "0",
            "PYTHONHASHSEED": "4242",
            "TMPDIR": str(folder / "user"),
            "OMP_NUM_THREADS": "1",
        },
        preexec_fn=other_machine,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return only(folder / "imr")


def test_the_other_machine_has_another_clock(first_run: tuple[Path, str], there: Path) -> None:
    here_day, there_day = (
        date.fromisoformat(manifest(f)["released_at"][:10]) for f in (only(first_run[0]), there)
    )
    assert there_day - here_day >= timedelta(days=AHEAD)
    assert there.name == f"release={there_day:%Y.%m.%d}"


def test_the_identity_is_the_same(first_run: tuple[Path, str], there: Path) -> None:
    here, other = manifest(only(first_run[0])), manifest(there)
    assert other["identity"] == here["identity"]
    assert other["content_hash"] == here["content_hash"]
    assert other["inputs"] == here["inputs"]
    assert other["writer"] == here["writer"]


def test_so_is_every_file_that_readers_open(first_run: tuple[Path, str], there: Path) -> None:
    for name in SAID:
        files = [folder / name for folder in (only(first_run[0]), there)]
        csv = [f.with_suffix(".csv").read_bytes() for f in files]
        assert csv[0] == csv[1], name
        parquet = [pq.ParquetFile(f.with_suffix(".parquet")) for f in files]
        assert parquet[0].read().equals(parquet[1].read()), name
        embedded = [
            {k: v for k, v in p.metadata.metadata.items() if k != b"release_version"}
            for p in parquet
        ]
        assert embedded[0] == embedded[1], name
