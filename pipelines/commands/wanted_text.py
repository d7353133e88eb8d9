"""What ``imr wanted`` says: a list, a checklist that fits the screen, JSON facts."""

from __future__ import annotations

import shlex
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from assets.archive.wanted import URGENCIES, Step, Want, spans
from assets.state.home import Home
from pipelines.commands.speaking import runnable
from pipelines.terminal import is_terminal, size

_WIDTH = 80
_WIDEST = 100
_LABEL = 10
_INNER = " " * 10
_UNDER = (_INNER, _INNER)
_GOES_ON = " \\"
_LONGEST_IN_ONE = 40
"""Boxes up to this many letters stand on the line of their list."""


def width_of() -> int:
    """Return how many columns the text may take."""
    return min(size(sys.stdout)[0], _WIDEST) if is_terminal(sys.stdout) else _WIDTH


def listed(wants: Sequence[Want], width: int) -> list[str]:
    """Return a list by urgency; the exports that one title takes share an entry."""
    lines = []
    for urgency, why in URGENCIES.items():
        of_it = [want for want in wants if want.urgency == urgency]
        if not of_it:
            continue
        lines += ["", *_filled(f"{urgency.upper()}: {why}", width, "", "")]
        for title in dict.fromkeys(want.title for want in of_it):
            same = [want for want in of_it if want.title == title]
            years = spans([year for want in same for year in want.years])
            count = f" ({len(same)} exports)" if len(same) > 1 else ""
            text = f"{title}{f': {years}' if years else ''}{count}"
            lines += _filled(text, width, "  ", "    ")
            lines += _filled(" ".join(want.want_id for want in same), width, "      ", "      ")
    return lines[1:]


def recipe(want: Want, home: Home, width: int) -> list[str]:
    """Return everything about one want: why, where, the boxes in order, what to do then."""
    lines = _filled(f"{want.want_id}  {want.line}", width, "", "  ")
    lines += _said("why", f"{URGENCIES[want.urgency]}. {want.because}", width)
    lines += _said("last had", want.last_had or "never", width)
    if want.command:
        lines += ["  to get it:", *typed(want.command, width, "    ")]
    lines += _said("by hand" if want.command else "at", want.source, width)
    lines += _said("", want.page, width)
    for number, step in enumerate(want.steps, start=1):
        lines += _step(number, step, width)
    if want.steps:
        lines += _step(len(want.steps) + 1, Step("give the file to the pipeline:"), width)
        lines += typed("imr ingest FILE", width, _INNER)
        lines += _filled(f"or put it into {home.inbox}; the next run takes it", width, *_UNDER)
    if want.request:
        lines += _said("or send", "a request file instead of the form; it is written by:", width)
        text = f"imr wanted {want.want_id} --request {want.want_id}.xml"
        lines += typed(text, width, _INNER)
        lines += _filled(want.caution, width, *_UNDER) if want.caution else []
    return lines


def facts(want: Want) -> dict[str, Any]:
    """Return a want as JSON facts."""
    request = {"address": want.address, "parameters": want.request, "caution": want.caution or None}
    return {
        "id": want.want_id,
        "dataset": want.dataset_id,
        "wanted": want.line,
        "title": want.title,
        "gaps": [{"years": list(gap.years), "area": gap.area or None} for gap in want.gaps],
        "urgency": want.urgency,
        "because": want.because,
        "measures": list(want.measures),
        "country": want.country or None,
        "last_had": want.last_had,
        "source": want.source,
        "page": want.page,
        "steps": [asdict(step) for step in want.steps],
        "command": want.command or None,
        "request": request if want.request else None,
    }


def _step(number: int, step: Step, width: int) -> Iterator[str]:
    """Yield the lines of one step, with a box to tick off."""
    first, inner = f"  [ ] {number:>2}. ", _INNER
    if not step.boxes:
        yield from _filled(step.what, width, first, inner)
    elif len(step.boxes) == 1 and len(step.boxes[0]) <= _LONGEST_IN_ONE:
        yield from _filled(f"{step.what}: {step.boxes[0]}", width, first, inner)
    elif all(box.isdigit() for box in step.boxes):
        yield from _filled(f"{step.what}: {', '.join(step.boxes)}", width, first, inner)
    else:
        yield from _filled(f"{step.what}:", width, first, inner)
        for box in step.boxes:
            yield from _filled(box, width, f"{inner}  ", f"{inner}    ")


def typed(command: str, width: int, indent: str) -> list[str]:
    """Return a command as it can be typed here, folded where a shell allows it."""
    words = shlex.split(runnable(command), posix=False)
    lines = [words[0]]
    for word in words[1:]:
        if len(indent) + len(lines[-1]) + len(word) + 3 <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(f"  {word}")
    return [f"{indent}{line}{_GOES_ON if line is not lines[-1] else ''}" for line in lines]


def _said(label: str, text: str, width: int) -> list[str]:
    start = f"  {label:<{_LABEL}}"
    return _filled(text, width, start, " " * len(start))


def _filled(text: str, width: int, first: str, further: str) -> list[str]:
    """Return a text folded to a width; addresses, paths and words are never broken."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
