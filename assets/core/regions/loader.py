"""Reading and checking the declared regions.

Regions that belong to the product stand in the files beside this module; whoever runs it declares
their own under ``IMR_HOME/regions``. A mistake in a file of their own sets that file aside whole,
with file and line, because a region with a wrong member gives a number that looks right; the other
files are used. A mistake in a file of the product stops the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml

from assets.core.geography.area_registry import areas, boundary_sets, members
from assets.core.geography.counties import county, is_pooled, state_of_county
from assets.text.yaml_file import LOADER

FOLDER = Path(__file__).parent
OWN_FOLDER = "IMR_HOME/regions"
_REQUIRED = {"code", "name", "geography_vintage", "members"}
_OPTIONAL = {"approximation"}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}")
_PRINTED_REGIONS = ("US", "region")
"""Country and kind of regions that a producer prints; their parts are not in the registry."""
_FURTHER_PARTS = {"K02000001": ("K04000001",)}
"""Areas in an area that is not their parent: the nations' parent is their joint total."""


class RegionError(ValueError):
    """A declared region is wrong; the message names file, line and entry."""


@dataclass(frozen=True)
class Region:
    """A declared region.

    Attributes:
        code: Code of its own: ``X-…`` for regions of the product, any other for those of users.
        name: Name for display.
        geography_vintage: Boundary set of the members.
        members: Area codes whose counts are summed.
        definition: File and line of the declaration.
        note: What a reader must know of it, e.g. that it approximates another area; or empty.
        folder: Folder of the declaration, for people.
    """

    code: str
    name: str
    geography_vintage: str
    members: tuple[str, ...]
    definition: str
    note: str = ""
    folder: str = "assets/core/regions"


@dataclass(frozen=True)
class Declared:
    """What the files of regions declare.

    Attributes:
        regions: Regions of all files that can be used.
        set_aside: One message per file that cannot: what was seen, where, and what to do.
    """

    regions: tuple[Region, ...]
    set_aside: tuple[str, ...] = ()


def load_regions(folder: Path = FOLDER) -> list[Region]:
    """Return the regions declared in the YAML files of a folder.

    Raises:
        RegionError: No YAML, unknown or repeated key, a text that is none, no member, unknown or
            repeated member, member outside the boundary set, members that share areas, a code that
            belongs to another area, or a code used twice.
    """
    found: dict[str, Region] = {}
    for file in _files(folder):
        found |= _of_file(file, found)
    return list(found.values())


def declared_regions(own: Path | None = None) -> Declared:
    """Return the regions of the product and those that a user declares.

    Args:
        own: Folder with YAML files of the user, usually ``IMR_HOME/regions``; it need not exist.
            A file that cannot be used is set aside alone.
    """
    found = {region.code: region for region in load_regions()}
    set_aside = []
    for file in _files(own) if own is not None else ():
        try:
            own_regions = _of_file(file, found)
            found |= {c: replace(r, folder=OWN_FOLDER) for c, r in own_regions.items()}
        except RegionError as error:
            set_aside.append(
                f"{OWN_FOLDER}/{error}. No region of this file is used until it is mended."
            )
        except OSError as error:
            set_aside.append(
                f"{OWN_FOLDER}/{file.name}: cannot be read ({error.strerror}). No region of this "
                "file is used; give the user who runs imr the right to read it."
            )
    return Declared(tuple(found.values()), tuple(set_aside))


def _files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.glob("*") if f.suffix in (".yaml", ".yml"))


def _of_file(file: Path, known: Mapping[str, Region]) -> dict[str, Region]:
    found: dict[str, Region] = {}
    root = _composed(file)
    for node in [] if root is None else _sequence(root, file):
        region = _region(node, file)
        before = found.get(region.code) or known.get(region.code)
        if before is not None:
            raise RegionError(
                f"{region.definition}: {region.code} is declared already at {before.definition}"
            )
        found[region.code] = region
    return found


def _composed(file: Path) -> yaml.Node | None:
    try:
        text = file.read_text(encoding="utf-8")
        root: yaml.Node | None = None
        try:
            root = yaml.compose(text, Loader=LOADER)
        except yaml.YAMLError:
            # The parser in C is ten times as fast, and names another line of a fault.
            root = yaml.compose(text, Loader=yaml.SafeLoader)
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
    if not set(fields) >= _REQUIRED or set(fields) - _REQUIRED - _OPTIONAL:
        raise RegionError(
            f"{where}: keys {sorted(fields)}; expected exactly {sorted(_REQUIRED)}, and "
            f"{' and '.join(sorted(_OPTIONAL))} where it is one"
        )
    code, name, vintage = (
        _text(fields[key], key, file).strip() for key in ("code", "name", "geography_vintage")
    )
    if _CODE.fullmatch(code) is None:
        raise RegionError(
            f"{where}: code {code!r}; expected 2 to 40 letters, digits, dots, hyphens and "
            "underscores, with a letter or digit first"
        )
    chosen = _members(fields["members"], vintage, file)
    _check_code(code, vintage, chosen, where)
    note = ""
    if "approximation" in fields:
        text = _text(fields["approximation"], "approximation", file).strip()
        usual = "its members are whole areas, which do not have the same borders"
        note = f"Approximation: {usual if text.lower() in ('true', 'yes') else text}"
    return Region(code, name, vintage, chosen, where, note)


def _check_code(code: str, vintage: str, chosen: Iterable[str], where: str) -> None:
    """Refuse the code of another area: two areas under one code would be read as one."""
    if state_of_county(code) is not None or re.fullmatch(r"US(-.*)?", code):
        name = areas()[code].name if code in areas() else f"the code of an area of {vintage}"
        raise RegionError(f"{where}: code {code!r} is taken ({name}); give the region its own")
    if code not in areas():
        return
    inside = _codes_in(vintage)
    whole, summed = (
        _smallest(_parts(code), inside),
        _smallest(frozenset().union(*map(_parts, chosen)), inside),
    )
    if code in inside or whole != summed:
        raise RegionError(
            f"{where}: code {code!r} is that of {areas()[code].name}, and the members are not the "
            "same area; give the region a code of its own"
            if whole != summed
            else f"{where}: {code} ({areas()[code].name}) is an area of {vintage} already; it "
            "needs no declaration"
        )


def _smallest(parts: frozenset[str], inside: frozenset[str]) -> frozenset[str]:
    """Return the areas of a boundary set among some areas that have no smaller one in it."""
    held = {code for code in parts & inside if ", " not in code}
    return frozenset(held - {areas()[code].parent for code in held})


@cache
def _codes_in(vintage: str) -> frozenset[str]:
    known = {b.name: b for b in boundary_sets()}
    return frozenset(
        a.code for a in members(known[vintage]) if (a.country, a.kind) != _PRINTED_REGIONS
    )


def _members(node: yaml.Node, vintage: str, file: Path) -> tuple[str, ...]:
    known = {b.name for b in boundary_sets()}
    if vintage not in known:
        raise RegionError(
            f"{_place(node, file)}: no boundary set {vintage!r}; declared are {sorted(known)}"
        )
    inside = _codes_in(vintage)
    held: dict[str, str] = {}
    given = [(_text(n, "a member", file), _place(n, file)) for n in _sequence(node, file)]
    # Larger areas first, so that the part is named where one lies in the other.
    for code, where in sorted(given, key=lambda member: -len(_parts(member[0]))):
        _check_member(code, vintage, inside, where)
        _check_apart(code, held, where)
        held |= dict.fromkeys(_parts(code), code)
    if not given:
        raise RegionError(f"{_place(node, file)}: no members; list at least one area")
    return tuple(code for code, _ in given)


def _check_member(code: str, vintage: str, inside: frozenset[str], where: str) -> None:
    if code in inside:
        return
    if is_pooled(code):
        raise RegionError(
            f"{where}: {code} stands for all counties of a state that are not identified, and "
            "which they are changes from year to year; list counties or states"
        )
    if state_of_county(code) is not None and vintage == "US":
        return
    if code not in areas():
        raise RegionError(
            f"{where}: unknown area {code!r}; use a code of the registry (table areas), or the "
            "FIPS code of a county"
        )
    raise RegionError(f"{where}: {code} ({areas()[code].name}) is not in {vintage}")


def _check_apart(code: str, held: Mapping[str, str], where: str) -> None:
    # Whatever a county that the registry does not list lies in holds it, too.
    above = {code, county(code).parent, "US"} if state_of_county(code) else set()
    shared = sorted((_parts(code) | above) & held.keys())
    if not shared:
        return
    other = held[shared[0]]
    if other == code:
        raise RegionError(f"{where}: {code} is listed twice")
    raise RegionError(
        f"{where}: {code} lies inside {other}, which is listed too; its counts would be added twice"
        if _parts(code) <= _parts(other) or above
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
