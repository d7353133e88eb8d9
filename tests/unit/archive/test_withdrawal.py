"""Vintages out of use: on record, back again, and as they were on a past day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.archive import vintage_folders, withdrawal
from assets.archive.sources import is_stale, reason_of
from assets.archive.vintage import Origin, Vintage
from assets.archive.withdrawal import PERSON, READING, RULE, Withdrawal
from assets.producers.catalogue import dataset
from assets.state.home import Home

DATASET = dataset("local_area_counts")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def _put(home: Home, text: str, at: str) -> Vintage:
    file = home.root / f"{at[:10]}.csv"
    file.write_text(text, encoding="utf-8")
    return vintage_folders.put(home, DATASET, file, Origin("file:x", at, "terms"))[0]


@pytest.fixture
def two(home: Home) -> tuple[str, str]:
    first = _put(home, "a", "2026-01-01T00:00:00+00:00")
    second = _put(home, "b", "2026-02-01T00:00:00+00:00")
    return first.vintage_id, second.vintage_id


def _entry(vintage_id: str, by: str = RULE) -> Withdrawal:
    return Withdrawal(
        vintage_id, "2026-03-05T02:00:00+00:00", by, "CORE-X", "Seen.", "Do.", judged="j"
    )


def _used(home: Home, as_of: str | None = None) -> list[str]:
    return [v.vintage_id for v in withdrawal.in_use(home, DATASET, as_of=as_of)]


def test_the_one_before_is_in_use_again_until_it_comes_back(
    home: Home, two: tuple[str, str]
) -> None:
    assert withdrawal.withdraw(home, DATASET, _entry(two[1]))
    assert _used(home) == [two[0]]
    assert not withdrawal.withdraw(home, DATASET, _entry(two[1]))
    back = datetime(2026, 3, 9, tzinfo=UTC)
    assert withdrawal.restore(home, DATASET, two[1], "mended", now=back)
    assert not withdrawal.restore(home, DATASET, two[1], "mended")
    assert _used(home) == list(two)


def test_a_past_day_sees_what_was_in_use_then(home: Home, two: tuple[str, str]) -> None:
    withdrawal.withdraw(home, DATASET, _entry(two[1]))
    withdrawal.restore(home, DATASET, two[1], "", now=datetime(2026, 3, 9, tzinfo=UTC))
    assert _used(home, "2026-01-31") == [two[0]]
    assert _used(home, "2026-03-04") == list(two)
    assert _used(home, "2026-03-08") == [two[0]]
    assert _used(home, "2026-03-09") == list(two)


def test_judging_it_again_keeps_since_when_it_is_out(home: Home, two: tuple[str, str]) -> None:
    withdrawal.withdraw(home, DATASET, _entry(two[1]))
    later = replace(_entry(two[1]), at="2026-04-01T00:00:00+00:00", judged="k", rule="CORE-Y")
    withdrawal.withdraw(home, DATASET, later)
    (kept,) = withdrawal.history(home, DATASET)
    assert (kept.at[:10], kept.judged, kept.rule) == ("2026-03-05", "k", "CORE-Y")


def test_a_rule_makes_the_dataset_stale_and_a_person_does_not(
    home: Home, two: tuple[str, str]
) -> None:
    withdrawal.withdraw(home, DATASET, _entry(two[1], PERSON))
    assert not is_stale(home, DATASET)
    withdrawal.withdraw(home, DATASET, _entry(two[0]))
    assert is_stale(home, DATASET)
    assert two[0] in reason_of(home, DATASET)
    assert not is_stale(home, DATASET, as_of="2026-03-01")


def test_it_is_due_again_when_what_it_was_judged_by_changes(
    home: Home, two: tuple[str, str]
) -> None:
    judged = withdrawal.judged_beside(home, [DATASET])
    withdrawal.withdraw(home, DATASET, replace(_entry(two[1]), judged=judged))
    assert withdrawal.due_again(home, [DATASET], judged) == []
    _put(home, "c", "2026-04-01T00:00:00+00:00")
    changed = withdrawal.judged_beside(home, [DATASET])
    assert [w.vintage_id for w in withdrawal.due_again(home, [DATASET], changed)] == [two[1]]


def test_a_person_decides_for_good_and_what_cannot_be_read_is_tried_each_time(
    home: Home, two: tuple[str, str]
) -> None:
    withdrawal.withdraw(home, DATASET, _entry(two[0], PERSON))
    withdrawal.withdraw(home, DATASET, replace(_entry(two[1], READING), judged="now"))
    due = withdrawal.due_again(home, [DATASET], "now")
    assert [w.vintage_id for w in due] == [two[1]]


def test_a_damaged_folder_leaves_the_others_in_use_and_is_mended_by_its_bytes(
    home: Home, two: tuple[str, str]
) -> None:
    damaged = next(v for v in vintage_folders.vintages(home, DATASET) if v.vintage_id == two[1])
    (damaged.path.parent / vintage_folders.ORIGIN_FILE).write_text("{", encoding="utf-8")
    assert _used(home) == [two[0]]
    assert is_stale(home, DATASET)
    assert str(damaged.path.parent) in reason_of(home, DATASET)
    _put(home, "b", "2026-05-01T00:00:00+00:00")
    assert _used(home) == list(two)
    assert not is_stale(home, DATASET)


def test_a_damaged_record_names_itself(home: Home, two: tuple[str, str]) -> None:
    record = home.archive / "local" / DATASET.dataset_id / withdrawal.RECORD
    record.write_text("no list", encoding="utf-8")
    with pytest.raises(vintage_folders.ArchiveError, match="withdrawn"):
        _used(home)
