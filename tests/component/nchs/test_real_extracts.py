"""Real extracts, with numbers counted by an independent reading or printed in the file."""

from __future__ import annotations

import csv

import pytest

from assets.archive.intake import judge
from assets.archive.parsing import read
from assets.producers.catalogue import dataset
from assets.producers.nchs.catalogue import DATASETS
from assets.producers.nchs.identify import identify
from assets.producers.nchs.soda.layouts import LAYOUTS
from assets.producers.nchs.wonder.read import parse_linked, parse_mortality, parse_natality
from assets.producers.nchs.wonder.rules import RULES

BY_ID = {dataset.dataset_id: dataset for dataset in DATASETS}


@pytest.fixture
def wonder(shared_data):
    return shared_data / "nchs" / "wonder"


@pytest.fixture
def socrata(shared_data):
    return shared_data / "nchs" / "socrata"


def broken(parsed, rules=RULES):
    return {r.rule_id: r.offending(parsed) for r in rules if len(r.offending(parsed))}


def raw_rows(path, delimiter="\t"):
    """Return the cells above the footer, read without any code under test."""
    table = path.read_text(encoding="ascii").replace("\r\n", "\n").split('\n"---"')[0]
    return list(csv.reader(table.splitlines(), delimiter=delimiter))


def column(parsed, name, row_type="data"):
    frame = parsed.frame
    return frame[(frame["source_column"] == name) & (frame["row_type"] == row_type)]


def test_linked_by_state_age_race_year_month(wonder):
    path = wonder / "D159_lbd_2017-2022_expanded_state_year.txt"
    parsed = parse_linked(path)
    raw = raw_rows(path)
    assert len(parsed.frame) == 3 * (len(raw) - 1)
    assert column(parsed, "Deaths")["value"].sum() == sum(int(r[11]) for r in raw[1:])
    assert column(parsed, "Births")["value"].sum() == sum(int(r[12]) for r in raw[1:])
    marked = column(parsed, "Death Rate")["raw_text"].notna().sum()
    assert marked == sum("(Unreliable)" in r[13] for r in raw[1:]) > 0
    last = parsed.frame.iloc[-1]
    assert last["source_row"] == len(raw)
    assert "Mother's Single Race 6" in last["grouped_by"]
    assert last["age_of_mother_code"] == "30-34"
    assert parsed.metadata["Parameter: Mother's Single Race 6"].split("; ") == [
        "American Indian or Alaska Native",
        "Asian",
        "Black or African American",
        "Native Hawaiian or Other Pacific Islander",
        "White",
        "More than one race",
        "Unknown or Not Stated",
    ]
    assert broken(parsed) == {}


def test_linked_by_age_in_days_with_total_row_and_hidden_rows(wonder):
    path = wonder / "saloni-nd_D159_age_in_days.txt"
    parsed = parse_linked(path)
    raw = raw_rows(path)
    assert column(parsed, "Deaths")["value"].sum() == sum(int(r[3]) for r in raw[1:-1])
    total = parsed.frame[parsed.frame["row_type"] == "total"].set_index("source_column")["value"]
    assert total.to_dict() == {"Deaths": 19578, "Births": 3613647, "Death Rate": 5.4178}
    assert set(parsed.frame["year_code"]) == {"2020"}
    zero = column(parsed, "Deaths").iloc[-1]
    assert (zero["age_of_infant"], zero["value"]) == ("Unknown or Not Stated", 0)
    assert parsed.metadata["Decimals: Death Rate"] == "5"
    assert broken(parsed) == {}


def test_natality_of_missouri_counties_in_csv_syntax(wonder):
    path = wonder / "PopHIVE_D149_2023_county_gender_Missouri.csv"
    parsed = parse_natality(path)
    births = column(parsed, "Births")
    assert births["value"].sum() == 67123  # Missouri, 2023
    pooled = births[births["county_code"] == "29999"]
    assert pooled["value"].sum() == 28751
    assert set(parsed.frame["state_code"]) == {"29"}
    assert set(parsed.frame["year_code"]) == {"2023"}
    assert '"Unidentified Counties."' in parsed.metadata["Caveats"]
    assert broken(parsed) == {}


def test_infant_deaths_of_the_mortality_files(wonder):
    parsed = parse_mortality(wonder / "MCHTrends_infant_mortality_yearly_18_22.txt")
    deaths = column(parsed, "Deaths")
    assert deaths["value"].tolist() == [21467, 20921, 19582, 19920, 20516]
    assert deaths["year"].tolist()[-1] == "2022 (provisional)"
    assert column(parsed, "Deaths", "total")["value"].tolist() == [102406]
    assert parsed.metadata["Rates Per"] == "100000"
    assert broken(parsed) == {}


def test_natality_of_some_women_only_is_read_and_refused(wonder):
    parsed = parse_natality(wonder / "corinne-riddell_Births-by-race-year-2005-2006-with-notes.txt")
    assert column(parsed, "Births")["value"].tolist() == [583759, 617247, 2279768, 2308640]
    assert parsed.metadata["Query Date"] == "Mar 21, 2017 3:27:59 PM"
    found = broken(parsed)
    assert set(found) == {"INTAKE-WONDER-QUERY"}
    assert found["INTAKE-WONDER-QUERY"]["problem"].tolist() == [
        "restricted to Hispanic Origin: Non-Hispanic White, Non-Hispanic Black"
    ]


def test_natality_without_footer_is_read_only_on_request(wonder):
    path = wonder / "midas_natality_2007_2022.txt"
    raw = raw_rows(path)
    assert identify(path) is None
    parsed = parse_natality(path)
    births = column(parsed, "Births")
    assert len(births) == len(raw) - 1 == 51 * 16
    assert births["value"].sum() == sum(int(r[4]) for r in raw[1:])
    of_2010 = births[births["year_code"] == "2010"]
    assert of_2010["value"].sum() == 3999386  # final births, 2010
    population = column(parsed, "Total Population")
    assert set(population[population["value"].isna()]["raw_text"]) == {"Not Available"}
    assert set(population[population["value"].isna()]["year_code"]) == {"2021", "2022"}
    assert set(parsed.frame["rates_per"]) == {1000}  # WONDER prints birth rates per 1,000
    assert set(broken(parsed)) == {"INTAKE-WONDER-FOOTER"}


@pytest.mark.parametrize("edition", ["2020-05", "2022"])
def test_editions_of_the_provisional_counts(socrata, edition):
    path = socrata / f"vsrr_hmz2-vwda_vintage{edition}.csv"
    dataset = BY_ID["nchs_vsrr_counts"]
    parsed = dataset.parse(path)
    with path.open(encoding="ascii", newline="") as handle:
        raw = list(csv.DictReader(handle))
    assert len(parsed.frame) == len(raw) == 1650
    assert parsed.frame["value"].sum() == sum(int(r["Data Value"]) for r in raw)
    assert parsed.frame["source_row"].tolist() == list(range(2, 1652))
    assert broken(parsed, dataset.intake_rules) == {}


@pytest.mark.parametrize(
    ("soda_id", "measured"),
    [
        ("e6fc-ccez", ("Birth Number", "General Fertility Rate", "Crude Birth Rate")),
        ("epev-k6ss", ("Mortality Rate",)),
        ("jqwm-z2g9", ("Rate",)),
        ("76vv-a7x8", ("Rate",)),
    ],
)
def test_national_series(socrata, soda_id, measured):
    path = next(socrata.glob(f"{soda_id}*"))
    layout = next(x for x in LAYOUTS if x.soda_id == soda_id)
    dataset = BY_ID[layout.dataset_id]
    parsed = dataset.parse(path)
    with path.open(encoding="ascii", newline="") as handle:
        raw = list(csv.DictReader(handle))
    for name in measured:
        values = parsed.frame[parsed.frame["source_column"] == name]["value"]
        assert len(values) == len(raw)
        assert values.sum() == pytest.approx(sum(float(r[name]) for r in raw), rel=1e-12)
    significant = parsed.frame[parsed.frame["source_column"] == "Significant"]
    assert len(significant) == sum(bool(r.get("Significant")) for r in raw)
    assert broken(parsed, dataset.intake_rules) == {}


def test_quarterly_infant_mortality_as_published(socrata):
    parsed = BY_ID["nchs_vsrr_quarterly"].parse(next(socrata.glob("jqwm-z2g9*")))
    series = parsed.frame[parsed.frame["indicator"] == "Infant mortality"]
    published = [5.83, 5.85, 5.82, 5.79, 5.79, 5.69, 5.70, 5.67, 5.64, 5.69]
    assert series["value"].tolist() == published
    assert set(series["unit"]) == {"per 1,000 births"}


def test_real_files_are_identified_and_others_are_not(shared_data, wonder, socrata):
    expected = {
        "D159_lbd_2017-2022_expanded_state_year.txt": "nchs_wonder_linked",
        "saloni-nd_D159_age_in_days.txt": "nchs_wonder_linked",
        "PopHIVE_D149_2023_county_gender_Missouri.csv": "nchs_wonder_natality",
        "corinne-riddell_Births-by-race-year-2005-2006-with-notes.txt": "nchs_wonder_natality",
        "MCHTrends_infant_mortality_yearly_18_22.txt": "nchs_wonder_mortality",
        "midas_natality_2007_2022.txt": None,
    }
    assert {path.name: identify(path) for path in wonder.iterdir() if path.is_file()} == expected
    by_soda_id = {x.soda_id: x.dataset_id for x in LAYOUTS}
    for path in socrata.iterdir():
        soda_id = next(key for key in by_soda_id if key in path.name)
        assert identify(path) == by_soda_id[soda_id]
    others = [p for p in (shared_data / "ons").rglob("*") if p.is_file()]
    assert others
    assert {identify(path) for path in others} == {None}


@pytest.mark.parametrize("name", ["asad_ddsk.csv", "ivan_ddsk.csv"])
def test_copies_of_the_rates_by_race_are_complete(shared_data, name):
    file = shared_data / "nchs" / "states" / name
    entry = dataset("nchs_rates_by_race_1915")
    parsed = read(entry, file)
    assert len(parsed.frame) == 198
    assert parsed.frame.groupby("indicator").size().nunique() == 1
    assert judge(entry, parsed, name) == ([], [])
