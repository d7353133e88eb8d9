"""A file name is data: whatever lies in the inbox is set aside alone, and the rest goes on."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

import pytest

from assets.archive import inbox, vintage_folders
from assets.archive.names import printable, stored_name
from assets.archive.refresh import refresh
from assets.archive.unrecognised import unused_files
from assets.archive.vintage import Origin
from assets.producers.catalogue import dataset
from assets.producers.identify import describe_unknown, identify
from assets.state.home import Home
from tests import privileges

pytestmark = pytest.mark.usefixtures("arrived")
NAMES = [
    b"origin.json",
    b"confirmed.json",
    b"report.json",
    b"report.txt",
    b"Origin.JSON",
    b"caf\xe9.txt",
    b"\xff\xfe\xfd",
    b"two\nlines.txt",
    b"tab\tand\rreturn.txt",
    b"\x1b[31mred\x1b[0m.txt",
    b"\x1b]0;title\x07.txt",
    b"=cmd|' C calc'!A0.txt",
    b"-rf.txt",
    b"--dataset",
    b"+1.txt",
    b"@sum.txt",
    b"back\\slash.txt",
    b"up\\..\\..\\up.txt",
    b"dots...",
    b"blank ",
    b" leading.txt",
    b"'; DROP TABLE x; --.txt",
    b"%s%n{0}$(id)`id`.txt",
    b"*?[a-z].txt",
    "gpj.\u202etxt".encode(),
    "zero\u200bwidth\u2028line.txt".encode(),
    "Stra\u00dfe \u4e2d\u6587.txt".encode(),
    b"x" * 251 + b".txt",
    b"y" * 255,
    "\u00e9".encode() * 127,
]
LINKED = dataset("nchs_wonder_linked")


def _sort(home: Home) -> list[str]:
    return inbox.sort_inbox(home, identify, describe_unknown)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_an_extract_may_be_called_anything(home: Home, name: bytes, export: bytes) -> None:
    called = os.fsdecode(name)
    (home.inbox / called).write_bytes(export)
    assert _sort(home) == []
    outcome = refresh(home, LINKED, profile="live")
    assert outcome.status == "new"
    (vintage,) = vintage_folders.vintages(home, LINKED)
    assert vintage.path.read_bytes() == export
    assert vintage.file_name == printable(called)
    assert vintage.file_name.isprintable()
    assert vintage.origin.url == f"file:{printable(called)}"
    assert all(line.isprintable() for line in outcome.lines)
    assert len(list((home.inbox / "processed").iterdir())) == 1
    # The same again, and a statement about it, change nothing of what is stored.
    (home.inbox / called).write_bytes(export)
    assert _sort(home) == []
    assert refresh(home, LINKED, profile="live").status == "unchanged"
    (again,) = vintage_folders.vintages(home, LINKED)
    assert again.path.read_bytes() == export


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_stranger_may_be_called_anything(home: Home, name: bytes) -> None:
    (home.inbox / os.fsdecode(name)).write_bytes(b"nothing that anybody knows\n")
    (line,) = _sort(home)
    assert line.isprintable()
    assert list(home.inbox.iterdir()) == []
    (folder,) = (home.quarantine / "unidentified").iterdir()
    facts = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert facts["called"] == printable(os.fsdecode(name))
    assert (folder / facts["file"]).read_bytes() == b"nothing that anybody knows\n"


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_refused_extract_may_be_called_anything(home: Home, name: bytes, export: bytes) -> None:
    broken = export.replace(b"3,596,017", b"many").replace(b"3596017", b"many")
    assert broken != export
    (home.inbox / os.fsdecode(name)).write_bytes(broken)
    _sort(home)
    outcome = refresh(home, LINKED, profile="live")
    assert outcome.status == "quarantined", outcome.lines
    (intake,) = outcome.intakes
    assert intake.report is not None
    facts = json.loads(intake.report.read_text(encoding="utf-8"))
    assert facts["origin"]["file_name"] == printable(os.fsdecode(name))
    kept = intake.report.parent / facts["file"]
    assert kept.read_bytes() == broken
    assert facts["errors"][0]["file"].isprintable()


def test_names_stay_different_and_plain() -> None:
    names = [os.fsdecode(name) for name in NAMES]
    stored = [stored_name(name) for name in names]
    assert len({s.lower() for s in stored}) == len(stored)
    assert all(s.isascii() and s.isprintable() and len(s) <= 120 for s in stored)
    assert [stored_name(s) for s in stored] == stored
    assert stored_name("Linked Birth  Infant Death Records, 2017-2023 Expanded.txt") == (
        "Linked Birth  Infant Death Records, 2017-2023 Expanded.txt"
    )


def test_what_is_no_file_keeps_nobody_out(home: Home, export: bytes, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(export)
    (home.inbox / "link.txt").symlink_to(secret)
    (home.inbox / "gone.txt").symlink_to(tmp_path / "nowhere")
    (home.inbox / "passwd.txt").symlink_to("/etc/passwd")
    (home.inbox / "folder link").symlink_to(tmp_path)
    (home.inbox / "loop.txt").symlink_to(home.inbox / "loop.txt")
    os.mkfifo(home.inbox / "pipe.txt")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.relpath(home.inbox / "socket.txt"))
    (home.inbox / "a folder").mkdir()
    (home.inbox / "empty.txt").touch()
    with (home.inbox / "sparse.bin").open("wb") as sparse:
        sparse.truncate(10 << 30)
    (home.inbox / "z good.txt").write_bytes(export)
    lines = _sort(home)
    listener.close()
    for name in ("link.txt", "gone.txt", "passwd.txt", "folder link", "loop.txt", "pipe.txt",
                 "socket.txt", "a folder", "empty.txt", "sparse.bin"):  # fmt: skip
        assert sum(line.startswith(f"{name} ") for line in lines) == 1, name
    assert len(lines) == 10
    assert {e.name for e in home.inbox.iterdir()} == {"a folder", "sorted"}
    assert refresh(home, LINKED, profile="live").status == "new"
    assert secret.read_bytes() == export
    (left,) = [u for u in unused_files(home, [LINKED]) if u.place == home.inbox]
    assert left.line.startswith("a folder: a folder in the inbox")
    reports = "".join(p.read_text() for p in home.quarantine.rglob("report.txt"))
    assert "root:" not in reports


def test_every_name_of_the_same_bytes_is_named(home: Home) -> None:
    for name in ("one.txt", "two.txt", "three.txt"):
        (home.inbox / name).write_bytes(b"nothing that anybody knows\n")
        _sort(home)
    (unused,) = unused_files(home, [LINKED])
    assert unused.name == "three.txt, one.txt, two.txt"
    assert not unused.arriving


def test_an_upload_that_has_not_ended_is_named(home: Home) -> None:
    part = home.inbox / "export.txt.part"
    part.write_bytes(b"half")
    assert _sort(home) == []
    (unused,) = unused_files(home, [LINKED])
    assert unused.line.startswith("export.txt.part: by its name an upload that has not ended.")
    assert part.exists()


def test_a_hard_link_is_a_file(home: Home, export: bytes, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_bytes(export)
    (home.inbox / "mine.txt").hardlink_to(tmp_path / "mine.txt")
    assert _sort(home) == []
    assert refresh(home, LINKED, profile="live").status == "new"
    assert (tmp_path / "mine.txt").read_bytes() == export


def test_a_file_of_another_user_keeps_nobody_out(
    home: Home, export: bytes, repository: Path
) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can put a file of another user into the inbox")
    private = home.inbox / "a private.txt"
    private.write_bytes(export)
    private.chmod(0o600)
    os.chown(private, 54321, 54321)
    (home.inbox / "b good.txt").write_bytes(export)
    code = (
        "import sys\nfrom pathlib import Path\nfrom assets.archive import inbox\n"
        "from assets.state.home import Home\n"
        "from assets.producers.identify import describe_unknown, identify\n"
        "inbox.QUIET_SECONDS = 0\n"
        "for line in inbox.sort_inbox(Home(Path(sys.argv[1])), identify, describe_unknown):\n"
        "    print(line)\n"
    )
    words = [sys.executable, "-c", code, home.root]
    done = privileges.run(privileges.NO_RIGHTS, words, repository)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert line.startswith("a private.txt is not taken in: the user of the pipeline may not read")
    assert refresh(home, LINKED, profile="live").status == "new"
    (kept,) = (home.quarantine / "unidentified").glob("*/a private.txt")
    assert kept.stat().st_uid == 54321


def test_a_vintage_that_names_a_file_elsewhere_is_damaged(home: Home, export: bytes) -> None:
    file = home.inbox / "x.txt"
    file.write_bytes(export)
    vintage, _ = vintage_folders.put(
        home, LINKED, file, Origin("file:x.txt", "2026-01-01", "public")
    )
    origin = vintage.path.parent / vintage_folders.ORIGIN_FILE
    for name in ("../x.txt", "/etc/passwd", "origin.json", "confirmed.json", ""):
        facts = json.loads(origin.read_text(encoding="utf-8")) | {"file": name}
        origin.write_text(json.dumps(facts), encoding="utf-8")
        with pytest.raises(vintage_folders.ArchiveError, match="cannot be read"):
            vintage_folders.read(LINKED, vintage.path.parent)


def test_a_vintage_of_an_older_version_is_read(home: Home, export: bytes) -> None:
    """Names were stored as they came, and an origin did not say them."""
    file = home.inbox / "x.txt"
    file.write_bytes(export)
    vintage, _ = vintage_folders.put(
        home, LINKED, file, Origin("file:x.txt", "2026-01-01", "public")
    )
    old = os.fsdecode(b"caf\xe9 \x1b[31m.txt")
    vintage.path.rename(vintage.path.with_name(old))
    origin = vintage.path.parent / vintage_folders.ORIGIN_FILE
    facts = json.loads(origin.read_text(encoding="utf-8")) | {"file": old}
    del facts["file_name"]
    origin.write_text(json.dumps(facts), encoding="utf-8")
    (again,) = vintage_folders.vintages(home, LINKED)
    assert again.path.read_bytes() == export
    assert again.file_name == printable(old)
