"""The site as static files: what is written, what is left, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.release.channels import releases_on_disk
from assets.release.site import export
from assets.release.site.export import RECORD, ExportRefusedError, export_site
from assets.schema.content_hash import file_sha256
from assets.state.home import Home
from tests.component.release.site.conftest import FIRST, SECOND

BOTH = (FIRST, SECOND)


def tree(folder: Path) -> dict[str, str]:
    """Return the hash of every file that a web server would show."""
    found = {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file()}
    return {name: file_sha256(p) for name, p in found.items() if not name.startswith(".")}


def test_every_file_of_the_releases_is_there_and_channels_lead_to_them(
    shown: Home, tmp_path: Path
) -> None:
    site = tmp_path / "new" / "site"
    told: list[str] = []
    done = export_site(shown.releases, site, BOTH, told.append)
    found = tree(site)
    for version in BOTH:
        place = shown.releases / f"release={version}"
        for file in place.iterdir():
            assert found[f"releases/release={version}/{file.name}"] == file_sha256(file)
    for channel, version in (("nightly", SECOND), ("stable", FIRST)):
        pointer = f"channels/{channel}.json"
        assert found[pointer] == file_sha256(shown.releases / pointer)
        data = f"releases/release={version}/rates.parquet"
        assert found[f"channels/{channel}/rates.parquet"] == found[data]
        # A second name of the same bytes takes no room.
        assert (site / data).samefile(site / f"channels/{channel}/rates.parquet")
        moved = (site / f"channels/{channel}/index.html").read_text()
        assert f"url=../../releases/release={version}/index.html" in moved
    copied = f"release={FIRST}/rates.csv"
    assert not (site / "releases" / copied).samefile(shown.releases / copied)
    listed = json.loads((site / "releases.json").read_text())
    assert [r["version"] for r in listed["releases"]] == [SECOND, FIRST]
    for release in listed["releases"]:
        assert all((site / release["url"] / name).is_file() for name in release["files"])
    assert (done.written, done.unchanged, done.left_out) == (len(found), 0, {})
    assert told == [f"release {FIRST}: copying", f"release {SECOND}: copying"]
    assert all(p.stat().st_mode & 0o044 == 0o044 for p in site.rglob("[!.]*"))


@pytest.fixture
def site(shown: Home, tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    export_site(shown.releases, folder, BOTH)
    return folder


def test_an_export_again_writes_what_differs_and_removes_what_went(own: Home, site: Path) -> None:
    before = tree(site)
    assert export_site(own.releases, site, BOTH).written == 0
    rates = site / f"releases/release={FIRST}/rates.csv"
    seen = rates.stat()
    (site / f"releases/release={SECOND}/rates.csv").write_text("somebody else wrote this")
    (site / "channels/nightly/areas.csv").unlink()
    again = export_site(own.releases, site, BOTH)
    # The other name of the file that somebody wrote to is the same file.
    assert again.written == 3
    assert tree(site) == before
    assert rates.stat() == seen
    done = export_site(own.releases, site, (SECOND,))
    assert done.channels == {"nightly": SECOND}
    assert done.removed == sum(FIRST in name or "stable" in name for name in before)
    assert not (site / f"releases/release={FIRST}").exists()
    assert not (site / "channels/stable").exists()
    assert {n: h for n, h in tree(site).items() if n.startswith("releases/")} == {
        n: h for n, h in before.items() if n.startswith(f"releases/release={SECOND}")
    }
    assert FIRST not in (site / "index.html").read_text()


def test_a_killed_export_is_completed_by_the_next(
    own: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, site = tmp_path / "whole", tmp_path / "site"
    export_site(own.releases, whole, BOTH)
    export_site(own.releases, site, (FIRST,))
    before = tree(site)
    written, left = export._written, [12]

    def killed(*given: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return written(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(export, "_written", killed)
        export_site(own.releases, site, BOTH)
    now = tree(site)
    # Whoever reads finds what was there; of the new release there is no manifest yet.
    assert before.items() <= now.items()
    assert len(now) == len(before) + 12
    assert f"releases/release={SECOND}/manifest.json" not in now
    export_site(own.releases, site, BOTH)
    assert tree(site) == tree(whole)


def test_what_a_killed_export_began_is_removed_where_it_is_no_longer_wanted(
    own: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    export_site(own.releases, site, (FIRST,))
    before, written = tree(site), export._written

    def killed(folder: Path, piece: export._Piece) -> object:
        if piece.name.endswith("manifest.json"):
            raise OSError(28, "No space left on device")
        return written(folder, piece)

    with (
        monkeypatch.context() as patch,
        pytest.raises(
            ExportRefusedError, match="No space left .* What was there before is there still"
        ),
    ):
        patch.setattr(export, "_written", killed)
        export_site(own.releases, site, BOTH)
    export_site(own.releases, site, (FIRST,))
    assert tree(site) == before


def test_files_of_somebody_else_are_neither_removed_nor_replaced(own: Home, site: Path) -> None:
    (site / "CNAME").write_text("data.example")
    export_site(own.releases, site, (SECOND,))
    assert (site / "CNAME").read_text() == "data.example"
    stranger = site / f"releases/release={FIRST}/rates.csv"
    stranger.parent.mkdir()
    stranger.write_text("mine")
    with pytest.raises(ExportRefusedError, match=r"rates.csv was not written by imr"):
        export_site(own.releases, site, BOTH)
    assert stranger.read_text() == "mine"


@pytest.mark.parametrize("there", ["thesis.docx", "index.html", "releases/x"])
def test_a_folder_that_imr_did_not_make_is_refused(shown: Home, tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("mine")
    with pytest.raises(ExportRefusedError, match="no site that imr made.*Nothing was written"):
        export_site(shown.releases, tmp_path, BOTH)
    assert [p.name for p in tmp_path.iterdir()] == [there.split("/")[0]]


def test_places_that_cannot_hold_a_site(own: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportRefusedError, match="is a file"):
        export_site(own.releases, tmp_path / "file", BOTH)
    for inside in (own.releases, own.releases / "www", own.releases / f"release={FIRST}"):
        with pytest.raises(ExportRefusedError, match="where the releases themselves are"):
            export_site(own.releases, inside, BOTH)
    (tmp_path / "empty").mkdir()
    export_site(own.releases, tmp_path / "empty", BOTH)
    (tmp_path / "empty" / RECORD).write_text("{")
    with pytest.raises(ExportRefusedError, match="is damaged"):
        export_site(own.releases, tmp_path / "empty", BOTH)


def test_damaged_files_are_left_out_and_named(
    own: Home, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(own.releases / f"release={SECOND}/rates.parquet")
    site = tmp_path / "site"
    done = export_site(own.releases, site, BOTH)
    assert list(done.left_out) == [SECOND]
    assert list(done.left_out[SECOND]) == ["rates.parquet"]
    found = tree(site)
    assert not {n for n in found if n.endswith("rates.parquet") and ("nightly" in n or SECOND in n)}
    assert f"releases/release={SECOND}/rates.csv" in found
    assert "rates.parquet cannot be shown" in (site / "index.html").read_text()
    assert (
        "rates.parquet"
        not in json.loads((site / "releases.json").read_text())["releases"][0]["files"]
    )


def test_damage_does_not_reach_what_was_exported_before(
    own: Home, site: Path, damage: Callable[[Path], None]
) -> None:
    before = tree(site)
    damage(own.releases / f"release={SECOND}/rates.parquet")
    assert export_site(own.releases, site, BOTH).left_out == {}
    assert tree(site) == before
    (own.releases / f"release={SECOND}/manifest.json").write_text("{")
    done = export_site(own.releases, site, BOTH)
    assert list(done.left_out[SECOND]) == ["manifest.json"]
    data = {n: h for n, h in before.items() if "/" in n}
    assert data.items() <= tree(site).items()


def test_a_home_without_releases_makes_a_site_that_says_so(tmp_path: Path) -> None:
    export_site(tmp_path / "releases", tmp_path / "site", ())
    assert "There is no release yet" in (tmp_path / "site/index.html").read_text()


def test_where_files_have_one_name_only_channels_hold_copies(
    own: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", without)
    site = tmp_path / "site"
    export_site(own.releases, site, BOTH)
    assert file_sha256(site / "channels/nightly/rates.csv") == file_sha256(
        own.releases / f"release={SECOND}/rates.csv"
    )
    shutil.rmtree(site / "channels/nightly")
    export_site(own.releases, site, BOTH)
    assert (site / "channels/nightly/rates.csv").is_file()


def test_a_channel_that_shows_a_release_which_is_gone_is_told(own: Home, tmp_path: Path) -> None:
    (own.releases / f"release={SECOND}").rename(tmp_path / "away")
    known = [r.version for r in releases_on_disk.releases_in(own.releases)]
    done = export_site(own.releases, tmp_path / "site", known)
    assert (done.releases, done.channels) == ([FIRST], {"stable": FIRST})
