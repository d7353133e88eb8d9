"""Reading and checking the declared regions.

A mistake in a declaration stops the build with the file and line, because a region with a wrong
member gives a number that looks right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from assets.core.geography.registry import areas, boundary_sets, members

FOLDER = Path(__file__).parent
_FURTHER_PARTS = {"K02000001": ("K04000001",)}
"""Areas in an area that is not their parent: the nations' parent is their joint total."""


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
        RegionError: No YAML, unknown or repeated key, a text that is none, no member, unknown or
            repeated member, member outside the boundary set, members that share areas, or a code
            used twice.
    """
    found: dict[str, Region] = {}
    for file in sorted(folder.glob("*.yaml")):
        root = _composed(file)
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


def _composed(file: Path) -> yaml.Node | None:
    try:
        root: yaml.Node | None = yaml.compose(
            file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader
        )
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise RegionError(
            f"{file.name}{line}: no YAML ({error.problem}); quote texts with ': ' or '#', indent "
            "with spaces"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegionError(f"{file.name}: no YAML in UTF-8 ({error}); save it as UTF-8") from error
    return root


def _region(node: yaml.Node, file: Path) -> Region:
    where = _place(node, file)
    if not isinstance(node, yaml.MappingNode):
        raise RegionError(f"{where}: a region is a mapping with code, name, members")
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = _text(key, "a key", file)
        if name in fields:
            raise RegionError(f"{_place(key, file)}: {name} is given twice; keep one")
        fields[name] = value
    expected = {"code", "name", "geography_vintage", "members"}
    if set(fields) != expected:
        raise RegionError(f"{where}: keys {sorted(fields)}; expected exactly {sorted(expected)}")
    code, name, vintage = (
        _text(fields[key], key, file) for key in ("code", "name", "geography_vintage")
    )
    if not code.startswith("X-"):
        raise RegionError(f"{where}: code {code!r} must start with 'X-'")
    return Region(code, name, vintage, _members(fields["members"], vintage, file), where)


def _members(node: yaml.Node, vintage: str, file: Path) -> tuple[str, ...]:
    known = {b.name: b for b in boundary_sets()}
    if vintage not in known:
        raise RegionError(
            f"{_place(node, file)}: no boundary set {vintage!r}; declared are {sorted(known)}"
        )
    inside = {a.code for a in members(known[vintage])}
    held: dict[str, str] = {}
    given = [(_text(n, "a member", file), _place(n, file)) for n in _sequence(node, file)]
    # Larger areas first, so that the part is named where one lies in the other.
    for code, where in sorted(given, key=lambda member: -len(_parts(member[0]))):
        if code not in areas():
            raise RegionError(f"{where}: unknown area {code!r}; use a code of the registry")
        if code not in inside:
            raise RegionError(f"{where}: {code} ({areas()[code].name}) is not in {vintage}")
        _check_apart(code, held, where)
        held |= dict.fromkeys(_parts(code), code)
    if not given:
        raise RegionError(f"{_place(node, file)}: no members; list at least one area")
    return tuple(code for code, _ in given)


def _check_apart(code: str, held: Mapping[str, str], where: str) -> None:
    shared = sorted(_parts(code) & held.keys())
    if not shared:
        return
    other = held[shared[0]]
    if other == code:
        raise RegionError(f"{where}: {code} is listed twice")
    raise RegionError(
        f"{where}: {code} lies inside {other}, which is listed too; its counts would be added twice"
        if _parts(code) <= _parts(other)
        else f"{where}: {code} and {other} share {len(shared)} areas, e.g. {shared[-1]}; their "
        "counts would be added twice"
    )


@cache
def _parts(code: str) -> frozenset[str]:
    """Return a code, the codes that it lists, and everything that lies in them."""
    listed = code.split(", ")
    if len(listed) > 1:
        return frozenset().union(*map(_parts, listed))
    below = [a.code for a in areas().values() if a.parent == code and ", " not in a.code]
    return frozenset({code}).union(*map(_parts, (*below, *_FURTHER_PARTS.get(code, ()))))


def _place(node: yaml.Node, file: Path) -> str:
    return f"{file.name}:{node.start_mark.line + 1}"


def _text(node: yaml.Node, what: str, file: Path) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise RegionError(f"{_place(node, file)}: {what} is not a text")
    return str(node.value)


def _sequence(node: yaml.Node, file: Path) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise RegionError(f"{_place(node, file)}: expected a list")
    return list(node.value)
