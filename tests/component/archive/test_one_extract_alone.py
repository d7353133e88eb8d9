"""What cannot be trusted is set aside alone and named; everything else is built and published."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from assets.archive import staging, vintage_folders, withdrawal
from assets.archive.dataset import ParsedExtract
from assets.archive.intake import take_in
from assets.archive.sources import stale_datasets
from assets.archive.vintage import Origin
from assets.archive.withdrawal import Withdrawal
from assets.core import corrections
from assets.core.observations import counts as counts
from assets.core.settled import BuildInputs, Stage, settle_staging
from assets.producers.catalogue import DATASETS, dataset
from assets.producers.nchs.wonder.whole import judge_whole
from assets.rates.builders import RATES
from assets.schema.model import Table
from assets.state.home import Home
from assets.state.warehouse import connect, in_memory
from tests.component.archive.nights import Night, arrive, night, put, shown

SAMPLES = Path(__file__).resolve().parents[3] / "assets/producers/nchs/samples/files"
ON_COUNTS = ()
"""No tables above the counts, for tests of what comes before or with them."""
US = "wonder_linked_us_2007-2023.txt"


@pytest.fixture(scope="module")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the US linked series of 2007 to 2023 and its births, after one good night."""
    made = Home(tmp_path_factory.mktemp("good") / "home").create()
    day = "2026-01-01T00:00:00+00:00"
    births = SAMPLES / "wonder_natality_us_2007-2024.txt"
    assert arrive(made, "nchs_wonder_linked", SAMPLES / US, day) == "new"
    assert arrive(made, "nchs_wonder_natality", births, day) == "new"
    assert _is_passing(night(made))
    return made.root


@pytest.fixture
def home(after_a_night: Path, tmp_path: Path) -> Home:
    """A copy of it to change."""
    shutil.copytree(after_a_night, tmp_path / "home")
    return Home(tmp_path / "home")


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    text = (SAMPLES / US).read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "changed.txt"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def _deaths_2022(home: Home) -> object:
    (value,) = (
        value
        for (family, area, _, end, measure, _, stratum), value in shown(home).items()
        if (family, area, measure, stratum) == ("nchs_linked", "US", "infant_deaths", "all")
        and str(end) == "2022-12-31"
    )
    return value


def _statuses(home: Home) -> dict[object, object]:
    with connect(home.warehouse, read_only=True) as con:
        return dict(con.execute("SELECT vintage_id, status FROM core.vintages").fetchall())


def _is_passing(one: Night) -> bool:
    return one.published and not one.blocked


def test_a_count_that_contradicts_a_published_total_is_set_aside_and_the_last_one_used(
    home: Home, tmp_path: Path
) -> None:
    # 20,577 in the linked file of 2022 (NVSR 73-5); ten times as many with a rate to match.
    file = _changed(tmp_path, "20577\t3667758\t5.61", "205770\t3667758\t56.10")
    bad = put(home, "nchs_wonder_linked", file, "2026-02-01T00:00:00+00:00")
    one = night(home)
    assert _is_passing(one)
    assert len(one.set_aside) == 1
    assert bad in one.set_aside[0]
    assert _deaths_2022(home) == 20577
    assert stale_datasets(home, DATASETS) == ["nchs_wonder_linked"]
    (entry,) = withdrawal.withdrawn(home, dataset("nchs_wonder_linked")).values()
    assert entry.rule.startswith(("CONTROL", "CORE"))
    assert not entry.served
    statuses = _statuses(home)
    assert {s for v, s in statuses.items() if str(v).startswith("nchs_wonder_linked@")} >= {"stale"}

    # Nothing has changed: nothing is tried again and nothing is said twice.
    again = night(home)
    assert _is_passing(again)
    assert again.set_aside == ()
    assert _statuses(home) == statuses


@dataclass(frozen=True)
class WrongRate:
    """A home after a night with an extract whose printed rate is not the quotient."""

    root: Path
    vintage_id: str
    night: Night


@pytest.fixture(scope="module")
def wrong_rate(after_a_night: Path, tmp_path_factory: pytest.TempPathFactory) -> WrongRate:
    folder = tmp_path_factory.mktemp("wrong rate")
    shutil.copytree(after_a_night, folder / "home")
    file = _changed(folder, "20577\t3667758\t5.61", "20577\t3667758\t5.16")
    home = Home(folder / "home")
    bad = put(home, "nchs_wonder_linked", file, "2026-02-01T00:00:00+00:00")
    return WrongRate(home.root, bad, night(home))


def test_a_printed_rate_that_is_not_the_quotient_is_found_behind_the_rates(
    wrong_rate: WrongRate,
) -> None:
    one = wrong_rate.night
    assert _is_passing(one)
    assert [wrong_rate.vintage_id in line for line in one.set_aside] == [True]
    out = withdrawal.withdrawn(Home(wrong_rate.root), dataset("nchs_wonder_linked"))
    (entry,) = out.values()
    assert entry.rule == "RECONCILE-PRINTED"


def test_it_comes_back_by_itself_once_it_holds(wrong_rate: WrongRate, tmp_path: Path) -> None:
    shutil.copytree(wrong_rate.root, tmp_path / "home")
    home = Home(tmp_path / "home")
    entry = dataset("nchs_wonder_linked")
    # As if the code that judged it had been another: it is tried, and fails, again.
    (out,) = withdrawal.withdrawn(home, entry).values()
    withdrawal.withdraw(home, entry, replace(out, judged="other code"))
    one = night(home)
    assert any("tried again" in line for line in one.set_aside)
    assert set(withdrawal.withdrawn(home, entry)) == {wrong_rate.vintage_id}
    assert _is_passing(one)


def test_an_extract_that_cannot_be_read_any_more_leaves_the_others(home: Home) -> None:
    file = home.root / "later.txt"
    file.write_text("no export", encoding="utf-8")
    bad = put(home, "nchs_wonder_linked", file, "2026-02-01T00:00:00+00:00")
    one = night(home, ON_COUNTS)
    assert _is_passing(one)
    assert [bad in line for line in one.set_aside] == [True]
    assert _deaths_2022(home) == 20577


def test_a_damaged_folder_leaves_the_others(home: Home, tmp_path: Path) -> None:
    file = _changed(tmp_path, "20577\t3667758\t5.61", "20578\t3667758\t5.61")
    bad = put(home, "nchs_wonder_linked", file, "2026-02-01T00:00:00+00:00")
    folder = next(
        v.path.parent
        for v in vintage_folders.vintages(home, dataset("nchs_wonder_linked"))
        if v.vintage_id == bad
    )
    (folder / vintage_folders.ORIGIN_FILE).unlink()
    one = night(home, ON_COUNTS)
    assert _is_passing(one)
    assert _deaths_2022(home) == 20577
    assert stale_datasets(home, DATASETS) == ["nchs_wonder_linked"]


def test_a_correction_that_a_new_vintage_no_longer_fits_keeps_the_old_one_in_use(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = tmp_path / "corrections.yaml"
    declared.write_text(
        "- id: US-2022\n  match: {source_family: nchs_linked, area_code: US, "
        "measure: infant_deaths, stratum_type: all, period_end: 2022-12-31}\n  expect: 20577\n"
        "  action: override\n  value: 20576\n  reason: made for this test\n  evidence: none\n"
        "  owner: test\n  expires: 2999-12-31\n",
        encoding="utf-8",
    )
    loaded = corrections.load_corrections(declared)
    monkeypatch.setattr(counts, "load_corrections", lambda: loaded)
    file = _changed(tmp_path, "20577\t3667758\t5.61", "20579\t3667758\t5.61")
    bad = put(home, "nchs_wonder_linked", file, "2026-02-01T00:00:00+00:00")
    one = night(home, ON_COUNTS)
    assert _is_passing(one)
    assert [bad in line for line in one.set_aside] == [True]
    assert "US-2022" in one.set_aside[0]
    assert _deaths_2022(home) == 20576


def test_a_correction_of_a_series_that_the_home_has_not_stops_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = tmp_path / "corrections.yaml"
    declared.write_text(
        "- id: W-2012\n  match: {source_family: ons_registration, area_code: W92000004,"
        " measure: infant_deaths, period_end: 2012-12-31}\n  expect: 1\n  action: drop\n"
        "  reason: made for this test\n  evidence: none\n  owner: test\n  expires: 2999-12-31\n",
        encoding="utf-8",
    )
    loaded = corrections.load_corrections(declared)
    monkeypatch.setattr(counts, "load_corrections", lambda: loaded)
    assert _is_passing(night(home, ON_COUNTS))


def _cannot_be_built_with(*vintages: str) -> Stage:
    """Return tables above all others whose builder stumbles over rows of some vintages."""

    def build(con: duckdb.DuckDBPyConnection) -> None:
        used = {row[0] for row in con.execute("SELECT vintage_id FROM core.vintages").fetchall()}
        if used.intersection(vintages):
            raise ZeroDivisionError("division by zero")

    return Stage((build,), ())


def test_a_table_that_cannot_be_built_with_what_is_new_sets_that_aside(
    home: Home, tmp_path: Path
) -> None:
    first = put(home, "nchs_births_1909", SAMPLES / "births_e6fc-ccez.json", "2026-02-01")
    file = _changed(tmp_path, "20577\t3667758\t5.61", "20578\t3667758\t5.61")
    bad = put(home, "nchs_wonder_linked", file, "2026-02-02T00:00:00+00:00")
    last = put(home, "nchs_rates_1915", SAMPLES / "rates_epev-k6ss.json", "2026-02-03")
    one = night(home, [RATES, _cannot_be_built_with(bad)])
    assert _is_passing(one)
    (line,) = one.set_aside
    assert bad in line
    assert "division by zero" in line
    assert "not without it" in line
    assert _deaths_2022(home) == 20577
    with connect(home.warehouse) as con:
        used = {row[0] for row in con.execute("SELECT vintage_id FROM core.vintages").fetchall()}
    assert {first, last} < used


def test_rows_that_staging_cannot_hold_leave_the_others(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, "nchs_births_1909", SAMPLES / "births_e6fc-ccez.json", "2026-02-01")
    bad = vintage_folders.vintages(home, dataset("nchs_births_1909"))[-1]
    write = staging._write

    def written(table: Table, frame: pd.DataFrame, target: Path) -> None:
        if set(frame["dataset_id"]) == {"nchs_births_1909"}:
            raise duckdb.ConversionException("Could not convert string 'x' to DOUBLE")
        write(table, frame, target)

    monkeypatch.setattr(staging, "_write", written)
    staging.stage_new(home, dataset("nchs_births_1909"), bad, ParsedExtract(pd.DataFrame()))
    one = night(home, [])
    (line,) = one.set_aside
    assert bad.vintage_id in line
    assert "Could not convert string 'x' to DOUBLE" in line
    assert _deaths_2022(home) == 20577


def test_a_failure_that_is_there_without_the_news_takes_nothing_out(home: Home) -> None:
    (old,) = vintage_folders.vintages(home, dataset("nchs_wonder_linked"))
    new = put(home, "nchs_births_1909", SAMPLES / "births_e6fc-ccez.json", "2026-02-01")
    with pytest.raises(ZeroDivisionError):
        night(home, [_cannot_be_built_with(old.vintage_id)])
    assert withdrawal.withdrawn(home, dataset("nchs_births_1909")) == {}
    assert new in {v.vintage_id for v in withdrawal.in_use(home, dataset("nchs_births_1909"))}


def test_births_without_deaths_are_kept_and_named(tmp_path: Path) -> None:
    made = Home(tmp_path / "home").create()
    births = SAMPLES / "wonder_natality_us_1995-2002.txt"
    arrive(made, "nchs_wonder_natality", births, "2026-01-01T00:00:00+00:00")
    one = night(made)
    assert "births (nchs_wonder_natality 1995 to 2002) and no deaths" in one.nothing
    deaths = SAMPLES / "wonder_mortality_us_2018-2024.txt"
    arrive(made, "nchs_wonder_mortality", deaths, "2026-01-01T00:00:00+00:00")
    two = night(made)
    assert "none that are of the same series, area and time" in two.nothing
    assert (one.blocked, two.blocked) == ((), ())
    assert len(withdrawal.in_use(made, dataset("nchs_wonder_natality"))) == 1


def test_an_extract_all_of_whose_counts_are_too_small_says_so(tmp_path: Path) -> None:
    made = Home(tmp_path / "home").create()
    file = tmp_path / "counts.csv"
    file.write_text("area,year,live_births,infant_deaths\n29069,2020,400,3\n", encoding="utf-8")
    assert arrive(made, "local_area_counts", file, "2026-01-01T00:00:00+00:00") == "new"
    one = night(made)
    assert "is withheld, because its counts are too small to be shown" in one.nothing


def test_what_a_withdrawn_extract_proved_goes_with_it_and_comes_back(
    tmp_path: Path,
) -> None:
    made = Home(tmp_path / "home").create()
    proof = put(made, "nchs_wonder_linked", SAMPLES / US, "2026-01-01T00:00:00+00:00")
    text = (SAMPLES / "wonder_natality_us_2007-2024.txt").read_text(encoding="utf-8")
    file = tmp_path / "no footer.txt"
    file.write_text(text.partition('"---"')[0], encoding="utf-8")
    entry, linked = dataset("nchs_wonder_natality"), dataset("nchs_wonder_linked")
    origin = Origin("file:x", "2026-01-02T00:00:00+00:00", "terms")
    assert take_in(made, entry, file, origin, (judge_whole(made),)).vintage is not None
    inputs = BuildInputs(made, DATASETS, lambda *_: [], lambda *_: None)
    with in_memory() as con:
        assert settle_staging(con, inputs, [linked, entry]) == []
        withdrawal.withdraw(made, linked, Withdrawal(proof, withdrawal.now_text(), "person"))
        (line,) = settle_staging(con, inputs, [linked, entry])
        assert "no births of everybody to compare" in line
        assert withdrawal.in_use(made, entry) == []
        withdrawal.restore(made, linked, proof, "by hand")
        (back,) = settle_staging(con, inputs, [linked, entry])
        assert "in use again" in back
        assert len(withdrawal.in_use(made, entry)) == 1
        assert settle_staging(con, inputs, [linked, entry]) == []


def test_the_only_extract_is_set_aside_too_and_what_is_missing_is_said(tmp_path: Path) -> None:
    made = Home(tmp_path / "home").create()
    file = _changed(tmp_path, "20577\t3667758\t5.61", "205770\t3667758\t56.10")
    bad = put(made, "nchs_wonder_linked", file, "2026-02-01T00:00:00+00:00")
    one = night(made)
    assert one.blocked == ()
    assert "no births and no deaths" in one.nothing
    (out,) = withdrawal.withdrawn(made, dataset("nchs_wonder_linked")).values()
    assert (out.vintage_id, out.rule) == (bad, "CONTROL-US-LINKED-DEATHS")


def test_where_nothing_is_left_it_says_so(tmp_path: Path) -> None:
    made = Home(tmp_path / "home").create()
    file = tmp_path / "x.txt"
    file.write_text("no export", encoding="utf-8")
    bad = put(made, "nchs_wonder_linked", file, "2026-02-01T00:00:00+00:00")
    one = night(made)
    assert bad in one.set_aside[0]
    assert "no births and no deaths" in one.nothing
