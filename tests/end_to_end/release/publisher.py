"""Publishers that are killed, and readers that watch, as processes of their own.

Words: ``kill HOME TIMES SEED`` publishes in children that die by SIGKILL at random moments;
``read HOME`` reads the channel until its standard input closes and prints what it saw as JSON;
``once HOME DAY`` publishes once, and with a further word no file may grow beyond that many bytes;
``hold HOME`` takes the lock and keeps it until its standard input closes.
"""

from __future__ import annotations

import json
import os
import random
import resource
import select
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

from assets.release.channels.publisher_lock import PublisherBusyError, publisher_lock
from assets.release.publish import publish_release
from assets.state.home import Home
from assets.state.warehouse import in_memory
from tests.component.release import figures as f

START = datetime(2026, 6, 1, 2, 15, tzinfo=UTC)


def publish(home: Home, number: int) -> str:
    """Publish figures that differ from number to number, marked in every table that has rows."""
    con = in_memory()
    mark = f"mark-{number}"
    rates = [{**r, "status_reason": mark} for r in f.national()]
    f.write(con, "core.observations", [f.observation("US-MO", 2010, value=number)])
    f.ready(
        con,
        rates,
        restated=True,
        claims=[f.claim(explanation=mark)],
        targets=[f.target(area_name=mark)],
        areas=[f.area("US", source=mark)],
        vintages=[f.vintage(note=mark)],
    )
    now = START + timedelta(days=number // 50)
    return publish_release(con, home, required_rules=f.required(), now=now).version


def kill(home: Home, times: int, seed: int) -> None:
    """Start publishers and kill each at a random moment of its work."""
    chance = random.Random(seed)  # noqa: S311
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    killed = 0
    for number in range(times):
        child = os.fork()
        if child == 0:
            publish(home, number)
            os._exit(0)
        ended = signal.sigtimedwait({signal.SIGCHLD}, chance.uniform(0.05, 1.3))
        if ended is None:
            os.kill(child, signal.SIGKILL)
            killed += 1
        os.waitpid(child, 0)
        signal.sigtimedwait({signal.SIGCHLD}, 0)
    sys.stdout.write(json.dumps({"killed": killed}))


MARKED = {"rates": "status_reason", "claims": "explanation", "targets": "area_name",
          "areas": "source", "sources": "note"}  # fmt: skip


def read(home: Home) -> None:
    """Resolve the channel once, read several tables with several engines, compare the marks."""
    reads, mixed, errors, versions = 0, [], [], set()
    con = duckdb.connect()
    # A pause leaves the publishers a processor.
    while not select.select([sys.stdin], [], [], 0.01)[0]:
        try:
            pointer = json.loads((home.releases / "channels" / "nightly.json").read_text())
            folder = home.releases / f"release={pointer['version']}"
            marks = set()
            for table, column in MARKED.items():
                file = folder / f"{table}.parquet"
                marks |= {
                    row[0]
                    for row in con.execute(f"SELECT DISTINCT {column} FROM '{file}'").fetchall()
                }
                reads += 1
            marks |= set(pl.read_parquet(folder / "rates.parquet")["status_reason"])
            marks |= set(pd.read_parquet(folder / "claims.parquet")["explanation"])
            marks |= set(pd.read_csv(folder / "targets.csv")["area_name"])
            reads += 3
            versions.add(pointer["version"])
            if len(marks) != 1:
                mixed.append([pointer["version"], sorted(marks)])
        except Exception as error:
            errors.append(repr(error))
    found = {"reads": reads, "mixed": mixed, "errors": errors, "versions": len(versions)}
    sys.stdout.write(json.dumps(found))


def once(home: Home, number: int) -> None:
    """Publish once; say what came of it."""
    try:
        sys.stdout.write(f"published {publish(home, number)}")
    except PublisherBusyError as error:
        sys.stdout.write(f"busy {error}")


def hold(home: Home) -> None:
    """Keep the lock until standard input closes."""
    with publisher_lock(home.releases, "holding it for a test"):
        sys.stdout.write("locked\n")
        sys.stdout.flush()
        sys.stdin.read()


def main(words: Sequence[str]) -> None:
    """Do what the words say."""
    name, place, *rest = words
    home = Home(Path(place)).create()
    if name == "kill":
        kill(home, int(rest[0]), int(rest[1]))
    elif name == "read":
        read(home)
    elif name == "once":
        if rest[1:]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(rest[1]), int(rest[1])))
        once(home, int(rest[0]))
    else:
        hold(home)
