"""``imr open`` and ``imr site``, as somebody types them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from assets.state.home import Home
from pipelines.cli import main
from tests.component.release.site.conftest import FIRST, SECOND


def imr(home: Home, *words: str, **environment: str | None) -> Result:
    unset = {"BROWSER": None, "DISPLAY": None, "WAYLAND_DISPLAY": None}
    return CliRunner().invoke(
        main, list(words), env={**unset, "IMR_HOME": str(home.root), **environment}
    )


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """A browser that keeps what it was asked to open."""
    # Python looks for browsers once in the life of a process.
    monkeypatch.setattr(webbrowser, "_tryorder", None)
    monkeypatch.setattr(webbrowser, "_browsers", {})
    program, kept = tmp_path / "browser", tmp_path / "kept"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {kept}\n')
    program.chmod(0o755)
    return lambda: kept.read_text() if kept.exists() else f"{program} %s"


def test_the_page_is_opened_in_the_browser(shown: Home, browser: Callable[[], str]) -> None:
    done = imr(shown, "open", BROWSER=browser())
    page = shown.releases / f"release={SECOND}/index.html"
    assert (done.exit_code, browser()) == (0, page.as_uri())
    assert done.output == f"Release {SECOND}: {page}\n"


def test_a_release_is_opened_by_channel(shown: Home, browser: Callable[[], str]) -> None:
    assert imr(shown, "open", "--release", "stable", BROWSER=browser()).exit_code == 0
    assert browser() == (shown.releases / f"release={FIRST}/index.html").as_uri()


def test_without_a_display_it_says_where_the_page_is_and_how_to_reach_it(shown: Home) -> None:
    done = imr(shown, "open")
    assert done.exit_code == 0
    assert done.stdout == f"{shown.releases / f'release={SECOND}/index.html'}\n"
    assert "imr site --serve" in done.stderr
    found = json.loads(imr(shown, "open", "--json").stdout)["result"]
    assert (found["opened"], found["release"], found["damaged"]) == (False, SECOND, {})


def test_a_release_without_that_page_says_so(own: Home) -> None:
    (own.releases / f"release={SECOND}/explore.html").unlink(missing_ok=True)
    done = imr(own, "open", "--explore")
    assert done.exit_code == 1
    assert f"Release {SECOND} has no explore.html" in done.output


def test_a_damaged_release_is_opened_and_what_is_damaged_is_named(
    own: Home, browser: Callable[[], str], damage: Callable[[Path], None]
) -> None:
    damage(own.releases / f"release={SECOND}/rates.parquet")
    done = imr(own, "open", BROWSER=browser())
    assert (done.exit_code, browser()[-10:]) == (0, "index.html")
    assert "warning:" in done.stderr
    assert "rates.parquet is damaged" in done.stderr


def test_an_export_says_what_it_did(own: Home, tmp_path: Path) -> None:
    site = tmp_path / "site"
    done = imr(own, "site", "--export", str(site))
    assert done.exit_code == 0
    assert f"2 releases (nightly shows {SECOND}, stable shows {FIRST})" in done.stdout
    found = json.loads(imr(own, "site", "--export", str(site), "--json").stdout)["result"]
    assert (found["written"], found["releases"]) == (0, [SECOND, FIRST])
    imr(own, "site", "--export", str(site), "--release", "stable")
    assert [p.name for p in (site / "releases").iterdir()] == [f"release={FIRST}"]
    # What a channel shows stays, however old it is.
    imr(own, "site", "--export", str(site), "--keep", "1")
    assert len(list((site / "releases").iterdir())) == 2


def test_an_export_without_a_damaged_file_ends_with_1_and_names_it(
    own: Home, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(own.releases / f"release={SECOND}/rates.parquet")
    done = imr(own, "site", "--export", str(tmp_path / "site"))
    assert done.exit_code == 1
    assert f"LEFT OUT rates.parquet of release {SECOND}" in done.stderr
    assert f"imr verify {SECOND}" in done.stderr


def test_a_port_that_is_taken_says_what_to_do(shown: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = imr(shown, "site", "--serve", "--port", str(taken.getsockname()[1]))
    assert done.exit_code == 2
    assert "--port 0" in done.output


def test_it_serves_until_ctrl_c_and_ends_with_one_line(shown: Home) -> None:
    program = [str(Path(sys.executable).with_name("imr")), "site", "--serve"]
    process = subprocess.Popen(
        [*program, "--port", "0", "--host", "0.0.0.0", "--verbose"],  # noqa: S104
        env={**os.environ, "IMR_HOME": str(shown.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line, example = process.stdout.readline(), process.stdout.readline()
    port = line.split(" (read only)")[0].rstrip("/").rpartition(":")[2]
    # What was asked before is told by the time that the next one is answered.
    for _ in range(2):
        answer = requests.get(f"http://127.0.0.1:{port}/channels/stable.json", timeout=60)
        assert answer.json()["version"] == FIRST
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f":{port}/channels/nightly/rates.parquet" in example
    warning, request, *_, end = said.splitlines()
    assert "everybody who reaches 0.0.0.0" in warning
    assert request.endswith("GET /channels/stable.json 200 191")
    assert end == "imr site: stopped by Ctrl-C. The releases are as they were."
