"""From nothing to a release with one command, and what a reader finds there."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from assets.schema.model import Layer
from assets.schema.registry import tables_of
from tests.pseudo_terminal import lines_of

from .conftest import run_imr


def release_folder(home: Path) -> Path:
    pointer = json.loads((home / "releases/channels/nightly.json").read_text(encoding="utf-8"))
    return home / "releases" / f"release={pointer['version']}"


def test_the_run_ends_with_the_release_and_a_table_of_rates(first_run: tuple[Path, str]) -> None:
    home, printed = first_run
    folder = release_folder(home)
    lines = lines_of(printed)
    assert f"Published release {folder.name.removeprefix('release=')}" in lines
    assert str(folder) in lines
    table = lines[lines.index("Infant deaths per 1,000 live births") :]
    for area, window, rate in (
        ("United States", "1 year", "5.53"),
        ("United States", "3 years", "5.58"),
        ("Missouri", "1 year", "6.12"),
        ("Missouri", "3 years", "6.13"),
        ("England", "1 year", "3.9"),
        ("Wales", "1 year", "3.6"),
    ):
        (line,) = [x for x in table if x.startswith(area) and f" {window} " in x]
        assert re.search(rf" {re.escape(rate)}  ", line), line
        assert len(line) <= 80


def test_every_figure_has_one_preferred_row_and_each_series_of_them_one_latest(
    first_run: tuple[Path, str],
) -> None:
    rates = pd.read_parquet(release_folder(first_run[0]) / "rates.parquet")
    series = ["place_code", "measure", "stratum_type", "stratum", "window_type"]
    rates["shown"] = rates.value_status.isin(["ok", "unreliable"])
    rates["taken"] = rates.is_preferred & rates.shown
    figures = rates.groupby([*series, "period"])
    assert set(figures.is_preferred.sum()) == {1}
    assert (figures.taken.sum() == figures.shown.any()).all()
    assert len(figures) < len(rates)
    taken = rates[rates.taken]
    newest = taken.groupby(series).period_end.max()
    latest = taken[taken.is_latest].set_index(series).period_end
    assert latest.sort_index().equals(newest.sort_index())
    assert rates.is_latest.sum() == len(latest)
    # Child mortality 2022 of the ONS has Barnsley under the code before today's.
    barnsley = taken[taken.is_latest & (taken.place_code == "E08000038")]
    barnsley = barnsley[barnsley.measure == "infant_mortality"]
    assert set(barnsley.area_code) == {"E08000016"}
    assert set(barnsley[barnsley.window_type == "annual"].period) == {"2022"}


def test_the_bar_moves_while_a_step_works(first_run: tuple[Path, str]) -> None:
    printed = first_run[1]
    shown = [line.split("━")[0].strip() for line in lines_of(printed) if "━" in line]
    assert shown[0] == "starting"
    # A finished step stays drawn for a moment at the most; the first table stands for its end.
    staged = next(at for at, words in enumerate(shown) if words.startswith("computing staging."))
    told = set(shown[:staged])
    assert any(re.fullmatch(r"\w+: \S.*\.(xlsx?|csv|txt|json)", words) for words in told), told
    assert {"checking core.observations", "computing rates.rates", "writing rates"} <= set(shown)
    # What is drawn stays within its line: a longer one would leave rubbish behind.
    assert max(len(line) for line in lines_of(printed) if "━" in line) <= 80


def test_every_next_command_runs_as_it_is_printed(first_run: tuple[Path, str]) -> None:
    home, printed = first_run
    lines = lines_of(printed)
    following = lines[lines.index("Next:") + 1 :]
    commands = [line.strip() for line in following if "imr " in line]
    assert len(commands) == 3
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", command], cwd=home.parent, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (command, done.stderr)
        assert len(done.stdout.splitlines()) > 3


def test_every_published_table_is_there_in_both_forms(first_run: tuple[Path, str]) -> None:
    folder = release_folder(first_run[0])
    for table in tables_of(Layer.PUBLISHED):
        file = (folder / f"{table.name}.parquet").as_posix()
        parquet = duckdb.connect().sql(
            f"SELECT * FROM read_parquet('{file}', hive_partitioning = false)"
        )
        assert parquet.columns == list(table.column_names)
        with (folder / f"{table.name}.csv").open(encoding="utf-8-sig") as handle:
            assert handle.readline().strip().split(",") == list(table.column_names)


def test_every_rate_is_its_numerator_over_its_denominator(first_run: tuple[Path, str]) -> None:
    rates = pd.read_csv(release_folder(first_run[0]) / "rates.csv", low_memory=False)
    shown = rates[rates["value_status"].isin(["ok", "unreliable"])]
    assert len(shown) > 10_000
    again = shown["rate_per"] * shown["numerator"] / shown["denominator"]
    assert ((again - shown["rate"]).abs() <= 1e-9 * again).all()
    hidden = rates[~rates["value_status"].isin(["ok", "unreliable"])]
    numbers = [
        "numerator",
        "denominator",
        "rate",
        "ci_lower_95",
        "ci_upper_95",
        "ci_lower_998",
        "ci_upper_998",
        "relative_standard_error",
        "rate_eb",
        "mean_of_rates",
    ]
    assert hidden[numbers].isna().all().all()


@pytest.mark.parametrize(
    ("where", "deaths", "births", "source"),
    [
        (
            "area_code='US-MO' AND source_family='nchs_linked' AND "
            "window_type='rolling_3_year' AND period_end='2010-12-31'",
            1_641,
            236_627,
            "578+558+505 over 80,963+78,905+76,759",
        ),
        (
            "area_code='US' AND source_family='nchs_mortality' AND "
            "window_type='rolling_2_year' AND period_end='2009-12-31'",
            54_471,
            8_378_359,
            "methods: pooled 2008-09 is 6.5014",
        ),
        (
            "area_code='K04000001, J99000001' AND source_family='ons_occurrence' AND "
            "window_type='rolling_3_year' AND period_end='2022-12-31'",
            6_898,
            1_844_243,
            "pooled 2020-22 from the published annual counts",
        ),
        (
            "area_code='US-MO' AND window_type='pooled' AND period_start='2002-01-01'",
            6_255,
            860_187,
            "Missouri 2002-2012",
        ),
    ],
)
def test_windows_are_sums_of_published_counts(
    first_run: tuple[Path, str], where: str, deaths: int, births: int, source: str
) -> None:
    path = release_folder(first_run[0]) / "rates.parquet"
    rows = (
        duckdb.connect()
        .sql(
            f"SELECT numerator, denominator FROM read_parquet('{path}') WHERE {where} AND "
            "measure='infant_mortality' AND stratum_type='all'"
        )
        .fetchall()
    )
    assert rows == [(deaths, births)], source


def test_the_headline_claim_does_not_reproduce(first_run: tuple[Path, str]) -> None:
    path = release_folder(first_run[0]) / "claims.parquet"
    found = (
        duckdb.connect()
        .sql(
            f"SELECT verdict, round(recomputed_value, 2), best_fit FROM read_parquet('{path}') "
            "WHERE claim_id = 'AHR-01'"
        )
        .fetchall()
    )
    assert found[0][:2] == ("does_not_reproduce", 6.50)
    assert "2009-2010" in found[0][2]


def test_a_second_run_publishes_nothing(published: Path) -> None:
    before = sorted(p.relative_to(published) for p in (published / "releases").rglob("*"))
    done = run_imr(published, "run")
    assert done.returncode == 0, done.stderr
    assert "Nothing changed" in done.stdout
    assert "nothing was published" in done.stdout
    assert sorted(p.relative_to(published) for p in (published / "releases").rglob("*")) == before


def test_progress_in_a_log_is_plain_lines(first_run: tuple[Path, str], tmp_path: Path) -> None:
    done = run_imr(tmp_path / "home", "run", "--only", 'key:"core/areas"')
    assert done.returncode == 0, done.stderr
    assert re.search(r"^\[1/\d+\] +\d+\.\ds done core_declarations$", done.stderr, re.MULTILINE)
    assert "\x1b" not in done.stderr


def test_an_unknown_selection_is_wrong_use(tmp_path: Path) -> None:
    done = run_imr(tmp_path / "home", "run", "--only", 'key:"nowhere"')
    assert done.returncode == 2
    assert "nowhere" in done.stderr


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, pipelines.cli as c\n"
        "try: c.main(['--help'], standalone_mode=False)\n"
        "finally: print(sorted({'dagster','pandas','duckdb','great_expectations'} "
        "& set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_what_the_run_made_can_be_promoted(published: Path) -> None:
    version = release_folder(published).name.removeprefix("release=")
    done = run_imr(published, "promote", version, "--why", "first figures", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"stable is release {version} now" in done.stdout
    shown = run_imr(published, "show", "rates", "--release", "stable", "--format", "json",
                    "--where", "area_code = 'US' AND window_type = 'annual'")  # fmt: skip
    assert shown.returncode == 0, shown.stdout + shown.stderr
