"""Tables 1, 3 and 21 of a child mortality workbook beside bare reading of the same sheets."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from python_calamine import CalamineWorkbook

from assets.ons.child_mortality import parse_child_mortality
from assets.ons.workbook import Workbook

ROUNDS = 40
SHEETS = ("1", "3", "21")
NAME = "cim2022deathcohortworkbook.xlsx"
_ROOT = Path(__file__).resolve().parents[1]


def run() -> list[str]:
    """Time both in turns in one process and return the lines to print."""
    path = _workbook()
    timed: dict[str, Callable[[Path], object]] = {
        "ours": parse_child_mortality,
        "checked": _checked,
        "bare": _bare,
    }
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(ROUNDS + 1):
        for name, read in timed.items():
            started = time.perf_counter()
            read(path)
            seconds[name].append(time.perf_counter() - started)
    middle = {name: 1000 * statistics.median(each[1:]) for name, each in seconds.items()}
    rows = len(parse_child_mortality(path).frame)
    ratios = {name: each / middle["bare"] for name, each in middle.items()}
    return [
        f"{path.name}: {rows:,} staged cells in {middle['ours']:.1f} ms, bare reading "
        f"{middle['bare']:.1f} ms, ratio {ratios['ours']:.2f} (target at most 1.5)",
        f"the same sheets read after the checks of size, without staging: {middle['checked']:.1f} "
        f"ms, ratio {ratios['checked']:.2f}",
    ]


def _workbook() -> Path:
    """Return the producer's workbook where the shared extracts are at hand, else the sample."""
    shared = Path(os.environ.get("IMR_SHARED_DATA", _ROOT.parent / "shared/data"))
    real = shared / "ons/workbooks" / NAME
    return real if real.exists() else _ROOT / "assets/ons/samples/files" / NAME


def _bare(path: Path) -> object:
    book = CalamineWorkbook.from_path(path)
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in SHEETS]


def _checked(path: Path) -> object:
    book = Workbook(path)
    return [book.grid(name) for name in SHEETS]
