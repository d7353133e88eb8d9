"""``imr releases``, ``imr show`` and ``imr sql`` as a person uses them."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assets.release.publish import publish_release
from assets.state.home import Home
from assets.state.warehouse import in_memory
from pipelines.commands.releases import releases
from pipelines.commands.show import show
from pipelines.commands.sql import sql
from tests.component.release import figures as f

Invoke = Callable[..., Result]
COMMANDS = {"releases": releases, "show": show, "sql": sql}


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("home")).create()
    con = in_memory()
    for day, last in ((1, 2010), (2, 2011)):
        rates = [*f.national(last), f.rate(None, None, **f.series("US-KS"))]
        f.ready(con, rates, restated=True)
        publish_release(
            con, home, required_rules=f.required(), now=datetime(2026, 6, day, tzinfo=UTC)
        )
    con.close()
    yield home


def run(home: Home, *words: str, stdin: str | None = None) -> Result:
    name, *rest = words
    return CliRunner().invoke(COMMANDS[name], rest, input=stdin, env={"IMR_HOME": str(home.root)})


@pytest.mark.parametrize("words", [("show", "rates"), ("sql", "SELECT 1"), ("show",)])
def test_before_the_first_release_they_say_what_to_run(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    result = run(Home(tmp_path), *words)
    assert result.exit_code == 1
    again = f"IMR_HOME={tmp_path} imr run"
    assert result.stderr == f"Error: There is no release yet. Make one with: {again}\n"


def test_releases_before_the_first_one(tmp_path: Path) -> None:
    result = run(Home(tmp_path), "releases")
    assert (result.exit_code, result.stdout) == (
        0, f"There is no release yet. Make one with: IMR_HOME={tmp_path} imr run\n",
    )  # fmt: skip
    assert json.loads(run(Home(tmp_path), "releases", "--format", "json").stdout) == []


def test_releases_newest_first_with_the_channel(two_releases: Home) -> None:
    found = json.loads(run(two_releases, "releases", "--format", "json").stdout)
    assert [(r["version"], r["channels"], r["rates"]) for r in found] == [
        ("2026.06.02", "nightly", 17),
        ("2026.06.01", None, 14),
    ]
    assert re.fullmatch(r"(\d+) of \1", found[0]["rules_passed"])
    table = run(two_releases, "releases", "--limit", "1").stdout
    assert "2026.06.02" in table
    assert "2026.06.01" not in table


def test_show_lists_the_tables(two_releases: Home) -> None:
    assert "rankings" in run(two_releases, "show").stdout


def test_show_prints_rows_of_the_channel(two_releases: Home) -> None:
    result = run(two_releases, "show", "rates", "--where", "area_code = 'US-KS'",
                 "--columns", "area_code, numerator, value_status")  # fmt: skip
    assert result.stdout.splitlines() == [
        "area_code  numerator  value_status",
        "---------  ---------  ------------",
        "US-KS      –          missing",
    ]
    assert "1 row of release 2026.06.02" in result.stderr


def test_show_an_old_release(two_releases: Home) -> None:
    where = ("--where", "area_code = 'US' AND period_end = '2011-12-31'", "--format", "json")
    now = json.loads(run(two_releases, "show", "rates", *where).stdout)
    then = json.loads(run(two_releases, "show", "rates", *where, "--release", "2026.06.01").stdout)
    assert (len(now), len(then)) == (1, 0)
    assert now[0]["numerator"] == 26000 - 2011
    assert now[0]["period_end"] == "2011-12-31"


def test_show_formats_agree(two_releases: Home) -> None:
    records = json.loads(run(two_releases, "show", "rates", "--format", "json").stdout)
    text = run(two_releases, "show", "rates", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(records) == 17
    assert [float(r["rate"]) if r["rate"] else None for r in rows] == [r["rate"] for r in records]


def test_show_limits_and_says_so(two_releases: Home) -> None:
    result = run(two_releases, "show", "rates", "--limit", "3")
    assert len(result.stdout.splitlines()) == 5
    assert "3 of 17 rows of release 2026.06.02; --limit 0 shows all." in result.stderr
    assert len(run(two_releases, "show", "rates", "--limit", "0").stdout.splitlines()) == 19


def test_show_no_row(two_releases: Home) -> None:
    result = run(two_releases, "show", "rates", "--where", "area_code = 'US-ZZ'")
    assert result.exit_code == 0
    assert "No row of rates in release 2026.06.02 meets the condition." in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "rate"), "has no table 'rate'; it has rates, rankings,"),
        (("show", "rates", "--where", "area = 'US'"), "Columns of rates: source_family,"),
        (("show", "rates", "--columns", "nothing"), "Columns of rates: source_family,"),
        (("sql", "SELECT * FROM rate"), "Tables of release 2026.06.02: rates, rankings,"),
        (("sql", "SELEC 1"), "syntax error"),
        (("sql", ""), "only reads"),
    ],
)
def test_wrong_use_lists_what_there_is(
    two_releases: Home, words: tuple[str, ...], said: str
) -> None:
    result = run(two_releases, *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_an_unknown_release_lists_some(two_releases: Home) -> None:
    result = run(two_releases, "show", "rates", "--release", "2025.01.01")
    assert result.exit_code == 1
    assert "There is no release '2025.01.01'. Newest: 2026.06.01, 2026.06.02" in result.stderr
    result = run(two_releases, "show", "rates", "--release", "stable")
    assert "imr promote 2026.06.02" in result.stderr


def test_sql_over_all_tables(two_releases: Home) -> None:
    query = (
        "SELECT r.area_name, k.rank FROM rates r JOIN rankings k USING (area_code, period_end) "
        "WHERE r.area_code = 'US-MO' AND r.window_type = 'annual'"
    )
    result = run(two_releases, "sql", query, "--format", "json")
    assert json.loads(result.stdout) == [{"area_name": "Missouri", "rank": 1}]
    assert run(two_releases, "sql", "-", "--format", "json", stdin=query).stdout == result.stdout
    assert "No row" in run(two_releases, "sql", "SELECT 1 WHERE false").stderr


@pytest.mark.parametrize(
    "query",
    [
        "COPY (SELECT 1) TO '{file}'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}'",
        "ATTACH '{file}'",
        "SELECT 1; COPY (SELECT 1) TO '{file}'",
        "DROP VIEW rates",
        "CREATE TABLE rates AS SELECT 1",
    ],
)
def test_sql_only_reads(two_releases: Home, tmp_path: Path, query: str) -> None:
    file = tmp_path / "written.csv"
    result = run(two_releases, "sql", query.format(file=file))
    assert result.exit_code == 2
    assert not file.exists()


def test_help_is_given_without_heavy_imports(repository: Path) -> None:
    code = (
        "import sys\n"
        "from pipelines.commands import releases, show, sql\n"
        "heavy = {'duckdb', 'pandas', 'numpy', 'dagster', 'scipy', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(f'imported {sorted(heavy)}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repository, check=False,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    for command in COMMANDS.values():
        text = CliRunner().invoke(command, ["--help"]).output
        assert "Example" in text
