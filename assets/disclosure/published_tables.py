"""From ``rates.*`` to ``published.*``: every table after disclosure control.

A row whose status carries no number loses its value and everything that would give the value
away, here and in every table that stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb
import pandas as pd

from assets.core.enough import refuse_no_rates
from assets.core.settled import Stage
from assets.disclosure import series_titles
from assets.disclosure.absent import where_absent
from assets.disclosure.cells import KEY
from assets.disclosure.disagreements import disagreements_sql
from assets.disclosure.disclosure_policies import disclosure_policies
from assets.disclosure.drawn import Keyed
from assets.disclosure.dropped import Drop
from assets.disclosure.looser import refuse_looser
from assets.disclosure.masking import masked_selection
from assets.disclosure.patterns import pattern
from assets.disclosure.side_by_side import beside_each_other
from assets.rates import measures
from assets.rates.change import register_test
from assets.rates.comparisons.declared import register as register_compared
from assets.rates.definitions import Definition, count_definitions
from assets.rates.preferred import SERIES, add_places, marked
from assets.rates.targets import target_definitions
from assets.schema.codes import LOCAL_AUTHORITIES
from assets.schema.model import Layer, Table
from assets.schema.registry import METHOD_VERSION, table, tables_of
from assets.schema.strata.vocabulary import dimensions, groups_of
from assets.schema.tables.published import COMPUTED, COPIES, OF_SHOWN, OF_THE_RELEASE
from assets.state.warehouse import (
    replace_by_nothing,
    replace_table,
    sql_of,
    table_exists,
    temp_table,
)

_AS_COMPUTED = "claims"
"""Copied from ``rates``: its statements are about figures that may all be shown."""
_OF_COMPARISONS = "disagreements"
"""Its query is made of comparisons that rules read as well."""
_STANDING_ON_RATES = tuple(name for name in COMPUTED if name != _AS_COMPUTED)
_ALWAYS_MADE = ("targets",)
"""Tables that may be empty and are there all the same."""
PUBLISHED = tuple(t.full_name for t in tables_of(Layer.PUBLISHED) if t.name not in OF_THE_RELEASE)
"""Full names of the tables that are written here."""


def publishing(
    history: Sequence[Path] = (), dropped: Sequence[Drop] = (), keyed: Keyed | None = None
) -> Stage:
    """Return the stage of the published tables.

    Args:
        history: Folders of earlier releases; what they show cannot be withheld again.
        dropped: Rows that are left out.
        keyed: Makes the choice of further rows a secret of the home.
    """

    def shown(con: duckdb.DuckDBPyConnection) -> None:
        publish_tables(con, history, dropped, keyed)
        refuse_no_rates(con, "published.rates")

    return Stage((shown,), PUBLISHED)


def publish_tables(
    con: duckdb.DuckDBPyConnection,
    history: Sequence[Path] = (),
    dropped: Sequence[Drop] = (),
    keyed: Keyed | None = None,
) -> dict[str, int]:
    """Write the ``published`` tables that carry figures, areas and sources.

    ``quality`` and ``changes`` belong to a release and are written when one is made.

    Args:
        con: Open connection with ``rates.*`` and ``core.*``.
        history: Folders of earlier releases; what they show cannot be withheld again.
        dropped: Rows that are left out.
        keyed: Makes the choice of further rows a secret of the home.

    Returns:
        Rows written, by table name.

    Raises:
        LookupError: A table that this stands on does not exist.
        LooserPolicyError: The home asks to show more of an extract than it came under.
    """
    _require(con)
    refuse_looser(con)
    measures.register(con)
    register_test(con)
    series_titles.register(con)
    register_compared(con)
    _decide(con, history, dropped, keyed)
    rows = {}
    for name in _STANDING_ON_RATES:
        spec = table(f"{Layer.PUBLISHED}.{name}")
        if _has_nothing(con, spec):
            rows[name] = replace_by_nothing(con, spec)
        else:
            select = masked_selection(spec, f"({sql_of(__file__, name)})")
            rows[name] = replace_table(con, spec, select)
    selections = {
        _AS_COMPUTED: sql_of(__file__, _AS_COMPUTED),
        **{name: f"SELECT * FROM {source}" for name, source in COPIES.items()},
        **{name: where_absent(con, name, _of_shown(con, name)) for name in OF_SHOWN},
    }
    for name, select in selections.items():
        rows[name] = replace_table(con, table(f"published.{name}"), select)
    return rows


def _of_shown(con: duckdb.DuckDBPyConnection, name: str) -> str:
    if name == _OF_COMPARISONS:
        return disagreements_sql(con)
    return (
        sql_of(__file__, name)
        .replace("{local_authorities}", str(LOCAL_AUTHORITIES))
        .replace("{method_version}", METHOD_VERSION)
    )


def _decide(
    con: duckdb.DuckDBPyConnection,
    history: Sequence[Path],
    dropped: Sequence[Drop],
    keyed: Keyed | None,
) -> None:
    ours = pattern(con, history, dropped, keyed)
    keys = pd.concat([ours, beside_each_other(con, keyed)], ignore_index=True)
    for name in (*KEY, "reason"):
        keys[name] = (
            pd.to_datetime(keys[name]) if name.startswith("period_") else keys[name].astype("str")
        )
    temp_table(con, "disclosure_patterns", keys)
    in_force = [(f, p.name, p.lowest, p.highest) for f, p in disclosure_policies().items()]
    names = ["source_family", "policy", "lowest", "highest"]
    temp_table(con, "disclosure_policies", pd.DataFrame(in_force, columns=names))
    temp_table(con, "declared_definitions", pd.DataFrame(map(asdict, _definitions())))
    temp_table(con, "known_groups", _known_groups())
    add_places(con)
    rates = f"({sql_of(__file__, 'decisions')})"
    series = f"(SELECT DISTINCT {', '.join(SERIES)} FROM rates.rates)"
    decided = marked(rates, "published_status", series=series)
    con.execute(f"CREATE OR REPLACE TEMP TABLE disclosure_decisions AS {decided}").fetchall()


def _known_groups() -> pd.DataFrame:
    """Return the groups of all dimensions, and each dimension without a group."""
    rows: list[dict[str, object]] = []
    for name, dimension in dimensions().items():
        about: dict[str, object] = {
            "dimension": name,
            "title": dimension.title,
            "unit": dimension.unit,
        }
        rows.append(about)
        rows += [
            {
                **about,
                "group_code": group.code,
                "group_name": group.name,
                "position": group.position,
                "lower": group.lower,
                "upper": group.upper,
            }
            for group in groups_of(name).values()
        ]
    return pd.DataFrame(rows).astype({"position": "Int64"})


def _definitions() -> Iterator[Definition]:
    """Yield all definitions that are declared, each once."""
    yield from {d.definition_id: d for d in count_definitions().values()}.values()
    yield from target_definitions()
    for policy in {p.name: p for p in disclosure_policies().values()}.values():
        yield Definition(policy.name, "disclosure_policy", policy.in_words, policy.authority)


def _require(con: duckdb.DuckDBPyConnection) -> None:
    needed = [
        f"rates.{t}"
        for t in COMPUTED
        if t in _ALWAYS_MADE or not table(f"published.{t}").may_be_empty
    ]
    missing = [n for n in (*needed, *COPIES.values()) if not table_exists(con, n)]
    if missing:
        raise LookupError(
            f"the warehouse lacks {', '.join(missing)}; they are made before disclosure control. "
            "Run the whole job with `imr run`."
        )


def _has_nothing(con: duckdb.DuckDBPyConnection, spec: Table) -> bool:
    """Return whether there is no row before disclosure control, so that none can stand after it."""
    computed = f"rates.{spec.name}"
    if spec.may_be_empty and not table_exists(con, computed):
        return True
    return not con.execute(f"SELECT 1 FROM {computed} LIMIT 1").fetchall()
