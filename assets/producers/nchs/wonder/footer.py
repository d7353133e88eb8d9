"""Footer of a CDC WONDER export: what was asked, of which database, when."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field

from assets.producers.nchs.states import FIPS_BY_NAME
from assets.producers.nchs.wonder.vocabulary import dimension_of

SEPARATOR = "---"
PADDING = ("\t", ",", ";")
"""Delimiters of cells, with which a spreadsheet fills up shorter lines."""
ALL_VALUES = re.compile(r"All(,? .*)?|\*All\*?", re.IGNORECASE)
"""Values that restrict nothing; footers of 2015 to 2017 list every box, as in "Year: All, 2003 to
2006"."""

_KEY = re.compile(r"(?P<key>[A-Za-z][^:;\"]{0,79}):(?: (?P<value>.*))?")
_STATE = re.compile(r"(?P<name>[A-Z][A-Za-z. ]+?)(?: \((?P<fips>\d{2})\))?")
_BLOCKS = ("Help", "Query Date", "Suggested Citation", "Messages", "Caveats")


@dataclass(frozen=True)
class Footer:
    """What an export says about itself.

    Attributes:
        settings: Key and value of every line of the first block (``Dataset``, ``Group By``,
            ``Show Totals`` …), query parameters excluded.
        parameters: The query parameters, name to value.
        notes: The other blocks: ``Query Date``, ``Messages``, ``Caveats`` …
    """

    settings: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def database_label(self) -> str:
        """The Dataset line, empty where there is none."""
        return self.settings.get("Dataset", "")

    @property
    def group_by(self) -> tuple[str, ...]:
        """Headers that the export is grouped by; older footers separate them by commas."""
        return split_list(self.settings.get("Group By", ""))

    @property
    def rates_per(self) -> int | None:
        """Multiplier of the rates; the footer documents its thousands separator."""
        text = self.settings.get("Calculate Rates Per", "").replace(",", "")
        return int(text) if re.fullmatch(r"10{1,8}", text) else None

    def metadata(self) -> dict[str, str]:
        """Return everything as text under the producer's own names."""
        described = {f"Parameter: {key}": value for key, value in self.parameters.items()}
        listed = "\n".join(f"{key}: {value}" for key, value in self.parameters.items())
        result = {**self.settings, "Query Parameters": listed, **self.notes, **described}
        if self.rates_per is not None:
            result["Rates Per"] = str(self.rates_per)
        states = states_asked_for(self.parameters)
        if states:
            result["States"] = "; ".join(states)
        return result


def parse_footer(lines: list[str]) -> Footer:
    """Read the lines after the table, its first separator included."""
    footer = Footer()
    for block in _blocks(lines):
        if block[0].startswith("Dataset:"):
            _read_settings(block, footer)
            continue
        match = _KEY.fullmatch(block[0])
        if match and match["key"] in _BLOCKS:
            parts = ([match["value"]] if match["value"] else []) + block[1:]
            footer.notes[match["key"]] = " ".join(parts)
    return footer


def split_list(text: str) -> tuple[str, ...]:
    """Split a list of the footer; ``;`` separates in newer editions, ``,`` in older ones."""
    separator = ";" if ";" in text else ","
    return tuple(part.strip() for part in text.split(separator) if part.strip())


def states_asked_for(parameters: dict[str, str]) -> tuple[str, ...]:
    """Return the state names of the query, empty where all states were asked for."""
    value = next((parameters[k] for k in parameters if dimension_of(k) == "state"), "")
    if not value or ALL_VALUES.fullmatch(value):
        return ()
    names = (_STATE.fullmatch(part) for part in split_list(value))
    return tuple(match["name"] for match in names if match)


def only_states(value: str) -> bool:
    """Return whether a list of the query names whole states, and no county of one."""
    found = [_STATE.fullmatch(part) for part in split_list(value)]
    return all(m is not None and bool(m["fips"] or m["name"] in FIPS_BY_NAME) for m in found)


def is_separator(line: str) -> bool:
    """Return whether a line ends the table or a block of the footer."""
    return unquote(line) == SEPARATOR


def unquote(line: str) -> str:
    """Return a footer line without its quotes; doubled quotes inside become single.

    A spreadsheet pads the lines of the footer with empty cells and drops quotes that it does not
    need; the padding is taken off.
    """
    text = _without_padding(line.strip(" "))
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"')
    return text.strip()


def _without_padding(line: str) -> str:
    delimiter = line[-1:]
    if delimiter not in PADDING:
        return line.strip()
    try:
        cells = next(csv.reader([line], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return line.strip()
    return cells[0].strip() if not any(cell.strip() for cell in cells[1:]) else line.strip()


def _blocks(lines: list[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if is_separator(line):
            blocks.append([])
        elif text := unquote(line):
            blocks[-1].append(text)
    return [block for block in blocks if block]


def _read_settings(block: list[str], footer: Footer) -> None:
    """Read the first block: whatever stands between Dataset and Group By was asked for."""
    target, key = footer.settings, ""
    for line in block:
        match = _KEY.fullmatch(line)
        if match is None:
            if key:
                target[key] = f"{target[key]} {line}".strip()
            continue
        key, value = match["key"].strip(), (match["value"] or "").strip()
        if key == "Query Parameters" and not value:
            key = ""
            continue
        if key == "Group By":
            target = footer.settings
        target[key] = value
        if key == "Dataset":
            target, key = footer.parameters, ""
