"""Remember how many rows of each archived extract are used, and why others are not."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from assets.archive import parsing
from assets.archive.dataset import Dataset, ParsedExtract, Use
from assets.archive.errors import ExtractError
from assets.archive.faults import of_one_extract
from assets.archive.vintage import Vintage
from assets.state.code_version import code_version
from assets.state.home import Home


def remember_use(home: Home, dataset: Dataset, vintage: Vintage, parsed: ParsedExtract) -> None:
    """Store the row usage of an extract, so that it need not be parsed again.

    What this version of the code has remembered stands. Nothing depends on it: an extract whose
    usage cannot be told is used all the same.
    """
    if dataset.use is None or parsed.frame.empty:
        return
    target = _file(home, dataset, vintage)
    if target.exists():
        return
    try:
        with of_one_extract(vintage.path.name, "counting the rows that are used"):
            use = dataset.use(parsed)
    except ExtractError:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".writing")
    aside.write_text(json.dumps(asdict(use), indent=2) + "\n", encoding="utf-8")
    aside.replace(target)


def use_of(home: Home, dataset: Dataset, vintage: Vintage) -> Use | None:
    """Return the row usage of an extract, or ``None`` if unknown or unreadable.

    What was not remembered by this version of the code is read again; nothing is written.
    """
    if dataset.use is None:
        return None
    try:
        facts = json.loads(_file(home, dataset, vintage).read_text(encoding="utf-8"))
        left = tuple((str(why), int(count)) for why, count in facts["rows_left_out"])
        return Use(int(facts["rows_used"]), left, tuple(facts["still_needed"]))
    except (OSError, ValueError, LookupError, TypeError):
        pass
    try:
        with of_one_extract(vintage.path.name, "counting the rows that are used"):
            return dataset.use(parsing.read(dataset, vintage.path, judged=True))
    except (ExtractError, OSError):
        return None


def _file(home: Home, dataset: Dataset, vintage: Vintage) -> Path:
    version = code_version(f"assets/producers/{dataset.source}", "assets/schema")
    folder = home.staging / dataset.source / dataset.dataset_id
    return folder / f"{vintage.sha256}-{version}.use.json"
