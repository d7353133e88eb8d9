"""Check this machine and its home, and say how to repair what is wrong."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assets.archive.inbox import waiting
from assets.archive.integrity import damage
from assets.archive.unrecognised import unused_files
from assets.archive.uses import use_of
from assets.archive.waiting import waiting as refused_for_now
from assets.archive.withdrawal import PERSON, in_use, withdrawn
from assets.core.lacking import remembered
from assets.core.regions.loader import OWN_FOLDER, declared_regions
from assets.object_store.conditions import prove_conditions
from assets.object_store.contents import contents, pointers
from assets.object_store.location import STORE_VARIABLE, StoreError, open_store
from assets.producers.catalogue import DATASETS
from assets.state.home import PROJECT
from assets.state.owned_lock import BusyError, writer_lock
from assets.state.private import wrong
from assets.state.warehouse import damage_of, damaged_files
from pipelines.alerts import WEBHOOK_VARIABLE
from pipelines.settings import Settings, SettingsError

_FREE_BYTES = 1 << 30
_REACH_SECONDS = 5
_STORE_SECONDS = 10
_MOST = 5
"""Remedies of one kind that are told; more would hide what else is wrong."""
_NO_HOME = "Set IMR_HOME to the home that is meant; if it is to be a new one, make it with: imr run"


@dataclass(frozen=True)
class Diagnosis:
    """Result of one check.

    Attributes:
        subject: What was looked at.
        fine: Nothing needs doing.
        seen: What was found.
        remedy: What to do where it is not fine.
    """

    subject: str
    fine: bool
    seen: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Diagnosis]:
    """Yield one diagnosis per subject; an error while examining a subject gives one too."""
    looks: tuple[Callable[[Settings], Diagnosis], ...] = (
        _python,
        _home,
        _permissions,
        _disk,
        _lock,
        _time_zone,
        _dagster_home,
        _dagster_configuration,
        _killed,
        _warehouse,
        _bytecode,
        _inbox,
        _withdrawn,
        _rows,
        _lacking,
        _regions,
        _archive,
        _alerts,
        _profile,
        _store,
    )
    for look in looks:
        try:
            yield look(settings)
        except OSError as error:
            yield Diagnosis(look.__name__.strip("_"), False, str(error), "Check the permissions.")
    if settings.profile == "live":
        servers = {d.fetch.variable: d.fetch.base for d in DATASETS if d.fetch is not None}
        for variable, default in servers.items():
            yield _reach(variable, os.environ.get(variable) or default)


def _python(_: Settings) -> Diagnosis:
    version = ".".join(map(str, sys.version_info[:3]))
    return Diagnosis(
        "python",
        sys.version_info[:2] == (3, 11),
        version,
        "Use Python 3.11: PYTHON=/path/to/python3.11 make run.",
    )


def _home(settings: Settings) -> Diagnosis:
    root = settings.home.root
    if not root.is_dir():
        return Diagnosis("home", False, f"{root} is no folder; nothing was created", _NO_HOME)
    writable = os.access(root, os.W_OK)
    return Diagnosis(
        "home", writable, str(root), "Make the folder writable or set IMR_HOME to one that is."
    )


def _permissions(settings: Settings) -> Diagnosis:
    root = settings.home.root
    found = wrong(root) if root.is_dir() else []
    more = f" And {len(found) - 1} more." if len(found) > 1 else ""
    return Diagnosis(
        "permissions",
        not found,
        f"{found[0]}.{more}" if found else "counts are closed to others, releases are open",
        "The next run (imr run) sets them right, except for what belongs to another user: give "
        f"that to the user of the pipeline (chown -R USER {root}).",
    )


def _disk(settings: Settings) -> Diagnosis:
    place = settings.home.root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return Diagnosis(
        "disk",
        free > _FREE_BYTES,
        f"{free / 1e9:.1f} GB free",
        "Free at least 1 GB, or move IMR_HOME to a larger disk.",
    )


def _lock(settings: Settings) -> Diagnosis:
    if not settings.home.lock.exists():
        # Taking the lock would create a home in whatever folder IMR_HOME names.
        return Diagnosis("lock", True, "free: no run yet")
    try:
        with writer_lock(settings.home, "imr doctor"):
            return Diagnosis("lock", True, "free")
    except BusyError as error:
        return Diagnosis("lock", False, str(error), "Wait for that run, or stop it.")


def _time_zone(_: Settings) -> Diagnosis:
    try:
        ZoneInfo("Europe/London")
    except ZoneInfoNotFoundError:
        return Diagnosis(
            "time zones",
            False,
            "Europe/London is unknown",
            "Install tzdata: the nightly schedule follows London time.",
        )
    return Diagnosis(
        "time zones", True, f"Europe/London known; this machine is on {time.tzname[0]}"
    )


def _dagster_home(settings: Settings) -> Diagnosis:
    set_to = os.environ.get("DAGSTER_HOME")
    expected = str(settings.home.dagster)
    return Diagnosis(
        "dagster home",
        not set_to or set_to == expected,
        set_to or expected,
        f"Unset DAGSTER_HOME, or set it to {expected}: runs are recorded there.",
    )


def _dagster_configuration(settings: Settings) -> Diagnosis:
    from pipelines.instance import offered

    later = offered(settings.home)
    return Diagnosis(
        "dagster configuration",
        not later.exists(),
        "edited here, and the project has a later one" if later.exists() else "as the project's",
        f"Bring what is new in {later} into dagster.yaml beside it, then remove {later.name}.",
    )


def _killed(settings: Settings) -> Diagnosis:
    """Mark killed runs as failed, so that they do not block the queue."""
    if not (settings.home.dagster / "history").is_dir():
        return Diagnosis("killed runs", True, "no run yet")
    from pipelines.instance import open_instance, prepare_instance
    from pipelines.killed import close_killed

    prepare_instance(settings.home)
    with open_instance() as instance:
        killed = close_killed(settings.home, instance)
    said = " ".join(text for _, text in killed)
    return Diagnosis(
        "killed runs",
        not killed,
        f"{len(killed)} marked as failed just now. {said}" if killed else "none",
        "Run again: imr run. Where it was short of memory or disk, mend that first.",
    )


def _warehouse(settings: Settings) -> Diagnosis:
    said = damage_of(settings.home.warehouse)
    if said:
        return Diagnosis(
            "warehouse",
            False,
            f"{settings.home.warehouse} is damaged: {said}",
            "Nothing is lost; the next run sets it aside and makes it again from the archive: "
            "imr run --job rebuild",
        )
    files = damaged_files(settings.home.root)
    return Diagnosis(
        "warehouse",
        not files,
        f"{len(files)} damaged and set aside: {files[0]}" if files else "none was damaged",
        "Nothing is lost; runs make it again from the archive. Have the disk looked at, then "
        "remove the file.",
    )


def _bytecode(_: Settings) -> Diagnosis:
    import click

    cached = Path(click.__file__).parent / "__pycache__"
    return Diagnosis(
        "bytecode",
        cached.is_dir(),
        "compiled" if cached.is_dir() else "not compiled",
        f"Run {sys.executable} -m compileall -q {PROJECT / '.venv'}: every start "
        "compiles the packages again.",
    )


def _inbox(settings: Settings) -> Diagnosis:
    files = waiting(settings.home)
    unused = unused_files(settings.home, DATASETS)
    lost = [u for u in unused if not u.arriving]
    seen = [f"{len(files)} files wait"] if files else []
    seen += [f"{u.name} is still arriving" for u in unused if u.arriving]
    others = refused_for_now(settings.home, DATASETS)
    seen += [f"{len(others)} refused files wait for other extracts"] if others else []
    if lost:
        many = "1 file" if len(lost) == 1 else f"{len(lost)} files"
        seen.append(f"{many} not in use: {', '.join(u.name for u in lost)}")
    return Diagnosis(
        "inbox",
        not (lost or others),
        "; ".join(seen) or "empty",
        "\n     ".join([*_first([u.line for u in lost]), *_first([w.line for w in others])]),
    )


def _first(lines: list[str]) -> list[str]:
    """Return the first of many lines, and where the others stand."""
    if len(lines) <= _MOST + 1:
        return lines
    return [*lines[:_MOST], f"{len(lines) - _MOST} more: imr sources"]


def _withdrawn(settings: Settings) -> Diagnosis:
    """Name extracts out of use; only those that a rule took out need action."""
    found = [w for d in DATASETS for w in withdrawn(settings.home, d).values()]
    by_rule = [w.line for w in found if w.by != PERSON]
    by_hand = [w.line for w in found if w.by == PERSON]
    return Diagnosis(
        "extracts in use",
        not by_rule,
        "; ".join(by_hand) or ("all" if not by_rule else f"{len(by_rule)} set aside by a rule"),
        "\n     ".join(_first(by_rule)),
    )


def _rows(settings: Settings) -> Diagnosis:
    """Count the rows of the extracts in use that are used and that are left out."""
    used = left = extracts = 0
    for entry in DATASETS:
        for vintage in in_use(settings.home, entry):
            if (use := use_of(settings.home, entry, vintage)) is not None:
                used, extracts = used + use.rows_used, extracts + 1
                left += sum(count for _, count in use.rows_left_out)
    many = "1 extract" if extracts == 1 else f"{extracts} extracts"
    seen = f"{used:,} rows of {many} are used"
    return Diagnosis(
        "rows",
        True,
        f"{seen}, {left:,} are not (imr sources --vertical says why)" if extracts else "none yet",
    )


def _lacking(settings: Settings) -> Diagnosis:
    """Name births without deaths and deaths without births; this is information, not a fault."""
    found = remembered(settings.home)
    own = [entry.line for entry in found if not entry.bundled]
    bundled = len(found) - len(own)
    known = f"{bundled} gaps of the bundled samples are known" if bundled else "none is missing"
    return Diagnosis("counts without partner", True, "\n     ".join(own) or known)


def _regions(settings: Settings) -> Diagnosis:
    """Check the regions that the user declares."""
    declared = declared_regions(settings.home.regions)
    own = sum(region.folder == OWN_FOLDER for region in declared.regions)
    return Diagnosis(
        "regions",
        not declared.set_aside,
        f"{own} declared in {OWN_FOLDER}"
        + (f", {len(declared.set_aside)} files set aside" if declared.set_aside else ""),
        " ".join(declared.set_aside),
    )


def _archive(settings: Settings) -> Diagnosis:
    """Verify every archived extract against its checksum."""
    found = list(damage(settings.home, DATASETS))
    more = f" And {len(found) - 1} more." if len(found) > 1 else ""
    return Diagnosis(
        "archive",
        not found,
        f"{len(found)} extracts are not what they were" if found else "every extract as it arrived",
        found[0] + more if found else "",
    )


def _alerts(_: Settings) -> Diagnosis:
    address = os.environ.get(WEBHOOK_VARIABLE, "")
    fine = not address or urlsplit(address).scheme in ("http", "https")
    return Diagnosis(
        "alerts",
        fine,
        f"{WEBHOOK_VARIABLE} is {'set' if address else 'not set: troubles are in the log only'}",
        f"Set {WEBHOOK_VARIABLE} to an http or https address.",
    )


def _profile(settings: Settings) -> Diagnosis:
    if settings.profile == "sample":
        return Diagnosis("profile", True, "sample: bundled extracts, no network needed")
    return Diagnosis("profile", True, "live: extracts come from the producers' sites")


def _store(settings: Settings) -> Diagnosis:
    """Check that the object store answers and supports conditional writes."""
    try:
        location = settings.store
        if location is None:
            return Diagnosis(
                "store", True, f"{STORE_VARIABLE} is not set: releases are on this disk only"
            )
        client = open_store(location, seconds=_STORE_SECONDS)
        held = contents(client, location)
        shown = pointers(client, location)
        prove_conditions(client, location)
    except SettingsError as error:
        return Diagnosis("store", False, "not understood", str(error))
    except StoreError as error:
        return Diagnosis("store", False, f"{settings.store_url}: {error.seen}", error.remedy)
    nightly = shown["nightly"].version if "nightly" in shown else "nothing"
    return Diagnosis(
        "store",
        True,
        f"{location.url} answers and honours conditional writes; {len(held.whole)} releases, "
        f"nightly shows {nightly}",
    )


def _reach(variable: str, address: str) -> Diagnosis:
    """Send a HEAD request to a base address; any answer means that it can be reached."""
    import requests

    host = urlsplit(address).hostname or address
    remedy = (
        f"Check the network, the proxy (HTTPS_PROXY) and {variable}; until then runs use what "
        "arrived before, where anything did (imr sources)."
    )
    try:
        answer = requests.head(address, timeout=_REACH_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        return Diagnosis(f"reach {host}", False, type(error).__name__, remedy)
    fine = answer.status_code < 500
    return Diagnosis(f"reach {host}", fine, f"answered {answer.status_code}", remedy)
