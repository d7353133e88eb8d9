"""``imr demo disclosure`` on a new home, in a pipe, and what somebody learns who attacks it."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

IMR = str(Path(sys.executable).with_name("imr"))


def imr(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "IMR_HOME": str(home), "COLUMNS": "80"}
    return subprocess.run(
        [IMR, *words], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody who has not run anything yet."""
    return tmp_path_factory.mktemp("user") / "home"


@pytest.fixture(scope="module")
def shown(user: Path) -> Mapping[str, object]:
    done = imr(user, "demo", "disclosure", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)["result"]
    assert isinstance(answer, dict)
    return answer


def test_it_lies_in_a_home_of_its_own_and_says_everywhere_that_it_is_made_up(
    user: Path, shown: Mapping[str, object]
) -> None:
    assert [f.name for f in user.iterdir()] == ["demo"]
    page = Path(str(shown["page"]))
    assert page.is_relative_to(user / "demo" / "disclosure" / "releases")
    for file in (*page.parent.glob("*.html"), *page.parent.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        titles = re.findall(r"<title>(.*?)</title>|\A# (.*)", text)
        assert [("".join(t))[:8] for t in titles] == ["MADE UP:"], file.name
    package = json.loads((page.parent / "datapackage.json").read_text(encoding="utf-8"))
    assert package["title"].startswith("MADE UP: ")
    with (page.parent / "sources.csv").open(encoding="utf-8-sig", newline="") as file:
        (source,) = csv.DictReader(file)
    assert source["note"].startswith("MADE UP: ")


def test_what_it_says_is_what_the_bundled_counts_are(shown: Mapping[str, object]) -> None:
    withheld = shown["withheld"]
    assert isinstance(withheld, list)
    assert {w["why"] for w in withheld} == {"small", "complementary"}
    assert all((1 <= w["deaths"] <= 9) == (w["why"] == "small") for w in withheld)
    windows = shown["windows"]
    assert isinstance(windows, list)
    share = {w["window_type"]: w["share_shown"] for w in windows}
    hidden = [w for w in withheld if w["window_type"] == "annual"]
    assert share["annual"] == pytest.approx(1 - len(hidden) / 40)
    assert share["annual"] < share["rolling_3_year"] < share["rolling_5_year"]


def test_somebody_who_subtracts_windows_finds_no_small_count(
    user: Path, shown: Mapping[str, object]
) -> None:
    rates = Path(str(shown["page"])).with_name("rates.parquet")
    printed = duckdb.sql(
        "SELECT area_code, year(period_start), year(period_end), numerator FROM "
        f"'{rates}' WHERE measure = 'infant_mortality' AND area_code LIKE '29%'"
    ).fetchall()
    secrets = shown["withheld"]
    assert isinstance(secrets, list)
    for area in sorted({row[0] for row in printed}):
        rows, sums = [], []
        for _, first, last, deaths in (r for r in printed if r[0] == area and r[3] is not None):
            rows.append([float(first <= year <= last) for year in range(2011, 2016)])
            sums.append(deaths)
        for secret in (s for s in secrets if s["area_code"] == area and s["why"] == "small"):
            first, _, last = secret["period"].partition("-")
            goal = np.array([int(first) <= y <= int(last or first) for y in range(2011, 2016)])
            ends = [
                sign * milp(
                    sign * goal,
                    constraints=LinearConstraint(np.array(rows), sums, sums) if rows else (),
                    integrality=np.ones(5), bounds=Bounds(0, 1000),
                ).fun
                for sign in (1.0, -1.0)
            ]  # fmt: skip
            assert ends[0] <= secret["deaths"] <= ends[1]
            assert ends[1] - ends[0] >= 2, secret
    audited = imr(user / "demo" / "disclosure", "audit", "disclosure", "--json")
    (series,) = json.loads(audited.stdout)["result"]["series"]
    assert (series["policy"], series["computed"], series["narrow"]) == ("nchs", 0, 0)


def test_it_says_what_there_is_to_show(user: Path) -> None:
    done = imr(user, "demo", "disclosur")
    assert done.returncode == 2
    assert "'disclosure'" in done.stderr
