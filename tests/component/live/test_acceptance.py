"""A new vintage against the last one of its slot, on the bundled samples changed by hand."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from assets.archive import acceptance, vintage_folders
from assets.archive.acceptance import slot_of, terms_of
from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractError
from assets.archive.intake import IntakeOutcome, take_in
from assets.archive.staging import build_staging_table
from assets.archive.vintage import Origin
from assets.producers.catalogue import DATASETS, dataset
from assets.producers.ohid.tables import FINGERTIPS
from assets.state.home import Home

ORIGIN = Origin("https://example.org/x", "2024-05-01T00:00:00+00:00", "public domain")
Records = list[dict[str, str]]


def _nchs(repository: Path, name: str) -> Path:
    return repository / "assets/producers/nchs/samples/files" / name


@pytest.fixture
def vsrr() -> Dataset:
    return replace(dataset("nchs_vsrr_counts"), intake_rules=())


@pytest.fixture
def series() -> Dataset:
    return replace(dataset("nchs_births_1909"), intake_rules=())


def _offer(home: Home, entry: Dataset, folder: Path, rows: Records, **kwargs: str) -> IntakeOutcome:
    file = folder / f"offer-{len(list(folder.iterdir()))}.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    return take_in(home, entry, file, ORIGIN, **kwargs)


def _changed(rows: Records, factor: float, wanted: Callable[[dict[str, str]], bool]) -> Records:
    return [
        {**r, "data_value": f"{float(r['data_value']) * factor:.0f}"} if wanted(r) else r
        for r in rows
    ]


def test_every_dataset_has_terms_with_reasons() -> None:
    for entry in DATASETS:
        terms = terms_of(entry)
        assert set(terms.key) <= set(entry.staging.column_names), entry.dataset_id
        assert set(terms.periods) <= set(entry.staging.column_names), entry.dataset_id
        assert all(limit.reason for limit in terms.limits.values())


@pytest.mark.parametrize(
    ("state", "factor", "status", "advised"),
    [
        ("MISSOURI", 1.06, "new", False),
        ("MISSOURI", 1.2, "quarantined", False),
        # The District of Columbia moved by 6.1 percent from provisional to final counts of 2020.
        ("DISTRICT OF COLUMBIA", 1.2, "new", True),
    ],
)
def test_provisional_counts_may_move_by_a_tenth(
    home: Home,
    vsrr: Dataset,
    repository: Path,
    tmp_path: Path,
    state: str,
    factor: float,
    status: str,
    advised: bool,
) -> None:
    rows: Records = json.loads(
        _nchs(repository, "vsrr_hmz2-vwda_edition_1.json").read_text(encoding="utf-8")
    )
    (folder := tmp_path / "offers").mkdir()
    assert _offer(home, vsrr, folder, rows).status == "new"
    revised = _changed(rows, factor, lambda r: r["state"] == state and r["month"] == "March")
    outcome = _offer(home, vsrr, folder, revised)
    assert outcome.status == status, outcome.errors
    assert any("REVISION-SIZE-SPARED" in w.rule for w in outcome.warnings) == advised
    if status == "quarantined":
        assert [e.rule for e in outcome.errors] == ["ACCEPT-REVISION-SIZE"]
        assert "MISSOURI" in outcome.errors[0].seen
        assert outcome.report is not None
        facts = json.loads(outcome.report.read_text(encoding="utf-8"))
        failed = {c["name"] for c in facts["comparisons"] if not c["passed"]}
        assert failed == {"revision_size", "figures_revised"}
        assert len(vintage_folders.vintages(home, vsrr)) == 1


def test_an_old_copy_is_refused(
    home: Home, vsrr: Dataset, repository: Path, tmp_path: Path
) -> None:
    rows: Records = json.loads(
        _nchs(repository, "vsrr_hmz2-vwda_edition_1.json").read_text(encoding="utf-8")
    )
    (folder := tmp_path / "offers").mkdir()
    older = [r for r in rows if (r["year"], r["month"]) != ("2021", "March")]
    assert _offer(home, vsrr, folder, rows).status == "new"
    outcome = _offer(home, vsrr, folder, older)
    assert [e.rule for e in outcome.errors] == ["ACCEPT-WENT-BACK"]


def test_a_window_without_any_overlap_appends(
    home: Home, vsrr: Dataset, repository: Path, tmp_path: Path
) -> None:
    rows: Records = json.loads(
        _nchs(repository, "vsrr_hmz2-vwda_edition_1.json").read_text(encoding="utf-8")
    )
    (folder := tmp_path / "offers").mkdir()
    later = [{**r, "year": str(int(r["year"]) + 3)} for r in rows]
    assert _offer(home, vsrr, folder, rows).status == "new"
    assert _offer(home, vsrr, folder, later).status == "new"
    assert len(vintage_folders.vintages(home, vsrr)) == 2


def _births(repository: Path) -> Records:
    rows: Records = json.loads(
        _nchs(repository, "births_e6fc-ccez.json").read_text(encoding="utf-8")
    )
    return rows


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (lambda rows: rows[:12], {"ROWS-LOST", "COVERAGE-LOST", "WENT-BACK"}),
        (lambda rows: rows[2:], {"COVERAGE-LOST"}),
        (
            lambda rows: [{**r, "birth_number": str(int(r["birth_number"]) // 2)} for r in rows],
            {"REVISION-SIZE", "REVISED-SHARE"},
        ),
        (
            lambda rows: (
                [{k: v for k, v in r.items() if k != "crude_birth_rate"} for r in rows[:9]]
                + rows[9:]
            ),
            {"NUMBERS-LOST"},
        ),
    ],
)
def test_a_series_that_lost_something_is_refused_until_somebody_accepts_it(
    home: Home,
    series: Dataset,
    repository: Path,
    tmp_path: Path,
    change: Callable[[Records], Records],
    rules: set[str],
) -> None:
    rows = _births(repository)
    (folder := tmp_path / "offers").mkdir()
    assert _offer(home, series, folder, rows).status == "new"
    outcome = _offer(home, series, folder, change(rows))
    assert {e.rule.removeprefix("ACCEPT-") for e in outcome.errors} == rules
    assert len(vintage_folders.vintages(home, series)) == 1
    accepted = _offer(home, series, folder, change(rows), accepted_because="seen on the page")
    assert accepted.status == "new"
    assert {w.rule for w in accepted.warnings} >= {f"ACCEPT-{r}" for r in rules}
    notes = {v.origin.note for v in vintage_folders.vintages(home, series)}
    assert notes == {"", "accepted by hand: seen on the page"}


def _scaled(text: str, factor: float) -> str:
    """Return a natality export with every count multiplied, its total included."""
    lines, counts = [], []
    for line in text.splitlines(keepends=True):
        head, tab, last = line.rstrip("\r\n").rpartition("\t")
        if tab and last.isdigit():
            total = head.startswith('"Total"')
            count = sum(counts) if total else round(int(last) * factor)
            counts += [] if total else [count]
            line = line.replace(f"\t{last}", f"\t{count}")
        lines.append(line)
    return "".join(lines)


@pytest.mark.parametrize(
    ("factor", "refused_by"),
    [
        (1.2, {"ACCEPT-REVISION-SIZE", "ACCEPT-REVISED-SHARE"}),
        # Small, but everywhere: another series under the same name.
        (1.01, {"ACCEPT-REVISED-SHARE"}),
    ],
)
def test_final_births_that_all_moved_wait_for_a_person(
    home: Home, repository: Path, tmp_path: Path, factor: float, refused_by: set[str]
) -> None:
    natality = dataset("nchs_wonder_natality")
    file = _nchs(repository, "wonder_natality_us_2007-2024.txt")
    assert take_in(home, natality, file, ORIGIN).status == "new"
    moved = tmp_path / "moved.txt"
    moved.write_bytes(_scaled(file.read_bytes().decode(), factor).encode())
    outcome = take_in(home, natality, moved, ORIGIN)
    assert {e.rule for e in outcome.errors} == refused_by
    assert all("--accept 'reason'" in str(e) for e in outcome.errors)
    assert len(vintage_folders.vintages(home, natality)) == 1
    accepted = take_in(home, natality, moved, ORIGIN, accepted_because="seen on the page")
    assert accepted.status == "new"


def test_populations_that_a_census_restates_only_advise() -> None:
    natality, births = dataset("nchs_wonder_natality"), "Births"

    def share(column: str) -> dict[str, bool]:
        old, new = (
            pd.DataFrame(
                {
                    **dict.fromkeys(terms_of(natality).key, ""),
                    "year": "2015",
                    "year_code": [str(n) for n in range(2000, 2020)] * 2,
                    "source_column": [births] * 20 + [column] * 20,
                    "value": [4_000_000.0] * 20 + [320_000_000.0 * factor] * 20,
                }
            )
            for factor in (1.0, 1.04)
        )
        file = Path(__file__)
        found = acceptance.compare(natality, ParsedExtract(new), file, old, file, "v")
        return {c.name: c.required for c in found if not c.passed}

    assert share("Total Population") == {"figures_revised": False, "revision_size_spared": False}
    assert share("Abridged Births") == {
        "figures_revised": False, "revised_share": True, "revision_size": True,
    }  # fmt: skip


def test_a_historical_series_may_not_move_as_a_whole(
    home: Home, series: Dataset, repository: Path, tmp_path: Path
) -> None:
    rows = _births(repository)
    (folder := tmp_path / "offers").mkdir()
    assert _offer(home, series, folder, rows).status == "new"
    moved = [{**r, "birth_number": str(int(int(r["birth_number"]) * 1.2))} for r in rows]
    outcome = _offer(home, series, folder, moved)
    assert {e.rule for e in outcome.errors} == {"ACCEPT-REVISION-SIZE", "ACCEPT-REVISED-SHARE"}
    one = [{**rows[0], "birth_number": str(int(int(rows[0]["birth_number"]) * 1.005))}, *rows[1:]]
    assert _offer(home, series, folder, one).status == "new"


def test_a_restatement_with_a_new_year_is_welcome(
    home: Home, series: Dataset, repository: Path, tmp_path: Path
) -> None:
    rows = _births(repository)
    (folder := tmp_path / "offers").mkdir()
    assert _offer(home, series, folder, rows[:-1]).status == "new"
    outcome = _offer(home, series, folder, rows)
    assert outcome.status == "new"
    assert [w.rule for w in outcome.warnings] == []


def test_exports_of_other_queries_are_not_compared(home: Home, repository: Path) -> None:
    linked = dataset("nchs_wonder_linked")
    for name in ("wonder_linked_state_2007-2013.txt", "wonder_linked_us_2007-2023.txt"):
        outcome = take_in(home, linked, _nchs(repository, name), ORIGIN)
        assert outcome.status == "new", outcome.errors
        assert outcome.comparisons == ()


def test_the_same_query_next_year_is_the_same_slot(repository: Path, tmp_path: Path) -> None:
    linked = dataset("nchs_wonder_linked")
    file = _nchs(repository, "wonder_linked_us_2007-2023.txt")
    grown = tmp_path / "grown.txt"
    grown.write_bytes(file.read_bytes().replace(b"Records, 2007-2023", b"Records, 2007-2024"))
    other = _nchs(repository, "wonder_linked_us_2003-2006.txt")
    slots = [slot_of(linked, linked.parse(f)) for f in (file, grown, other)]
    assert slots[0] == slots[1] != slots[2]


def test_an_edition_is_compared_with_itself_only(home: Home, repository: Path) -> None:
    deaths = dataset("ons_deaths_by_area")
    folder = repository / "assets/producers/ons/samples/files"
    for year in (2013, 2014):
        outcome = take_in(home, deaths, folder / f"deathsarea{year}.xls", ORIGIN)
        assert outcome.comparisons == ()
    slots = [v.origin.parameters[acceptance.SLOT] for v in vintage_folders.vintages(home, deaths)]
    assert sorted(slots) == ["edition=2013", "edition=2014"]


def test_a_sample_is_no_measure_for_a_live_extract(
    home: Home, series: Dataset, repository: Path, tmp_path: Path
) -> None:
    rows = _births(repository)
    (folder := tmp_path / "offers").mkdir()
    file = folder / "sample.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    sample = replace(ORIGIN, parameters={acceptance.PROFILE: "sample"})
    assert take_in(home, series, file, sample).status == "new"
    assert _offer(home, series, folder, rows[:3]).comparisons == ()


def test_zipped_pages_and_json_of_the_same_rows_only_advise(
    home: Home, series: Dataset, repository: Path, tmp_path: Path
) -> None:
    rows = _births(repository)
    (folder := tmp_path / "offers").mkdir()
    assert _offer(home, series, folder, rows).status == "new"
    zipped = folder / "pages.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("page-00001.json", json.dumps(rows))
    outcome = take_in(home, series, zipped, ORIGIN)
    assert outcome.status == "new"
    assert {w.rule for w in outcome.warnings} == {"ACCEPT-TYPE-CHANGED", "ACCEPT-SIZE-CHANGE"}


def test_a_vintage_whose_rows_got_lost_stops_the_run(
    home: Home, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    births = dataset("nchs_births_1909")
    assert take_in(home, births, _nchs(repository, "births_e6fc-ccez.json"), ORIGIN).vintage
    emptied = replace(births, parse=lambda file: ParsedExtract(births.parse(file).frame.iloc[:0]))
    con = duckdb.connect()
    con.execute("CREATE SCHEMA staging").fetchall()
    with pytest.raises(ExtractError, match="no rows of nchs_births_1909@"):
        build_staging_table(con, home, births.staging, [emptied])
    # A dataset that never arrived leaves its table empty.
    assert build_staging_table(con, home, FINGERTIPS, DATASETS) == 0
