"""Compile captured request forms of CDC WONDER into what ``imr wanted`` prints and writes.

``python -m tools.wonder_forms FOLDER`` reads ``FOLDER/D*.json``, one form each: its group-by menu,
radio buttons, check boxes, lists, hidden fields. It writes ``databases.csv``, ``boxes.csv`` and
``parameters.json`` beside the code that reads them. Words change when NCHS changes a form: capture
it again, compile, and look at the difference.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "assets" / "producers" / "nchs" / "wanted"
KINDS = {
    "linked": ("D23", "D18", "D31", "D69", "D159"),
    "natality": ("D10", "D27", "D66", "D149", "D192"),
    "mortality": ("D77", "D157", "D176"),
    "fetal": ("D133", "D150"),
}
"""Databases in the order in which a year is asked of them: the first that has it, and the box."""

LABELS: Mapping[str, tuple[str, ...]] = {
    "state": ("State", "State of Residence", "Residence State", "Standard Residence States"),
    "county": ("County", "County of Residence", "Residence County"),
    "year": ("Year of Death", "Year"),
    "month": ("Month",),
    "race_bridged": ("Mother's Bridged Race", "Mother's Race", "Race"),
    "race_single": ("Mother's Single Race", "Mother's Single Race 6", "Single Race 6"),
    "race_15": ("Mother's Single Race 15", "Single Race 15"),
    "race_31": ("Mother's Single/Multi Race 31", "Single/Multi Race 31"),
    "hispanic_origin": ("Mother's Hispanic Origin", "Hispanic Origin"),
    "race_and_hispanic_origin": ("Mother's Bridged Race/Hispanic Origin",),
    "age_of_mother": ("Age of Mother", "Age of Mother 9"),
    "education": ("Mother's Education",),
    "gestation": (
        "OE Gestational Age Weekly",
        "LMP Gestational Age Weekly",
        "LMP Gestational Age at Birth",
        "Gestational Age at Birth",
    ),
    "birth_weight": (
        "Birth Weight",
        "Infant Birth Weight 12",
        "Infant Birth Weight",
        "Infant Delivery Weight 14",
    ),
    "prenatal_care": ("Month Prenatal Care Began",),
    "payer": ("Source of Payment for Delivery",),
    "plurality": ("Plurality or Multiple Birth", "Plurality"),
    "sex": ("Sex", "Sex of Infant"),
    "cause": (
        "ICD-10 130 Cause List (Infants)",
        "UCD - ICD-10 130 Cause List (Infants)",
        "ICD 72 Groups",
        "124 Selected Causes of Fetal Death",
    ),
    "age_of_infant": ("Age of Infant at Death", "Age of Infant at Death 5", "Infant Age Groups"),
}
"""Group-by labels by dimension, the preferred one first."""

LEFT_OUT = re.compile(
    r"finder-action-.*|tab-.*|action-(?!Send$).*|query|affiliate|sitelimit|O_export-format"
    r"|O_change_action-Send-Export Results"
)
"""Fields of a form that are no part of a request."""
_NO_GROUP = re.compile(r"All\b|\*All\*|Unknown|Not (Reported|Stated|Available)|Origin unknown")
AGE_LIST = "Ten-Year Age Groups"
ALWAYS = {
    "accept_datause_restrictions": ["true"],
    "action-Send": ["Send"],
    "stage": ["request"],
    "O_title": [""],
    "O_show_totals": ["false"],
    "O_show_zeros": ["true"],
    "O_show_suppressed": ["true"],
}
"""What every request says: agreement, send, and no row hidden."""
LATER = {"D176": {"O_PR": ["false"]}}
"""Parameters that the service demands since the forms were captured (June 2026)."""


def _variable(code: str) -> str:
    return code.partition("-")[0]


def _years(form: Mapping[str, Any], code: str) -> tuple[int, int]:
    name = _variable(code)
    listed = form["selects"].get(f"V_{name}") or form["selects"][f"F_{name}"]
    found = [int(value[:4]) for value, _ in listed["options"] if re.match(r"\d{4}", value)]
    return min(found), max(found)


def _groups(form: Mapping[str, Any], code: str) -> int:
    """Return how many groups a list has, those for all and for what nobody knows left out."""
    listed = form["selects"].get(f"V_{_variable(code)}", {"options": []})
    return sum(not _NO_GROUP.match(text) for _, text in listed["options"])


def boxes(form: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, str, int]]:
    """Yield dimension, code, label, radio field, its button and groups of a group-by menu."""
    by_label = {label: code for code, label in reversed(form["group_by"].items())}
    for dimension, labels in LABELS.items():
        label = next((each for each in labels if each in by_label), None)
        if label is None:
            continue
        code = by_label[label]
        buttons = [
            (field, text)
            for field, options in form["radios"].items()
            for value, text, ticked in options
            if value == _variable(code) and not ticked
        ]
        field, text = buttons[0] if buttons else ("", "")
        yield dimension, code, label, field, text, _groups(form, code)


def parameters(form: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the parameters that a form sends as it opens, years and groups still open."""
    found: dict[str, list[str]] = {name: [str(v)] for name, v in form["hidden"].items()}
    for name, options in form["radios"].items():
        found[name] = [str(v) for v, _, ticked in options if ticked][:1]
    for name, value, _, ticked in form["checkboxes"]:
        if ticked:
            found[name] = [str(value)]
    for name, select in form["selects"].items():
        found[name] = select["selected"] or [str(select["options"][0][0])]
    for name, text in form["textareas"].items():
        found.setdefault(name, [str(text).strip()])
    found |= ALWAYS | LATER.get(form["dataset"], {})
    found |= {f"B_{n}": ["*None*"] for n in range(1, 6)}
    return {name: found[name] for name in sorted(found) if not LEFT_OUT.fullmatch(name)}


def compact(values: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the names of parameters, with blanks between, by their value."""
    by_value: dict[str, list[str]] = {}
    for name, value in values.items():
        if len(value) != 1:
            raise ValueError(f"{name} opens with {len(value)} values; expected one")
        by_value.setdefault(value[0], []).append(name)
    return {value: " ".join(names) for value, names in by_value.items()}


def main(folder: Path) -> None:
    """Write the three files."""
    databases, listed, sent = [], [], {}
    for kind, codes in KINDS.items():
        for code in codes:
            form = json.loads((folder / f"{code}.json").read_text(encoding="utf-8"))
            captured = re.search(r"\d{4}-\d{2}-\d{2}", form["source"])
            found = list(boxes(form))
            year = next(box for box in found if box[0] == "year")
            first, last = _years(form, year[1])
            measures = [text for name, _, text, on in form["checkboxes"] if on and name[:2] == "M_"]
            state = next(box[1] for box in found if box[0] == "state")
            state_list = f"F_{_variable(state)}"
            finder = state_list in form["selects"]
            select = form["selects"][state_list if finder else f"V_{_variable(state)}"]
            year_select = form["selects"].get(f"V_{_variable(year[1])}")
            year_select = year_select or form["selects"][f"F_{_variable(year[1])}"]
            databases.append(
                {
                    "database": code,
                    "kind": kind,
                    "title": form["hidden"]["dataset_label"],
                    "page": form["url"].replace("http://", "https://"),
                    "first_year": first,
                    "last_year": last,
                    "measures": "; ".join(measures),
                    "state_list": select["label"],
                    "states_by_code": "yes" if finder else "no",
                    "year_list": year_select["label"],
                    "all_years": year_select["options"][0][1].replace("*All*", "").strip(" ()"),
                    "age_list": AGE_LIST if kind == "mortality" else "",
                    "captured": captured[0] if captured else "",
                }
            )
            listed += [(code, *box) for box in found]
            sent[code] = compact(parameters(form))
    with (TARGET / "databases.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(databases[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(databases)
    with (TARGET / "boxes.csv").open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle, lineterminator="\n")
        rows.writerow(("database", "dimension", "code", "label", "radio", "button", "groups"))
        rows.writerows(listed)
    text = json.dumps(sent, ensure_ascii=False, indent=1) + "\n"
    (TARGET / "parameters.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
