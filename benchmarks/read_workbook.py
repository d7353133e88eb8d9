"""Tables of a child mortality workbook beside bare reading of the same sheets."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from python_calamine import CalamineWorkbook

from assets.archive.container.guard import guard
from assets.producers.ons.child_mortality.layouts import LAYOUTS
from assets.producers.ons.child_mortality.read import read_tables
from assets.producers.ons.child_mortality.set_aside import without_contradictions
from assets.producers.ons.workbooks.workbook import Workbook

ROUNDS = 100
SHEETS = ("1", "3", "21")
ALL_SHEETS = tuple(map(str, range(1, 28)))
NAME = "cim2022deathcohortworkbook.xlsx"
_ROOT = Path(__file__).resolve().parents[1]


def run() -> list[str]:
    """Time all in turns in one process and return the lines to print.

    The shortest of many turns is compared: other work on the machine only ever adds to a turn.
    """
    path = _workbook()
    lines = [*_compared(path, SHEETS), *_compared(path, ALL_SHEETS)]
    judged = _shortest({"guard": guard}, path)["guard"]
    return [
        *lines,
        f"the container judged on arrival, all sheets unpacked: {judged:.1f} ms more, "
        "once per file",
    ]


def _compared(path: Path, sheets: tuple[str, ...]) -> list[str]:
    there = [name for name in sheets if name in CalamineWorkbook.from_path(path).sheet_names]
    layouts = [
        replace(each, tables=tuple(table for table in each.tables if table.sheet in there))
        for each in LAYOUTS[:1]
    ]
    ours = partial(read_tables, layouts=layouts)
    read = ours(path)
    timed: dict[str, Callable[[Path], object]] = {
        "ours": ours,
        "opened": partial(_opened, sheets=there),
        "bare": partial(_bare, sheets=there),
        "judged": lambda _: without_contradictions(read),
    }
    shortest = _shortest(timed, path)
    ratios = {name: each / shortest["bare"] for name, each in shortest.items()}
    return [
        f"{path.name}, Tables {', '.join(there)}: {len(read.frame):,} staged cells in "
        f"{shortest['ours']:.1f} ms, bare reading {shortest['bare']:.1f} ms, ratio "
        f"{ratios['ours']:.2f} (target for Tables 1, 3 and 21 at most 1.5, for all tables 1.6)",
        f"the same sheets opened and read without staging: {shortest['opened']:.1f} ms, ratio "
        f"{ratios['opened']:.2f}",
        f"looking for what contradicts itself in them: {shortest['judged']:.1f} ms, ratio "
        f"{ratios['judged']:.2f}",
    ]


def _shortest(timed: dict[str, Callable[[Path], object]], path: Path) -> dict[str, float]:
    """Return the shortest time of each in milliseconds, timed in turns."""
    shortest = dict.fromkeys(timed, float("inf"))
    for _ in range(ROUNDS):
        for name, read in timed.items():
            started = time.perf_counter()
            read(path)
            shortest[name] = min(shortest[name], 1000 * (time.perf_counter() - started))
    return shortest


def _workbook() -> Path:
    """Return the producer's workbook where the shared extracts are at hand, else the sample."""
    shared = Path(os.environ.get("IMR_SHARED_DATA", _ROOT.parent / "shared/data"))
    real = shared / "ons/workbooks" / NAME
    return real if real.exists() else _ROOT / "assets/producers/ons/samples/files" / NAME


def _bare(path: Path, sheets: list[str]) -> object:
    book = CalamineWorkbook.from_path(path)
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in sheets]


def _opened(path: Path, sheets: list[str]) -> object:
    book = Workbook(path)
    return [book.grid(name) for name in sheets]
