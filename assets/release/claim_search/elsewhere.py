"""Search what stands beside the rates: comparisons, parts of a difference, bounds, shares."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import duckdb

from assets.rates.rounding import half_away
from assets.release.claim_search.roundings import Rounding, number, rounding
from assets.release.claim_search.vocabulary import Vocabulary
from assets.release.claim_search.wording import Period, Statement
from assets.schema.registry import table
from assets.schema.strata.vocabulary import dimensions, groups_in, name_of
from assets.state.warehouse import records, sql_of

_TABLES = frozenset({"comparisons", "decompositions", "rates"})
_COLUMNS = {"rates": "bound_lower", "decompositions": "averted_all"}
"""Columns that the tables of older releases lack."""
_SIGNED = ("difference", "part", "part_centred", "averted")
"""Numbers that people state without their sign."""
_OF = {"averted": ("averted",), "part": ("part", "share_of_difference", "difference"),
       "bound": ("bound",), "deaths": ("share_of_deaths",), "births": ("share_of_births",),
       "unknown": ("share_unknown",)}  # fmt: skip
"""How the numbers begin that a word of the statement asks for."""
_WORDS = {
    "ratio": "times that of {reference}",
    "difference": "rate less that of {reference}",
    "part": "part of the difference to {reference} that lies in {factor}",
    "part_centred": "the same against the mean of both rates, of the difference to {reference}, "
    "in {factor}",
    "share_of_difference": "share of the difference to {reference} that lies in {factor}",
    "averted_all": "{averted} with births and risks of {reference}{cause}",
    "averted_distribution": "{averted} with the distribution of births of {reference}{cause}",
    "averted_rates": "{averted} with the risks of {reference}{cause}",
    "bound_lower": "lowest rate that those who are not known allow",
    "bound_upper": "highest rate that those who are not known allow",
    "share_unknown": "share of those who are not known",
    "share_of_deaths": "share of the deaths in this group, of all",
    "share_of_births": "share of the births in this group, of all",
}
_FACTORS = {"composition": "births that are distributed otherwise", "rate": "rates that differ",
            "neonatal_risk": "the risk of the first 28 days", "difference": "all of it",
            "postneonatal_risk": "the risk of the survivors",
            "unlinked": "deaths that belong to no group of births"}  # fmt: skip


@dataclass(frozen=True)
class Elsewhere:
    """A number of a released table that is the stated one.

    Attributes:
        row: Row of the search, by column.
        value: The number in the unit that is compared.
        way: How it becomes the stated number.
    """

    row: Mapping[str, Any]
    value: Fraction
    way: Rounding


def search_elsewhere(
    con: duckdb.DuckDBPyConnection, words: Vocabulary, stated: Statement, measures: Sequence[str]
) -> list[Elsewhere]:
    """Return numbers of other tables that make a statement true, the plainest first.

    Args:
        con: Tables of the release.
        words: Words of the release.
        stated: What is stated. Without an area, and without a word for such a number, nothing is
            found: of so many numbers one always fits.
        measures: Measures that are stated or meant.
    """
    if not _are_there(con) or not (stated.areas or stated.about) or stated.unit == "one in":
        return []
    codes = [_codes(each, words) for each in stated.areas]
    found = records(
        con,
        sql_of(__file__, "stated_elsewhere"),
        {
            "number": float(stated.number.value),
            "step": float(stated.number.step),
            "measures": list(measures),
            "areas": sorted(set().union(*codes)) or None,
        },
    )
    hits = []
    for row in found:
        if not _is_about(row, stated, codes):
            continue
        value = Fraction(repr(row["value"]))
        way = rounding(value, stated.number)
        if way is None and row["what"].startswith(_SIGNED):
            plain = number(stated.number.text.lstrip("+-"), stated.number.bound)
            way = rounding(abs(value), plain) if not _has_sign(stated) else None
        if way is not None:
            hits.append(Elsewhere(row, value, way))
    return sorted(hits, key=_order)


def _order(hit: Elsewhere) -> tuple[float, bool, int, str, str, str]:
    row = hit.row
    is_group = row["group_code"] not in {None, "all"}
    return (hit.way.cost, is_group, list(_WORDS).index(row["what"]), row["in_table"],
            row["area_code"], str(row["period_end"]))  # fmt: skip


def _are_there(con: duckdb.DuckDBPyConnection) -> bool:
    columns = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    there = {name for name, _ in columns}
    return there >= _TABLES and set(_COLUMNS.items()) <= set(columns)


def _codes(names: Sequence[str], words: Vocabulary) -> set[str]:
    """Return the codes of a stated area, with areas that are named by its code and others."""
    return {c for c in words.areas for name in names if name in (c, *c.split(", "))}


def _has_sign(stated: Statement) -> bool:
    return stated.number.value < 0 or stated.number.text.startswith("+")


def _is_about(row: Mapping[str, Any], stated: Statement, areas: Sequence[set[str]]) -> bool:
    """Return whether a row is of the kind, areas, periods and groups that are stated."""
    asked = _OF.get(stated.about, ())
    if asked and not row["what"].startswith(asked):
        return False
    if not asked and row["what"].startswith("share"):
        return False
    places = {row["area_code"], row["reference_area_code"]}
    if not all(each & places for each in areas) or (areas and not _own(row, areas)):
        return False
    spans = {(row["period_start"], row["period_end"]), (row["reference_start"],
             row["reference_end"])}  # fmt: skip
    if not all((p.start, p.end) in spans for p in stated.periods):
        return False
    return _is_of_unit(row, stated) and _is_of_groups(row, stated)


def _own(row: Mapping[str, Any], areas: Sequence[set[str]]) -> bool:
    return any(row["area_code"] in each for each in areas)


def _is_of_unit(row: Mapping[str, Any], stated: Statement) -> bool:
    what, per = row["what"], row["per"]
    if what == "ratio":
        return stated.unit in {"", "ratio"}
    if what.startswith("averted"):
        return stated.unit in {"", "count"}
    if what.startswith("share"):
        return stated.per == 100
    return stated.unit in {"", "rate", "change"} and stated.per in {None, per}


def _is_of_groups(row: Mapping[str, Any], stated: Statement) -> bool:
    """Return whether every stated group is one of the row, and the row is of no other one."""
    own = groups_in(row["stratum_type"], row["stratum"]).items()
    names = {f"{kind}={code}" for kind, code in own}
    others = set()
    if row["reference_stratum"] not in {None, "all"}:
        others.add(f"{row['stratum_type']}={row['reference_stratum']}")
    if row["group_code"] not in {None, "all"}:
        others.add(f"{row['dimension']}={row['group_code']}")
    if not all((names | others) & set(each) for each in stated.groups):
        return False
    return all(any(name in each for each in stated.groups) for name in names)


def in_words(hit: Elsewhere, release: str) -> dict[str, Any]:
    """Return a hit for programs: its value, table, row, wording and the command to walk back."""
    row = hit.row
    key = _key(row)
    return {
        "value": float(hit.value),
        "value_text": _value(hit),
        "rounding": hit.way.words,
        "table": row["in_table"],
        "row": key,
        "wording": _wording(row),
        "explain": shlex.join(
            [
                "imr",
                "explain",
                row["in_table"],
                *(f"{n}={v}" for n, v in key.items()),
                "--release",
                release,
            ]
        ),  # fmt: skip
    }


def _key(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the key of the row in its table."""
    known = {**row, "comparison_id": row["identity"], "pair_id": row["identity"]}
    names = table(f"published.{row['in_table']}").key
    return {name: str(known[name]) for name in names}


def _value(hit: Elsewhere) -> str:
    row = hit.row
    if row["what"] == "ratio":
        return f"{half_away(hit.value, 4)} times"
    if row["what"].startswith("averted"):
        return half_away(hit.value, 2)
    if row["what"].startswith("share"):
        return f"{half_away(hit.value, 3)} %"
    return f"{half_away(hit.value, 4)} per {row['per']:,}"


def _wording(row: Mapping[str, Any]) -> str:
    group = row["group_name"] if row["group_code"] not in {None, "all"} else None
    factor = _FACTORS.get(row["factor"] or "", "")
    said = _WORDS[row["what"]].format(
        reference=_side(row, "reference_"),
        factor=f"{factor}, {group}" if group else factor,
        cause=f", of {group}" if group else "",
        averted="deaths averted" if row["value"] >= 0 else "more deaths (below 0: none averted)",
    )
    of = row["measure"].replace("_", " ").capitalize()
    by = f" ({dimensions()[row['dimension']].title})" if row["dimension"] else ""
    made_of = f": {row['made_of']}" if row["made_of"] else ""
    return f"{of} of {_side(row, '')}: {said}{by}{made_of}"


def _side(row: Mapping[str, Any], prefix: str) -> str:
    start = row["reference_start"] if prefix else row["period_start"]
    end = row["reference_end"] if prefix else row["period_end"]
    stratum = row[f"{prefix}stratum"] or row["stratum"]
    name = row[f"{prefix}area_name"] or row[f"{prefix}area_code"]
    groups = ", ".join(name_of(d, g) for d, g in groups_in(row["stratum_type"], stratum).items())
    period = Period(start, end) if start else ""
    return f"{name} {period}".strip() + (f" ({groups})" if groups else "")
