"""The bundled samples: deterministic, cited, identified, accepted, true to the real extracts."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from assets.archive import intake
from assets.archive.dataset import Dataset, ParsedExtract
from assets.producers.ons.catalogue import DATASETS, NOMIS_DEATHS, NOMIS_POPULATION
from assets.producers.ons.child_mortality.labels import CHARACTERISTICS
from assets.producers.ons.child_mortality.tables import GROUPS
from assets.producers.ons.identify import identify
from tools.samples.ons.figure_tables import FIGURES
from tools.samples.ons.generate import FILES, HERE, WRITERS, origins, write_samples

SAMPLES = [(dataset, HERE / name) for dataset in DATASETS for name in dataset.samples]
REAL = {
    "cim2022deathcohortworkbook.xlsx": "ons/workbooks/cim2022deathcohortworkbook.xlsx",
    "cms2018workbook.xls": "ons/workbooks/cms2018workbookf.xls",
    "2023birthregistrations.xlsx": "ons/workbooks/2023birthregistrations.xlsx",
    **{f"deathsarea{y}.xls": f"ons/area_workbooks/deaths_{y}.xls" for y in range(2011, 2015)},
    **{f"birthsbyarea{y}.xls": f"ons/area_workbooks/births_{y}.xls" for y in range(2011, 2015)},
}


def _parsed(dataset: Dataset, path: Path) -> ParsedExtract:
    return intake.read(dataset, path)


def _series(frame: pd.DataFrame) -> pd.DataFrame:
    table = frame[frame["table_number"] == "1"]
    return table.set_index(["year", "source_column"])["value"].unstack()  # noqa: PD010


def test_writing_the_samples_again_gives_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("xlwt")
    written = write_samples(tmp_path)
    assert {path.name for path in written} == {path.name for path in FILES.iterdir()}
    for path in written:
        assert path.read_bytes() == (FILES / path.name).read_bytes(), path.name


def test_every_sample_is_in_the_catalogue_and_has_an_origin() -> None:
    assert {path.name for _, path in SAMPLES} == set(WRITERS) == set(origins())
    for name, origin in origins().items():
        assert origin["url"] and origin["retrieved_at"], name
        assert "Sample" in str(origin["note"]), name


def test_every_figure_names_a_publication() -> None:
    with (FIGURES / "sources.csv").open(encoding="utf-8") as handle:
        known = {row["source"]: row for row in csv.DictReader(handle)}
    used = set()
    for table in FIGURES.glob("*.csv"):
        if table.name != "sources.csv":
            with table.open(encoding="utf-8", newline="") as handle:
                used |= {row["source"] for row in csv.DictReader(handle)}
    assert used == set(known)
    assert all(row["publication"] and row["table"] for row in known.values())


@pytest.mark.parametrize(("dataset", "path"), SAMPLES, ids=[p.name for _, p in SAMPLES])
def test_a_sample_is_identified_by_content_and_accepted(
    dataset: Dataset, path: Path, tmp_path: Path
) -> None:
    renamed = tmp_path / "download.bin"
    renamed.write_bytes(path.read_bytes())
    assert identify(renamed) == dataset.dataset_id
    parsed = _parsed(dataset, renamed)
    errors, _ = intake.judge(dataset, parsed, path.name)
    assert errors == []


@pytest.mark.parametrize(("dataset", "path"), SAMPLES, ids=[p.name for _, p in SAMPLES])
def test_the_frame_has_the_staging_columns_and_key(dataset: Dataset, path: Path) -> None:
    frame = _parsed(dataset, path).frame
    wanted = [c for c in dataset.staging.column_names if c not in ("dataset_id", "vintage_id")]
    assert list(frame.columns) == wanted
    assert not frame.duplicated(["source_sheet", "source_row", "source_column"]).any()
    for column in dataset.staging.columns:
        if column.required and column.name in wanted:
            assert frame[column.name].notna().all(), column.name


@pytest.mark.parametrize("name", sorted(REAL))
def test_every_figure_of_a_sample_is_the_producers(name: str, shared_data: Path) -> None:
    dataset, path = next((d, p) for d, p in SAMPLES if p.name == name)
    sample = _parsed(dataset, path).frame
    real = _parsed(dataset, shared_data / REAL[name]).frame
    key = ["source_sheet", "source_row", "source_column"]
    if name == "2023birthregistrations.xlsx":
        # The sample leaves rows by sex and age and two tables out, so that rows move up.
        real = real[real["table_number"].isin(sample["table_number"])]
        real = real[(real["sex"] == "All births") | (real["age_of_mother"] == "All ages")]
        key = ["table_number", "area_code", "source_column"]
    if name == "cim2022deathcohortworkbook.xlsx":
        # Of three tables the sample has the rows of all birth weights alone.
        key = ["table_number", "source_column", *GROUPS, *CHARACTERISTICS]
        key = list(dict.fromkeys(key))
        labels = dict.fromkeys(key, "")
        sample, real = sample.fillna(labels), real.fillna(labels)
    both = sample.merge(real, on=key, how="left", suffixes=("", "_real"), validate="1:1")
    figures = both[both["value"].notna()]
    assert len(figures) > 300
    pd.testing.assert_series_equal(figures["value"], figures["value_real"], check_names=False)
    assert list(both["area_name"].fillna("")) == list(both["area_name_real"].fillna(""))


def test_the_national_series_has_the_published_figures() -> None:
    """Published: child mortality 2022, Table 1 (live births, infant deaths, infant rate)."""
    frame = _parsed(DATASETS[0], FILES / "cim2022deathcohortworkbook.xlsx").frame
    series = _series(frame)
    columns = ["Live births", "Infant under 1 year", "Infant Under 1 year mortality rate"]
    published = {
        "2008": (708711, 3284, 4.6),
        "2012": (729674, 2912, 4.0),
        "2016": (696271, 2651, 3.8),
        "2020": (613936, 2226, 3.6),
        "2022": (605479, 2349, 3.9),
    }
    for year, figures in published.items():
        assert tuple(series.loc[year, columns]) == figures
    assert list(series.index) == [str(year) for year in range(1980, 2023)]


def test_published_contradictions_are_kept_as_printed() -> None:
    """Published with contradictions: 2002 (5285, 6286), 1993 to 1995, 1997."""
    frame = _parsed(DATASETS[0], FILES / "cim2022deathcohortworkbook.xlsx").frame
    series = _series(frame)
    perinatal = "Perinatal deaths (stillbirth and early neonatal deaths - under 7 days)"
    assert series.loc["2002", "Stillbirth and neonatal deaths - under 28 days"] == 5285
    assert series.loc["2002", "Stillbirth and infant deaths - under 1 year"] == 6286
    assert series.loc["1997", "Stillbirth and infant deaths - under 1 year"] == 7239
    assert list(series.loc[["1993", "1994", "1995"], perinatal]) == [6044, 5958, 5701]


@pytest.mark.parametrize(
    ("name", "dimensions"),
    [
        ("nomis_live_births_2023.csv", 3),
        ("nomis_deaths_2013_2014.csv", 6),
        ("nomis_population_2023.csv", 4),
    ],
)
def test_the_nomis_samples_have_six_columns_per_dimension(name: str, dimensions: int) -> None:
    with (FILES / name).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    assert {len(row) for row in rows} == {dimensions * 6 + 10}


def test_the_nomis_samples_quote_labels_with_commas() -> None:
    births = (FILES / "nomis_live_births_2023.csv").read_text(encoding="utf-8")
    assert '"Bristol, City of"' in births
    deaths = (FILES / "nomis_deaths_2013_2014.csv").read_text(encoding="utf-8")
    assert deaths.count('"A00-R99,U00-Y89 All causes, all ages"') == 26


def test_the_header_of_the_deaths_sample_is_the_producers(shared_data: Path) -> None:
    header = (FILES / "nomis_deaths_2013_2014.csv").read_text(encoding="utf-8").splitlines()[0]
    real = (shared_data / "ons/nomis/nomis_deaths.csv").read_text(encoding="utf-8").splitlines()[0]
    assert '"",' + header == real


def test_infant_deaths_of_nomis_are_those_registered_by_area() -> None:
    """Published: deaths registered by area, Table 1a, registrations of 2013 and 2014."""
    frame = _parsed(NOMIS_DEATHS, FILES / "nomis_deaths_2013_2014.csv").frame
    assert set(frame["age"]) == {"Aged under 1"}
    assert set(frame["measure_name"]) == {"Deaths"}
    found = frame.set_index(["geography_code", "date"])["value"]
    published = {
        "E92000001": (2611, 2548),
        "W92000004": (122, 123),
        "J99000001": (34, 18),
        "E12000001": (92, 119),
        "E12000005": (384, 388),
        "E12000007": (486, 393),
        "E12000009": (225, 192),
        "K04000001": (2767 - 34, 2689 - 18),
    }
    for code, counts in published.items():
        assert (found[code, "2013"], found[code, "2014"]) == counts
    assert len(found) == 2 * 13


def test_the_population_of_england_in_mid_2023() -> None:
    """Published: population estimates, mid-2023; 57,690,300 when rounded to hundreds."""
    frame = _parsed(NOMIS_POPULATION, FILES / "nomis_population_2023.csv").frame
    (row,) = frame.to_dict(orient="records")
    assert (row["geography_code"], row["date"], row["value"]) == ("E92000001", "2023", 57690323)
    assert (row["measure_name"], row["age"], row["age_code"]) == ("Population", "All Ages", "200")
    assert row["gender_code"] == "0"
