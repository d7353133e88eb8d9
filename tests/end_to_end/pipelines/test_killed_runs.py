"""A run that was killed is closed, told once, and keeps nobody waiting.

Real processes, a real daemon, a real producer that says nothing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import dagster as dg
import pytest

from assets.state.home import Home
from pipelines.alive import LIVES, SILENT, owner_of, state_of
from pipelines.code_location import origin_of
from pipelines.instance import prepare_instance
from tests import preloaded
from tests.loopback import ANY_PORT, Loopback, QuietHandler
from tests.preloaded import Started

from .conftest import run_imr

RAW = 'key:"raw/nchs_vsrr_counts"'
AREAS = 'key:"core/areas"'


class Silent(Loopback):
    """A producer that takes requests and says nothing until the test is over."""

    def __init__(self) -> None:
        self.asked, self._over = threading.Event(), threading.Event()
        outer = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:  # noqa: N802
                outer.asked.set()
                outer._over.wait()

        super().__init__(ThreadingHTTPServer(ANY_PORT, Handler))

    def close(self) -> None:
        self._over.set()
        super().close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    running = Silent()
    yield running
    running.close()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def begin(home: Home, silent: Silent) -> Started:
    """Start ``imr run`` and return once it waits for the producer."""
    environment = {**os.environ, "IMR_HOME": str(home.root), "IMR_SODA_URL": silent.url}
    words = ("run", "--only", RAW, "--profile", "live")
    process = preloaded.start(preloaded.imr, *words, environment=environment)
    assert silent.asked.wait(120)
    return process


def statuses(home: Home) -> list[str]:
    prepare_instance(home)
    with dg.DagsterInstance.get() as instance:
        return [r.dagster_run.status.value for r in instance.get_run_records(ascending=True)]


def test_a_killed_run_by_hand_is_closed_and_told_by_the_next_once(
    home: Home, silent: Silent
) -> None:
    process = begin(home, silent)
    process.kill()
    process.communicate()
    assert statuses(home) == ["STARTED"]
    done = run_imr(home.root, "run", "--only", AREAS)
    assert done.returncode == 0, done.stderr
    (line,) = [x for x in done.stderr.splitlines() if x.startswith("ALERT")]
    assert f"process {process.pid} on " in line
    assert "was killed" in line
    assert statuses(home) == ["FAILURE", "SUCCESS"]
    assert "ALERT" not in run_imr(home.root, "run", "--only", AREAS).stderr


def test_doctor_shows_a_killed_run_and_closes_it(home: Home, silent: Silent) -> None:
    process = begin(home, silent)
    process.kill()
    process.communicate()
    done = run_imr(home.root, "doctor")
    assert "FIX  killed runs: 1 marked as failed just now. Run " in done.stdout
    assert statuses(home) == ["FAILURE"]
    assert "ok   killed runs: none" in run_imr(home.root, "doctor").stdout


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "Ctrl-C"), (signal.SIGTERM, 143, "SIGTERM")],
)
def test_a_run_that_waits_for_a_producer_ends_at_a_signal_in_one_line(
    home: Home, silent: Silent, number: signal.Signals, code: int, word: str
) -> None:
    process = begin(home, silent)
    process.send_signal(number)
    out, err = process.communicate()
    assert process.returncode == code
    assert out == ""
    assert err.splitlines()[-1] == (
        f"imr run: stopped by {word}. Nothing was published; run it again to go on."
    )
    assert "Traceback" not in err
    assert "ALERT" not in err
    assert statuses(home) == ["CANCELED"]
    (report,) = home.reports.glob("run-*.json")
    assert json.loads(report.read_text(encoding="utf-8"))["exit_code"] == code


def test_the_daemon_closes_killed_runs_tells_each_and_lets_the_queue_go_on(
    home: Home, silent: Silent, tmp_path: Path
) -> None:
    """One run was begun by hand, the next one by the daemon itself; a third one waits for both."""
    process = begin(home, silent)
    process.kill()
    process.communicate()
    silent.asked.clear()
    told: list[str] = []
    more = threading.Semaphore(0)

    class Webhook(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802
            said = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.send_response(200)
            self.end_headers()
            if "run killed" in said:
                told.append(said)
                more.release()

    webhook = Loopback(ThreadingHTTPServer(ANY_PORT, Webhook))
    of_the_daemon, waiting = _queue(home, "refresh_nchs"), _queue(home, "rebuild")
    daemon = subprocess.Popen(
        [str(Path(sys.executable).with_name("imr")), "dagster", "daemon"],
        env={
            **os.environ,
            "IMR_HOME": str(home.root),
            "IMR_ALERT_WEBHOOK": webhook.url,
            "IMR_PROFILE": "live",
            "IMR_SODA_URL": silent.url,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
        start_new_session=True,
    )
    try:
        assert more.acquire(timeout=180), "nobody was told of the run by hand"
        assert silent.asked.wait(180), "the queue stands still"
        second = owner_of(home.dagster, of_the_daemon)["pid"]
        assert isinstance(second, int)
        os.kill(second, signal.SIGKILL)
        assert more.acquire(timeout=180), "nobody was told of the run of the daemon"
        _until(lambda: state_of(home.dagster, waiting) != SILENT, "the queue stands still")
    finally:
        _end(daemon, home, waiting)
        webhook.close()
    assert len(told) == 2
    assert f"process {process.pid} on " in told[0]
    assert f"process {second} on " in told[1]
    assert statuses(home)[:2] == ["FAILURE", "FAILURE"]
    ended = _when(home, of_the_daemon, dg.DagsterEventType.RUN_FAILURE)
    assert ended < _when(home, waiting, dg.DagsterEventType.RUN_STARTING)


def _end(daemon: subprocess.Popen[bytes], home: Home, run_id: str) -> None:
    """Kill the daemon with its servers, and the run, which is in a group of its own."""
    os.killpg(daemon.pid, signal.SIGKILL)
    daemon.wait()
    owner = owner_of(home.dagster, run_id).get("pid")
    if isinstance(owner, int) and state_of(home.dagster, run_id) == LIVES:
        os.kill(owner, signal.SIGKILL)


def _when(home: Home, run_id: str, what: dg.DagsterEventType) -> float:
    """Return when an event of a run was recorded."""
    prepare_instance(home)
    with dg.DagsterInstance.get() as instance:
        found = instance.get_records_for_run(run_id, of_type=what).records
    return found[0].timestamp


def _queue(home: Home, name: str) -> str:
    """Put a run into the queue, as the schedule does, and return its identifier."""
    from pipelines.assembly import build_defs
    from pipelines.settings import Settings

    job = build_defs(Settings(home)).resolve_job_def(name)
    prepare_instance(home)
    with dg.DagsterInstance.get() as instance:
        run = instance.create_run_for_job(
            job, status=dg.DagsterRunStatus.QUEUED, remote_job_origin=origin_of(job)
        )
    return run.run_id


def _until(holds: Callable[[], bool], otherwise: str) -> None:
    for _ in range(1800):
        if holds():
            return
        threading.Event().wait(0.1)
    pytest.fail(otherwise)
