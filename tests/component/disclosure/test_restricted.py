"""Extracts that were handed in as restricted: counts made up, in the layout of CDC WONDER."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from scipy.optimize import Bounds, LinearConstraint, milp

from assets.archive import vintage_folders, withdrawal
from assets.archive.intake import NEW, QUARANTINED, UNCHANGED, IntakeOutcome, take_in
from assets.archive.vintage import Origin
from assets.archive.withdrawal import Withdrawal
from assets.disclosure.dropped import drop_of
from assets.disclosure.folders import determined_cells
from assets.disclosure.looser import LooserPolicyError
from assets.disclosure.patterns import audit
from assets.disclosure.published_tables import publish_tables
from assets.producers.catalogue import dataset
from assets.state.home import Home
from assets.state.warehouse import connect
from pipelines.commands.sources import sources
from pipelines.outcome import RunOutcome
from pipelines.reports import report_of
from pipelines.run import _write_report
from pipelines.settings import Settings
from tests.component.local.derived import derive
from tests.from_archive import rates_of

COUNTIES = {"29019": 7, "29077": 23, "29095": 65, "29510": 38, "29999": 310}
"""Deaths of counties of Missouri, the last one being those that WONDER does not name."""
STATE = sum(COUNTIES.values())
LINKED, DEATHS, BIRTHS = "nchs_wonder_linked", "nchs_wonder_mortality", "nchs_wonder_natality"
_FOOTER = """"---"
"Dataset: {of}"
"Query Parameters:"
"States: Missouri (29)"
"{filters}"
"Group By: {by}"
"Show Totals: Disabled"
"Show Zero Values: False"
"Show Suppressed: True"
"Calculate Rates Per: 1,000"
"---"
"Help: See http://wonder.cdc.gov/wonder/help/{help}.html for more information."
"---"
"Query Date: Jan 5, 2025 1:02:03 PM"
"---"
"""


def exported(folder: Path, counts: Mapping[str, int], year: int = 2019) -> Path:
    """Write an export of the linked file by county, or of the state where it is alone."""
    by_county = set(counts) != {"29"}
    place = '"County"\t"County Code"\t' if by_county else ""
    lines = [
        f'"Notes"\t"State"\t"State Code"\t{place}"Year of Death"\t"Year of Death Code"'
        "\tDeaths\tBirths\tDeath Rate"
    ]
    for code, deaths in counts.items():
        name = "Unidentified Counties, MO" if code == "29999" else f"County {code}, MO"
        of = f'"{name}"\t"{code}"\t' if by_county else ""
        rate = f"{1000 * deaths / (200 * deaths + 1000):.2f}"
        lines.append(
            f'\t"Missouri"\t"29"\t{of}"{year}"\t"{year}"\t{deaths}\t{200 * deaths + 1000}\t{rate}'
            + (" (Unreliable)" if deaths < 20 else "")
        )
    file = folder / f"{'counties' if by_county else 'state'}-{year}.txt"
    by = "State; County; Year of Death" if by_county else "State; Year of Death"
    text = "\n".join(lines) + "\n" + _FOOTER.format(
        of="Linked Birth / Infant Death Records, 2017-2022 Expanded",
        filters=f"Year of Death: {year}", by=by, help="lbd-expanded",
    )  # fmt: skip
    file.write_text(text, encoding="ascii")
    return file


def hand_in(home: Home, file: Path, *, restricted: bool, name: str = LINKED) -> IntakeOutcome:
    origin = Origin(file.name, "2026-01-01T00:00:00+00:00", "terms", restricted=restricted)
    return take_in(home, dataset(name), file, origin)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with the public count of the state and the restricted ones of its counties."""
    made = Home(tmp_path / "home").create()
    for counts in ({"29": STATE}, COUNTIES):
        found = hand_in(made, exported(tmp_path, counts), restricted=len(counts) > 1)
        assert found.status == NEW, found.errors
    return made


@contextmanager
def built(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(home.warehouse) as con:
        rates_of(con, home)
        derive(con)
        yield con


def counts_in(con: duckdb.DuckDBPyConnection, schema: str) -> dict[tuple[str, str], float | None]:
    rows = con.execute(
        f"SELECT source_family, area_code, numerator FROM {schema}.rates WHERE area_code "
        "NOT LIKE 'X-%' AND measure = 'infant_mortality' AND window_type = 'annual'"
    ).fetchall()
    return {(family, area): count for family, area, count in rows}


def learned(shown: Mapping[tuple[str, str], float | None]) -> dict[str, tuple[float, float]]:
    """Return what a reader computes of every county, who knows that they add up to the state."""
    of = {c: shown["nchs_linked_restricted", c] for c in COUNTIES}
    hidden = [c for c, value in of.items() if value is None]
    left = shown["nchs_linked", "US-MO"] - sum(v for v in of.values() if v is not None)
    ends = {}
    for county in hidden:
        goal = np.array([float(c == county) for c in hidden])
        ends[county] = tuple(
            sign * milp(
                sign * goal,
                constraints=LinearConstraint(np.ones((1, len(hidden))), left, left),
                integrality=np.ones(len(hidden)),
                bounds=Bounds(0, np.inf),
            ).fun
            for sign in (1.0, -1.0)
        )  # fmt: skip
    return ends


def test_a_public_total_does_not_give_a_restricted_count_away(home: Home, tmp_path: Path) -> None:
    with built(home) as con:
        as_counted = counts_in(con, "rates")
        publish_tables(con)
        shown = counts_in(con, "published")
        found = audit(con)
        folder = tmp_path / "release=2026.06.01"
        folder.mkdir()
        for name in ("rates", "areas"):
            con.execute(f"COPY published.{name} TO '{folder / name}.parquet'").fetchall()
        computed = [c for c, given_away in determined_cells(con, [folder]) if given_away]
    unprotected = {k: v if k[1] != "29019" else None for k, v in as_counted.items()}
    assert learned(unprotected)["29019"] == (7, 7)
    low, high = learned(shown)["29019"]
    assert high - low >= 2
    assert low == 0 or high >= 10
    # What is public stays, and stands in a series of its own.
    assert shown["nchs_linked", "US-MO"] == STATE
    assert ("nchs_linked_restricted", "US-MO") not in shown
    assert (found, computed) == ([], [])


def test_what_is_released_of_it_says_so_and_does_not_give_its_bytes_away(home: Home) -> None:
    with built(home) as con:
        publish_tables(con)
        rows = con.execute(
            "SELECT is_restricted, sha256, vintage_id, bytes FROM published.sources"
        ).fetchall()
        printed = con.execute("SELECT count(*), min(source_family) FROM core.printed_rates")
        assert printed.fetchone() == (1, "nchs_linked")
    (file,) = (v.path for v in vintage_folders.vintages(home, dataset(LINKED))
               if v.origin.restricted)  # fmt: skip
    plain = hashlib.sha256(file.read_bytes()).hexdigest()
    (of_restricted,) = (row for row in rows if row[0])
    assert plain not in of_restricted
    assert plain[:12] not in of_restricted[2]
    assert of_restricted[3] == 10_000


def test_births_that_are_public_stand_beside_restricted_deaths(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    head = '"Notes"\t"State"\t"State Code"\t"Year"\t"Year Code"\t'
    row = '\t"Missouri"\t"29"\t"2019"\t"2019"\t'
    births = tmp_path / "births.txt"
    births.write_text(
        f"{head}Births\n{row}4000\n" + _FOOTER.format(
            of="Natality, 2016-2022 expanded", filters="Year: 2019", by="State; Year",
            help="natality-expanded",
        ), encoding="ascii",
    )  # fmt: skip
    deaths = tmp_path / "deaths.txt"
    deaths.write_text(
        f"{head}Deaths\tPopulation\tCrude Rate\n{row}6\tNot Applicable\tNot Applicable\n"
        + _FOOTER.format(
            of="Underlying Cause of Death, 2018-2022, Single Race",
            filters='Ten-Year Age Groups: < 1 year"\n"Year/Month: 2019', by="State; Year",
            help="ucd-expanded",
        ), encoding="ascii",
    )  # fmt: skip
    for name, file in ((BIRTHS, births), (DEATHS, deaths)):
        found = hand_in(home, file, restricted=file == deaths, name=name)
        assert found.status == NEW, found.errors
    with built(home) as con:
        (row_of,) = con.execute(
            "SELECT source_family, numerator, denominator FROM rates.rates WHERE area_code = "
            "'US-MO' AND measure = 'infant_mortality'"
        ).fetchall()
        publish_tables(con)
        assert counts_in(con, "published")["nchs_mortality_restricted", "US-MO"] is None
    assert row_of == ("nchs_mortality_restricted", 6, 4000)


def test_the_mark_is_never_taken_off(home: Home, tmp_path: Path) -> None:
    again = hand_in(home, exported(tmp_path, COUNTIES), restricted=False)
    assert again.status == UNCHANGED
    assert again.vintage is not None
    assert again.vintage.origin.restricted
    # Refused first with the mark, then offered without it.
    wrong = exported(tmp_path, {"29019": 7, "29510": 38}, 2018)
    text = wrong.read_text(encoding="ascii")
    wrong.write_text(text.replace("\t38\t", "\t0\t"), encoding="ascii")
    assert hand_in(home, wrong, restricted=True).status == QUARANTINED
    (report,) = (home.quarantine / LINKED).glob("*/report.json")
    assert '"restricted": true' in report.read_text(encoding="utf-8")
    assert hand_in(home, wrong, restricted=False).status == QUARANTINED
    assert '"restricted": true' in report.read_text(encoding="utf-8")


def test_what_was_taken_in_without_the_mark_gets_it(home: Home, tmp_path: Path) -> None:
    state = next(v for v in vintage_folders.vintages(home, dataset(LINKED))
                 if not v.origin.restricted)  # fmt: skip
    by_person = Withdrawal(state.vintage_id, "2026-01-02T00:00:00+00:00", "person")
    withdrawal.withdraw(home, dataset(LINKED), by_person)
    marked = hand_in(home, exported(tmp_path, {"29": STATE}), restricted=True).vintage
    assert marked is not None
    assert marked.origin.restricted
    assert marked.vintage_id != state.vintage_id
    # Under its new name it is still out of use.
    assert marked.vintage_id in withdrawal.withdrawn(home, dataset(LINKED))


def test_what_was_published_before_it_was_marked_is_given_away(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home").create()
    for counts in ({"29": STATE}, COUNTIES):
        assert hand_in(home, exported(tmp_path, counts), restricted=False).status == NEW
    folder = tmp_path / "release=2026.06.01"
    folder.mkdir()
    with built(home) as con:
        publish_tables(con)
        assert counts_in(con, "published")["nchs_linked", "29019"] == 7
        for name in ("rates", "areas"):
            con.execute(f"COPY published.{name} TO '{folder / name}.parquet'").fetchall()
    assert hand_in(home, exported(tmp_path, COUNTIES), restricted=True).status == UNCHANGED
    with built(home) as con:
        publish_tables(con, [folder])
        (leak,) = audit(con, [folder])
        assert (leak.lowest, leak.highest, leak.is_past) == (7, 7, True)
        # Nothing is published until somebody gives it up, which leaves it out.
        given_up = [drop_of(leak.cell)]
        publish_tables(con, [folder], given_up)
        assert counts_in(con, "published")["nchs_linked_restricted", "29019"] is None
        assert audit(con, [folder], given_up) == []


def test_people_are_told_which_extracts_are_marked(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (marked,) = (v.vintage_id for v in vintage_folders.vintages(home, dataset(LINKED))
                 if v.origin.restricted)  # fmt: skip
    monkeypatch.setenv("IMR_HOME", str(home.root))
    said = CliRunner().invoke(sources, []).output
    assert f"RESTRICTED {marked}: its small counts are withheld" in said
    outcome = RunOutcome("a", succeeded=True, version=None, published=False, path=None)
    _write_report(Settings(home), outcome)
    assert json.loads(report_of(home, "a").read_text(encoding="utf-8"))["restricted"] == [marked]


def test_to_ask_for_less_is_an_error_that_names_the_extract(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMR_HOME", str(home.root))
    home.policies.write_text("series: {nchs_linked_restricted: nice}\n", encoding="utf-8")
    (restricted,) = (v.vintage_id for v in vintage_folders.vintages(home, dataset(LINKED))
                     if v.origin.restricted)  # fmt: skip
    with built(home) as con, pytest.raises(LooserPolicyError, match="looser than nchs") as caught:
        publish_tables(con)
    assert caught.value.vintages == (restricted,)
