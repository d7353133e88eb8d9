"""The commands of a person whose releases also stand in an object store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import obstore
import pytest
from click.testing import CliRunner, Result
from obstore.store import S3Store

from assets.object_store.catch_up import catch_up
from assets.object_store.location import STORE_VARIABLE, Location
from assets.release.channels.releases_on_disk import releases_in
from assets.release.channels.retention import tag
from assets.state.home import Home
from assets.state.warehouse import in_memory
from pipelines.commands.promote import promote
from pipelines.commands.releases import releases
from pipelines.commands.verify import verify
from tests.component.object_store.releases import as_on_disk, keys, shown
from tests.component.release import figures as f

COMMANDS = {"releases": releases, "promote": promote, "verify": verify}
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def four_releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("home")).create()
    with in_memory() as con:
        for day in range(1, 5):
            f.ready(con, f.national(2009 + day))
            f.publish(con, home, day, pages=False)
    yield home


@pytest.fixture
def not_uploaded(four_releases: Home, tmp_path: Path, location: Location) -> Home:
    """Four real releases on disk."""
    return Home(copytree(four_releases.root, tmp_path / "home"))


@pytest.fixture
def home(not_uploaded: Home, location: Location) -> Home:
    """Four real releases, all of them in the store too."""
    assert catch_up(not_uploaded.releases, location, lambda _: None).problems == ()
    return not_uploaded


def commands_on(home: Home) -> Run:
    def run(*words: str, **environment: str) -> Result:
        name, *rest = words
        values = {"IMR_HOME": str(home.root), **environment}
        return CliRunner().invoke(COMMANDS[name], rest, env=values)

    return run


@pytest.fixture
def imr(home: Home) -> Run:
    return commands_on(home)


@pytest.fixture
def imr_on_disk(not_uploaded: Home) -> Run:
    return commands_on(not_uploaded)


def places(result: Result) -> dict[str, tuple[str | None, str]]:
    return {r["version"][-1]: (r["channels"], r["where"]) for r in json.loads(result.stdout)}


def test_releases_says_where_each_one_is(home: Home, imr: Run, store: S3Store) -> None:
    obstore.delete(store, "release=2026.06.01/manifest.json")
    obstore.delete(store, list(as_on_disk(home.releases, "2026.06.02")))
    assert places(imr("releases", "--format", "json")) == {
        "4": ("nightly", "local + store"),
        "3": (None, "local + store"),
        "2": (None, "local"),
        "1": (None, "local + store (unfinished)"),
    }
    without = places(imr("releases", "--format", "json", **{STORE_VARIABLE: ""}))
    assert without["4"] == ("nightly", "local")


def test_a_reader_without_a_home_lists_the_store(
    home: Home, imr: Run, location: Location, tmp_path: Path
) -> None:
    result = imr("releases", "--format", "json", IMR_HOME=str(tmp_path / "nothing"))
    assert places(result)["4"] == ("nightly (store)", "store")
    (newest, *_) = json.loads(result.stdout)
    (local, *_) = json.loads(imr("releases", "--format", "json").stdout)
    assert {**newest, "channels": 0, "where": 0} == {**local, "channels": 0, "where": 0}
    assert location.url in imr("releases").stdout


def test_releases_without_the_store_still_lists_the_disk(imr_on_disk: Run) -> None:
    result = imr_on_disk("releases", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert result.exit_code == 0
    assert "warning: the object store is left out of this list." in result.stderr
    assert "2026.06.04" in result.stdout


def test_nothing_anywhere(tmp_path: Path, location: Location) -> None:
    said = CliRunner().invoke(releases, [], env={"IMR_HOME": str(tmp_path / "new")}).stdout
    assert f"There is no release yet, neither on this machine nor in {location.url}." in said


def test_promotion_and_rollback_move_the_store_too(imr: Run, store: S3Store) -> None:
    for version, word in (("2026.06.03", "Promoted"), ("2026.06.01", "Rolled back")):
        result = imr("promote", version, "--why", "reviewed", "--yes")
        assert (result.exit_code, word in result.stdout) == (0, True), result.output
        assert "shows it now" in result.stdout
        assert (shown(store, "stable"), shown(store)) == (version, "2026.06.04")


def test_a_promotion_that_did_not_reach_the_store_is_completed_by_the_same_command(
    imr: Run, store: S3Store
) -> None:
    words = ("promote", "2026.06.02", "--why", "reviewed", "--yes")
    first = imr(*words, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert first.exit_code == 3
    assert "Promoted: stable is release 2026.06.02 now" in first.stdout
    assert "STORE BEHIND" in first.stderr
    assert "mend that and run again: IMR_HOME=" in first.stderr
    assert first.stderr.endswith("imr promote 2026.06.02\n")
    assert shown(store, "stable") is None
    again = imr(*words)
    assert (again.exit_code, "is the stable one already" in again.stdout) == (0, True)
    assert shown(store, "stable") == "2026.06.02"
    assert "showed it already" in imr(*words).stdout


def test_pruning_covers_both_places_and_never_what_somebody_stands_on(
    home: Home, imr: Run, store: S3Store
) -> None:
    imr("promote", "2026.06.01", "--why", "reviewed", "--yes")
    tag(home.releases, releases_in(home.releases)[1], "annual")
    result = imr("releases", "--prune", "--keep", "1", "--yes")
    assert "Removed 1 releases: 2026.06.03" in result.stdout
    left = {k.partition("/")[0] for k in keys(store)} - {"channels"}
    assert left == {f"release=2026.06.0{n}" for n in (1, 2, 4)}
    assert [r.version[-1] for r in releases_in(home.releases)] == ["1", "2", "4"]


def test_what_a_channel_of_the_store_shows_stays_in_both_places(
    home: Home, imr: Run, store: S3Store
) -> None:
    imr("promote", "2026.06.01", "--why", "reviewed", "--yes")
    for record in ("stable.json", "promotions.jsonl"):
        (home.releases / "channels" / record).unlink()
    result = imr("releases", "--prune", "--keep", "1", "--yes")
    assert "stable of the store shows it" in result.stdout
    assert "Removed 2 releases: 2026.06.02, 2026.06.03" in result.stdout
    assert shown(store, "stable") == "2026.06.01"


def test_pruning_without_the_store_removes_nothing(not_uploaded: Home, imr_on_disk: Run) -> None:
    result = imr_on_disk(
        "releases", "--prune", "--keep", "1", "--yes", AWS_ENDPOINT_URL="http://127.0.0.1:9"
    )
    assert (result.exit_code, "Nothing was removed." in result.stderr) == (1, True)
    assert "unset IMR_STORE_URL" in result.stderr
    assert len(releases_in(not_uploaded.releases)) == 4


def test_verify_reads_every_object_of_the_store(home: Home, imr: Run) -> None:
    result = imr("verify", "--store")
    files = len(list((home.releases / "release=2026.06.04").iterdir()))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("release 2026.06.04 in s3://")
    # The list of checksums is what the others are held against, and compared with the disk.
    assert f"ok   objects of the store: {files - 1} looked at" in result.stdout
    assert "ok   same release on this machine: 2 looked at" in result.stdout
    assert imr("verify", "--store", "--all").stdout.count("release 2026.06.0") == 4
    assert imr("verify", "2026.06.09", "--store").exit_code == 1
    assert imr("verify", "--store", **{STORE_VARIABLE: ""}).exit_code == 2


def test_verify_finds_a_flipped_bit_and_upload_mends_it(
    imr: Run, store: S3Store, home: Home
) -> None:
    key = "release=2026.06.04/rates.parquet"
    answer = obstore.get(store, key)
    content = bytearray(bytes(answer.bytes()))
    content[len(content) // 2] ^= 1
    # As a bit that rots in the store: size and recorded checksum are as they were.
    obstore.put(store, key, bytes(content), attributes=answer.attributes)
    found = imr("verify", "nightly", "--store")
    assert found.exit_code == 1
    assert f"{key} is not what was published" in found.stdout
    assert "imr releases --upload V" in found.stderr
    mended = imr("releases", "--upload", "2026.06.04")
    assert "is whole in s3://" in mended.stdout
    assert "1 objects written" in mended.stdout
    assert imr("verify", "--store").exit_code == 0


@pytest.mark.parametrize("name", ["claims.csv", "manifest.json", "manifest-sha256.txt"])
def test_verify_finds_a_missing_object(imr: Run, store: S3Store, name: str) -> None:
    obstore.delete(store, f"release=2026.06.02/{name}")
    found = imr("verify", "2026.06.02", "--store")
    assert found.exit_code == 1
    assert f"release=2026.06.02/{name} is missing" in found.stdout
    assert "1 objects written" in imr("releases", "--upload", "2026.06.02").stdout
    assert imr("verify", "2026.06.02", "--store").exit_code == 0


def test_verify_finds_what_does_not_belong_there(imr: Run, store: S3Store) -> None:
    obstore.put(store, "release=2026.06.02/notes.txt", b"mine")
    found = imr("verify", "2026.06.02", "--store").stdout
    assert "release=2026.06.02/notes.txt is in the store but not listed" in found


def test_verify_finds_a_release_that_is_not_the_local_one(
    imr: Run, home: Home, store: S3Store
) -> None:
    folder = home.releases / "release=2026.06.02"
    folder.joinpath("manifest.json").write_text("{}")
    assert "manifest.json differs from" in imr("verify", "2026.06.02", "--store").stdout
    folder.joinpath("manifest-sha256.txt").unlink()
    assert "manifest-sha256.txt differs from" in imr("verify", "2026.06.02", "--store").stdout


def test_a_release_is_fetched_to_a_machine_that_has_none(
    home: Home, imr: Run, tmp_path: Path
) -> None:
    new = str(tmp_path / "new")
    result = imr("releases", "--fetch", "nightly", IMR_HOME=new)
    assert result.exit_code == 0, result.output
    folder = tmp_path / "new/releases/release=2026.06.04"
    original = home.releases / folder.name
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        p.name: p.read_bytes() for p in original.iterdir()
    }
    assert imr("verify", "2026.06.04", IMR_HOME=new).exit_code == 0
    again = imr("releases", "--fetch", "2026.06.04", IMR_HOME=new)
    assert (again.exit_code, "a release is never written again" in again.stderr) == (1, True)
    assert imr("releases", "--fetch", "2026.06.09", IMR_HOME=new).exit_code == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rates.csv", b"9"),
        ("manifest-sha256.txt", b"0" * 64 + b"  ../escaped\n" + b"0" * 64 + b"  manifest.json\n"),
        ("manifest-sha256.txt", b""),
    ],
)
def test_a_damaged_copy_is_not_fetched(
    imr: Run, store: S3Store, tmp_path: Path, name: str, content: bytes
) -> None:
    obstore.put(store, f"release=2026.06.04/{name}", content)
    result = imr("releases", "--fetch", "2026.06.04", IMR_HOME=str(tmp_path / "new"))
    assert result.exit_code == 1
    assert f"release=2026.06.04/{name} is missing or not what was published" in result.stderr
    left = {p.name for p in (tmp_path / "new/releases").iterdir()}
    assert not {n for n in left if n.startswith((".staging", "release="))}


@pytest.mark.parametrize("words", [("releases",), ("promote", "nightly", "--why", "x"),
                                   ("verify", "--store")])  # fmt: skip
def test_a_wrong_address_is_wrong_use(imr_on_disk: Run, words: tuple[str, ...]) -> None:
    result = imr_on_disk(*words, **{STORE_VARIABLE: "s3://key:s3cret@bucket/p"})
    assert result.exit_code == 2
    assert "put credentials into AWS_ACCESS_KEY_ID" in result.output
    assert "s3cret" not in result.output
