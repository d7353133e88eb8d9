"""What is answered over HTTP, asked for by real clients on loopback."""

from __future__ import annotations

import http.client
import json
import queue
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pandas as pd
import polars as pl
import pyarrow.fs
import pyarrow.parquet as pq
import pytest
import requests
from obstore.fsspec import FsspecStore

from assets.release.channels import releases_on_disk
from assets.release.site.server import NoAddressError, is_local, listening
from assets.schema.content_hash import file_sha256
from assets.state import durable
from assets.state.home import Home
from tests.component.release.site.conftest import FIRST, SECOND, Serve

RATES = f"releases/release={SECOND}/rates.parquet"


def asked(
    site: str, target: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Ask for exactly this target, which clients would tidy up."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc)
    connection.request(method, target, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    connection.close()
    return found


def rows_of(home: Home, version: str) -> int:
    return pq.read_metadata(home.releases / f"release={version}/rates.parquet").num_rows


def test_the_pointer_of_a_channel_is_the_file_on_disk(site: str, shown: Home) -> None:
    for channel, version in (("nightly", SECOND), ("stable", FIRST)):
        answer = requests.get(f"{site}channels/{channel}.json", timeout=60)
        assert answer.content == (shown.releases / f"channels/{channel}.json").read_bytes()
        assert answer.json()["version"] == version
        assert answer.headers["Cache-Control"] == "no-cache"


def test_a_channel_redirects_to_its_release_which_may_be_kept_for_ever(
    site: str, shown: Home
) -> None:
    moved = requests.get(f"{site}channels/nightly/rates.parquet", allow_redirects=False, timeout=60)
    assert (moved.status_code, moved.headers["Location"]) == (307, f"/{RATES}")
    assert moved.headers["Cache-Control"] == "no-store"
    file = requests.get(f"{site}channels/nightly/rates.parquet", timeout=60)
    manifest = json.loads((shown.releases / f"release={SECOND}/manifest.json").read_text())
    assert file.headers["ETag"] == f'"{manifest["files"]["rates.parquet"]["sha256"]}"'
    assert "immutable" in file.headers["Cache-Control"]
    assert file.content == (shown.releases / RATES.removeprefix("releases/")).read_bytes()


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("rates.parquet", "application/vnd.apache.parquet"),
        ("rates.csv", "text/csv; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("", "text/html; charset=utf-8"),
        ("manifest.json", "application/json"),
        ("README.md", "text/markdown; charset=utf-8"),
    ],
)
def test_each_kind_of_file_is_told_as_what_it_is(site: str, name: str, media_type: str) -> None:
    status, headers, body = asked(site, f"/releases/release={SECOND}/{name}")
    assert (status, headers["content-type"]) == (200, media_type)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    head = asked(site, f"/releases/release={SECOND}/{name}", "HEAD")
    assert (head[0], head[1]["content-length"], head[2]) == (200, str(len(body)), b"")
    known = asked(site, f"/releases/release={SECOND}/{name}", If_None_Match=headers["etag"])
    assert (known[0], known[1]["etag"], known[2]) == (304, headers["etag"], b"")


def test_ranges_of_a_file(site: str, shown: Home) -> None:
    whole = (shown.releases / RATES.removeprefix("releases/")).read_bytes()
    size = len(whole)
    for wanted, part in (
        ("bytes=0-3", whole[:4]),
        ("bytes=-8", whole[-8:]),
        (f"bytes={size - 4}-", b"PAR1"),
    ):
        status, headers, body = asked(site, f"/{RATES}", Range=wanted)
        assert (status, body) == (206, part)
        assert headers["content-range"].endswith(f"/{size}")
    status, headers, body = asked(site, f"/{RATES}", Range="bytes=0-3,-4")
    assert (status, body.count(b"PAR1")) == (206, 2)
    assert headers["content-type"].startswith("multipart/byteranges")
    status, headers, _ = asked(site, f"/{RATES}", Range=f"bytes={size}-")
    assert (status, headers["content-range"]) == (416, f"bytes */{size}")
    assert asked(site, f"/{RATES}", Range="lines=1-2")[0] == 200
    assert asked(site, f"/{RATES}", "HEAD", Range="bytes=0-3")[0] == 200
    tag = asked(site, f"/{RATES}", "HEAD")[1]["etag"]
    assert asked(site, f"/{RATES}", Range="bytes=0-3", If_Range=tag)[0] == 206
    assert asked(site, f"/{RATES}", Range="bytes=0-3", If_Range='"other"')[2] == whole
    assert asked(site, f"/{RATES}", If_Match='"other"')[0] == 412


def test_programs_read_tables_through_the_channel_and_from_the_release(
    site: str, shown: Home
) -> None:
    expected = rows_of(shown, SECOND)
    assert expected != rows_of(shown, FIRST)
    assert len(pd.read_csv(f"{site}channels/nightly/rates.csv")) == expected
    store = FsspecStore("http", client_options={"allow_http": True})
    con = duckdb.connect()
    con.register_filesystem(store)
    for address in (f"{site}channels/nightly/rates.parquet", f"{site}{RATES}"):
        assert len(pd.read_parquet(address)) == expected
        assert pl.scan_parquet(address).select(pl.len()).collect().item() == expected
        counted = con.execute(f"SELECT count(*) FROM read_parquet('{address}')").fetchall()
        assert counted == [(expected,)]
        through = pyarrow.fs.PyFileSystem(pyarrow.fs.FSSpecHandler(store))
        assert pq.read_table(address, filesystem=through).num_rows == expected
    con.close()


def test_the_snippets_of_the_documents_run(site: str, shown: Home, repository: Path) -> None:
    text = (repository / "docs/site.md").read_text(encoding="utf-8")
    snippets = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    code = "\n".join(snippets).replace("con.sql(", "found = con.sql(")
    names: dict[str, Any] = {}
    exec(code.replace("http://127.0.0.1:8000/", site), names)  # noqa: S102
    assert len(snippets) == 2
    assert len(names["rates"]) == rows_of(shown, SECOND)
    assert names["found"].fetchall() == [(rows_of(shown, SECOND),)]


def test_the_index_is_a_page_for_people_and_json_for_programs(site: str) -> None:
    found = requests.get(f"{site}releases.json", timeout=60).json()
    assert [r["version"] for r in found["releases"]] == [SECOND, FIRST]
    assert [r["channels"] for r in found["releases"]] == [["nightly"], ["stable"]]
    assert found["channels"]["stable"]["version"] == FIRST
    for accept, media_type in (
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("text/html;q=0.5, application/json;q=0.9", "application/json"),
        ("application/json;q=0", "text/html"),
    ):
        answer = requests.get(site, headers={"Accept": accept}, timeout=60)
        assert answer.headers["Content-Type"].startswith(media_type), accept
        assert answer.headers["Vary"] == "Accept"
    assert requests.get(site, headers={"Accept": "application/json"}, timeout=60).json() == found
    for release in found["releases"]:
        for name in release["files"]:
            assert requests.head(f"{site}{release['url']}{name}", timeout=60).status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "/../lineage/", "/releases/../lineage/secret", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
        "/releases/release=2026.06.02/../../lineage/secret", "/releases/..%2flineage%2fsecret",
        "/releases/release=2026.06.02/..%5c..%5clineage%5csecret", "/releases/release=../lineage/",
        "/releases/release=2026.06.02/%00", "/releases/release=2026.06.02/rates.parquet%00.csv",
        "/releases/release=2026.06.02/.hidden", "/releases/.staging-1/rates.parquet",
        "/releases/.publish.lock", "/.publish.lock", "/channels/tags.json",
        "/channels/promotions.jsonl", "/channels/promotions", "/channels/../lineage",
        "/channels/nightly/../../lineage/secret", "/channels/nightly/%2e%2e/stable.json",
        "/releases/release=2026.06.02/link.csv", "/releases/release=2026.06.02/linked/secret",
        "/releases/release=2026.06.02/notes.txt", "/lineage/secret", "/warehouse.duckdb",
        "/releases/release=2026.06.09/secret", "/releases/release=2026.06.09/manifest.json",
        "/releases/release%3d2026.06.02%2f..%2f..%2flineage%2fsecret", "/" + "a" * 5000,
    ],
)  # fmt: skip
def test_nothing_but_what_releases_list_is_reached(serving: str, target: str) -> None:
    status, _, body = asked(serving, target)
    assert status == 404, body
    assert b"private" not in body


def test_a_release_behind_a_link_is_told_and_not_shown(serving: str) -> None:
    page = requests.get(serving, timeout=60).text
    assert "Release 2026.06.09 lies elsewhere, behind a link" in page
    assert asked(serving, "/releases/release=2026.06.09/rates.csv")[0] == 404


@pytest.fixture(scope="module")
def serving(shown: Home, tmp_path_factory: pytest.TempPathFactory) -> object:
    """A site beside files, links and folders that it must not show, all of which say private."""
    from tests.component.release.site.conftest import served

    home = Home(tmp_path_factory.mktemp("full"))
    shutil.copytree(shown.releases, home.releases)
    folder = home.releases / f"release={SECOND}"
    for place in (home.lineage, home.releases / ".staging-1"):
        place.mkdir()
        (place / "secret").write_text("private")
        (place / "rates.parquet").write_text("private")
    for name in ("tags.json", "promotions.jsonl"):
        (home.releases / "channels" / name).write_text("private")
    for name in (".hidden", "notes.txt"):
        (folder / name).write_text("private")
    (home.root / "warehouse.duckdb").write_text("private")
    (home.releases / ".publish.lock").write_text("private")
    (folder / "link.csv").symlink_to(home.lineage / "secret")
    (folder / "linked").symlink_to(home.lineage)
    # A release that lies elsewhere, behind a link.
    outside = home.root / "elsewhere"
    shutil.copytree(home.releases / f"release={FIRST}", outside)
    (outside / "secret").write_text("private")
    (home.releases / "release=2026.06.09").symlink_to(outside)
    with served(home.releases) as address:
        yield address


def test_a_manifest_that_names_what_lies_elsewhere_shows_nothing_of_it(
    own: Home, serve: Serve
) -> None:
    (own.root / "secret").write_text("private")
    folder = own.releases / f"release={SECOND}"
    manifest = json.loads((folder / "manifest.json").read_text())
    facts = {"bytes": 7, "sha256": file_sha256(own.root / "secret")}
    (folder / "linked.csv").symlink_to(own.root / "secret")
    names = ("../../secret", "/etc/passwd", "linked.csv")
    manifest["files"] |= dict.fromkeys(names, facts)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    site = serve(own.releases)
    for name, status in zip(names, (404, 404, 500), strict=True):
        found = asked(site, f"/releases/release={SECOND}/{name}")
        assert (found[0], b"private" in found[2]) == (status, False)


def test_it_is_read_only(site: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        status, headers, _ = asked(site, f"/{RATES}", method)
        assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_another_name_than_that_of_this_machine_is_refused(site: str, serve: Serve) -> None:
    port = urlsplit(site).port
    for host, status in (
        (f"localhost:{port}", 200),
        ("127.0.0.1", 200),
        (f"[::1]:{port}", 200),
        ("LOCALHOST:9000", 200),
        ("evil.example", 421),
        (f"evil.example:{port}", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ):
        assert asked(site, "/releases.json", Host=host)[0] == status, host


def test_a_site_for_others_is_asked_for_by_any_name(own: Home, serve: Serve) -> None:
    assert asked(serve(own.releases, any_name=True), "/", Host="data.example")[0] == 200


def test_a_home_without_releases_says_so(tmp_path: Path, serve: Serve) -> None:
    site = serve(tmp_path / "releases")
    assert "There is no release yet" in requests.get(site, timeout=60).text
    assert requests.get(f"{site}releases.json", timeout=60).json() == {
        "channels": {},
        "releases": [],
    }
    status, _, body = asked(site, "/channels/nightly/rates.parquet")
    assert (status, b"imr run" in body) == (404, True)


def test_what_comes_and_goes_while_it_serves(own: Home, serve: Serve) -> None:
    site, away = serve(own.releases), own.root / "away"
    path = f"/releases/release={FIRST}/rates.csv"
    assert asked(site, path)[0] == 200
    (own.releases / f"release={FIRST}").rename(away)
    status, _, body = asked(site, path)
    assert (status, FIRST.encode() in body, SECOND.encode() in body) == (404, True, True)
    assert asked(site, "/channels/stable/rates.csv")[0] == 404
    assert "withdrawn or removed" in requests.get(site, timeout=60).text
    away.rename(own.releases / f"release={FIRST}")
    assert asked(site, path)[0] == 200


def test_a_damaged_file_is_named_and_the_rest_is_served(
    own: Home, serve: Serve, damage: Callable[[Path], None]
) -> None:
    folder = own.releases / f"release={SECOND}"
    damage(folder / "rates.parquet")
    (folder / "trends.csv").write_text("short")
    (folder / "areas.csv").unlink()
    site = serve(own.releases)
    for name in ("rates.parquet", "trends.csv", "areas.csv"):
        status, _, body = asked(site, f"/releases/release={SECOND}/{name}")
        assert (status, name.encode() in body, b"damaged" in body) == (500, True, True)
        assert str(own.root).encode() not in body
    assert asked(site, f"/releases/release={SECOND}/rates.csv")[0] == 200
    page = requests.get(site, timeout=60).text
    assert "rates.parquet cannot be shown" in page
    assert "trends.csv cannot be shown" in page
    (folder / "manifest.json").write_text("{")
    assert asked(site, f"/releases/release={SECOND}/rates.csv")[0] == 500
    assert asked(site, f"/releases/release={FIRST}/rates.csv")[0] == 200
    assert "manifest.json cannot be shown" in requests.get(site, timeout=60).text


def test_damaged_pointers_are_told(own: Home, serve: Serve) -> None:
    site = serve(own.releases)
    names = ("version", "released_at", "schema_version", "content_hash")
    led_away = json.dumps(dict.fromkeys(names, "../../lineage"))
    for text in ("{", '{"version": "../../lineage"}', led_away):
        (own.releases / "channels/nightly.json").write_text(text)
        assert asked(site, "/channels/nightly.json")[0] == 500
        assert asked(site, "/channels/nightly/rates.csv")[0] == 500
        assert "nightly.json is damaged" in requests.get(site, timeout=60).text


def test_readers_have_whole_releases_while_another_is_published(own: Home, serve: Serve) -> None:
    second = releases_on_disk.releases_in(own.releases)[1]
    staged = releases_on_disk.staging_folder(own.releases, "1")
    second.path.rename(staged)
    (first,) = releases_on_disk.releases_in(own.releases)
    releases_on_disk.point(own.releases, "nightly", releases_on_disk.pointer_to(first))
    site, begun, faults = serve(own.releases), threading.Barrier(4), []
    told: dict[int, bool] = {}

    def read() -> None:
        version = ""
        while version != SECOND:
            version = requests.get(f"{site}channels/nightly.json", timeout=60).json()["version"]
            place = f"{site}releases/release={version}/"
            files = requests.get(f"{place}manifest.json", timeout=60).json()["files"]
            for name in ("rates.parquet", "areas.csv", "changes.parquet"):
                answer = requests.get(place + name, timeout=60)
                if answer.headers.get("ETag") != f'"{files[name]["sha256"]}"':
                    faults.append((version, name, answer.status_code))
            if version == FIRST and not told.get(threading.get_ident()):
                told[threading.get_ident()] = True
                begun.wait()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    # Each has read the first release before the second gets its name, as a publisher gives it.
    begun.wait()
    durable.rename(staged, second.path)
    releases_on_disk.point(own.releases, "nightly", releases_on_disk.pointer_to(second))
    for reader in readers:
        reader.join()
    assert not faults


def test_requests_are_told_where_somebody_wants_to_know(own: Home, serve: Serve) -> None:
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    site = serve(own.releases, log=lines.put)
    # A line is written after its answer was sent, so that two can change places.
    asked(site, f"/{RATES}", Range="bytes=0-9")
    first = lines.get(timeout=60)
    asked(site, "/x%0aGET%20/forged")
    second = lines.get(timeout=60)
    assert first.split()[1:] == ["127.0.0.1", "GET", f"/{RATES}", "206", "10"]
    assert "\n" not in second
    assert "/x%0AGET%20/forged 404" in second


def test_addresses_that_cannot_be_served_at() -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(NoAddressError, match="serves at port .* already.*--port 0"),
            listening("127.0.0.1", port),
        ):
            pass
    with (
        pytest.raises(NoAddressError, match="no address of this machine"),
        listening("192.0.2.1", 0),
    ):
        pass


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False),  # noqa: S104
     ("::", False), ("192.0.2.7", False), ("data.example", False)],
)  # fmt: skip
def test_which_addresses_only_this_machine_reaches(host: str, local: bool) -> None:
    assert is_local(host) is local
