"""Answers of CDC WONDER to a request of a program, read as the export that they are.

An answer says in XML what an export says in text: the table, what was asked as CDC WONDER
understood it, notes. It is written down as that export and read by the same code. What was asked
is taken from what the answer says was computed, never from the request that it repeats: a
restriction that CDC WONDER passed over is missing there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from assets.archive.errors import ExtractError
from assets.producers.nchs.wonder.footer import SEPARATOR
from assets.producers.nchs.wonder.vocabulary import codes_of, dimension_of, plain
from assets.text.months import SHORT_MONTHS

ERROR_TITLE = "Processing Error"
TOO_SOON = "Request rate exceeded"
_SHOWN = ("O_show_totals", "O_show_zeros", "O_show_suppressed", "O_rate_per")
_START = re.compile(r"\s*(<\?xml[^>]*>\s*)?<page>")
_UNSAFE = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_YEAR = re.compile(r"[0-9]{4}\b")
_MONTH = re.compile(r"(?P<name>[A-Z][a-z]{2})[a-z]*\.?, (?P<year>[0-9]{4})")
_AGAIN = "Send the request again; imr wanted W-ID --request FILE writes it anew."


def is_answer(text: str) -> bool:
    """Return whether a text is an answer of the service, or its error."""
    return _START.match(text[:512]) is not None


def as_export(text: str, file: str) -> str:
    """Return an answer as the text of the export that it is; any other text as it stands.

    Raises:
        ExtractError: The answer is an error, is cut off, or has a label of unknown code.
    """
    if not is_answer(text):
        return text
    page = _page(text, file)
    table, dataset = page.find("response/data-table"), page.find("dataset")
    request = page.find("response/request")
    if table is None or dataset is None or request is None:
        raise _refused(_messages(page) or "an answer without a table", "a table of figures", file)
    variables = _Variables(dataset)
    groups = [str(v.get("code")) for v in request.iterfind("byvariables/variable")]
    measures = [
        variables.measures.get(str(m.get("code")), str(m.get("code")))
        for m in request.iterfind("measure-selections/measure")
    ]
    headers = [variables.label(code) for code in groups]
    lines = [
        "\t".join(["Notes", *(h for each in headers for h in (each, f"{each} Code")), *measures])
    ]
    lines += _rows(table, variables, groups, len(measures), file)
    return "\n".join([*lines, *_footer(page, dataset, request, variables, headers)]) + "\n"


def error_of(text: str) -> str:
    """Return what CDC WONDER says in place of an answer, or empty where it says nothing wrong."""
    if text.startswith(TOO_SOON):
        return text.strip()
    if not is_answer(text) or f"<title>{ERROR_TITLE}</title>" not in text:
        return ""
    # The last message has the reason; the first can be a form that nothing filled in.
    found = re.findall(r"<message>(.*?)</message>", text, re.DOTALL)
    return found[-1].strip() if found else ERROR_TITLE


class _Variables:
    """Labels and codes of a database, as the answer itself lists them."""

    def __init__(self, dataset: ET.Element) -> None:
        self._labels: dict[str, str] = {}
        self._values: dict[str, dict[str, str]] = {}
        self._codes: dict[str, dict[str, str]] = {}
        for variable in dataset.iterfind("variable"):
            code = str(variable.get("code"))
            listed = [(str(v.get("code")), str(v.get("label"))) for v in variable.iter("value")]
            self._labels[code] = str(variable.get("label"))
            self._values[code] = dict(listed)
            self._codes[code] = {_bare(label): value for value, label in listed}
            for level in variable.iterfind("hier-level"):
                self._labels[str(level.get("code"))] = str(level.get("label"))
        self.measures = {str(m.get("code")): str(m.get("label")) for m in dataset.iter("measure")}

    def label(self, code: str) -> str:
        """Return the label of a variable or of a level of one."""
        return self._labels.get(code, code)

    def value(self, variable: str, code: str) -> str:
        """Return the label of a value."""
        return self._values.get(variable, {}).get(code, code)

    def code(self, variable: str, label: str) -> str:
        """Return the code of a label in a column, empty where it is unknown."""
        listed = self._codes.get(variable.partition("-")[0], {}).get(_bare(label))
        if listed is not None:
            return listed
        header = self.label(variable)
        if month := _MONTH.match(label):
            number = SHORT_MONTHS.index(month["name"]) + 1 if month["name"] in SHORT_MONTHS else 0
            return f"{month['year']}/{number:02}" if number else ""
        if dimension_of(header) == "year" and _YEAR.match(label):
            return label[:4]
        known = codes_of(dimension_of(header) or "", label)
        return known[0] if len(known) == 1 else ""


def _bare(label: str) -> str:
    return plain(label.lstrip("#"))


def _page(text: str, file: str) -> ET.Element:
    if _UNSAFE.search(text):
        raise _refused("a document that declares entities", "an answer of CDC WONDER", file)
    try:
        page = ET.fromstring(text)  # noqa: S314
    except ET.ParseError as error:
        raise _refused(f"XML that is not whole ({error})", "a whole answer", file) from error
    if page.findtext("title") == ERROR_TITLE:
        raise _refused(f"an error of CDC WONDER: {error_of(text)}", "a table of figures", file)
    return page


def _messages(page: ET.Element) -> str:
    return " ".join((each.text or "").strip() for each in page.iter("message"))


def _rows(
    table: ET.Element, variables: _Variables, groups: list[str], measures: int, file: str
) -> Iterator[str]:
    """Yield the rows; a label that spans rows is printed once and carried on."""
    carried: list[tuple[int, str, str]] = [(0, "", "")] * len(groups)
    for number, row in enumerate(table.iterfind("r"), start=1):
        cells = list(row.iterfind("c"))
        values = [c for c in cells if c.get("v") is not None or c.get("dt") is not None]
        if len(values) != measures:
            raise _refused(f"{len(values)} figures", f"{measures} in each row", file, number)
        marks = [c for c in cells if c.get("c") is not None and c not in values]
        labels = iter([c for c in cells if c.get("l") is not None and c not in values])
        blank = int(marks[0].get("c") or 0) if marks else 0
        texts = ["Total"] if marks else [""]
        for at in range(len(groups)):
            left, label, code = carried[at]
            if at >= len(groups) - blank:
                label = code = ""
            elif left > 0:
                carried[at] = (left - 1, label, code)
            else:
                cell = next(labels, None)
                if cell is None:
                    raise _refused("a row without its label", "one for each group", file, number)
                label = str(cell.get("l")).strip()
                code = cell.get("cd") or variables.code(groups[at], label)
                if not code:
                    header = variables.label(groups[at])
                    raise _refused(
                        f"the label {label!r} without code", "one with a code", file, number, header
                    )
                carried[at] = (int(cell.get("r") or 1) - 1, label, code)
            texts += [label, code]
        texts += [str(c.get("v") or c.get("dt") or "").replace(",", "") for c in values]
        yield "\t".join(texts)


def _footer(
    page: ET.Element,
    dataset: ET.Element,
    request: ET.Element,
    variables: _Variables,
    headers: list[str],
) -> Iterator[str]:
    """Yield the footer of the export: what was asked of which database, and the notes."""
    yield SEPARATOR
    yield f"Dataset: {dataset.get('label')}"
    yield "Query Parameters:"
    for each in request.iterfind("variable-selections/variable"):
        code = str(each.get("code"))
        chosen = [
            v.get("label") or variables.value(code, str(v.get("code"))) for v in each.iter("value")
        ]
        if chosen and [str(v.get("code")) for v in each.iter("value")] != ["*All*"]:
            yield f"{variables.label(code)}: {'; '.join(text.strip() for text in chosen)}"
    yield f"Group By: {'; '.join(headers)}"
    for each in request.iterfind("other-parameters/parameter"):
        if each.get("code") in _SHOWN:
            options = {str(o.get("value")): str(o.get("label")) for o in each.iter("option")}
            value = each.findtext("value") or ""
            yield f"{each.get('label')}: {options.get(value, value)}"
    yield SEPARATOR
    yield f"Query Date: {request.get('query-date')}"
    if said := _messages(page):
        yield from (SEPARATOR, "Messages:", said)
    notes = [_TAG.sub("", c.text or "") for c in page.iterfind("response/caveats/caveat")]
    if notes:
        yield from (SEPARATOR, "Caveats:", *(" ".join(note.split()) for note in notes))


def _refused(
    seen: str, expected: str, file: str, row: int | None = None, column: str = ""
) -> ExtractError:
    return ExtractError("WONDER-ANSWER", seen, expected, _AGAIN, file, row=row, column=column)
