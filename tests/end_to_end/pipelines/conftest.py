"""The real command, and homes after a first and a second night."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from assets.archive.intake import NEW, take_in
from assets.archive.vintage import Origin
from assets.core.geography.arriving_areas import judge_areas
from assets.producers.catalogue import dataset
from assets.producers.nchs.wonder.unused_rows import judge_strata
from assets.state.home import Home
from tests import preloaded

Imr = Callable[..., subprocess.CompletedProcess[str]]
COUNTIES = """\
area,year,live_births,infant_deaths
29069,2011,400,11
29133,2011,190,10
29143,2011,240,12
29155,2011,260,0
29201,2011,520,14
29207,2011,340,4
"""
"""Made up; one count is small enough to be withheld, with what would give it away."""


def run_imr(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DAGSTER_HOME", "IMR_PROFILE")}
    return preloaded.run(arguments, {**environment, "IMR_HOME": str(home)}, home.parent)


@pytest.fixture
def published(first_run: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of that home to change."""
    home = tmp_path / "home"
    shutil.copytree(first_run[0], home)
    return home


@dataclass(frozen=True)
class Said:
    """What a command said.

    Attributes:
        exit_code: Its exit code.
        out: Its standard output.
        err: Its standard error.
    """

    exit_code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def second_night(
    first_run: tuple[Path, str], session_folder: Path, repository: Path
) -> tuple[Path, Said]:
    """A home to which news came after the first run, good and bad, and its next night. Read only.

    Two good extracts arrived, one that breaks a published total was taken in all the same, and one
    in the inbox is refused. The processes of one test session share it: the first one that asks
    makes it.
    """
    folder = session_folder / "second_night"
    said = folder / "said.json"
    with FileLock(session_folder / "second_night.lock"):
        if not said.exists():
            shutil.copytree(first_run[0], folder / "home")
            news(Home(folder / "home"), repository / "assets/producers/nchs/samples/files", folder)
            done = run_imr(folder / "home", "run")
            told = Said(done.returncode, done.stdout, done.stderr)
            said.write_text(json.dumps(asdict(told)), encoding="utf-8")
    return folder / "home", Said(**json.loads(said.read_text(encoding="utf-8")))


def news(home: Home, samples: Path, folder: Path) -> None:
    """Let extracts arrive in a home."""
    records = json.loads((samples / "vsrr_hmz2-vwda_edition_2.json").read_text(encoding="utf-8"))
    newest = [r for r in records if (r["year"], r["month"]) == ("2021", "March")]
    assert len(newest) > 50
    added = [{**r, "month": "April"} for r in newest]
    (wyoming,) = [r for r in newest if r["state"] == "WYOMING"]
    wyoming["data_value"] = str(int(wyoming["data_value"]) - 2)
    vsrr = folder / "edition_3.json"
    vsrr.write_text(json.dumps([*records, *added]), encoding="utf-8")
    counties = folder / "bootheel.csv"
    counties.write_text(COUNTIES)
    for name, file in {"nchs_vsrr_counts": vsrr, "local_area_counts": counties}.items():
        origin = Origin(f"file:{file.name}", "2026-03-05T09:00:00+00:00", "terms")
        done = take_in(home, dataset(name), file, origin, (judge_areas, judge_strata))
        assert done.status == NEW, done.errors
    births = (samples / "wonder_natality_us_2007-2024.txt").read_bytes()
    # The total of the export moves with its row, so that only the published total can tell.
    assert (births.count(b"3596017"), births.count(b"70010438")) == (1, 1)
    wrong = folder / "natality.txt"
    wrong.write_bytes(births.replace(b"3596017", b"3696017").replace(b"70010438", b"70110438"))
    taken = run_imr(home.root, "ingest", str(wrong), "--dataset", "nchs_wonder_natality")
    assert taken.returncode == 0, taken.stderr
    deaths = (samples / "wonder_linked_state_2023.txt").read_bytes()
    assert deaths.count(b"\t442\t") == 1
    refused = home.inbox / "linked.txt"
    refused.write_bytes(deaths.replace(b"\t442\t", b"\t443\t"))
    os.utime(refused, (0, 0))
