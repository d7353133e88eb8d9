"""A difference of two rates and its parts in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.schema.strata.vocabulary import dimensions

_TOLD = 0.005
"""What two decimals show."""
_SAID = {
    "composition": "births are distributed otherwise over {groups}",
    "rate": "rates of the same groups differ",
    "neonatal_risk": "the risk of the first 28 days differs in the same groups",
    "postneonatal_risk": "the risk of those who survived them differs in the same groups",
}
_NONE = "not_distinguishable"


def sentence(
    own: str,
    reference: str,
    measure: str,
    dimension: str,
    rows: Sequence[dict[str, Any]],
    *,
    causes: bool = False,
) -> str | None:
    """Return a difference in words; ``None`` where unknown groups dominate.

    Args:
        own: Population of interest.
        reference: Population that it is compared with.
        measure: Rate.
        dimension: Characteristic of the groups.
        rows: Rows of the pair.
        causes: The groups are causes of death.
    """
    sums = {row["factor"]: row for row in rows if row["group_code"] == "all"}
    whole = sums["difference"]
    if whole["caution"] == "unknown_dominates":
        return None
    said = list(_causes(rows) if causes else _factors(sums, dimension))
    name = measure.replace("_", " ").capitalize()
    return (
        f"{name} of {own} is {whole['rate']:.2f} per {whole['rate_per']:,}, of {reference} "
        f"{whole['reference_rate']:.2f}: {_signed(whole['part'])}"
        f"{_doubt(whole) if causes else ''}. Of this, {'; '.join(said)}."
    )


def _factors(sums: Mapping[str, dict[str, Any]], dimension: str) -> Iterator[str]:
    title = dimensions()[dimension].title
    for factor, words in _SAID.items():
        if factor in sums:
            because = words.format(groups=_lower(title))
            yield f"{_signed(sums[factor]['part'])} because {because}{_doubt(sums[factor])}"
    if abs(lost := sums["unlinked"]["part"]) >= _TOLD:
        yield f"{_signed(lost)} in deaths that belong to no group of births"


def _causes(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the causes whose rates differ, in the order of the list, and the rest together."""
    each = [row for row in rows if row["group_code"] != "all"]
    rest = [row for row in each if row["direction"] == _NONE]
    for row in each:
        if row["direction"] != _NONE:
            yield f"{_signed(row['part'])} in {_lower(row['group_name'])}{_doubt(row)}"
    if rest:
        together = _signed(sum(row["part"] for row in rest))
        causes = "one cause" if len(rest) == 1 else f"{len(rest)} causes, each of them"
        yield f"{together} in others ({causes} not distinguishable from none)"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _doubt(row: dict[str, Any]) -> str:
    limits = f"95 % {_signed(row['part_lower_95'])} to {_signed(row['part_upper_95'])}"
    unsure = ", not distinguishable from none" if row["direction"] == _NONE else ""
    return f" ({limits}{unsure})"


def _lower(title: str) -> str:
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
