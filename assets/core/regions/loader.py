"""Reading and checking the declared regions.

A mistake in a declaration stops the build with the file and line, because a region with a wrong
member gives a number that looks right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from assets.core.geography.registry import areas, boundary_sets, members

FOLDER = Path(__file__).parent


class RegionError(ValueError):
    """A declared region is wrong; the message names file and line."""


@dataclass(frozen=True)
class Region:
    """A declared region.

    Attributes:
        code: ``X-…``.
        name: Name for display.
        geography_vintage: Boundary set of the members.
        members: Area codes whose counts are summed.
        definition: File and line of the declaration.
    """

    code: str
    name: str
    geography_vintage: str
    members: tuple[str, ...]
    definition: str


def load_regions(folder: Path = FOLDER) -> list[Region]:
    """Return the regions declared in the YAML files of a folder.

    Raises:
        RegionError: Unknown key, unknown or repeated member, member outside the boundary set,
            members that contain each other, or a code used twice.
    """
    found: dict[str, Region] = {}
    for file in sorted(folder.glob("*.yaml")):
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        if root is None:
            continue
        for node in _sequence(root, file):
            region = _region(node, file)
            if region.code in found:
                raise RegionError(
                    f"{region.definition}: {region.code} is declared already at "
                    f"{found[region.code].definition}"
                )
            found[region.code] = region
    return list(found.values())


def _region(node: yaml.Node, file: Path) -> Region:
    where = f"{file.name}:{node.start_mark.line + 1}"
    if not isinstance(node, yaml.MappingNode):
        raise RegionError(f"{where}: a region is a mapping with code, name, members")
    fields = {key.value: value for key, value in node.value}
    expected = {"code", "name", "geography_vintage", "members"}
    if set(fields) != expected:
        raise RegionError(f"{where}: keys {sorted(fields)}; expected exactly {sorted(expected)}")
    code, vintage = fields["code"].value, fields["geography_vintage"].value
    if not code.startswith("X-"):
        raise RegionError(f"{where}: code {code!r} must start with 'X-'")
    _check_members(fields["members"], vintage, file)
    listed = tuple(n.value for n in _sequence(fields["members"], file))
    return Region(code, fields["name"].value, vintage, listed, where)


def _check_members(node: yaml.Node, vintage: str, file: Path) -> None:
    known = {b.name: b for b in boundary_sets()}
    if vintage not in known:
        raise RegionError(
            f"{file.name}:{node.start_mark.line + 1}: no boundary set {vintage!r}; "
            f"declared are {sorted(known)}"
        )
    inside = {a.code for a in members(known[vintage])}
    seen: set[str] = set()
    for member in _sequence(node, file):
        code, where = member.value, f"{file.name}:{member.start_mark.line + 1}"
        if code not in areas():
            raise RegionError(f"{where}: unknown area {code!r}; use a code of the registry")
        if code not in inside:
            raise RegionError(f"{where}: {code} ({areas()[code].name}) is not in {vintage}")
        if code in seen:
            raise RegionError(f"{where}: {code} is listed twice")
        seen.add(code)
    for member in _sequence(node, file):
        above = next((a for a in _ancestors(member.value) if a in seen), None)
        if above is not None:
            raise RegionError(
                f"{file.name}:{member.start_mark.line + 1}: {member.value} lies inside {above}, "
                "which is listed too; its counts would be added twice"
            )


def _ancestors(code: str) -> Iterator[str]:
    parent = areas()[code].parent
    while parent:
        yield parent
        parent = areas()[parent].parent if parent in areas() else ""


def _sequence(node: yaml.Node, file: Path) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise RegionError(f"{file.name}:{node.start_mark.line + 1}: expected a list")
    return list(node.value)
