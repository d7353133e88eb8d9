"""The page of a release: what it says of small published tables, and what it says is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from assets.archive.overview import DatasetState
from assets.release.documents.page.page import PARTS
from assets.schema.registry import table
from assets.state.warehouse import in_memory
from tests.component.release import figures as f
from tests.component.release.page import published as p

BAD = "</title><script>alert('x')</script><img src=x onerror=alert(1)>\"&amp;\u202egnp"
LONG = "Llan" + "fair" * 74
KEYS = [part.key for part in PARTS]


def trend(area: str, family: str, year: int, before: float, now: float, verdict: str) -> f.Row:
    return {
        **f.series(area, family), "area_name": p.NAMES[area], "trend_type": "year_on_year",
        "period_start": date(year - 1, 1, 1), "period_end": date(year, 12, 31), "points": 2,
        "rate_start": before, "rate_end": now, "verdict": verdict, "test": "z",
        "value_status": "ok", "method_version": "1.0.0",
    }  # fmt: skip


def of_table(name: str, **row: object) -> f.Row:
    """A row with those columns only that the table has."""
    return {k: v for k, v in row.items() if k in table(f"published.{name}").column_names}


def state(code: str, name: str, deaths: float | None, births: float, **other: object) -> f.Row:
    return p.rate(code, "nchs_linked", 2023, deaths, births, area_type="state", area_name=name,
                  is_latest=deaths is not None, **other)  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Iterator[duckdb.DuckDBPyConnection]:
    """Both nations, three states, one of them on few deaths and one withheld. Read only."""
    with in_memory() as con:
        _fill_small(con)
        yield con


@pytest.fixture(scope="module")
def page(small: duckdb.DuckDBPyConnection) -> p.Read:
    """The page of it."""
    return p.Read(p.page(small, rates__parquet=1_650_000, README__md=36_000))


def _fill_small(con: duckdb.DuckDBPyConnection) -> None:
    p.fill(
        con,
        rates=[
            *p.national(),
            state("US-MS", "Mississippi", 308, 34_459, compared_with_nation="worse_998"),
            state("US-VT", "Vermont", 16, 5_065, value_status="unreliable",
                  status_reason="fewer than 20 events", compared_with_nation="better_95"),
            state("US-WY", "Wyoming", None, 6_000, value_status="suppressed",
                  status_reason="withheld by the producer"),
        ],
        trends=[
            of_table("trends", **trend("US", "nchs_linked", 2023, 5.6102, 5.6065,
                                       "no_significant_change")),
            of_table("trends", **trend("K04000001, J99000001", "ons_occurrence", 2022, 3.7178,
                                       3.8796, "no_significant_change")),
        ],
        definitions=[{"definition_id": "counted", "kind": "count", "text": "Deaths of the year.",
                      "source": "NCHS"}],
        claims=[f.claim(verdict="does_not_reproduce", recomputed_display="6.7")],
        suppression=[
            of_table("suppression", source_family="nchs_linked", country="US", area_type="state",
                     measure="infant_mortality", geography_vintage="US", window_type=window,
                     period_start=date(2023 - years, 1, 1), period_end=date(2023, 12, 31),
                     cells=shown + hidden, cells_shown=shown, cells_suppressed=hidden,
                     cells_unreliable=0, cells_without_figures=0, cells_no_rate=0, policy="p")
            for window, years, shown, hidden in
            (("annual", 0, 18, 32), ("rolling_5_year", 4, 17, 3))
        ],
        suppression_by_window=[
            of_table("suppression_by_window", source_family="nchs_linked", country="US",
                     area_type="state", measure="infant_mortality", geography_vintage="US",
                     window_type=window, cells_of="areas", cells=shown + hidden, cells_shown=shown,
                     cells_withheld=hidden, share_shown=shown / (shown + hidden), policy="p")
            for window, shown, hidden in (("annual", 18, 32), ("rolling_5_year", 17, 3))
        ],
        sources=[f.vintage()],
    )  # fmt: skip


def test_headline_figures_come_with_interval_change_and_verdict(page: p.Read) -> None:
    said = page.said("headline")
    # 20,161 / 3,596,017 = 5.6065 and 20,577 / 3,667,758 = 5.6102: printed 5.61 both, NVSR 74-07.
    assert "Infant mortality, 2023 5.61 per 1,000 live births" in said
    assert "It stayed at 5.61; no more than chance would do." in said
    assert "20,161 deaths under one year among 3,596,017 live births. NCHS linked file." in said
    # ONS: the rate rose from 3.7 in 2021 to 3.9 in 2022.
    assert "It rose from 3.7 to 3.9; no more than chance would do." in said
    assert "Deaths of the year." in said


def test_states_on_few_deaths_are_hollow_and_none_is_ranked_without_a_figure(page: p.Read) -> None:
    said = page.said("states")
    assert "Vermont stands on too few deaths for a reliable rate" in said
    assert "No figure of Wyoming." in said
    assert "2023: Mississippi 8.94, the only state." in said
    tiles = [a["class"] for a in page.of("div") if "tile " in str(a.get("class"))]
    assert sorted(map(str, tiles)) == ["tile better few", "tile none", "tile worse"]


def test_what_is_withheld_is_counted_and_not_shown(page: p.Read) -> None:
    read = page
    assert "1 is withheld" in read.said("withheld")
    # 18 of 50 areas, and 17 of 20.
    assert "annual: 36 % shown; five years: 85 % shown." in read.said("withheld")
    assert "Wyoming, infant mortality, 2023 – withheld by the producer" in read.said("statuses")
    assert "6,000" not in "".join(read.text.values())


def test_claims_have_their_verdict(page: p.Read) -> None:
    said = page.said("claims")
    assert said.startswith("What others state Of 1 statement, 1 do not hold.")
    assert "Does not hold The rate is 6.6 A report (C-01)." in said
    assert "Computed here: 6.7" in said


def test_the_page_is_well_formed_for_everybody(page: p.Read) -> None:
    read = page
    ids = Counter(a["id"] for _, a in read.elements if "id" in a)
    assert not [i for i, n in ids.items() if n > 1]
    links = {str(a["href"]) for a in read.of("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert [a["id"] for a in read.of("section")] == KEYS
    levels = [int(tag[1]) for tag, _ in read.elements if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert all(a.get("scope") in ("row", "col") for a in read.of("th"))
    pictures = [a for _, a in read.elements if a.get("role") == "img"]
    assert pictures
    assert all(len(str(a["aria-label"])) > 20 for a in pictures)
    assert not list(read.of("script"))
    assert not [link for link in links if "//" in link]


def test_nothing_at_all_is_a_page_that_says_so(con: duckdb.DuckDBPyConnection) -> None:
    p.fill(con)
    html = p.page(con)
    read = p.Read(html)
    assert "no annual figure of the United States" in read.said("headline")
    assert "no annual figure of England or Wales" in read.said("headline")
    for key in ("nations", "twelve-months", "states", "authorities", "disparities", "targets",
                "claims", "withheld"):  # fmt: skip
        assert "This release " in read.said(key), key
    assert "could not be made" not in html
    assert "<svg" not in html


@pytest.mark.parametrize(
    ("kept", "lacking"), [("US", "England or Wales"), ("K0", "the United States")]
)
def test_a_release_of_one_country_says_which_it_lacks(
    con: duckdb.DuckDBPyConnection, kept: str, lacking: str
) -> None:
    rows = [row for row in p.national() if str(row["area_code"]).startswith(kept)]
    p.fill(con, rates=rows)
    read = p.Read(p.page(con))
    assert f"This release has no annual figure of {lacking}." in read.said("nations")
    assert "Lines by year" in str([a.get("aria-label") for _, a in read.elements])


def test_a_release_with_everything_withheld_has_no_number(con: duckdb.DuckDBPyConnection) -> None:
    hidden = [
        p.rate("US", "nchs_linked", year, None, None, value_status="suppressed")
        for year in (2022, 2023)
    ]
    p.fill(con, rates=hidden)
    read = p.Read(p.page(con))
    assert "No rate of this release carries a number." in read.said("withheld")
    assert "no annual figure of the United States" in read.said("headline")


def hostile(con: duckdb.DuckDBPyConnection) -> str:
    """The page of a release whose names and notes are none that a producer would choose."""
    rows = [
        *p.national(),
        state("US-MO", BAD, 400, 60_000),
        state("US-KS", LONG, 200, 34_000),
        state("US-XX", "מיזורי", 200, 34_000),
    ]
    p.fill(
        con, rates=rows, claims=[f.claim(statement=BAD, document=BAD, explanation=BAD)],
        sources=[f.vintage(title=BAD, producer=BAD, citation=BAD)],
    )  # fmt: skip
    return p.page(con)


def test_names_of_the_data_run_nothing_and_are_shown_whole(
    con: duckdb.DuckDBPyConnection,
) -> None:
    html = hostile(con)
    read = p.Read(html)
    assert not list(read.of("script")) + list(read.of("img"))
    assert not [a for _, a in read.elements if any(name.startswith("on") for name in a)]
    assert "\u202e" not in html
    # The number table has the whole name; what a browser shows is text.
    assert BAD.replace("\u202e", "") in read.text["states"]
    assert LONG in read.text["states"]
    assert "\u2068מיזורי\u2069" in read.text["states"]


def test_a_table_that_cannot_be_read_costs_its_section_alone(
    small: duckdb.DuckDBPyConnection,
) -> None:
    small.execute("ALTER TABLE published.claims RENAME TO away")
    try:
        read = p.Read(p.page(small))
    finally:
        small.execute("ALTER TABLE published.away RENAME TO claims")
    assert "This section could not be made, because a table cannot be read" in read.said("claims")
    assert "5.61" in read.said("headline")


def test_a_fault_of_ours_costs_its_section_alone(
    small: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> str:
        raise ValueError("no such font")

    monkeypatch.setattr("assets.release.documents.page.states.dots", faulty)
    read = p.Read(p.page(small))
    assert "because of a fault of ours (no such font)" in read.said("states")
    assert "5.61" in read.said("headline")


def dataset(status: str, **other: object) -> DatasetState:
    facts: dict[str, object] = {
        "dataset_id": f"made_{status}", "source": "nchs", "producer": "NCHS",
        "title": f"Figures that are {status}", "vintages": 1,
        "last_vintage": f"made_{status}@0123456789ab", "last_retrieved": "2022-03-31",
        "age_days": 1523, "next_expected": "2022-08 to 2022-10", "status": status,
        "licence": "", **other,
    }  # fmt: skip
    return DatasetState(**facts)  # type: ignore[arg-type]


def test_what_is_late_is_said_in_the_words_of_the_overview(
    small: duckdb.DuckDBPyConnection,
) -> None:
    datasets = (
        dataset("current"), dataset("late"),
        dataset("stale", message="refused: a column is missing"),
        dataset("empty", vintages=0, last_vintage=None, last_retrieved=None, age_days=None),
    )  # fmt: skip
    said = p.Read(p.page(small, datasets=datasets)).said("news")
    assert "Late: on 1 June 2026, 1 of 3 datasets in use" in said
    assert "Overdue longest: Figures that are late (expected 2022-08 to 2022-10)." in said
    assert "Figures that are late late 0123456789ab 2022-03-31 1,523 2022-08 to 2022-10" in said
    assert "Stale: of Figures that are stale an extract is not in use" in said
    assert "refused: a column is missing" in said
    assert "1 further dataset has no extract so far." in said


def test_what_is_new_is_said_with_its_cause(small: duckdb.DuckDBPyConnection) -> None:
    row = {
        "table_name": "rates", "column_name": "rate", "change": "revised",
        "cause": "source_revision", "previous_version": "2026.05.31",
    }  # fmt: skip
    f.write(small, "published.changes", [{**row, "row_key": key} for key in ("a", "b")])
    said = p.Read(p.page(small, previous="2026.05.31")).said("news")
    assert "New: 2 rows differ from release 2026.05.31" in said
    assert "the producer restated the figure" in said


def test_areas_lead_to_their_profiles_where_there_are_any(
    small: duckdb.DuckDBPyConnection, page: p.Read
) -> None:
    leads = [a["href"] for a in p.Read(p.page(small, explore__html=1)).of("a")]
    assert "explore.html#area=US-MS" in leads
    assert not [a for a in page.of("a") if "explore" in str(a["href"])]


def test_downloads_say_size_and_purpose(page: p.Read) -> None:
    said = page.said("downloads")
    assert "README.md 36 kB how to read the tables" in said
    assert "rates.parquet 1.6 MB one row per" in said or "rates.parquet 1.7 MB one row" in said
    assert "manifest-sha256.txt" in said
