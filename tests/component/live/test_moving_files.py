"""A file that is written to, or taken away, while it is read harms nothing and is told by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from assets.archive import inbox, vintage_folders
from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractError
from assets.archive.refresh import refresh
from assets.archive.vintage import Origin
from assets.producers.catalogue import dataset
from assets.producers.identify import describe_unknown, identify
from assets.state.home import Home
from pipelines.cli import main

pytestmark = pytest.mark.usefixtures("arrived")
LINKED = dataset("nchs_wonder_linked")


@pytest.fixture
def sorted_file(home: Home, export: bytes) -> Path:
    (home.inbox / "first.txt").write_bytes(export)
    assert inbox.sort_inbox(home, identify, describe_unknown) == []
    return home.inbox / "sorted" / LINKED.dataset_id / "first.txt"


def meanwhile(
    act: Callable[[], object], errors: tuple[ExtractError, ...] = ()
) -> Callable[[Dataset, ParsedExtract, str], list[ExtractError]]:
    """Return a judge that lets something happen after the file was read."""

    def judge(_dataset: Dataset, _parsed: ParsedExtract, _name: str) -> list[ExtractError]:
        act()
        return list(errors)

    return judge


@pytest.mark.parametrize(
    "errors", [(), (ExtractError("X", "half a file", "all of it", "Nothing."),)], ids=["", "wrong"]
)
def test_what_grows_while_it_is_read_is_neither_archived_nor_refused(
    home: Home, sorted_file: Path, export: bytes, errors: tuple[ExtractError, ...]
) -> None:
    def grow() -> None:
        with sorted_file.open("ab") as handle:
            handle.write(b"\n")

    outcome = refresh(home, LINKED, profile="live", judges=(meanwhile(grow, errors),))
    assert outcome.status == "failed"
    assert outcome.message == (
        "first.txt was written to while it was read, so that nothing can be said of it yet. It "
        "stays in the inbox, and the next run takes it."
    )
    assert vintage_folders.vintages(home, LINKED) == []
    assert not (home.quarantine / LINKED.dataset_id).exists()
    # The next run meets the whole file.
    assert refresh(home, LINKED, profile="live").status == "new"
    (vintage,) = vintage_folders.vintages(home, LINKED)
    assert vintage.path.read_bytes() == export + b"\n"


def test_what_changes_while_it_is_copied_is_not_archived(
    home: Home, tmp_path: Path, export: bytes
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(export)
    origin = Origin("file:a.txt", "2026-06-01T00:00:00+00:00", "terms")
    with pytest.raises(
        vintage_folders.ChangedError, match=r"a\.txt was written to while it was read"
    ):
        vintage_folders.put(home, LINKED, file, origin, sha256="0" * 64)
    assert vintage_folders.vintages(home, LINKED) == []
    assert list((home.archive / "nchs" / LINKED.dataset_id).iterdir()) == []


def test_what_is_taken_away_keeps_no_other_out(
    home: Home, sorted_file: Path, export: bytes
) -> None:
    second = sorted_file.with_name("second.txt")
    other = export.replace(b"\r\n", b"\n")
    assert other != export
    second.write_bytes(other)
    outcome = refresh(
        home,
        LINKED,
        profile="live",
        judges=(meanwhile(lambda: sorted_file.unlink(missing_ok=True)),),
    )
    assert outcome.status == "failed"
    assert outcome.message.startswith(
        "first.txt was taken out of the inbox while a run read it. Put it there again"
    )
    (vintage,) = vintage_folders.vintages(home, LINKED)
    assert vintage.path.read_bytes() == other


def test_what_is_taken_away_before_it_is_sorted_is_passed_over(home: Home, export: bytes) -> None:
    for name in ("a.txt", "b.txt"):
        (home.inbox / name).write_bytes(export)

    def gone(file: Path) -> str | None:
        if file.name == "a.txt":
            file.unlink()
        return identify(file)

    assert inbox.sort_inbox(home, gone, describe_unknown) == []
    assert [f.name for f, _ in inbox.sorted_for(home, LINKED)] == ["b.txt"]


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda f: f.write_bytes(b"more"), "a.txt was written to while it was read, so that"),
        (lambda f: f.unlink(), "a.txt was taken away while it was read. Nothing was archived."),
    ],
    ids=["written to", "taken away"],
)
def test_by_hand_it_is_one_line(
    home: Home,
    tmp_path: Path,
    export: bytes,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Path], object],
    said: str,
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(export)
    monkeypatch.setattr("assets.core.judges.judge_areas", meanwhile(lambda: act(file)))
    done = CliRunner().invoke(main, ["ingest", str(file)], env={"IMR_HOME": str(home.root)})
    assert done.exit_code == 3
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"imr ingest: {said}")
    assert vintage_folders.vintages(home, LINKED) == []
