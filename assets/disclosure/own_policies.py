"""Policies that whoever runs the pipeline chooses for a series, in ``IMR_HOME/policies.yaml``.

A choice can only be stricter than the policy that the producer of the series names. The file may
also raise the count below which ``nice`` withholds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from assets.text.yaml_file import LOADER

_PARTS = ("series", "nice")
_LOWEST_THRESHOLD = 5


class DisclosurePolicyError(ValueError):
    """The policies do not say for every series what may be shown."""


@dataclass(frozen=True)
class OwnPolicies:
    """What the file chooses.

    Attributes:
        of_series: Name of a policy by series.
        nice_below: Count below which ``nice`` withholds; ``None`` where the file does not say.
    """

    of_series: Mapping[str, str] = field(default_factory=dict)
    nice_below: int | None = None


def own_policies(file: Path, series: Collection[str], policies: Collection[str]) -> OwnPolicies:
    """Read the file; nothing is chosen where there is none.

    Args:
        file: ``IMR_HOME/policies.yaml``.
        series: Series that there are.
        policies: Policies that there are.

    Raises:
        DisclosurePolicyError: The file cannot be read, or names what does not exist.
    """
    try:
        said = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506
    except FileNotFoundError:
        return OwnPolicies()
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _wrong(file, f"cannot be read ({' '.join(str(error).split())})") from error
    if said is None:
        return OwnPolicies()
    if not isinstance(said, Mapping) or set(said) - set(_PARTS):
        raise _wrong(file, f"expected the parts {' and '.join(_PARTS)}")
    chosen = said.get("series") or {}
    if not isinstance(chosen, Mapping):
        raise _wrong(file, "series is no list of series, each with a policy")
    for name, policy in chosen.items():
        if name not in series:
            raise _wrong(file, f"unknown series {name!r}; there are {', '.join(series)}")
        if policy not in policies:
            raise _wrong(
                file,
                f"{name} is to be under {policy!r}, which does not exist; there are "
                f"{', '.join(sorted(policies))}",
            )
    return OwnPolicies(dict(chosen), _threshold(file, said.get("nice")))


def _threshold(file: Path, said: object) -> int | None:
    if said is None:
        return None
    below = said.get("below") if isinstance(said, Mapping) and set(said) == {"below"} else None
    if not isinstance(below, int) or isinstance(below, bool) or below < _LOWEST_THRESHOLD:
        raise _wrong(
            file,
            f"nice is {said!r}; expected below: with a whole number of at least "
            f"{_LOWEST_THRESHOLD}, since the policy can be made stricter here and not looser",
        )
    return below


def _wrong(file: Path, seen: str) -> DisclosurePolicyError:
    return DisclosurePolicyError(
        f"{file}: {seen}. Nothing is published until it is mended: docs/disclosure.md says what "
        "can stand there."
    )
