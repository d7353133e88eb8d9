"""Whether a table that an edition may lack can be trusted, so that it is set aside alone if not.

Tables 1 and 3, and what tables say of each other, are judged once all are read (``set_aside``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from assets.producers.ons.workbooks.staged_cells import Subject

_ALL = ("All", "Total")
_OVERLAPPING = frozenset({"country_of_birth_of_mother", "gestation", "ns_sec"})
"""Characteristics whose groups hold each other, or are a sample: they may add up to more."""
_NESTED_WEIGHTS = frozenset({"<1500", "<2500"})
_COUNTS = frozenset(
    {"Live births", "Stillbirths"}
    | {
        f"{age} deaths"
        for age in ("Perinatal", "Early neonatal", "Late neonatal", "Neonatal", "Postneonatal")
    }
    | {"Infant deaths"}
)
_WITHIN = (
    (("Early neonatal deaths",), "Neonatal deaths"),
    (("Neonatal deaths", "Postneonatal deaths"), "Infant deaths"),
    (("Early neonatal deaths", "Late neonatal deaths"), "Infant deaths"),
)
"""Ages at death that are parts of another age at death."""
_FILLED = (
    ("Neonatal deaths", "Postneonatal deaths", "Infant deaths"),
    ("Early neonatal deaths", "Late neonatal deaths", "Neonatal deaths"),
)
_ON_ALL_BIRTHS = ("Stillbirth rate", "Perinatal mortality rate")
_ROUNDING = 0.05 + 1e-9
_MOST = 0.5
Figures = Mapping[str, npt.NDArray[np.float64]]
Labels = Mapping[str, Sequence[str | None]]


def distrust(figures: Figures, labels: Labels, rows: Sequence[int]) -> str:
    """Return in words why a table cannot be trusted, with the row; empty where it can.

    Args:
        figures: Figures by the name of their measure, one per row of the sheet.
        labels: What the rows are about, one text per row and characteristic.
        rows: Row numbers in the sheet.
    """
    counts = {name: values for name, values in figures.items() if name in _COUNTS}
    return (
        _beyond_age(counts, rows) or _beyond_whole(counts, labels, rows) or _percent(figures, rows)
    )


def contradictory(figures: Figures) -> npt.NDArray[np.bool_]:
    """Return which rows count more deaths at the ages within an age than at that age."""
    height = len(next(iter(figures.values())))
    wrong = np.zeros(height, dtype=bool)
    for parts, whole in _WITHIN:
        if whole in figures and all(part in figures for part in parts):
            wrong |= np.sum([figures[part] for part in parts], axis=0) > figures[whole]
    return wrong


def does_not_add_up(figures: Figures) -> npt.NDArray[np.bool_]:
    """Return which rows count other deaths at an age than at the ages that fill it."""
    wrong = np.zeros(len(next(iter(figures.values()))), dtype=bool)
    for first, second, whole in _FILLED:
        if whole in figures and first in figures and second in figures:
            added = figures[first] + figures[second]
            wrong |= ~np.isnan(added) & ~np.isnan(figures[whole]) & (added != figures[whole])
    return wrong


def more_deaths_than_births(figures: Figures) -> npt.NDArray[np.bool_]:
    """Return which rows count more infant deaths than live births."""
    deaths, births = figures.get("Infant deaths"), figures.get("Live births")
    if deaths is None or births is None:
        return np.zeros(len(next(iter(figures.values()))), dtype=bool)
    return deaths > births


def beyond_total(beside: Mapping[Subject, Figures]) -> npt.NDArray[np.bool_]:
    """Return which rows count more in columns of single groups than in the column of them all.

    Args:
        beside: Figures of the columns about each subject: texts by characteristic.
    """
    wrong = np.zeros(len(next(iter(next(iter(beside.values())).values()))), dtype=bool)
    for subject, whole in beside.items():
        for place, (name, text) in enumerate(subject):
            if text not in _ALL or name in _OVERLAPPING:
                continue
            parts = [
                figures
                for other, figures in beside.items()
                if other != subject
                and (*other[:place], (name, text), *other[place + 1 :]) == subject
            ]
            for measure in _COUNTS & whole.keys():
                added = [figures[measure] for figures in parts if measure in figures]
                if added:
                    wrong |= np.nansum(added, axis=0) > whole[measure]
    return wrong


def _beyond_age(counts: Figures, rows: Sequence[int]) -> str:
    for parts, whole in _WITHIN:
        names = (*parts, whole)
        if any(name not in counts for name in names):
            continue
        wrong = np.flatnonzero(contradictory({name: counts[name] for name in names}))
        if len(wrong):
            first = wrong[0]
            return (
                f"{sum(counts[part][first] for part in parts):,.0f} "
                f"{' and '.join(parts).lower()} of {counts[whole][first]:,.0f} "
                f"{whole.lower()} in row {rows[first]}"
            )
    return ""


def _beyond_whole(counts: Figures, labels: Labels, rows: Sequence[int]) -> str:
    if not counts:
        return ""
    names, measures = list(labels), list(counts)
    figures = np.array([counts[measure] for measure in measures])
    there = np.nan_to_num(figures)
    for order, parts_of in enumerate(_wholes(labels)):
        name = names[order]
        parted = name not in _OVERLAPPING and not (
            name == "birth_weight" and _NESTED_WEIGHTS & set(labels[name])
        )
        for whole, parts in parts_of.items():
            within = there[:, parts]
            added = within.sum(axis=1) if parted else within.max(axis=1)
            beyond = np.flatnonzero(added > figures[:, whole])
            if len(beyond):
                first = int(beyond[0])
                largest = parts[int(within[first].argmax())]
                return (
                    f"{added[first]:,.0f} {measures[first].lower()} by {name.replace('_', ' ')} of "
                    f"{figures[first, whole]:,.0f} in row {rows[whole]}, the most of them in row "
                    f"{rows[largest]}"
                )
    return ""


def _wholes(labels: Labels) -> Iterator[dict[int, list[int]]]:
    """Yield for each characteristic the rows of its groups, by the row of all of them."""
    keys = list(zip(*labels.values(), strict=True))
    place = {key: index for index, key in enumerate(keys)}
    for order in range(len(labels)):
        wholes: dict[int, list[int]] = {}
        for index, key in enumerate(keys):
            if key[order] in _ALL or key[order] is None:
                continue
            for word in _ALL:
                whole = place.get((*key[:order], word, *key[order + 1 :]))
                if whole is not None:
                    wholes.setdefault(whole, []).append(index)
        yield wholes


def _percent(figures: Figures, rows: Sequence[int]) -> str:
    """Return that most rates of a column are not those of the counts beside them."""
    live = figures.get("Live births")
    for name, printed in figures.items():
        deaths = figures.get(name.replace(" mortality rate", " deaths"))
        if name == "Stillbirth rate":
            deaths = figures.get("Stillbirths")
        if live is None or deaths is None or not name.endswith(" rate"):
            continue
        births = live + figures["Stillbirths"] if name in _ON_ALL_BIRTHS else live
        with np.errstate(divide="ignore", invalid="ignore"):
            exact = deaths / births * 1000
        there = ~np.isnan(printed) & np.isfinite(exact)
        wrong = there & ~(np.abs(printed - exact) <= _ROUNDING)
        if wrong.sum() <= _MOST * there.sum():
            continue
        first = int(np.flatnonzero(wrong)[0])
        percent = np.abs(printed - exact / 10)[there] <= _ROUNDING
        return (
            f"{'percentages' if percent.mean() > _MOST else 'figures'} where the "
            f"{name.lower()} per 1,000 is expected, {printed[first]:g} for {exact[first]:.1f} in "
            f"row {rows[first]}"
        )
    return ""
