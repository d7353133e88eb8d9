"""Text at the end of a run with problems: one screen, one line per cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assets.archive.unrecognised import Unused
from pipelines.alerts import CHECK_FAILED, NOT_IN_USE, NOTHING, RUN_FAILED, UNUSED
from pipelines.outcome import RunOutcome

_SAID_ABOVE = tuple(
    f"ALERT {kind}:" for kind in (RUN_FAILED, CHECK_FAILED, NOT_IN_USE, NOTHING, UNUSED)
)
_LONGEST = 500
_MOST_NEEDED = 3
_MOST_CAUSES = 3


def summarise(outcome: RunOutcome) -> Sequence[str]:
    """Return the lines that describe how the run ended."""
    lines = [
        f"FAILED {', '.join(n.replace('__', '/') for n in names)}: {message}"
        for message, names in _by_message(outcome.failures)
    ]
    if outcome.check_report:
        lines.append(outcome.check_report)
    for reason, names in _few(_by_message(outcome.stale)):
        lines += _stale(reason, names, frozenset(outcome.empty))
    # Datasets that are stale because of a file are listed above.
    reasons = [reason for _, reason in outcome.stale]
    lines += _unused([u for u in outcome.unused if not u.is_told_by(reasons)])
    said = {reason.partition(":")[0].rpartition("] ")[2] for reason in reasons} - {""}
    waiting = [f"WAITING {_short(w)}" for w in outcome.waiting if not w.startswith(tuple(said))]
    lines += _first(waiting, "imr sources")
    lines += [] if outcome.nothing else _needed(outcome)
    lines += answered(outcome.answered)
    aside = [f"REGIONS SET ASIDE {_short(message)}" for message in outcome.regions_set_aside]
    lines += _first(aside, "imr doctor")
    if outcome.store:
        lines.append(f"STORE {outcome.store}")
    if outcome.store_trouble:
        # Without the name of the exception, which the alert carries.
        lines.append(f"STORE BEHIND {outcome.store_trouble.partition(': ')[2]}")
    if outcome.nothing:
        lines.append(f"NOTHING TO PUBLISH YET {outcome.nothing}")
        lines.append(f"      What was taken in is kept; {_serving(outcome.shown)}")
    lines += _alerts(outcome.alerts)
    if not outcome.succeeded:
        lines.append(f"Nothing was published; {_serving(outcome.shown)}")
    return lines


def _few(causes: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Return as many causes as fit on a screen, and the datasets of the remaining ones."""
    if len(causes) <= _MOST_CAUSES + 1:
        return causes
    others = [name for _, names in causes[_MOST_CAUSES:] for name in names]
    more = f"{len(causes) - _MOST_CAUSES} other causes, each of which stands in: imr sources"
    return [*causes[:_MOST_CAUSES], (more, others)]


def _stale(reason: str, names: Sequence[str], empty: frozenset[str]) -> list[str]:
    """Return the lines about the datasets that are stale for the same cause."""
    held = [n for n in names if n not in empty]
    never = [n for n in names if n in empty]
    lines = [f"STALE {', '.join(names)}: {_short(reason)}"]
    if held and never:
        lines.append(f"      Used as they arrived before: {', '.join(held)}.")
    elif held:
        lines.append("      What arrived before is in use.")
    if never:
        them = f": {', '.join(never)}" if held else ""
        lines.append(f"      Nothing of it has ever arrived{them}.")
    return lines


def _unused(files: Sequence[Unused]) -> list[str]:
    """Return the files that arrived and are not used: the first with what was seen, all by name."""
    lines = [f"NOT USED {_short(file.brief)}" for file in files[:_MOST_CAUSES]]
    if others := [file.name for file in files[_MOST_CAUSES:]]:
        named = _short(", ".join(others))
        lines.append(f"NOT USED {len(others)} more, see imr sources: {named}")
    return lines


def _needed(outcome: RunOutcome) -> list[str]:
    """Return what must arrive before counts give rates, without known gaps of the samples."""
    lines = [f"NEEDED {entry.line}" for entry in outcome.lacking if not entry.bundled]
    return _first(lines, "imr sources")


def _first(lines: Sequence[str], where: str) -> list[str]:
    """Return the first of some lines, and which command shows the others."""
    more = len(lines) - _MOST_NEEDED
    return [*lines[:_MOST_NEEDED], *([f"       {more} more: {where}"] if more > 0 else [])]


def answered(lines: Sequence[str]) -> list[str]:
    """Return which wants are answered, the first of them, and where the others stand."""
    found = [f"ANSWERED {line}" for line in lines[:_MOST_NEEDED]]
    more = f"{len(lines) - _MOST_NEEDED} more. " if len(lines) > _MOST_NEEDED else ""
    return [*found, f"       {more}What is still wanted: imr wanted"] if found else []


def _alerts(lines: Sequence[str]) -> list[str]:
    """Return the alerts that no line above mentions, and how many of those above are new."""
    news = [line for line in lines if line.startswith(_SAID_ABOVE)]
    others = [_short(line) for line in lines if not line.startswith(_SAID_ABOVE)]
    if not news:
        return others
    # A single trouble is repeated by its kind; for several the number is enough.
    told = (
        [_short(news[0], 160)]
        if len(news) == 1
        else [f"ALERT {len(news)} of the troubles above are new and were told."]
    )
    return told + others


def _serving(version: str | None) -> str:
    if version is None:
        return "there is no release yet."
    return f"release {version} keeps serving."


def _short(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _by_message(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Return each distinct message with the names it belongs to, in order."""
    found: dict[str, list[str]] = {}
    for name, message in pairs:
        found.setdefault(message, []).append(name)
    return list(found.items())
