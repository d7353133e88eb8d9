"""The vocabulary of strata, and which groups add up."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.producers.catalogue import PRODUCERS
from assets.schema.strata.partitions import parts_of, siblings, tiling
from assets.schema.strata.vocabulary import (
    BOUNDS,
    JOINED,
    crossed,
    crosswalks,
    dimensions,
    groups_in,
    groups_of,
    stratum_of,
    stratum_types,
)


def test_the_vocabulary_is_whole() -> None:
    for name, dimension in dimensions().items():
        groups = groups_of(name)
        assert all(JOINED not in code for code in groups), name
        assert {g.part_of for g in groups.values()} <= {"", *groups}
        if dimension.adds_up == BOUNDS:
            assert dimension.unit
            assert all(
                g.lower is None or g.upper is None or g.lower < g.upper for g in groups.values()
            )
    for (dimension, group), (to_dimension, to_group) in crosswalks().items():
        assert {dimension, to_dimension} <= set(dimensions())
        for name, code in ((dimension, group), (to_dimension, to_group)):
            assert not groups_of(name) or code in groups_of(name), (name, code)


@pytest.mark.parametrize("name", sorted(n for n, p in PRODUCERS.items() if p.groups))
def test_labels_lead_to_groups_that_there_are(name: str) -> None:
    file = PRODUCERS[name].groups
    assert isinstance(file, Path)
    with file.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            groups = groups_of(row["stratum_type"])
            assert row["label"] == row["label"].lower()
            assert row["stratum_type"] in dimensions()
            assert not groups or row["stratum"] in groups, row


def test_bridged_races_have_no_single_ones() -> None:
    assert not any("race_bridged" in {a, b} for (a, _), (b, _) in crosswalks().items())


@given(
    st.dictionaries(
        st.sampled_from(sorted(dimensions())), st.from_regex(r"[a-z0-9_]+", fullmatch=True)
    )
)
def test_crossing_is_undone(groups: dict[str, str]) -> None:
    stratum_type, stratum = stratum_of(groups)
    assert groups_in(stratum_type, stratum) == groups
    if len(groups) <= 2:
        assert stratum_type in crossed(stratum_types())


AGES = [g.code for g in groups_of("age_of_mother").values()]


@given(st.sets(st.sampled_from(AGES)))
def test_groups_of_one_sum_do_not_overlap_and_none_is_left_out(present: set[str]) -> None:
    sets = siblings("age_of_mother", present)
    ranges = {g for g in present if groups_of("age_of_mother")[g].has_bounds}
    assert ranges <= {g for found in sets for g in found}
    for found in sets:
        years = [
            {y for y in range(70) if (g.lower or 0) <= y < (g.upper or 70)}
            for g in (groups_of("age_of_mother")[code] for code in found)
            if g.has_bounds
        ]
        assert sum(map(len, years)) == len(set().union(*years)) if years else True


def test_single_weeks_beside_halves_are_two_sums() -> None:
    assert parts_of("age_of_mother", "under_20", ["under_15", "15_19", "under_20"]) == (
        ("under_15", "15_19"),
        True,
    )
    assert tiling("age_of_mother", ["under_20", "25_29"], None, 30) is None
    assert siblings("cause", ["a", "b"]) == [("a",), ("b",)]
    both = ["hispanic", "not_hispanic", "mexican", "cuban", "not_stated"]
    assert siblings("hispanic_origin", both) == [
        ("hispanic", "not_hispanic", "not_stated"),
        ("cuban", "mexican", "not_hispanic", "not_stated"),
    ]
