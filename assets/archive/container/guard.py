"""Check a container before parsing: size, compression ratio, names, true headers."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from xml.etree import ElementTree

from assets.archive.container import active, sniff
from assets.archive.container.extent import BOOK, sheet_members
from assets.archive.errors import ExtractError

MAX_FILE_BYTES = 256 << 20
MAX_UNPACKED_BYTES = 512 << 20
MAX_MEMBERS = 5_000
"""The only limits of size: every file passes here before a parser opens it, and the parsers have
none of their own. The largest extract in the tests has 0.8 MB."""
MAX_RATIO = 200
_SMALL = 1 << 20
"""A member below this size is harmless whatever its ratio."""
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    # Offsets that point before the file, names that are no text, features that nobody uses.
    *(OSError, ValueError, NotImplementedError),
    # Lists of sheets that name what is not there, sheets that are no XML.
    *(KeyError, ElementTree.ParseError),
)


def guard(path: Path) -> str:
    """Refuse a file that is too large, or a zip or workbook that is not what it announces.

    Args:
        path: The file as it arrived.

    Returns:
        Its content type (see :mod:`assets.archive.container.sniff`).

    Raises:
        ExtractError: The file is larger than any extract; or its container unpacks to too much,
            holds paths that leave it, the same name twice, encrypted members, macros, links to
            other workbooks, entities, or a member longer than its header says. How far the cells
            of a sheet reach is judged when it is read (:mod:`assets.archive.container.extent`).
    """
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise _refused(path, f"{size:,} bytes", f"at most {MAX_FILE_BYTES:,} bytes")
    kind = sniff.content_type(path)
    if kind == sniff.XLS and active.in_compound(path.read_bytes()):
        raise _refused(path, active.CODE, active.EXPECTED[active.CODE])
    if kind not in (sniff.ZIP, sniff.XLSX):
        return kind
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_sizes(path, members)
            for member in members:
                _check_name(path, member)
            _check_repeats(path, members)
            with path.open("rb") as raw:
                for member in members:
                    _check_length(path, member, raw)
            if BOOK in archive.NameToInfo:
                _check_active(path, archive)
                _check_sheets(archive)
    except _DAMAGED as error:
        raise _refused(path, f"a damaged zip ({error})", "a whole one") from error
    return kind


def _check_active(path: Path, archive: zipfile.ZipFile) -> None:
    found = active.in_workbook(archive)
    if found is not None:
        raise _refused(path, found[0], active.EXPECTED[found[0]], found[1])


def _check_sheets(archive: zipfile.ZipFile) -> None:
    """Raise where the list of sheets is damaged or names a sheet that is not there."""
    for member in sheet_members(archive).values():
        archive.getinfo(member)


def _check_sizes(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise _refused(path, f"{len(members):,} members", f"at most {MAX_MEMBERS:,}")
    unpacked = sum(m.file_size for m in members)
    if unpacked > MAX_UNPACKED_BYTES:
        raise _refused(
            path,
            f"members that unpack to {unpacked:,} bytes",
            f"at most {MAX_UNPACKED_BYTES:,} bytes",
        )
    for member in members:
        ratio = member.file_size / max(1, member.compress_size)
        if member.file_size > _SMALL and ratio > MAX_RATIO:
            raise _refused(
                path,
                f"{member.file_size:,} bytes packed {ratio:,.0f} to 1",
                f"at most {MAX_RATIO} to 1, as in any real extract",
                member.filename,
            )


def _check_name(path: Path, member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or "\\" in name or ":" in parts[:1] or not parts:
        raise _refused(path, f"the member {name!r}", "names inside the container", name)
    if member.flag_bits & _ENCRYPTED:
        raise _refused(path, "an encrypted member", "members in clear", name)


def _check_repeats(path: Path, members: list[zipfile.ZipInfo]) -> None:
    names = [m.filename for m in members]
    if len(set(names)) != len(names):
        repeated = next(n for n in names if names.count(n) > 1)
        raise _refused(path, "the same member twice", "every name once", repeated)


def _check_length(path: Path, member: zipfile.ZipInfo, raw: BinaryIO) -> None:
    """Unpack a member in bounded pieces, so that no reader sees more than its header says."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(path, "an unusual compression", "deflate", member.filename)
    raw.seek(member.header_offset)
    header = _LOCAL_HEADER.unpack(raw.read(_LOCAL_HEADER.size))
    raw.seek(member.header_offset + _LOCAL_HEADER.size + header[-2] + header[-1])
    if member.compress_type == zipfile.ZIP_STORED:
        if member.compress_size != member.file_size:
            raise _refused(path, "a stored member of two sizes", "one size", member.filename)
        return
    produced, whole = _unpacked(raw, member)
    if produced != member.file_size or not whole:
        raise _refused(
            path,
            f"a member that unpacks to {'more' if produced > member.file_size else 'less'} than "
            f"the {member.file_size:,} bytes that its header announces",
            "honest headers",
            member.filename,
        )


def _unpacked(raw: BinaryIO, member: zipfile.ZipInfo) -> tuple[int, bool]:
    decoder = zlib.decompressobj(-15)
    left, produced, rest = member.compress_size, 0, b""
    while not decoder.eof and produced <= member.file_size and (left or rest):
        if not rest:
            rest = raw.read(min(_CHUNK, left))
            left -= len(rest)
            if not rest:
                break
        produced += len(decoder.decompress(rest, _CHUNK))
        rest = decoder.unconsumed_tail
    return produced, decoder.eof


def _refused(path: Path, seen: str, expected: str, member: str = "") -> ExtractError:
    return ExtractError(
        "INTAKE-CONTAINER",
        seen,
        expected,
        "Do not open it. Fetch the extract again from the producer's page; if it is the "
        "producer's, ask them for a plain copy.",
        path.name,
        member,
    )
