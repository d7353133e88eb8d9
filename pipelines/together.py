"""Widen a selection of assets to whole steps, where one step makes several assets together."""

from __future__ import annotations

import warnings

import dagster as dg

from pipelines.selection import EXAMPLES, SelectionError


def widened(defs: dg.Definitions, selection: str) -> tuple[frozenset[dg.AssetKey], tuple[str, ...]]:
    """Return the selected assets with those made in the same steps, and what was added.

    Args:
        defs: Definitions of the code location.
        selection: In Dagster's selection language.

    Raises:
        SelectionError: The selection cannot be parsed, or selects nothing.
    """
    graph = defs.resolve_asset_graph()
    try:
        with warnings.catch_warnings():
            # Dagster's parser of selections uses a parameter that is in beta.
            warnings.simplefilter("ignore", dg.BetaWarning)
            chosen = dg.AssetSelection.from_string(selection).resolve(graph)
    except (dg.DagsterError, ValueError) as error:
        raise SelectionError(f"cannot read {selection!r}: {error}. {EXAMPLES}") from error
    if not chosen:
        raise SelectionError(f"{selection!r} selects no asset. {EXAMPLES}")
    whole = set(chosen)
    for key in chosen:
        definition = graph.get(key).assets_def
        if not definition.can_subset:
            whole |= definition.keys
    added = sorted("/".join(key.path) for key in whole - set(chosen))
    return frozenset(whole), tuple(added)
