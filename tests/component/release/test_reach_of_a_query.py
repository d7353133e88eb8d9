"""What a query over a release can reach: its tables, and nothing else on the machine."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from assets.release.channels.release_views import open_release
from assets.release.channels.resolve import resolve
from assets.state.home import Home
from assets.state.released import DamagedReleaseError
from assets.state.warehouse import in_memory
from pipelines.commands.explain import explain
from pipelines.commands.show import show
from pipelines.commands.sql import sql
from tests.component.release import figures as f

ODD = "o'Brien's [a-z]* é #%&{x} $HOME;-- year=1"


@pytest.fixture(scope="module", params=["home", ODD])
def home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    """A home with one release, also where its name is made of what SQL and globs read."""
    home = Home(tmp_path_factory.mktemp("homes") / request.param).create()
    con = in_memory()
    f.ready(con, f.national(2010))
    f.publish(con, home, pages=False)
    con.close()
    (home.root / "secret.txt").write_text("a secret\n", encoding="utf-8")
    duckdb.connect(home.warehouse).close()
    yield home


@pytest.fixture
def unchanged(home: Home) -> Iterator[None]:
    """Nothing below the home is written to."""
    before = _sums(home)
    yield
    assert _sums(home) == before


def _sums(home: Home) -> dict[str, str]:
    return {
        str(file): sha256(file.read_bytes()).hexdigest()
        for file in sorted(home.root.rglob("*"))
        if file.is_file()
    }


def run(home: Home, command: str, *words: str) -> Result:
    commands = {"show": show, "sql": sql, "explain": explain}
    return CliRunner().invoke(
        commands[command], list(words), env={"IMR_HOME": str(home.root), "IMR_SECRET": "hush"}
    )


REACHING = (
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM '{secret}'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('{root}/*')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_duckdb('{root}/warehouse.duckdb')",
    "SELECT * FROM parquet_metadata('{root}/staging/x.parquet')",
    "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "SELECT * FROM query('FROM read_text(''/etc/passwd'')')",
    "SELECT * FROM query_table('/etc/passwd')",
    "FROM duckdb_secrets()",
    "SELECT getenv('IMR_SECRET')",
    "SELECT * FROM rows",
    "ATTACH '{root}/warehouse.duckdb'",
    "COPY rates TO '{root}/out.csv'",
    "COPY (SELECT 1) TO '{rates}' (USE_TMP_FILE false)",
    "EXPORT DATABASE '{root}/out'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{root}/out.csv'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET allowed_paths",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "CREATE TABLE x AS SELECT 1",
    "DROP VIEW rates",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY (SELECT 1) TO '{rates}'",
    "WITH x AS (SELECT 1) SELECT * FROM x; ATTACH ':memory:' AS y",
)


def _spelt(home: Home, text: str) -> str:
    places = {
        "{secret}": home.root / "secret.txt",
        "{rates}": resolve(home.releases, None).path / "rates.parquet",
        "{root}": home.root,
    }
    for mark, place in places.items():
        text = text.replace(mark, str(place).replace("'", "''"))
    return text


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("query", REACHING)
def test_a_query_reaches_nothing_else(home: Home, query: str) -> None:
    result = run(home, "sql", _spelt(home, query))
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    for word in ("a secret", "hush", "root:"):
        assert word not in result.output


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("query", REACHING)
def test_the_connection_alone_keeps_files_and_settings_away(home: Home, query: str) -> None:
    """Also without the look at the statement nothing is read, written or set."""
    with open_release(resolve(home.releases, None)) as con:
        before = con.execute("FROM duckdb_settings() ORDER BY name").fetchall()
        for statement in duckdb.extract_statements(_spelt(home, query)):
            if "rates}" in query and "USE_TMP_FILE" in query:
                continue  # the one file name that a reader may open; its statement is refused
            try:
                rows = con.execute(statement).fetchall()
            except duckdb.Error:
                continue
            assert "a secret" not in str(rows)
            assert "root:" not in str(rows)
        assert con.execute("FROM duckdb_settings() ORDER BY name").fetchall() == before


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "where",
    [
        "true) ; COPY (SELECT 1 AS x) TO '{rates}' (FORMAT parquet) --",
        "true); DROP VIEW rates; SELECT (1",
        "true; COPY (SELECT 1) TO '{root}/out.csv'",
        "true) UNION ALL SELECT * FROM rates WHERE (true",
        "true LIMIT 1",
        "true ORDER BY 1",
        "true, false",
        "SELECT 1",
        "",
        "true /*",
        "EXISTS (FROM read_text('{secret}'))",
        "EXISTS (FROM glob('/etc/*'))",
    ],
)
def test_where_is_one_expression(home: Home, where: str) -> None:
    result = run(home, "show", "rates", "--where", _spelt(home, where), "--columns", "area_code")
    if where:
        assert result.exit_code == 2, result.output
        assert "a secret" not in result.output


@pytest.mark.parametrize(
    "where",
    [
        "area_code = 'US' -- the nation",
        "area_code IN (SELECT area_code FROM areas WHERE area_code = 'US')",
        "area_code LIKE 'U;S' OR area_code = 'US';",
        "CASE WHEN area_code = 'US' THEN true ELSE false END",
    ],
)
def test_what_a_person_writes_still_works(home: Home, where: str) -> None:
    words = ("rates", "--where", where, "--columns", "area_code", "--format", "json")
    result = run(home, "show", *words)
    assert result.exit_code == 0, result.output
    assert {row["area_code"] for row in json.loads(result.stdout)} == {"US"}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "words",
    [
        ("show", "rates", "--columns", "area_code\" FROM areas; COPY areas TO 'x' --"),
        ("explain", "rates", "area_code=US'; COPY (SELECT 1) TO 'x' --"),
        ("explain", "rates", 'area_code" = 1; --=US'),
    ],
)
def test_names_and_values_are_no_sql(home: Home, words: tuple[str, ...]) -> None:
    result = run(home, *words)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("command", [("sql",), ("show", "rates", "--where")])
def test_bytes_that_are_no_text_are_wrong_use(home: Home, command: tuple[str, ...]) -> None:
    result = run(home, *command, os.fsdecode(b"area_code = '\xff'"))
    assert result.exit_code == 2
    assert "UTF-8" in result.stderr


def test_a_changed_file_is_not_called_unchanged(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    con = in_memory()
    f.ready(con, f.national(2010))
    published = f.publish(con, home, 1, pages=False)
    assert not f.publish(con, home, 2, pages=False).published
    file = published.path / "rates.csv"
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(DamagedReleaseError, match="imr verify 2026.06.01"):
        f.publish(con, home, 3, pages=False)
    con.close()
