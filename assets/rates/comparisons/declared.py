"""What stands beside what in the table of comparisons, as declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from assets.rates.definitions import MethodError
from assets.schema.codes import AREA_TYPES, RATE_MEASURES, SOURCE_FAMILIES, WINDOW_TYPES
from assets.schema.strata.vocabulary import groups_of
from assets.schema.tables.nations import ANY_WEEK, FROM_WEEKS
from assets.state.warehouse import declare
from assets.text.yaml_file import read_yaml

FILE = Path(__file__).with_name("comparisons.yaml")
WHENS = ("always", "any", "weeks", "births", "stillbirths")
_WITH_STILLBIRTHS = ("stillbirth", "perinatal_mortality")


@cache
def comparisons(path: Path = FILE) -> Mapping[str, Any]:
    """Return the declaration of ``comparisons.yaml``; its head says what the entries are.

    Args:
        path: The file.

    Raises:
        MethodError: An entry names a measure, week, window, series or kind of area that is unknown.
    """
    said: dict[str, Any] = read_yaml(path)
    named = {
        "windows": (said["windows"], WINDOW_TYPES),
        "measures": (said["measures"], RATE_MEASURES),
        "weeks": ([w for weeks in said["measures"].values() for w in weeks], FROM_WEEKS),
        "kinds of areas": ([o["area_type"] for o in said["others"]], AREA_TYPES),
        "series": (
            [s for d in said["differs"] for x in d["says"] for s in x.get("series", ())],
            SOURCE_FAMILIES,
        ),
        "when": ([e["when"] for e in (*said["needs"], *said["differs"])], WHENS),
        "areas of needs": (
            [a for need in said["needs"] for a in need["areas"]],
            [area["name"] for area in said["areas"]],
        ),
    }
    for what, (used, known) in named.items():
        if unknown := sorted(set(used) - set(known)):
            raise MethodError(
                f"{path.name}: unknown {what}: {', '.join(unknown)}. Expected some of "
                f"{', '.join(known)}."
            )
    return said


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary tables ``compared_*`` that the SQL of the comparisons reads."""
    declare(con, _frames())


@cache
def _frames() -> Mapping[str, pa.Table]:
    tables = {
        "compared_rates": (_rates(), ["measure", "gestation_from", "stratum_type", "stratum"]),
        "compared_windows": (
            ((window,) for window in comparisons()["windows"]),
            ["window_type"],
        ),
        "compared_areas": (
            _areas(),
            ["place", "name", "choice", "area_code", "geography_vintage"],
        ),
        "compared_kinds": (
            ((o["area_type"], o["geography_vintage"]) for o in comparisons()["others"]),
            ["area_type", "geography_vintage"],
        ),
        "compared_needs": (_needs(), ["name", "measure", "gestation_from", "needed"]),
        "compared_facts": (
            _facts(),
            [
                "position",
                "topic",
                "measure",
                "gestation_from",
                "source_family",
                "area_code",
                "said",
            ],
        ),
    }
    return {
        name: pa.Table.from_pandas(pd.DataFrame(list(rows), columns=columns), preserve_index=False)
        for name, (rows, columns) in tables.items()
    }


def _rates() -> Iterator[tuple[str, str, str, str]]:
    bounds = groups_of("gestation_from")
    for measure, weeks in comparisons()["measures"].items():
        for week in weeks:
            if week == ANY_WEEK:
                yield measure, week, "all", "all"
            else:
                yield measure, week, "gestation_from", bounds[week].code


def _areas() -> Iterator[tuple[int, str, int, str, str]]:
    for place, area in enumerate(comparisons()["areas"], 1):
        for choice, code in enumerate(area["codes"], 1):
            yield place, area["name"], choice, code, area["geography_vintage"]


def _needs() -> Iterator[tuple[str, str, str, str]]:
    for area in comparisons()["areas"]:
        for measure, week, _, _ in _rates():
            fitting = [
                need
                for need in comparisons()["needs"]
                if area["name"] in need["areas"]
                and _applies(need["when"], measure, week)
                and measure in need.get("measures", [measure])
            ]
            if fitting:
                yield area["name"], measure, week, fitting[0]["text"].strip()


def _facts() -> Iterator[tuple[int, str, str, str, str | None, str | None, str]]:
    for position, entry in enumerate(comparisons()["differs"], 1):
        for measure, week, _, _ in _rates():
            if _applies(entry["when"], measure, week):
                for said in entry["says"]:
                    for series in said.get("series", (None,)):
                        for area in said.get("areas", (None,)):
                            yield (
                                position, entry["topic"], measure, week, series, area,
                                said["text"].strip(),
                            )  # fmt: skip


def _applies(when: str, measure: str, week: str) -> bool:
    return {
        "always": True,
        "any": week == ANY_WEEK,
        "weeks": week != ANY_WEEK,
        "births": measure not in _WITH_STILLBIRTHS,
        "stillbirths": measure in _WITH_STILLBIRTHS,
    }[when]
