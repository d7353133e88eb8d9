"""A process killed at any moment of a fetch or an intake leaves a readable archive."""

from __future__ import annotations

import json
import random
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from assets.state.home import Home
from tests import preloaded
from tests.component.live import killed_refresh
from tests.component.live.producers import Producers, SodaData

MOMENTS = 16
ONE_EXPORT = 120
"""Taking one export in needs fewer file operations than this."""
LAST_MOMENT = 120
"""A refresh of both datasets needs about this many file and network operations."""


def _run(home: Home, moments: list[int]) -> list[dict[str, Any]]:
    process = preloaded.start(killed_refresh.main, home.root, *moments)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return [json.loads(line) for line in out.splitlines()]


def test_killed_at_any_moment_and_completed_by_the_next_run(
    producers: Producers, repository: Path, home: Home
) -> None:
    samples = repository / "assets/producers/nchs/samples/files"
    records = json.loads((samples / "births_e6fc-ccez.json").read_text(encoding="utf-8"))
    producers.soda["e6fc-ccez"] = SodaData(records)
    waiting = home.inbox / "sorted" / "nchs_wonder_natality"
    waiting.mkdir(parents=True)
    for file in samples.glob("wonder_natality_*.txt"):
        shutil.copy(file, waiting)
    moments = sorted(random.Random(7).sample(range(1, LAST_MOMENT), MOMENTS))  # noqa: S311
    steps = _run(home, [*moments, 0, 0])
    killed = [s for s in steps if s["code"] == -signal.SIGKILL]
    assert len(killed) > MOMENTS // 3
    held = 0
    for step in steps:
        births, natality = step["held"].values()
        assert births["whole"], step
        assert natality["whole"], step
        # Nothing that was held is lost, and no export leaves the inbox before it is archived.
        assert births["vintages"] + natality["vintages"] >= held
        assert natality["vintages"] + natality["sorted"] >= 4
        held = births["vintages"] + natality["vintages"]
    assert steps[-1]["code"] == 0
    assert steps[-1]["held"] == {
        "nchs_births_1909": {"vintages": 1, "whole": True, "sorted": 0},
        "nchs_wonder_natality": {"vintages": 4, "whole": True, "sorted": 0},
    }
    assert list(home.archive.rglob(".incoming-*")) == []
    assert not list((home.root / ".fetching").glob("*"))
    assert len(list((home.inbox / "processed").iterdir())) == 4


def test_every_other_moment_of_taking_one_export_in(
    repository: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = repository / "assets/producers/nchs/samples/files/wonder_natality_us_2003-2006.txt"
    monkeypatch.setenv("IMR_FRESH_EXPORT", str(export))
    steps = _run(home, list(range(1, ONE_EXPORT, 2)))
    assert {s["code"] for s in steps} == {-signal.SIGKILL, 0}, "raise ONE_EXPORT to the last moment"
    held = [s["held"]["nchs_wonder_natality"] for s in steps]
    assert all(h["whole"] for h in held)
    assert all(h["vintages"] + h["sorted"] >= 1 for h in held)
    assert held[0]["vintages"] == 0
    assert held[-1] == {"vintages": 1, "whole": True, "sorted": 0}
