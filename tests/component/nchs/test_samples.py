"""The bundled samples: reproducible, read by the parsers for live extracts, with the figures."""

from __future__ import annotations

import json
import re

import pytest

from assets.producers.nchs.catalogue import DATASETS
from assets.producers.nchs.identify import identify
from tools.samples.nchs import wonder_writer
from tools.samples.nchs.figure_tables import FIGURES, figures
from tools.samples.nchs.generate import FILES, write_samples
from tools.samples.nchs.wonder_writer import Request, TableRow

SAMPLES = [(dataset, name) for dataset in DATASETS for name in dataset.samples]
BY_ID = {dataset.dataset_id: dataset for dataset in DATASETS}
ORIGINS = json.loads((FILES.parent / "origins.json").read_text(encoding="utf-8"))


def frame_of(name):
    dataset = next(d for d, sample in SAMPLES if sample == name)
    return dataset.parse(FILES / name).frame


def lines_of(name):
    """Return data lines of an export, split without any code under test."""
    table = (FILES / name).read_bytes().split(b'"---"')[0].decode("ascii").split("\r\n")
    return [line.replace('"', "").split("\t") for line in table[1:] if line]


def test_regenerating_gives_the_same_bytes(tmp_path):
    written = {path.name: path.read_bytes() for path in write_samples(tmp_path)}
    bundled = {path.name: path.read_bytes() for path in FILES.iterdir()}
    assert written == bundled


def test_every_file_is_a_sample_of_one_dataset_and_has_an_origin():
    files = {path.name for path in FILES.iterdir()}
    assert {name for _, name in SAMPLES} == files == set(ORIGINS)
    assert len(SAMPLES) == len(files)
    for facts in ORIGINS.values():
        assert set(facts) == {"url", "retrieved_at", "published_at", "note"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", facts["retrieved_at"])
        assert "composed" in facts["note"].lower()


def test_editions_of_a_dataset_are_listed_in_the_order_of_their_retrieval():
    for dataset in DATASETS:
        times = [ORIGINS[name]["retrieved_at"] for name in dataset.samples]
        assert times == sorted(times)


@pytest.mark.parametrize(("dataset", "name"), SAMPLES, ids=[name for _, name in SAMPLES])
def test_a_sample_is_accepted_and_identified(dataset, name):
    path = FILES / name
    parsed = dataset.parse(path)
    assert identify(path) == dataset.dataset_id
    broken = {r.rule_id: r.offending(parsed) for r in dataset.intake_rules}
    assert {rule_id: len(rows) for rule_id, rows in broken.items() if len(rows)} == {}


@pytest.mark.parametrize("name", [name for _, name in SAMPLES if name.startswith("wonder_")])
def test_exports_say_that_they_are_samples_and_end_lines_as_the_producer_does(name):
    content = (FILES / name).read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 5
    assert b"Title: Sample composed from published figures" in content


def test_state_years_are_those_of_the_figures():
    names = [name for _, name in SAMPLES if name.startswith("wonder_linked_state_")]
    found = {}
    for name in names:
        frame = frame_of(name)
        data = frame[frame["row_type"] == "data"]
        for row in data.itertuples():
            key = (row.state_code, row.year_code)
            found.setdefault(key, {})[row.source_column] = row.value
    expected = {(r["state_fips"], r["year"]): r for r in figures("us_state_year")}
    assert len(found) == len(expected) == 51 * 19 + 50 * 7 + 8 + 51
    for key, row in expected.items():
        assert found[key]["Births"] == int(row["live_births"])
        assert found[key]["Deaths"] == int(row["infant_deaths"])


def test_missouri_2005_2013_as_published():
    # NVSR linked-file tables: infant deaths of Missouri residents.
    published = [591, 606, 608, 578, 558, 505, 482, 498, 491]
    found = {}
    for name in ("wonder_linked_state_2003-2006.txt", "wonder_linked_state_2007-2013.txt"):
        for cells in lines_of(name):
            if cells[1] == "Missouri" and cells[0] == "":
                found[int(cells[3])] = int(cells[5])
    assert [found[year] for year in range(2005, 2014)] == published


def test_fewer_than_twenty_deaths_are_marked_and_only_those():
    marked = set()
    for _, name in SAMPLES:
        if not name.startswith("wonder_linked_state_"):
            continue
        for cells in lines_of(name):
            year = cells[3] if len(cells) == 8 else name[-8:-4]
            deaths, rate = int(cells[-3]), cells[-1]
            assert rate.endswith(" (Unreliable)") is (deaths < 20)
            if deaths < 20:
                marked.add((cells[1], year, rate))
    assert marked == {
        ("Vermont", "2019", "2.80 (Unreliable)"),
        ("Vermont", "2020", "3.51 (Unreliable)"),
        ("Vermont", "2023", "3.16 (Unreliable)"),
    }


def test_the_district_of_columbia_is_absent_where_the_query_says_so():
    name = "wonder_linked_state_2014-2020.txt"
    parsed = BY_ID["nchs_wonder_linked"].parse(FILES / name)
    states = parsed.metadata["States"].split("; ")
    assert len(states) == 50
    assert "District of Columbia" not in states
    assert parsed.metadata["Show Totals"] == "False"
    assert set(parsed.frame["row_type"]) == {"data"}


def test_totals_are_the_sums_of_their_rows():
    lines = lines_of("wonder_linked_state_1995-1998.txt")
    data = [cells for cells in lines if cells[0] == ""]
    totals = [cells for cells in lines if cells[0] == "Total"]
    assert len(totals) == 52
    assert int(totals[-1][5]) == sum(int(c[5]) for c in data) == 29502 + 28415 + 27965 + 28324
    assert int(totals[-1][6]) == sum(int(c[6]) for c in data)


def test_national_counts_and_their_published_rates():
    # Rates that the reports on the linked file print. 2004 (6.78) is absent: the states give 6.77.
    published = {
        1995: "7.57", 1996: "7.30", 1997: "7.21", 1998: "7.19", 1999: "7.04", 2000: "6.89",
        2001: "6.84", 2002: "6.95", 2003: "6.84", 2005: "6.86", 2006: "6.68",
        2007: "6.75", 2008: "6.61", 2009: "6.39", 2010: "6.14", 2011: "6.07", 2012: "5.98",
        2013: "5.96", 2014: "5.82", 2015: "5.90", 2016: "5.87", 2017: "5.79", 2018: "5.67",
        2019: "5.58", 2020: "5.42", 2021: "5.44", 2022: "5.61", 2023: "5.61",
    }  # fmt: skip
    found = {}
    for _, name in SAMPLES:
        if name.startswith("wonder_linked_us_"):
            found |= {int(c[1]): c[-1] for c in lines_of(name) if c[0] == ""}
    assert found == published


def test_rates_by_race_and_origin_as_published():
    # NVSR 60-5 (2008) and 62-8 (2010).
    published = {
        ("Non-Hispanic White", "2008"): "5.52", ("Non-Hispanic White", "2010"): "5.18",
        ("Non-Hispanic Black", "2008"): "12.67", ("Non-Hispanic Black", "2010"): "11.46",
        ("Hispanic or Latino", "2008"): "5.59", ("Hispanic or Latino", "2010"): "5.25",
    }  # fmt: skip
    found = {(c[1], c[3]): c[-1] for c in lines_of("wonder_linked_hispanic_origin_2008_2010.txt")}
    assert found == published


def test_rates_by_bridged_race_as_published():
    # NVSR 60-5 (2008) and 62-8 (2010), and CDC WONDER, linked records 2007-2016.
    published = {
        ("American Indian or Alaska Native", "2008"): "8.42",
        ("American Indian or Alaska Native", "2010"): "8.28",
        ("American Indian or Alaska Native", "2016"): "8.61",
        ("Asian or Pacific Islander", "2008"): "4.51",
        ("Asian or Pacific Islander", "2010"): "4.27",
        ("Black or African American", "2007"): "12.92",
        ("Black or African American", "2016"): "10.77",
        ("White", "2016"): "4.93",
    }
    found = {(c[1], c[3]): c[-1] for c in lines_of("wonder_linked_bridged_race_2007-2016.txt")}
    assert len(found) == 4 * 10
    assert {key: found[key] for key in published} == published


def test_a_label_is_never_cut_at_its_hyphen():
    parsed = BY_ID["nchs_wonder_linked"].parse(FILES / "wonder_linked_hispanic_origin_2016.txt")
    asked = parsed.metadata["Parameter: Hispanic Origin"].split("; ")
    assert asked == parsed.frame["hispanic_origin"].drop_duplicates().tolist()
    assert "Non-Hispanic Black" in asked


def test_births_by_race_add_up_to_the_births_of_the_nation():
    nation = {int(c[1]): int(c[4]) for c in lines_of("wonder_linked_us_2007-2023.txt") if not c[0]}
    by_year = {}
    for cells in lines_of("wonder_linked_bridged_race_2007-2016.txt"):
        by_year[int(cells[3])] = by_year.get(int(cells[3]), 0) + int(cells[6])
    assert by_year == {year: nation[year] for year in range(2007, 2017)}


def test_mortality_files_are_a_series_of_their_own():
    frames = [frame_of(f"wonder_mortality_us_{years}.txt") for years in ("2000-2017", "2018-2024")]
    deaths = {}
    for frame in frames:
        assert set(frame["database_kind"]) == {"mortality"}
        assert set(frame["rates_per"]) == {100_000}
        cells = frame[(frame["source_column"] == "Deaths") & (frame["row_type"] == "data")]
        deaths |= dict(zip(cells["year"], cells["value"], strict=True))
        other = frame[frame["source_column"] != "Deaths"]
        assert other["value"].isna().all()
        assert set(other["raw_text"]) == {"Not Available"}
    assert len(deaths) == 25
    assert deaths["2010"] == 24586
    assert deaths["2022"] == 20553
    assert deaths["2024 (provisional)"] == 20050
    assert "2024" not in deaths


def test_natality_differs_from_the_linked_births_where_records_were_filed_late():
    births = {}
    for years in ("1995-2002", "2003-2006", "2007-2024"):
        frame = frame_of(f"wonder_natality_us_{years}.txt")
        data = frame[frame["row_type"] == "data"]
        births |= dict(zip(data["year_code"], data["value"], strict=True))
    assert len(births) == 30
    assert births["2008"] == 4247694
    linked = frame_of("wonder_linked_us_2007-2023.txt")
    of_2008 = linked[(linked["year_code"] == "2008") & (linked["source_column"] == "Births")]
    assert of_2008["value"].tolist() == [4247726]
    dataset = {row["year"]: float(row["birth_number"]) for row in figures("births_1909")}
    assert {year: births[year] for year in dataset} == dataset


def records_of(name):
    return json.loads((FILES / name).read_text(encoding="ascii"))


def test_the_second_edition_is_the_first_one_moved_on_and_revised():
    first = records_of("vsrr_hmz2-vwda_edition_1.json")
    second = records_of("vsrr_hmz2-vwda_edition_2.json")
    assert all(isinstance(v, str) for record in first + second for v in record.values())

    def keyed(records):
        return {
            tuple(v for k, v in r.items() if k != "data_value"): r["data_value"] for r in records
        }

    before, after = keyed(first), keyed(second)
    assert len(before) == len(first)
    gone = set(before) - set(after)
    assert {key[1:3] for key in gone} == {("2020", m) for m in ("January", "February", "March")}
    changed = {key: (before[key], after[key]) for key in after if before[key] != after[key]}
    assert changed == {
        (
            "UNITED STATES", "2020", "December", "12 Month-ending", "Number of Live Births",
        ): ("3611000", "3614000")
    }  # fmt: skip


def test_provisional_editions_have_53_areas_and_the_published_twelve_months():
    first = records_of("vsrr_hmz2-vwda_edition_1.json")
    births = [
        r for r in first if (r["period"], r["indicator"]) == ("Monthly", "Number of Live Births")
    ]
    assert len(births) == 53 * 15
    assert len({r["state"] for r in births}) == 53
    year = sum(
        int(r["data_value"])
        for r in births
        if r["year"] == "2020" and r["state"] not in ("UNITED STATES", "PUERTO RICO")
    )
    assert year == 3_611_086
    infants = {
        (r["year"], r["month"]): r["data_value"]
        for r in first
        if (r["period"], r["indicator"]) == ("12 Month-ending", "Number of Infant Deaths")
    }
    assert infants["2020", "December"] == "19600"
    assert infants["2021", "March"] == "19100"


ROW = (("Vermont", "50"), ("2019", "2019"))


@pytest.mark.parametrize(
    ("deaths", "subnational", "expected"),
    [
        (0, True, ["0", "5000", "0.00"]),
        (1, True, ["Suppressed"] * 3),
        (9, True, ["Suppressed"] * 3),
        (9, False, ["9", "5000", "1.80 (Unreliable)"]),
        (10, True, ["10", "5000", "2.00 (Unreliable)"]),
        (19, True, ["19", "5000", "3.80 (Unreliable)"]),
        (20, True, ["20", "5000", "4.00"]),
    ],
)
def test_the_writer_applies_the_thresholds_of_the_producer(deaths, subnational, expected):
    request = Request(
        "Linked Birth / Infant Death Records, 2007-2023",
        ("State", "Year of Death"),
        (),
        "Jan 1, 2025 1:00:00 PM",
        subnational=subnational,
    )
    text = wonder_writer.export([TableRow(ROW, deaths, 5000)], request).decode("ascii")
    assert text.split("\r\n")[1].split("\t")[5:] == expected
    hidden = "Suppressed" in expected
    assert ('"Total"' in text) is not hidden
    assert ("Totals are not available" in text) is hidden


def test_figures_and_samples_of_the_repository_name_their_sources():
    text = (FIGURES / "SOURCES.md").read_text(encoding="utf-8")
    for table in FIGURES.glob("*.csv"):
        assert f"`{table.name}`" in text
    cited = {row["citation"] for row in figures("us_state_year")}
    assert all(f"`{key}`" in text for key in cited)
