"""Ctrl-C and SIGTERM at moments that nothing else holds: imports, long calls, swallowed ones."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from assets.state.warehouse import interrupt_queries, scratch
from pipelines.interrupts import InterruptedRunError, at_signal, go_on, interruptibly

WHILE_IMPORTING = """
import os, signal, sys

class Hook:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.{number})

sys.meta_path.insert(0, Hook())
sys.argv = ["imr", *{words!r}]
from pipelines.start import main
main()
"""
# It lets other threads run and answers no signal, as a long query of DuckDB.
IN_A_LONG_CALL = """
import hashlib, os, signal
from pipelines.interrupts import ending_at_once

with ending_at_once("sql", "What was done stands."):
    os.kill(os.getpid(), signal.SIGTERM)
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)
"""


def python(code: str, repository: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=repository, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("name", "number", "code", "said"),
    [
        ("click", "SIGINT", 130, "imr: stopped by Ctrl-C."),
        ("pipelines.commands.sources", "SIGTERM", 143, "imr: stopped by SIGTERM."),
        ("pipelines.commands.places", "SIGHUP", 129,
         "imr sources: stopped by the end of its terminal."),
    ],
)  # fmt: skip
def test_a_signal_during_imports_ends_in_one_line(
    repository: Path, name: str, number: str, code: int, said: str
) -> None:
    script = WHILE_IMPORTING.format(name=name, number=number, words=["sources"])
    done = python(script, repository)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", f"{said}\n")


def test_a_signal_during_imports_is_told_to_programs(repository: Path) -> None:
    script = WHILE_IMPORTING.format(name="click", number="SIGINT", words=["run", "--json"])
    done = python(script, repository)
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "command": "imr",
        "exit_code": 130,
        "error": {"kind": "stopped", "message": "imr: stopped by Ctrl-C."},
    }


def test_a_signal_ends_a_call_that_answers_none(repository: Path) -> None:
    done = python(IN_A_LONG_CALL, repository)
    assert done.returncode == 143
    assert done.stderr == "imr sql: stopped by SIGTERM. What was done stands.\n"


class Swallows:
    """Python calls this back without a caller, so that nothing can be raised."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)


def test_a_signal_that_was_swallowed_ends_the_run_at_its_next_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    steps: list[object] = []

    def run() -> None:
        steps.append(Swallows())
        steps.clear()
        steps.append("the rest of the step")
        go_on()
        steps.append("the next step")

    with pytest.raises(InterruptedRunError, match=r"^stopped by Ctrl-C\. Nothing was done\."):
        interruptibly(run, "Nothing was done.")
    assert steps == ["the rest of the step"]
    assert capsys.readouterr().err == ""


def test_a_signal_ends_a_query_that_would_take_years() -> None:
    years = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE (a + b) % 7 = 3"
    con = scratch()
    # Without a bar DuckDB does not say how far a query is.
    con.execute("SET enable_progress_bar = true")
    con.execute("SET enable_progress_bar_print = false")

    def run() -> None:
        at_signal(interrupt_queries)
        threading.Thread(target=_once_it_runs, args=(con,)).start()
        con.execute(years).fetchall()

    with con, pytest.raises(InterruptedRunError):
        interruptibly(run, "")


def _once_it_runs(con: duckdb.DuckDBPyConnection) -> None:
    """Send the signal when the query has begun."""
    while con.query_progress() < 0:
        threading.Event().wait(0.01)
    os.kill(os.getpid(), signal.SIGINT)
