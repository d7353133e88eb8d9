"""Subsets of all extracts in any order: everything ends in use, set aside or refused by name.

``IMR_PROPERTY_EXAMPLES`` sets the number of subsets; a few are tried by default.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assets.archive import vintage_folders, withdrawal
from assets.archive.intake import Judge, take_in
from assets.archive.samples import sample_extracts
from assets.archive.vintage import Origin
from assets.archive.waiting import retry
from assets.core.observations.contradictions import judge_official
from assets.producers.catalogue import DATASETS, dataset
from assets.producers.identify import identify
from assets.producers.nchs.wonder.whole import judge_whole
from assets.schema.content_hash import file_sha256
from assets.state.home import Home
from assets.state.warehouse import connect
from tests.component.archive.nights import JUDGES, Night, night, put

FEW = 2
"""Subsets that are tried by default; they are small ones."""
EXAMPLES = int(os.environ.get("IMR_PROPERTY_EXAMPLES", str(FEW)))
SAMPLES = Path(__file__).resolve().parents[3] / "assets/producers/nchs/samples/files"
NATION, BIRTHS = "wonder_linked_us_2007-2023.txt", "wonder_natality_us_2007-2024.txt"
KINDS = (("nchs_wonder",), ("ons", "nomis", "fingertips"), ("local", "nchs_wonder"), ("",))
"""Datasets that subsets are drawn from, by the start of their names."""
COMPARED = (
    "core.observations", "core.printed_rates", "rates.rates", "rates.rankings", "rates.trends",
    "rates.disparities", "rates.decompositions", "rates.targets", "rates.claims",
)  # fmt: skip
_DAY = "2026-01-01T00:00:00+00:00"
NO_EXTRACTS = {"microdata", "geography", "api"}


@dataclass(frozen=True)
class Extract:
    """One file of the pool.

    Attributes:
        dataset_id: Dataset that it is offered to.
        file: The file.
        origin: Where it came from; the same in every order, as days of publication are.
        bad: It breaks a required rule, and stands in the archive as an older version took it in.
    """

    dataset_id: str
    file: Path
    origin: Origin
    bad: bool = False

    @property
    def vintage_id(self) -> str:
        return f"{self.dataset_id}@{file_sha256(self.file)[:12]}"


def _changed(folder: Path, name: str, source: str, *changes: tuple[str, str]) -> Path:
    text = (SAMPLES / source).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / name
    file.write_text(text.partition('"---"')[0] if not changes else text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[Extract]:
    """Bundled samples, real extracts where they are at hand, exports without footer, bad ones."""
    made = tmp_path_factory.mktemp("made")
    found = [
        Extract(d.dataset_id, file, replace(origin, parameters={}))
        for d in DATASETS
        for file, origin in sample_extracts(d)
    ]
    shared = Path(os.environ.get("IMR_SHARED_DATA", SAMPLES.parents[4] / "shared" / "data"))
    for folder in (shared, shared.parent / "cases"):
        for file in sorted(f for f in folder.rglob("*") if f.suffix in (".txt", ".csv", ".xls")):
            name = None if NO_EXTRACTS & set(file.parts) else identify(file)
            if name is not None:
                found.append(Extract(name, file, Origin(f"file:{file.name}", _DAY, "terms")))
    linked, natality = "nchs_wonder_linked", "nchs_wonder_natality"
    hand = Origin("file:x", "2026-02-01T00:00:00+00:00", "terms", "2026-02-01")
    ten, rate = "205770\t3667758\t56.10", "20577\t3667758\t5.16"
    # 20,577 deaths in the linked file of 2022 (NVSR 73-5); 3,596,017 births of 2023 (NVSR 74-1).
    right = "20577\t3667758\t5.61"
    total = ("70010438", "70110438")
    return [
        *found,
        Extract(linked, _changed(made, "ten.txt", NATION, (right, ten)), hand, bad=True),
        Extract(linked, _changed(made, "rate.txt", NATION, (right, rate)), hand, bad=True),
        Extract(
            natality,
            _changed(made, "births.txt", BIRTHS, ("3596017", "3696017"), total),
            hand,
            bad=True,
        ),
        Extract(linked, _changed(made, "cut.txt", NATION), Origin("file:cut", _DAY, "terms")),
        Extract(natality, _changed(made, "part.txt", BIRTHS), Origin("file:part", _DAY, "terms")),
    ]


@dataclass(frozen=True)
class Told:
    """What became of extracts that arrived: refusals by vintage, and the nights."""

    home: Home
    refused: dict[str, tuple[str, ...]]
    nights: tuple[Night, ...]

    @property
    def in_use(self) -> set[str]:
        return {v.vintage_id for d in DATASETS for v in withdrawal.in_use(self.home, d)}

    @property
    def tables(self) -> dict[str, object]:
        with connect(self.home.warehouse, read_only=True) as con:
            return {
                name: con.execute(f"SELECT count(*), sum(hash(t)) FROM {name} AS t").fetchall()
                for name in COMPARED
            }


class Deliveries:
    """Homes that extracts are delivered to; what one of them has parsed, all use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._homes: Iterator[int] = iter(range(1 << 20))
        (folder / "staging").mkdir()

    def of(self, *batches: Sequence[Extract], quiet: bool = True) -> Told:
        root = self._folder / f"{next(self._homes)}"
        root.mkdir()
        (root / "staging").symlink_to(self._folder / "staging")
        home = Home(root).create()
        judges: tuple[Judge, ...] = (*JUDGES, judge_whole(home), judge_official(home))
        refused: dict[str, tuple[str, ...]] = {}
        nights: list[Night] = []
        # A quiet night where needed: what leaned on something that was set aside follows it.
        for batch in (*batches, ()) if quiet else batches:
            if not batch and not nights[-1].set_aside:
                break
            for one in batch:
                if one.bad:
                    put(home, one.dataset_id, one.file, one.origin.retrieved_at)
                    continue
                outcome = take_in(home, dataset(one.dataset_id), one.file, one.origin, judges)
                refused[one.vintage_id] = tuple(e.rule for e in outcome.errors)
            for outcome in retry(home, DATASETS, DATASETS, judges):
                if outcome.vintage is not None:
                    refused[outcome.vintage.vintage_id] = ()
            nights.append(night(home))
        return Told(home, refused, tuple(nights))


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Deliveries:
    return Deliveries(tmp_path_factory.mktemp("deliveries"))


def _drawn(pool: Sequence[Extract], seed: int) -> list[Extract]:
    draw = random.Random(seed)  # noqa: S311
    kind = KINDS[seed % len(KINDS)]
    able = [e for e in pool if e.dataset_id.startswith(kind) and not e.bad]
    odd = [e for e in pool[-5:] if e.dataset_id.startswith(kind)]
    chosen = draw.sample(able, 2 if seed < FEW else draw.randint(2, 5))
    extra = draw.sample(odd, min(len(odd), 1 if seed < FEW else draw.randint(0, 2)))
    return [*chosen, *(e for e in extra if e not in chosen)]


def _check_each_night(told: Told) -> None:
    for one in told.nights:
        assert one.blocked == (), one
        assert one.published or one.nothing, one
        assert all(len(line) > len("is set aside") for line in one.set_aside)


def _check_nothing_is_lost(told: Told, chosen: Sequence[Extract]) -> None:
    for one in chosen:
        entry = dataset(one.dataset_id)
        rules = told.refused.get(one.vintage_id, ())
        if rules:
            kept = told.home.quarantine / one.dataset_id / file_sha256(one.file)[:12]
            assert (kept / "report.txt").read_text(encoding="utf-8").strip(), one
            continue
        assert one.vintage_id in {v.vintage_id for v in vintage_folders.vintages(told.home, entry)}
        out = withdrawal.withdrawn(told.home, entry).get(one.vintage_id)
        assert out is None or (out.rule and out.because), one


@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_any_subset_in_any_order_ends_the_same(
    seed: int, pool: list[Extract], deliveries: Deliveries
) -> None:
    chosen = _drawn(pool, seed)
    draw = random.Random(seed)  # noqa: S311
    shuffled = draw.sample(chosen, len(chosen))
    cut = draw.randint(1, len(chosen) - 1)
    one, other = deliveries.of(chosen[:cut], chosen[cut:]), deliveries.of(shuffled)
    for told in (one, other):
        _check_each_night(told)
        _check_nothing_is_lost(told, chosen)
    # What departs from an extract of the same slot is compared with what came before it.
    compared = [r for told in (one, other) for rules in told.refused.values() for r in rules]
    if any(rule.startswith("ACCEPT-") for rule in compared):
        return
    assert one.in_use == other.in_use
    assert one.nights[-1].published == other.nights[-1].published
    if not one.nights[-1].published:
        return
    assert one.tables == other.tables
    bad = {e.vintage_id for e in chosen if e.bad}
    if bad and not bad & one.in_use:
        without = deliveries.of([e for e in shuffled if not e.bad])
        assert without.in_use == one.in_use
        if without.nights[-1].published:
            assert without.tables == one.tables


MORTALITY = ("wonder_mortality_us_2000-2017.txt", "wonder_mortality_us_2018-2024.txt")


@pytest.mark.parametrize(
    ("good", "bad", "beside"),
    [
        # One slot: whichever comes second departs from the first.
        (NATION, "ten.txt", (BIRTHS, *MORTALITY)),
        # Without footer, contradicted by nobody but the bad one.
        ("cut.txt", "ten.txt", (BIRTHS, *MORTALITY)),
    ],
)
def test_a_good_extract_is_in_use_the_same_night_in_whatever_order(
    good: str, bad: str, beside: tuple[str, ...], pool: list[Extract], deliveries: Deliveries
) -> None:
    by_name = {e.file.name: replace(e, bad=False) for e in pool}
    night_of = [by_name[name] for name in (*beside, good, bad)]
    told = [deliveries.of(order, quiet=False) for order in (night_of, night_of[::-1])]
    for one in told:
        _check_each_night(one)
        assert one.in_use == {e.vintage_id for e in night_of[:-1]}
        assert one.tables == told[0].tables
