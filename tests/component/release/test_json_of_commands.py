"""``--json``: one object of one shape from every command, errors too."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assets.state.home import Home
from pipelines.cli import _COMMANDS, main


@pytest.fixture
def home(one_release: Home) -> Home:
    return one_release


def answer(root: Path, *words: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(main, [*words, "--json"], env={"IMR_HOME": str(root)})
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["exit_code"] == result.exit_code
    assert found["command"] == words[0] or "error" in found
    assert len(found) == 3
    return result.exit_code, found.get("result", found.get("error"))


@pytest.mark.parametrize(
    ("words", "members"),
    [
        (("show",), {"release", "tables"}),
        (("show", "rates", "--limit", "2"), {"release", "table", "rows", "total_rows"}),
        (("sql", "SELECT 1 AS one"), {"release", "rows"}),
        (("releases",), {"folder", "store", "releases"}),
        (("sources",), {"datasets"}),
        (("diff", "nightly", "nightly"), {"old", "new", "summary", "moves"}),
        (("verify",), {"fine", "releases"}),
        (("audit", "disclosure"), {"release", "audited", "series", "certificate"}),
        (("doctor",), {"fine", "findings"}),
        (("open",), {"release", "path", "url", "opened", "damaged"}),
        (("wanted", "US-MO"), {"wanted", "written"}),
    ],
)
def test_the_result_of_every_command_that_looks(
    home: Home, words: tuple[str, ...], members: set[str]
) -> None:
    _, found = answer(home.root, *words)
    assert members <= set(found)


def test_rows_are_counted_and_absent_values_are_null(home: Home) -> None:
    _, found = answer(home.root, "show", "rates", "--limit", "2")
    assert (len(found["rows"]), found["total_rows"]) == (2, 14)
    assert None in found["rows"][0].values()


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        (("show", "rats"), 2, "usage"),
        (("show", "--nothing"), 2, "usage"),
        (("shwo",), 2, "usage"),
        (("show", "--release", "2020.01.01"), 1, "refused"),
        (("run", "--only", "grop:rates"), 2, "usage"),
        (("run", "--only", "group:rates", "--all"), 2, "usage"),
        (("ingest", "/no/such/file"), 2, "usage"),
        (("promote", "2026.06.01"), 2, "usage"),
        (("open", "--release", "2020.01.01"), 1, "refused"),
        (("site",), 2, "usage"),
        (("site", "--serve", "--export", "x"), 2, "usage"),
        (("site", "--serve", "--keep", "2"), 2, "usage"),
        (("site", "--export", "x", "--port", "0"), 2, "usage"),
        (("site", "--export", "/etc"), 1, "refused"),
        (("wanted", "infant_mortalty"), 2, "usage"),
        (("wanted", "US-MO", "--request", "x.xml"), 1, "refused"),
    ],
)
def test_an_error_has_the_same_shape(
    home: Home, words: tuple[str, ...], code: int, kind: str
) -> None:
    assert answer(home.root, *words)[0] == code
    assert answer(home.root, *words)[1]["kind"] == kind


@pytest.mark.parametrize(
    "words",
    [
        ("show",), ("show", "rates"), ("sql", "SELECT 1"), ("releases",), ("sources",),
        ("verify",), ("diff", "a", "b"), ("promote", "2026.06.01"), ("doctor",),
        ("explain", "rates", "area_code=US"), ("open",), ("site", "--serve"), ("wanted",),
    ],
)  # fmt: skip
def test_a_mistyped_home_is_not_created(tmp_path: Path, words: tuple[str, ...]) -> None:
    gone = tmp_path / "hoem"
    result = CliRunner().invoke(main, list(words), env={"IMR_HOME": str(gone)})
    assert result.exit_code == 1, result.output
    assert "IMR_HOME" in result.output
    assert "imr run" in result.output
    assert not gone.exists()


@pytest.mark.parametrize("name", list(_COMMANDS))
def test_every_command_has_help_with_an_example(name: str) -> None:
    text = CliRunner().invoke(main, [name, "--help"]).output
    assert re.search(rf"Examples?:\s+(IMR_PROFILE=live )?imr {name}", text), text
    assert name == "dagster" or "--json" in text


def test_the_version_is_told(repository: Path) -> None:
    text = CliRunner().invoke(main, ["--version"]).output
    version = re.search(r'^version = "(.*)"', (repository / "pyproject.toml").read_text(), re.M)
    assert version is not None
    assert text.startswith(f"imr {version[1]} (schema of releases ")


WRONG = (
    ("run", "--job", "nighly"), ("run", "--only", "group:rate"), ("run", "--as-of", "yesterday"),
    ("run", "--all", "--job", "rebuild"), ("run", "--all", "--as-of", "2026-06-30"),
    ("ingest", "/no/such/file"), ("ingest", "--dataset", "x", "/etc/hostname"),
    ("explain", "rats", "a=b"), ("diff", "a"), ("promote", "2020.01.01"),
    ("verify", "2020.01.01"), ("sources", "--nothing"), ("open", "--release", "2020.01.01"),
    ("site",), ("site", "--serve", "--keep", "2"), ("site", "--export", "/etc"),
    ("wanted", "nonsense"), ("wanted", "US", "US-MO"), ("audit",),
)  # fmt: skip


def test_wrong_use_imports_nothing_heavy(home: Home) -> None:
    code = (
        "import sys\n"
        "from pipelines.cli import main\n"
        "heavy = {'pandas', 'dagster', 'scipy', 'great_expectations', 'statsmodels'}\n"
        f"for words in {WRONG!r}:\n"
        "    try:\n"
        "        main(words)\n"
        "    except SystemExit as end:\n"
        "        print(end.code, sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"IMR_HOME": str(home.root), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(WRONG), done.stderr
    assert set(lines) <= {"1 []", "2 []"}, list(zip(WRONG, lines, strict=True))
