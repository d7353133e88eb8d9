"""Choose the columns of a released table that are shown on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.commands.text_columns import GAP, natural_width

IMPORTANT: dict[str, tuple[str, ...]] = {
    "rates": (
        "area_name", "period", "rate_text", "numerator", "denominator", "value_status",
        "measure", "window_type", "stratum", "area_code", "ci_lower_95", "ci_upper_95",
        "source_family", "is_preferred", "is_latest", "stratum_type", "is_provisional",
        "compared_with_nation", "geography_vintage", "status_reason",
        # Releases of schema 1 have these instead.
        "period_end", "rate_display", "period_start",
    ),
    "headline": (
        "area_name", "measure_name", "period", "rate_text", "reliability", "change_in_words",
        "ci_lower_95", "ci_upper_95", "comparison_in_words", "numerator", "denominator", "rank",
        "area_code", "series_name", "kind",
    ),
    "disagreements": (
        "area_name", "measure_name", "period", "value", "other_value", "explained_by",
        "value_source_name", "other_source_name", "difference", "reading", "kind",
        "preferred_because", "area_code",
    ),
    "rankings": (
        "area_name", "period_end", "rank", "areas_ranked", "rate", "measure", "window_type",
        "value_status", "z_score", "change_1_year_percent", "area_code", "period_start",
        "source_family", "consecutive_decreases", "consecutive_increases",
    ),
    "disparities": (
        "area_name", "rate_ratio", "stratum", "period_end", "reference_stratum", "rate",
        "reference_rate", "rate_ratio_lower_95", "rate_ratio_upper_95", "measure", "window_type",
        "value_status", "rate_difference", "excess_deaths", "area_code", "source_family",
        "period_start",
    ),
    "decompositions": (
        "area_name", "part", "reference_area_name", "factor", "period_end",
        "reference_period_end", "group_name", "part_lower_95", "part_upper_95", "part_centred",
        "direction", "measure", "dimension", "value_status", "status_reason", "stratum",
        "reference_stratum",
        "rate", "reference_rate", "grouping_id", "area_code", "source_family",
    ),
    "perinatal_periods": (
        "area_name", "period_of_risk", "rate", "reference_rate", "excess_deaths", "period_end",
        "reference_period_end", "share_of_excess", "excess_rate", "excess_deaths_lower_95",
        "excess_deaths_upper_95", "deaths", "value_status", "status_reason", "variant",
        "area_code", "source_family",
    ),
    "trends": (
        "area_name", "period_end", "rate_start", "rate_end", "change_percent", "period_start",
        "verdict", "measure", "trend_type", "p_value", "change_lower_95", "change_upper_95",
        "value_status", "area_code", "source_family", "run_length", "points", "test",
    ),
    "targets": (
        "area_name", "rate", "target_id", "target_value", "is_met", "period_end", "gap",
        "measure", "window_type", "share_achieved_percent", "value_status", "area_code",
        "source_family", "target_kind", "period_start",
    ),
    "comparisons": (
        "area_name", "period", "rate_text", "bound_lower", "bound_upper", "rate_ratio", "measure",
        "gestation_from", "value_status", "share_unknown", "ci_lower_95", "ci_upper_95",
        "window_type", "area_code", "source_family", "comparison_id", "status_reason",
        "still_differs",
    ),
    "claims": (
        "claim_id", "claimed_value", "recomputed_display", "verdict", "statement", "document",
        "unit", "area", "period", "explanation",
    ),
    "suppression": (
        "measure", "area_type", "period_end", "cells", "cells_suppressed", "share_suppressed",
        "window_type", "cells_shown", "cells_unreliable", "cells_without_figures",
        "source_family", "country", "geography_vintage", "period_start",
    ),
    "suppression_by_window": (
        "measure", "area_type", "window_type", "cells_of", "cells", "cells_shown", "cells_withheld",
        "share_shown", "share_of_births_shown", "source_family", "geography_vintage",
    ),
    "definitions": ("definition_id", "kind", "text", "source"),
    "strata": (
        "stratum_type", "group_name", "group_code", "dimension_title", "position", "lower", "upper",
        "unit", "stratum", "dimension",
    ),
    "areas": (
        "area_code", "area_name", "area_type", "geography_vintage", "country", "parent_code",
        "valid_from", "valid_to", "members", "predecessors",
    ),
    "sources": (
        "vintage_id", "staged_rows", "published_at", "dataset_id", "retrieved_at", "file_name",
        "status", "title", "producer", "bytes", "url", "note",
    ),
    "quality": (
        "table_name", "rule_id", "outcome", "failing_count", "message", "severity", "observed",
        "expected", "check_name", "waiver_id",
    ),
    "changes": (
        "table_name", "row_key", "column_name", "old_value", "new_value", "cause", "change",
        "cause_detail",
    ),
}  # fmt: skip
"""Columns by table, the most important first; other tables keep their own order."""
_ALWAYS_COLUMNS = 6
_SAID_ONCE = 60


def choose(
    table: str, headings: Sequence[str], rows: Sequence[Sequence[Any]], width: int
) -> tuple[list[int], list[str]]:
    """Return the positions of the columns that fit a width, and the values common to all rows.

    The first columns of :data:`IMPORTANT` are always shown side by side. A further column with the
    same value in all rows is printed once above; of the others as many are shown as fit.

    Args:
        table: Released table.
        headings: All of its columns, in order.
        rows: Rows that are shown, all columns.
        width: Columns of the screen.

    Returns:
        Positions in ``headings``, and ``column value`` for those that are printed once.
    """
    important = [c for c in IMPORTANT.get(table, ()) if c in headings]
    ordered = [*important, *(h for h in headings if h not in important)]
    room, shown, said = width, list[str](), list[str]()
    pinned = important[:_ALWAYS_COLUMNS] or ordered[:_ALWAYS_COLUMNS]
    for name in ordered:
        values = [row[headings.index(name)] for row in rows]
        if name not in pinned and len(rows) > 1 and len(set(values)) == 1:
            if name in important and values[0] is not None and len(str(values[0])) <= _SAID_ONCE:
                said.append(f"{name} {values[0]}")
            continue
        needed = natural_width(name, values) + len(GAP)
        if needed > room + len(GAP) and shown:
            continue
        room -= needed
        shown.append(name)
    return sorted(headings.index(name) for name in shown), said
