"""Damaged extracts end in a refusal, in advice, or say the same as before; never in an exception.

A seeded selection of ``mutations.py``, which reports the counts of a long run.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.producers.catalogue import dataset
from tests.bad_inputs.archive.mutations import (
    RAISED,
    REFUSED,
    SILENT,
    UNNOTICED,
    LeftOutError,
    verdicts,
)

FILES = [
    ("nchs_wonder_linked", "wonder_linked_state_2023.txt", 40),
    ("nchs_wonder_linked", "wonder_linked_us_2007-2023.txt", 40),
    ("nchs_wonder_natality", "wonder_natality_us_2007-2024.txt", 40),
    ("nchs_vsrr_counts", "vsrr_hmz2-vwda_edition_1.json", 25),
    ("nchs_births_1909", "births_e6fc-ccez.json", 40),
    ("nchs_vsrr_quarterly", "vsrr_quarterly_jqwm-z2g9.json", 40),
    ("nomis_live_births", "nomis_live_births_2023.csv", 15),
    ("nomis_deaths", "nomis_deaths_2013_2014.csv", 40),
    ("ons_birth_registrations", "2023birthregistrations.xlsx", 6),
    ("ons_child_mortality", "cim2022deathcohortworkbook.xlsx", 3),
    ("ons_deaths_by_area", "deathsarea2014.xls", 4),
]


@pytest.mark.parametrize(("dataset_id", "name", "count"), FILES)
def test_no_damage_goes_unnoticed(
    repository: Path, tmp_path: Path, dataset_id: str, name: str, count: int
) -> None:
    entry = dataset(dataset_id)
    original = repository / "assets/producers" / entry.source / "samples/files" / name
    found = list(verdicts(tmp_path, entry, original, 11, count))
    assert [v for v in found if v.kind in (RAISED, SILENT)] == []
    assert sum(v.kind == REFUSED for v in found) > count // 3


def test_a_file_that_is_refused_undamaged_is_left_out_with_the_rule(
    repository: Path, tmp_path: Path
) -> None:
    whole = repository / "assets/producers/ons/samples/files/nomis_live_births_2023.csv"
    (tmp_path / "work").mkdir()
    cut = tmp_path / whole.name
    cut.write_text("".join(whole.read_text(encoding="utf-8").splitlines(True)[:9]), "utf-8")
    with pytest.raises(LeftOutError, match="refused undamaged: NOMIS-TRUNCATED"):
        list(verdicts(tmp_path / "work", dataset("nomis_live_births"), cut, 1, 1))


def test_what_only_the_last_vintage_tells_is_unnoticed_on_first_arrival(
    repository: Path, tmp_path: Path
) -> None:
    """The extract has one count a year, which nothing in it repeats."""
    original = (
        repository / "assets/producers/local/samples/files/nchs_maternal_deaths_2018_2023.csv"
    )
    found = list(verdicts(tmp_path, dataset("nchs_maternal_deaths"), original, 2026, 30))
    alone = [v for v in found if v.first == UNNOTICED and v.kind == REFUSED]
    assert alone
    assert all(v.detail.startswith("ACCEPT-") for v in alone)
