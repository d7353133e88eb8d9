"""Targets and benchmarks: how far each nation is from them, and whether they are met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assets.release.documents.page import words
from assets.release.documents.page.drawing import Table
from assets.release.documents.page.section import Release, Section


def targets(release: Release) -> Section:
    """Return the section."""
    rows = release.rows("targets")
    aims = [row for row in rows if row["target_kind"] == "target"]
    others = [row for row in rows if row["target_kind"] != "target"]
    if not rows:
        return Section(missing=["This release compares no nation with a target."])
    states = {row["target_id"]: row for row in release.rows("targets_states")}
    nations = {row["area_name"] for row in others if row["area_type"] == "country"} - {
        row["area_name"] for row in aims
    }
    missing = []
    if not aims:
        missing.append("No target of a nation of this release is declared.")
    elif nations:
        missing.append(
            f"No target is declared for {' or for '.join(map(words.short, sorted(nations)))}."
        )
    return Section(
        findings=[_finding(row, states.get(row["target_id"])) for row in aims],
        missing=missing,
        tables=[
            *([_table(aims, "Targets")] if aims else []),
            *([_table(others, "Benchmarks that others name, for comparison")] if others else []),
        ],
        more={"bars": [_bar(row) for row in aims]},
    )


def _finding(row: Mapping[str, Any], states: Mapping[str, Any] | None) -> str:
    decimals = row["decimals"]
    met = "met" if row["is_met"] else "not met"
    side = "below" if row["gap"] <= 0 else "above"
    text = (
        f"{words.short(row['area_name'])}, {_name(row)}: {met}; {words.measure(row['measure'])} "
        f"was {words.figure(row['rate'], decimals)} in {row['period']}, "
        f"{words.figure(abs(row['gap']), decimals)} {side} the target of "
        f"{words.figure(row['target_value'], 1)} per {row['rate_per']:,}"
    )
    if row["ci_lower_95"] is not None and (
        row["ci_lower_95"] <= row["target_value"] <= row["ci_upper_95"]
    ):
        text += "; the 95 % interval spans the target"
    if row["share_achieved_percent"] is not None and not row["is_met"]:
        share = words.figure(row["share_achieved_percent"], 0)
        text += f"; {share} % of the way from its baseline"
    if states and states["met"] + states["not_met"]:
        text += (
            f". Of the states, {states['met']} of {states['met'] + states['not_met']} met it in "
            f"{states['period']}"
        )
        if states["unreliable"]:
            more = words.counted(states["unreliable"], "more stands", "more stand")
            text += f" ({more} on too few deaths to say)"
    return text + "."


def _name(row: Mapping[str, Any]) -> str:
    return words.name(row["target_id"]).replace("_", " ").title().replace("Kpi", "KPI")


def _bar(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a bar with the place of its target, in percent of the longer of both."""
    most = 1.15 * max(row["rate"], row["target_value"], row["ci_upper_95"] or 0)
    return {
        "name": f"{_name(row)}, {words.short(row['area_name'])}",
        "rate": words.figure(row["rate"], row["decimals"]),
        "length": round(100 * row["rate"] / most, 1),
        "target": words.figure(row["target_value"], 1),
        "place": round(100 * row["target_value"] / most, 1),
        "is_met": bool(row["is_met"]),
    }


def _table(rows: Sequence[Mapping[str, Any]], caption: str) -> Table:
    return Table(
        ("what", "area", "measure", "period", "rate", "95 % interval", "aim", "distance", "met",
         "source"),
        [
            (
                _name(row),
                words.name(row["area_name"]),
                words.measure(row["measure"]),
                row["period"],
                words.figure(row["rate"], row["decimals"]),
                words.interval(row["ci_lower_95"], row["ci_upper_95"], row["decimals"]),
                words.figure(row["target_value"], 1),
                words.figure(row["gap"], row["decimals"]),
                {True: "met", False: "not met", None: "no target"}[row["is_met"]],
                words.name(row["target_source"] or "not stated"),
            )
            for row in rows
        ],
        (4, 5, 6, 7),
        caption,
    )  # fmt: skip
