"""Damages extracts in the ways that people, programs and networks do, and judges what comes of it.

Run as a program it reports counts: ``python -m tests.bad_inputs.archive.mutations [COUNT [SEED
[FOLDER]]]``; FOLDER holds real extracts, left out are the bundled samples then. Every damage is
judged beside the undamaged extract as last vintage, where any number that changes is advised at
least, and as a first arrival, where only the rules of the file itself can tell.
"""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
import xlwt
from python_calamine import CalamineWorkbook

from assets.archive.acceptance import terms_of
from assets.archive.container import sniff
from assets.archive.dataset import Dataset
from assets.archive.intake import take_in
from assets.archive.samples import sample_extracts
from assets.archive.vintage import Origin
from assets.core.geography.arriving_areas import judge_areas
from assets.producers.catalogue import DATASETS, dataset
from assets.producers.identify import identify
from assets.producers.nchs.wonder.unused_rows import judge_strata
from assets.state.home import Home

REFUSED, SAME, ADVISED, SILENT, RAISED = "refused", "same numbers", "advised", "silent", "raised"
FEWER, UNNOTICED = "fewer rows", "unnoticed"
ORIGIN = Origin("file:mutated", "2030-01-01T00:00:00+00:00", "none")
Grid = list[list[Any]]
Rng = random.Random


@dataclass(frozen=True)
class Verdict:
    """What became of one mutation: beside the last vintage, and as a first arrival."""

    dataset_id: str
    file: str
    mutation: str
    seed: str
    kind: str
    first: str
    detail: str = ""


class LeftOutError(ValueError):
    """A file that cannot be damaged in a way that tells anything."""


def _cell(grid: Grid, rng: Rng) -> tuple[int, int]:
    """Return the place of a filled cell, a number nine times in ten."""
    filled = [
        (r, c) for r, row in enumerate(grid) for c, v in enumerate(row) if v not in ("", None)
    ]
    numbers = [(r, c) for r, c in filled if _number(grid[r][c])]
    return rng.choice(numbers if numbers and rng.random() < 0.9 else filled)


def _number(value: object) -> bool:
    text = str(value).strip().strip('"')
    return text.replace(".", "", 1).isdigit()


def drop_row(grid: Grid, rng: Rng) -> None:
    del grid[_cell(grid, rng)[0]]


def double_row(grid: Grid, rng: Rng) -> None:
    row = _cell(grid, rng)[0]
    grid.insert(row, list(grid[row]))


def drop_column(grid: Grid, rng: Rng) -> None:
    column = _cell(grid, rng)[1]
    for row in grid:
        del row[column : column + 1]


def swap_columns(grid: Grid, rng: Rng) -> None:
    """Swap the numbers of two columns under headers that stay."""
    row, first = _cell(grid, rng)
    others = [c for c, v in enumerate(grid[row]) if _number(v) and c != first]
    second = rng.choice(others or [first])
    for line in grid:
        if max(first, second) < len(line) and _number(line[first]) and _number(line[second]):
            line[first], line[second] = line[second], line[first]


def shift_row(grid: Grid, rng: Rng) -> None:
    row, column = _cell(grid, rng)
    if rng.random() < 0.5:
        grid[row].insert(column, "")
    else:
        del grid[row][column]


def shift_column(grid: Grid, rng: Rng) -> None:
    row, column = _cell(grid, rng)
    below = [line for line in grid[row:] if column < len(line)]
    values = [line[column] for line in below]
    for line, value in zip(below, ["", *values[:-1]], strict=True):
        line[column] = value


def swap_cells(grid: Grid, rng: Rng) -> None:
    row, column = _cell(grid, rng)
    others = [r for r, line in enumerate(grid) if column < len(line) and _number(line[column])]
    other = rng.choice(others or [row])
    grid[row][column], grid[other][column] = grid[other][column], grid[row][column]


def retype_cell(grid: Grid, rng: Rng) -> None:
    row, column = _cell(grid, rng)
    text = str(grid[row][column])
    grid[row][column] = rng.choice(
        ["n/a", "", f"-{text}", f"{text}e3", f"{text}?", f"~{text}", "#REF!", "١٢", "NaN", text * 5]
    )


def change_digit(grid: Grid, rng: Rng) -> None:
    row, column = _cell(grid, rng)
    value = grid[row][column]
    text = str(value)
    places = [i for i, ch in enumerate(text) if ch.isdigit()]
    if not places:
        return
    at = rng.choice(places)
    text = text[:at] + str((int(text[at]) + rng.randint(1, 9)) % 10) + text[at + 1 :]
    grid[row][column] = type(value)(text) if isinstance(value, int | float) else text


GRID_MUTATIONS: tuple[Callable[[Grid, Rng], None], ...] = (
    drop_row, double_row, drop_column, swap_columns, shift_row, shift_column, swap_cells,
    retype_cell, change_digit,
)  # fmt: skip


def truncate(raw: bytes, rng: Rng) -> bytes:
    return raw[: rng.randrange(1, len(raw))]


def flip_byte(raw: bytes, rng: Rng) -> bytes:
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << rng.randrange(8))]) + raw[at + 1 :]


def cut_out(raw: bytes, rng: Rng) -> bytes:
    at = rng.randrange(len(raw))
    return raw[:at] + raw[at + rng.randrange(1, 200) :]


def reencode(raw: bytes, rng: Rng) -> bytes:
    text = raw.decode("latin-1")
    kinds = ("utf-16", "utf-8-sig", "cp037", "utf-32")
    return text.encode(rng.choice(kinds), errors="replace")


BYTE_MUTATIONS = (truncate, flip_byte, cut_out, reencode)


def mutated(file: Path, rng: Rng) -> tuple[str, bytes]:
    """Return the name of a mutation and the damaged bytes."""
    if rng.random() < 0.25:
        damage = rng.choice(BYTE_MUTATIONS)
        return damage.__name__, damage(file.read_bytes(), rng)
    mutation = rng.choice(GRID_MUTATIONS)
    return mutation.__name__, rewritten(file, rng, mutation)


@lru_cache(maxsize=1)
def _grids(workbook: Path) -> dict[str, Grid]:
    book = CalamineWorkbook.from_path(workbook)
    return {
        name: [list(r) for r in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in book.sheet_names
    }


def rewritten(file: Path, rng: Rng, mutation: Callable[[Grid, Rng], None] | None) -> bytes:
    """Return a file with one of its grids changed (or none, to see that rewriting is faithful)."""
    kind = sniff.content_type(file)
    if kind in (sniff.XLSX, sniff.XLS):
        grids = {name: [list(row) for row in grid] for name, grid in _grids(file).items()}
        large = [n for n, g in grids.items() if sum(_number(v) for r in g for v in r) > 20]
        if mutation:
            mutation(grids[rng.choice(large)], rng)
        return _xlsx(grids) if kind == sniff.XLSX else _xls(grids)
    text = file.read_bytes().decode("utf-8")
    if kind == sniff.JSON:
        records = json.loads(text)
        names = list(dict.fromkeys(k for r in records for k in r))
        grid: Grid = [names, *([r.get(n, "") for n in names] for r in records)]
        if mutation:
            mutation(grid, rng)
        header, *rows = grid
        return json.dumps(
            [{k: v for k, v in zip(header, row, strict=False) if v != ""} for row in rows]
        ).encode()
    if "\t" in text:
        end = "\r\n" if "\r\n" in text else "\n"
        grid = [line.split("\t") for line in text.split(end)]
        if mutation:
            mutation(grid, rng)
        return end.join("\t".join(map(str, row)) for row in grid).encode()
    grid = list(csv.reader(io.StringIO(text, newline="")))
    if mutation:
        mutation(grid, rng)
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(grid)
    return buffer.getvalue().encode()


def _xlsx(grids: dict[str, Grid]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, grid in grids.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(grid):
                for c, value in enumerate(row):
                    if isinstance(value, int | float):
                        sheet.write_number(r, c, value)
                    elif value not in ("", None):
                        sheet.write_string(r, c, str(value))
    return buffer.getvalue()


def _xls(grids: dict[str, Grid]) -> bytes:
    book = xlwt.Workbook()
    for name, grid in grids.items():
        sheet = book.add_sheet(name)
        for r, row in enumerate(grid):
            for c, value in enumerate(row):
                if value not in ("", None):
                    sheet.write(r, c, value if isinstance(value, int | float) else str(value))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def statement(entry: Dataset, frame: pd.DataFrame) -> Counter[tuple[str, ...]]:
    """Return the cells that an extract states, without where it states them."""
    said = frame[[*terms_of(entry).key, "value", "raw_text"]]
    return Counter(map(tuple, said.astype("object").fillna("").astype("str").to_numpy()))


def judge(
    home: Home, entry: Dataset, file: Path, said: Counter[tuple[str, ...]], usual: set[str]
) -> tuple[str, str, str]:
    """Take a damaged extract in beside the original.

    Args:
        home: Archive that holds the original.
        entry: Dataset.
        file: The damaged extract.
        said: What the original states.
        usual: Advice on the original itself, which is no notice of a damage.

    Returns:
        Kind of verdict, kind of verdict without the last vintage, and the rules broken.
    """
    try:
        outcome = take_in(home, entry, file, ORIGIN, (judge_areas, judge_strata))
    except Exception as error:  # every exception is a finding
        return RAISED, RAISED, f"{type(error).__name__}: {error}"
    if outcome.status == "new" and outcome.vintage is not None:
        shutil.rmtree(outcome.vintage.path.parent)
    errors = sorted({e.rule for e in outcome.errors})
    advice = sorted({w.rule for w in outcome.warnings if str(w) not in usual})
    own = [rules_of_file(rules) for rules in (errors, advice)]
    first = REFUSED if own[0] else ADVISED if own[1] else UNNOTICED
    if errors:
        return REFUSED, first, ", ".join(errors)
    now = said if outcome.parsed is None else statement(entry, outcome.parsed.frame)
    if now == said:
        return SAME, SAME, ""
    # An export of fewer years or areas is another query: what it lacks stays in use.
    quiet = FEWER if now <= said else SILENT
    return ADVISED if advice else quiet, first, ", ".join(advice)


def rules_of_file(rules: list[str]) -> list[str]:
    """Return the rules that need no last vintage."""
    return [rule for rule in rules if not rule.startswith("ACCEPT-")]


def verdicts(
    folder: Path, entry: Dataset, original: Path, seed: int, count: int
) -> Iterator[Verdict]:
    """Damage one file ``count`` times and yield what became of each.

    Raises:
        LeftOutError: The file is refused as it is, or says something else once written again.
    """
    home = Home(folder / f"{entry.dataset_id}-{original.stem}").create()
    file = folder / original.name
    file.write_bytes(original.read_bytes())
    whole = take_in(home, entry, file, ORIGIN, (judge_areas, judge_strata))
    if whole.errors:
        raise LeftOutError(
            f"refused undamaged: {', '.join(sorted({e.rule for e in whole.errors}))}"
        )
    usual = {str(w) for w in whole.warnings}
    said = statement(entry, entry.parse(original).frame)
    file.write_bytes(rewritten(original, Rng(0), None))
    if statement(entry, entry.parse(file).frame) != said:
        raise LeftOutError("says something else once written again by xlwt, XlsxWriter or csv")
    for number in range(count):
        name = f"{seed}-{number}"
        mutation, raw = mutated(original, Rng(f"{original.name}-{name}"))
        file.write_bytes(raw)
        kind, first, detail = judge(home, entry, file, said, usual)
        yield Verdict(entry.dataset_id, original.name, mutation, name, kind, first, detail)


def _originals(folder: Path | None) -> Iterator[tuple[Dataset, Path]]:
    """Yield the bundled samples, or the files of a folder that a dataset recognises."""
    if folder is None:
        for entry in DATASETS:
            yield from ((entry, file) for file, _ in sample_extracts(entry))
        return
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = identify(file)
        if name is not None:
            yield dataset(name), file


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    real = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    found: list[Verdict] = []
    with tempfile.TemporaryDirectory(prefix="imr-mutations-") as folder:
        for entry, original in _originals(real):
            try:
                for v in verdicts(Path(folder), entry, original, seed, count):
                    found.append(v)
                    if v.kind in (RAISED, SILENT) or v.first == UNNOTICED:
                        print(f"{v.kind}, {v.first} at first: {v.file} {v.mutation} {v.seed}: "
                              f"{v.detail}", flush=True)  # fmt: skip
            except LeftOutError as error:
                print(f"left out: {original.name}: {error}", flush=True)
    for title, label in (
        ("mutation", lambda v: v.mutation),
        ("file", lambda v: v.file),
        ("beside the last vintage", lambda v: v.kind),
        ("as a first arrival", lambda v: v.first),
    ):
        print(f"\n{title}")
        counts = Counter((label(v), v.kind, v.first) for v in found)
        if title in ("beside the last vintage", "as a first arrival"):
            counts = Counter((label(v), "", "") for v in found)
        for (name, kind, first), number in sorted(counts.items()):
            print(f"{name:<56} {kind:<14} {first:<14} {number:>6}")
    print(f"\n{len(found)} mutations of {len({v.file for v in found})} files, seed {seed}")


if __name__ == "__main__":
    main()
