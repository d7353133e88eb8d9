"""Send one message per run about new troubles: a failed run, a refused vintage, a late source.

Each trouble is reported once. ``reports/alerts.json`` remembers it until it is gone, so that it is
reported again when it comes back.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import requests

from assets.archive.dataset import Dataset
from assets.archive.overview import overview
from assets.archive.unrecognised import unused_files
from assets.state.home import Home
from assets.state.warehouse import damaged_files
from assets.text.secret import redacted

WEBHOOK_VARIABLE = "IMR_ALERT_WEBHOOK"
DAMAGED, RUN_KILLED, RUN_FAILED, CHECK_FAILED, NOT_IN_USE, LATE, UNUSED, NOTHING = (
    "warehouse damaged",
    "run killed",
    "run failed",
    "check failed",
    "newest extract not in use",
    "source late",
    "file not recognised",
    "nothing to publish yet",
)
_MEMORY = "alerts.json"
_SECONDS = 10
_LONGEST = 600
_CHANGING = re.compile(r"[0-9a-f]{8,}|\d+")


@dataclass(frozen=True)
class Trouble:
    """One trouble to report.

    Attributes:
        kind: One of the kinds of this module.
        subject: Step, check or dataset.
        message: What happened.
        occasion: Tells this trouble from an earlier one of its kind, e.g. the identifier of a
            killed run; empty if it is the same trouble.
    """

    kind: str
    subject: str
    message: str
    occasion: str = ""

    @property
    def key(self) -> str:
        """Identity of the trouble, without counts, dates and checksums in the message."""
        said = (self.kind, self.subject, _CHANGING.sub("#", self.message), self.occasion)
        content = "|".join(said[: 4 if self.occasion else 3])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def line(self) -> str:
        """The trouble in one line."""
        text = " ".join(self.message.split())
        return f"{self.kind}: {self.subject}: {text[:_LONGEST]}"


def source_troubles(
    home: Home, datasets: Iterable[Dataset], *, today: date, live: bool
) -> list[Trouble]:
    """Return troubles of sources: refused or failed extracts, late datasets, unused files.

    Datasets with the same cause, such as a server that is down, are one trouble.

    Args:
        home: Where state lives.
        datasets: Catalogue.
        today: Day to judge lateness by.
        live: Extracts come from the producers; the bundled samples are never late.
    """
    found = []
    failed: dict[str, list[str]] = {}
    for entry, state in zip(
        known := list(datasets), overview(home, known, today=today), strict=True
    ):
        if state.message:
            failed.setdefault(state.message, []).append(entry.dataset_id)
        elif live and state.status == "late":
            found.append(
                Trouble(LATE, entry.dataset_id, f"expected {state.next_expected}: {entry.url}")
            )
    return [
        *found,
        *(Trouble(NOT_IN_USE, ", ".join(names), message) for message, names in failed.items()),
        *(
            Trouble(NOT_IN_USE if u.refused else UNUSED, u.name, u.line)
            for u in unused_files(home, known)
            if not u.arriving and not u.is_told_by(failed)
        ),
    ]


def run_troubles(
    failures: Iterable[tuple[str, str]],
    blocked: Iterable[tuple[str, str]] = (),
    nothing: str = "",
) -> list[Trouble]:
    """Return the troubles of a run; steps with the same message are one trouble.

    Args:
        failures: Steps that raised, each with its message.
        blocked: Blocking checks that failed, each with its report.
        nothing: Why there is nothing to publish yet, where nothing failed.
    """
    steps: dict[str, list[str]] = {}
    for name, message in failures:
        steps.setdefault(message, []).append(name)
    return [
        *(Trouble(RUN_FAILED, ", ".join(names), message) for message, names in steps.items()),
        *(Trouble(CHECK_FAILED, name, report) for name, report in blocked),
        *([Trouble(NOTHING, "nightly", nothing)] if nothing else []),
    ]


def warehouse_troubles(home: Home) -> list[Trouble]:
    """Return one trouble per damaged warehouse that was set aside and is still there."""
    return [
        Trouble(
            DAMAGED,
            file.name,
            f"{file} was damaged and has been made again from the archive. Have the disk looked "
            "at, then remove the file.",
            file.name,
        )
        for file in damaged_files(home.root)
    ]


def killed_troubles(killed: Iterable[tuple[str, str]]) -> list[Trouble]:
    """Return a trouble per killed run.

    Args:
        killed: Runs that were killed, each with what is known of it.
    """
    return [Trouble(RUN_KILLED, run_id[:8], said, run_id) for run_id, said in killed]


def raise_alerts(
    home: Home,
    run_id: str,
    troubles: Sequence[Trouble],
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    """Send the new troubles once and note them in the report of the run.

    If the webhook cannot be reached, the run does not fail and the next run sends the message.

    Args:
        home: Where state lives.
        run_id: Dagster's identifier of the run.
        troubles: Everything that is wrong now.
        environment: Where the address of the webhook is read from.

    Returns:
        One line per new trouble, and one more if the webhook failed.
    """
    values = os.environ if environment is None else environment
    troubles = [replace(t, message=redacted(t.message, values)) for t in troubles]
    memory = home.reports / _MEMORY
    told = _remembered(memory)
    new = {t.key: t for t in troubles if t.key not in told}
    lines = [f"ALERT {t.line}" for t in new.values()]
    delivered = True
    webhook = values.get(WEBHOOK_VARIABLE, "")
    if new and webhook:
        problem = _post(webhook, run_id, list(new.values()))
        delivered = not problem
        if problem:
            lines.append(f"ALERT could not be sent: {problem}")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    current = {t.key: told.get(t.key) or {"since": now, "line": t.line} for t in troubles}
    if not delivered:
        current = {key: facts for key, facts in current.items() if key in told}
    _write(memory, current)
    _note(home.reports / f"run-{run_id}.json", lines)
    return lines


def _post(webhook: str, run_id: str, troubles: Sequence[Trouble]) -> str:
    lines = [t.line for t in troubles]
    message = {
        "text": "Infant mortality rates: " + "\n".join(lines),
        "run_id": run_id,
        "troubles": [
            {"kind": t.kind, "subject": t.subject, "message": t.message} for t in troubles
        ],
    }
    try:
        answer = requests.post(webhook, json=message, timeout=_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        # The address may carry a secret; the exception's text repeats it.
        return f"{type(error).__name__} ({WEBHOOK_VARIABLE})"
    return "" if answer.ok else f"{WEBHOOK_VARIABLE} answered {answer.status_code}"


def _remembered(memory: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _note(report: Path, lines: Sequence[str]) -> None:
    try:
        facts = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        facts = {}
    _write(report, {**facts, "alerts": list(lines)})


def _write(target: Path, facts: Mapping[str, object]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".new")
    aside.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    aside.replace(target)
