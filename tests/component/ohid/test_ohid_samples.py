"""The bundled sample of Fingertips: deterministic, identified, accepted, true to publications."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from assets.archive import intake, vintage_folders
from assets.archive.samples import sample_extracts
from assets.producers.ohid.catalogue import DATASETS, INFANT_MORTALITY_RATE
from assets.producers.ohid.identify import identify
from assets.state.home import Home
from tools.samples.ohid.generate import FILES, write_samples


def test_writing_the_sample_again_gives_the_same_bytes(tmp_path: Path) -> None:
    (written,) = write_samples(tmp_path)
    assert [path.name for path in FILES.iterdir()] == [written.name]
    assert written.read_bytes() == (FILES / written.name).read_bytes()


def test_the_sample_is_identified_and_accepted_with_its_origin(tmp_path: Path) -> None:
    ((file, origin),) = sample_extracts(INFANT_MORTALITY_RATE)
    assert origin.note.startswith("Sample")
    assert identify(file) == DATASETS[0].dataset_id
    parsed = intake.read(INFANT_MORTALITY_RATE, file)
    assert intake.judge(INFANT_MORTALITY_RATE, parsed, file.name)[0] == []


def test_a_home_keeps_the_extracts_where_an_older_version_put_them(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    older = replace(INFANT_MORTALITY_RATE, source="ons", formerly="")
    ((file, origin),) = sample_extracts(INFANT_MORTALITY_RATE)
    vintage, _ = vintage_folders.put(home, older, file, origin)
    assert vintage.path.is_relative_to(home.archive / "ons")
    known = vintage_folders.vintages(home, INFANT_MORTALITY_RATE)
    assert [v.vintage_id for v in known] == [vintage.vintage_id]
    assert not vintage_folders.put(home, INFANT_MORTALITY_RATE, file, origin)[1]
    fresh = Home(tmp_path / "fresh").create()
    placed, _ = vintage_folders.put(fresh, INFANT_MORTALITY_RATE, file, origin)
    assert placed.path.is_relative_to(fresh.archive / "ohid")


def test_rows_are_those_of_other_published_extracts(shared_data: Path) -> None:
    frame = intake.read(INFANT_MORTALITY_RATE, FILES / "fingertips_92196.csv").frame
    frame = frame.astype({"source_column": "object"})
    rows = frame.pivot_table(index=["area_code", "period"], columns="source_column", values="value")
    subset = shared_data / "ons/fingertips/fingertips_92196_imr_2015-17_subset.csv"
    with subset.open(encoding="utf-8", newline="") as handle:
        published = {(r["area_code"], r["time_period"]): r for r in csv.DictReader(handle)}
    both = [key for key in rows.index if key in published]
    assert len(both) == 4
    columns = {
        "Value": "value",
        "Lower CI 95.0 limit": "lower_ci95",
        "Upper CI 95.0 limit": "upper_ci95",
        "Count": "count",
        "Denominator": "denominator",
    }
    for key in both:
        for column, name in columns.items():
            assert rows.loc[key, column] == float(published[key][name]), (key, column)


def test_limits_are_those_of_the_published_method() -> None:
    """Exact Poisson limits below ten deaths, Byar's from ten on (PHEindicatormethods)."""
    chi2 = pytest.importorskip("scipy.stats").chi2
    z = 1.959963984540054
    frame = intake.read(INFANT_MORTALITY_RATE, FILES / "fingertips_92196.csv").frame
    frame = frame.astype({"source_column": "object"})
    rows = frame.pivot_table(
        index=["area_code", "period"], columns="source_column", values="value"
    ).dropna(subset=["Denominator"])
    assert len(rows) == 12
    for row in rows.to_dict(orient="records"):
        deaths, births = row["Count"], row["Denominator"]
        if deaths < 10:
            lower, upper = chi2.ppf(0.025, 2 * deaths) / 2, chi2.ppf(0.975, 2 * deaths + 2) / 2
        else:
            more = deaths + 1
            lower = deaths * (1 - 1 / (9 * deaths) - z / (3 * deaths**0.5)) ** 3
            upper = more * (1 - 1 / (9 * more) + z / (3 * more**0.5)) ** 3
        assert round(1000 * lower / births, 4) == row["Lower CI 95.0 limit"]
        assert round(1000 * upper / births, 4) == row["Upper CI 95.0 limit"]
