"""Which rates are compared, and by which groups: the declarations of ``pairs.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from assets.rates.decompositions.grouping import Bounds, Rules
from assets.rates.definitions import MethodError
from assets.schema.codes import RATE_MEASURES, SOURCE_FAMILIES
from assets.schema.strata.vocabulary import BOUNDS, dimensions, groups_of, ranked_causes
from assets.schema.tables.decompositions import PAIR_KINDS
from assets.text.yaml_file import read_yaml

FILE = Path(__file__).with_name("pairs.yaml")
NEWEST, PREVIOUS = "newest", "previous"
EACH, RANKED = "each", "ranked"
THREE = ("neonatal_mortality", "postneonatal_mortality")
"""Rates of the two ages that three factors tell apart."""


@dataclass(frozen=True)
class Pair:
    """Two rates, or two for every area of a kind, and the dimension by which they are compared.

    Attributes:
        pair: Name of the pair.
        pair_kind: What is compared.
        measure: Rate.
        dimension: Characteristic by whose groups the difference is split.
        three: The first 28 days and the risk of the survivors are told apart.
        source_family: Series.
        area_code: Area; ``None`` for all areas of the kinds.
        area_types: Kinds of area; empty for all.
        area_prefix: How codes of the areas begin.
        stratum_type: Characteristic that both populations are groups of; ``all`` for totals.
        stratum: Group; ``each`` for every one, each with itself in the reference.
        year: Year; ``None`` for the newest.
        reference_source_family: Series of the reference.
        reference_area_code: Its area; ``None`` for the same one.
        reference_stratum: Its group.
        reference_year: Its year; ``None`` for ``years_before`` the other one.
        years_before: Distance in years; ``None`` for the last year before that has the groups.
        still_differs: What differs beside the groups, where the series are two.
    """

    pair: str
    pair_kind: str
    measure: str
    dimension: str
    three: bool
    source_family: str
    area_code: str | None
    area_types: tuple[str, ...]
    area_prefix: str
    stratum_type: str
    stratum: str
    year: int | None
    reference_source_family: str
    reference_area_code: str | None
    reference_stratum: str
    reference_year: int | None
    years_before: int | None
    still_differs: str | None

    @property
    def is_explicit(self) -> bool:
        """True where both rates are named by area and year."""
        return self.area_code is not None and self.year is not None and self.stratum != EACH


@cache
def pairs(path: Path = FILE) -> tuple[Pair, ...]:
    """Return the declared pairs.

    Raises:
        MethodError: A pair names something unknown, compares a rate with itself, or two series
            without saying what else differs.
    """
    return tuple(
        _checked(pair, path) for entry in read_yaml(path)["pairs"] for pair in _expanded(entry)
    )


def declared_rows() -> pd.DataFrame:
    """Return the declared pairs as rows, numbered."""
    rows = [
        {
            "declared_id": number,
            **{f.name: getattr(pair, f.name) for f in fields(Pair)},
            "area_types": list(pair.area_types),
            "is_explicit": pair.is_explicit,
        }
        for number, pair in enumerate(pairs())
    ]
    frame = pd.DataFrame(rows)
    return frame.astype(dict.fromkeys(("year", "reference_year", "years_before"), "Int64"))


def declared_measures() -> pd.DataFrame:
    """Return which rates are read by which groups."""
    wanted = {
        (measure, pair.dimension)
        for pair in pairs()
        for measure in (pair.measure, *(THREE if pair.three else ()))
    }
    return pd.DataFrame(sorted(wanted), columns=["measure", "dimension"])


def declared_breaks() -> pd.DataFrame:
    """Return the years in which groups change what they hold."""
    names = ["source_family", "dimension", "first_year", "reason"]
    return pd.DataFrame(read_yaml(FILE)["breaks"])[names]


@cache
def said(part: str) -> Any:
    """Return a part of the declarations that stands beside the pairs."""
    return read_yaml(FILE)[part]


@cache
def causes() -> Mapping[str, tuple[str, ...]]:
    """Return lists of causes of death: of each the causes that do not overlap, in order."""
    ranked = set(ranked_causes())
    return {
        dimension: tuple(
            code for code in groups_of(dimension) if taken != RANKED or (dimension, code) in ranked
        )
        for dimension, taken in said("causes").items()
    }


@cache
def rules(dimension: str) -> tuple[Rules, ...]:
    """Return the groupings of a dimension that are tried."""
    words = {
        code: Bounds(
            known.position,
            **{
                end: bound
                for end, bound in (("lower", known.lower), ("upper", known.upper))
                if bound is not None
            },
        )
        for code, known in groups_of(dimension).items()
    }
    parts: dict[str, tuple[str, ...]] = {}
    for code, known in groups_of(dimension).items():
        if known.part_of:
            parts[known.part_of] = (*parts.get(known.part_of, ()), code)
    return tuple(
        Rules(
            words,
            cuts=tuple(each["cuts"]) if "cuts" in each else None,
            merged=parts,
            wholes=each.get("wholes", False),
            ranges=dimensions()[dimension].adds_up == BOUNDS,
        )
        for each in said("groupings")[dimension]
    )


def _expanded(entry: Mapping[str, Any]) -> Iterator[Pair]:
    own, reference = entry["own"], entry.get("reference", {})
    year, before = own.get("year", NEWEST), reference.get("year")
    for measure in entry["measures"]:
        for dimension in entry["dimensions"]:
            for area in own.get("area_codes", [None]):
                yield Pair(
                    pair=entry["name"],
                    pair_kind=entry["kind"],
                    measure=measure,
                    dimension=dimension,
                    three=entry.get("factors") == "three",
                    source_family=own["source_family"],
                    area_code=area,
                    area_types=tuple(own.get("area_types", ())),
                    area_prefix=own.get("area_prefix", ""),
                    stratum_type=own.get("stratum_type", "all"),
                    stratum=own.get("stratum", "all"),
                    year=None if year == NEWEST else int(year),
                    reference_source_family=reference.get("source_family", own["source_family"]),
                    reference_area_code=reference.get("area_code", area),
                    reference_stratum=reference.get("stratum", own.get("stratum", "all")),
                    reference_year=None if before == PREVIOUS else before,
                    years_before=(
                        None if before == PREVIOUS else int(reference.get("years_before", 0))
                    ),
                    still_differs=entry.get("still_differs"),
                )


def _checked(pair: Pair, path: Path) -> Pair:
    for seen, known in (
        (pair.pair_kind, PAIR_KINDS),
        (pair.measure, RATE_MEASURES),
        (pair.dimension, tuple(dimensions())),
        (pair.dimension, tuple(said("groupings") | said("causes"))),
        (pair.source_family, SOURCE_FAMILIES),
        (pair.reference_source_family, SOURCE_FAMILIES),
    ):
        if seen not in known:
            raise MethodError(
                f"{path.name}: pair {pair.pair!r} names {seen!r}; expected one of "
                f"{', '.join(known)}."
            )
    other_year = pair.reference_year is not None or pair.years_before != 0
    same = (pair.source_family, pair.area_code, pair.stratum) == (
        pair.reference_source_family,
        pair.reference_area_code,
        pair.reference_stratum,
    )
    if same and not other_year:
        raise MethodError(
            f"{path.name}: pair {pair.pair!r} compares a rate with itself. Expected another "
            "source_family, area_code, stratum or year in its reference."
        )
    if pair.source_family != pair.reference_source_family and not pair.still_differs:
        raise MethodError(
            f"{path.name}: pair {pair.pair!r} compares two series. Say under still_differs what "
            "differs between them beside the groups."
        )
    if pair.three and pair.measure != "infant_mortality":
        raise MethodError(
            f"{path.name}: pair {pair.pair!r} has three factors, which infant_mortality alone has."
        )
    return pair
