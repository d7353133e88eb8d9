"""The site as static files, for any web server or bucket.

Each file is written aside and renamed, files that say what there is come last: tables before the
manifest of their release, releases before channels, the index at the end. Whoever reads meanwhile
finds what was there before, or what is new, whole. A record of what was written makes the next
export write only what differs, and remove only what an export wrote.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from assets.release.channels.releases_on_disk import CHANNELS, MANIFEST
from assets.release.site.contents import Contents, NotShownError
from assets.release.site.index import index_json, index_page, listing, moved_page
from assets.release.writer import CHECKSUMS
from assets.schema.content_hash import file_sha256
from assets.state import durable
from assets.state.owned_lock import owned_lock
from assets.state.released import DamagedReleaseError, json_object

RECORD = ".imr-site.json"
_LOCK, _OWNER = ".imr-site.lock", ".imr-site.owner.json"
_LAST = (MANIFEST, CHECKSUMS)
Say = Callable[[str], None]
Known = dict[str, dict[str, Any]]


class ExportRefusedError(RuntimeError):
    """The site cannot be written there; the message says why, and what to do."""


@dataclass(frozen=True)
class Exported:
    """What an export did.

    Attributes:
        folder: Where the site is.
        releases: Versions on it, the newest first.
        channels: Version by channel.
        written: Files that were new or differed.
        written_bytes: Their size, without those that are second names of another.
        unchanged: Files that stood already.
        removed: Files of earlier exports that are gone.
        left_out: Why files are not on the site, by release and name.
    """

    folder: str
    releases: list[str]
    channels: dict[str, str]
    written: int
    written_bytes: int
    unchanged: int
    removed: int
    left_out: dict[str, dict[str, str]]


@dataclass(frozen=True)
class _Piece:
    """A file of the site: a copy, another name of a file of the site, or a text.

    Attributes:
        name: Path from the root of the site.
        sha256: Hash of what it holds.
        source: File to copy.
        same_as: File of the site that holds the same.
        text: What it says.
    """

    name: str
    sha256: str
    source: Path | None = None
    same_as: str = ""
    text: str = ""


@dataclass
class _Plan:
    pieces: list[_Piece] = field(default_factory=list)
    left_out: dict[str, dict[str, str]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    channels: dict[str, str] = field(default_factory=dict)

    def say(self, name: str, text: str) -> None:
        self.pieces.append(_Piece(name, sha256(text.encode()).hexdigest(), text=text))


def export_site(
    releases: Path, folder: Path, versions: Sequence[str], say: Say = lambda _: None
) -> Exported:
    """Write the site into a folder, or bring one that an export made up to date.

    Args:
        releases: Folder of the releases.
        folder: Where the site goes.
        versions: Releases that are on it; others that an export put there are removed.
        say: Is told a line for each release that is copied.

    Raises:
        ExportRefusedError: Something else lies there, somebody else is writing it, or it cannot be
            written.
    """
    folder = folder.resolve()
    known = _record(releases.resolve(), folder)
    try:
        durable.make_folder(folder, is_open=True)
        with owned_lock(folder / _LOCK, folder / _OWNER, "exporting a site", _busy(folder)):
            return _exported(Contents(releases), folder, versions, known, say)
    except OSError as error:
        raise ExportRefusedError(
            f"Writing to {folder} failed ({error}). What was there before is there still, and the "
            "channels show what they showed. Mend that and run again."
        ) from error


def _exported(
    contents: Contents, folder: Path, versions: Sequence[str], known: Known, say: Say
) -> Exported:
    plan = _plan(contents, folder, versions, known)
    names = [piece.name for piece in plan.pieces]
    _refuse_strangers(folder, [name for name in names if name not in known])
    new = [p for p in plan.pieces if not _stands(folder, p.name, p.sha256, known)]
    # What a killed export leaves behind is known to the next one.
    _write_record(folder, {**{p.name: {} for p in new}, **known})
    told: set[str] = set()
    for piece in new:
        parts = piece.name.split("/")
        if parts[0] == "releases" and parts[1] not in told:
            told.add(parts[1])
            say(f"{parts[1].replace('=', ' ')}: copying")
        known[piece.name] = _written(folder, piece)
    gone = _removed(folder, [n for n in known if n not in {*names, *plan.kept}])
    _write_record(folder, {n: facts for n, facts in known.items() if n not in gone})
    return Exported(
        folder=str(folder),
        releases=[r.version for r in contents.releases() if r.version in plan.left_out],
        channels=plan.channels,
        written=len(new),
        written_bytes=sum(known[p.name]["bytes"] for p in new if not p.same_as),
        unchanged=len(names) - len(new),
        removed=len(gone),
        left_out={version: files for version, files in plan.left_out.items() if files},
    )


def _plan(contents: Contents, folder: Path, versions: Sequence[str], known: Known) -> _Plan:
    """Return what the site is made of, in the order in which it is written."""
    plan = _Plan()
    for version in versions:
        plan.left_out[version] = _plan_release(plan, contents, folder, version, known)
    for channel in CHANNELS:
        _plan_channel(plan, contents, channel, known)
    found = listing(contents, plan.left_out)
    plan.say("releases.json", index_json(found))
    plan.say("index.html", index_page(found))
    return plan


def _plan_release(
    plan: _Plan, contents: Contents, folder: Path, version: str, known: Known
) -> dict[str, str]:
    """Add the files of a release; return why others are left out."""
    place, left_out = f"releases/release={version}", {}
    try:
        names = contents.names(version)
    except (DamagedReleaseError, NotShownError) as error:
        # What an earlier export has of it is whole, and stays.
        plan.kept |= {name for name in known if name.startswith(f"{place}/")}
        return {MANIFEST: contents.plainly(error)}
    listed = contents.manifest(version)["files"]
    for name in sorted(names, key=lambda n: (n in _LAST, n)):
        target = f"{place}/{name}"
        published = listed.get(name, {}).get("sha256", "")
        if published and _stands(folder, target, published, known):
            plan.pieces.append(_Piece(target, published))
            continue
        try:
            file = contents.file(version, name)
        except DamagedReleaseError as error:
            left_out[name] = contents.plainly(error)
            continue
        plan.pieces.append(_Piece(target, file.sha256, source=file.path))
    return left_out


def _plan_channel(plan: _Plan, contents: Contents, channel: str, known: Known) -> None:
    """Add a channel: pages that lead to its release, the other files under a second name."""
    before = {n for n in known if n.startswith((f"channels/{channel}/", f"channels/{channel}."))}
    try:
        shown = contents.channel(channel)
    except NotShownError:
        return
    except DamagedReleaseError:
        plan.kept |= before
        return
    place = f"releases/release={shown.version}/"
    if MANIFEST in plan.left_out.get(shown.version, {}):
        plan.kept |= before
        return
    if shown.version not in plan.left_out:
        return
    plan.channels[channel] = shown.version
    for piece in [p for p in plan.pieces if p.name.startswith(place)]:
        file = piece.name.removeprefix(place)
        name = f"channels/{channel}/{file}"
        if file.endswith(".html"):
            plan.say(name, moved_page(f"../../{piece.name}"))
        else:
            plan.pieces.append(_Piece(name, piece.sha256, same_as=piece.name))
    plan.say(f"channels/{channel}.json", index_json(vars(shown)))


def _record(releases: Path, folder: Path) -> Known:
    """Return what an export wrote into the folder before.

    Raises:
        ExportRefusedError: It is no folder that an export may write to.
    """
    if folder == releases or folder.is_relative_to(releases):
        raise ExportRefusedError(
            f"{folder} is where the releases themselves are. Choose a folder elsewhere."
        )
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise ExportRefusedError(f"{folder} is a file. Choose a folder, or a name that is free.")
    try:
        found = json_object((folder / RECORD).read_text(encoding="utf-8"))["files"]
    except FileNotFoundError:
        there = sorted(p.name for p in folder.iterdir() if p.name not in (_LOCK, _OWNER))
        if not there:
            return {}
        more = f" and {len(there) - 3} more" if len(there) > 3 else ""
        raise ExportRefusedError(
            f"{folder} is no site that imr made: it holds {', '.join(there[:3])}{more}. Nothing "
            "was written. Choose an empty folder, or a name that is free."
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ExportRefusedError(
            f"{folder / RECORD}, which says what imr wrote there, is damaged ({error}). Nothing "
            "was written. Remove the folder and export again."
        ) from None
    return dict(found)


def _refuse_strangers(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        if (folder / name).exists() or (folder / name).is_symlink():
            raise ExportRefusedError(
                f"{folder / name} was not written by imr, and would be replaced. Nothing was "
                "written. Move it away, or choose another folder."
            )


def _stands(folder: Path, name: str, digest: str, known: Mapping[str, Mapping[str, Any]]) -> bool:
    facts = known.get(name, {})
    if facts.get("sha256") != digest:
        return False
    try:
        seen = (folder / name).lstat()
    except OSError:
        return False
    return (seen.st_size, seen.st_mtime_ns) == (facts["bytes"], facts["mtime_ns"])


def _written(folder: Path, piece: _Piece) -> dict[str, Any]:
    """Write one file aside and rename it; return what is known of it."""
    target = folder / piece.name
    durable.make_folder(target.parent, is_open=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}.new")
    aside.unlink(missing_ok=True)
    try:
        if piece.same_as:
            _link(folder / piece.same_as, aside)
        elif piece.source is not None:
            _copy(piece.source, aside)
        else:
            durable.write_text(aside, piece.text)
        aside.chmod(0o644)
        if piece.source is not None and file_sha256(aside) != piece.sha256:
            raise OSError(f"{piece.source} changed while it was copied")
        aside.replace(target)
    finally:
        # A second name of the same file is left where it is by a rename.
        aside.unlink(missing_ok=True)
    durable.sync_folder(target.parent)
    seen = target.stat()
    return {"sha256": piece.sha256, "bytes": seen.st_size, "mtime_ns": seen.st_mtime_ns}


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        # A file system without second names.
        _copy(source, target)


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    shutil.copystat(source, target)
    durable.sync_file(target)


def _removed(folder: Path, names: Sequence[str]) -> set[str]:
    """Remove files of earlier exports, the manifest of a release first, and empty folders."""
    for name in sorted(names, key=lambda n: (n.split("/")[-1] not in _LAST, n)):
        (folder / name).unlink(missing_ok=True)
    for parent in _parents(names):
        place = folder / parent
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()
    return set(names)


def _parents(names: Sequence[str]) -> Iterator[Path]:
    found = {parent for name in names for parent in Path(name).parents if parent != Path()}
    yield from sorted(found, key=lambda p: len(p.parts), reverse=True)


def _write_record(folder: Path, files: Mapping[str, Mapping[str, Any]]) -> None:
    facts = {"made_by": "imr site --export", "files": files}
    durable.replace_text(folder / RECORD, json.dumps(facts, indent=0) + "\n", is_open=True)


def _busy(folder: Path) -> Callable[[str], ExportRefusedError]:
    return lambda owner: ExportRefusedError(
        f"{folder} is being written by {owner}. Wait for that to end and run again."
    )
