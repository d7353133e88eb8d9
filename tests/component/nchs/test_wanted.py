"""What is wanted of CDC WONDER follows from what the archive holds, by content."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from assets.archive.acceptance import SLOT
from assets.archive.samples import sample_extracts
from assets.archive.vintage import Origin
from assets.archive.vintage_folders import put
from assets.archive.wanted import ALONE, GAP, LATE, Want
from assets.core.lacking import Lacking, remember
from assets.core.wanted import answered, possible, wanted
from assets.producers.catalogue import dataset
from assets.producers.nchs.wanted.asked import COUNTIES, NATION, STATES, asked
from assets.producers.nchs.wanted.questions import questions
from assets.state.home import Home
from pipelines.answered import answered_since, archived

TODAY = date(2026, 11, 29)
HAND = ("nchs_wonder_linked", "nchs_wonder_natality", "nchs_wonder_mortality")


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The bundled exports of CDC WONDER and workbooks of child mortality, archived."""
    home = Home(tmp_path_factory.mktemp("bundled")).create()
    for name in (*HAND, "ons_child_mortality"):
        for file, origin in sample_extracts(dataset(name)):
            edition = re.search(r"[0-9]{4}", file.name)
            slot = {SLOT: f"edition={edition[0]}"} if name.startswith("ons") and edition else {}
            put(home, dataset(name), file, replace(origin, parameters=slot))
    return home


def of(wants: list[Want], title: str) -> dict[str, str]:
    return {want.source: want.lacks for want in wants if want.title.startswith(title)}


def test_a_new_home_wants_every_year_of_every_database(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    found = wanted(home, TODAY)
    assert of(found, "Infant deaths and births of the United States by year") == {
        "Linked Birth / Infant Death Records, 1995-1998": "1995–1998",
        "Linked Birth / Infant Death Records, 1999-2002": "1999–2002",
        "Linked Birth / Infant Death Records, 2003-2006": "2003–2006",
        "Linked Birth / Infant Death Records, 2007-2023": "2007–2023",
    }
    assert {want.last_had for want in found} == {None}
    assert {want.want_id for want in found} == possible(home, TODAY)
    assert len({want.want_id for want in found}) == len(found)


def test_what_the_samples_lack(bundled: Home) -> None:
    """The nation's linked sample has 2003, 2005 and 2006; that of the states no 2021."""
    found = wanted(bundled, TODAY)
    gaps = [want for want in found if want.urgency == GAP]
    assert of(gaps, "Infant deaths and births of the United States by year") == {
        "Linked Birth / Infant Death Records, 2003-2006": "2004"
    }
    states = of(found, "Infant deaths and births of the states by year")
    assert list(states) == ["Linked Birth / Infant Death Records, 2007-2023"]
    assert "2014–2020 (District of Columbia), 2021 (all states)" in states.popitem()[1]
    # Births of 2025 come out from August to October 2026.
    late = [want for want in found if want.urgency == LATE and want.country == "US"]
    assert [w.lacks for w in late if w.dataset_id == "nchs_wonder_natality"] == ["2025"]
    assert "expected in 2026-08 to 2026-10" in late[0].because
    earlier = [w for w in wanted(bundled, date(2026, 10, 31)) if w.urgency == LATE]
    assert [w.lacks for w in earlier if w.dataset_id == "nchs_wonder_natality"] == ["2024"]
    # The others were last asked in June 2025, before their release months: imr sources says late.
    assert {w.dataset_id for w in late} >= {"nchs_wonder_linked", "nchs_wonder_mortality"}
    again = next(w for w in late if w.dataset_id == "nchs_wonder_linked")
    assert "last asked on 2025-06-02" in again.because
    assert again.lacks == "2023"
    editions = of(found, "Child mortality")
    assert list(editions) == ["edition 2024", "edition 2019", "edition 2020", "edition 2021",
                              "edition 2023"]  # fmt: skip
    # The provisional count of 2024 is no answer to a question for the final one.
    deaths = of(gaps, "Infant deaths of the United States by year")
    assert deaths["Multiple Cause of Death, 2018-2024, Single Race"] == "2024"


def test_a_measure_and_an_area_limit_it(bundled: Home) -> None:
    missouri = wanted(bundled, TODAY, measure="infant_mortality", area="US-MO")
    by_race = [w for w in missouri if "counties by bridged race" in w.title]
    assert [w.lacks for w in by_race][-1] == "2007–2023 (Missouri)"
    assert all(w.want_id.endswith("-MO") for w in missouri if w.missing)
    assert {w.country for w in missouri} == {"US"}
    neonatal = wanted(bundled, TODAY, measure="neonatal_mortality", area="US-MO")
    assert {w.title for w in neonatal if w.missing} == {
        "Infant deaths of the states by age at death and year"
    }
    counties = wanted(bundled, TODAY, area="29510")
    assert {w.title.partition(" by ")[0] for w in counties if w.missing} == {
        "Infant deaths and births of the counties"
    }
    english = wanted(bundled, TODAY, area="E92000001")
    assert {w.country for w in english} == {"EW"}


def test_what_waits_for_its_partner_is_more_urgent(tmp_path: Path, bundled: Home) -> None:
    home = Home(tmp_path).create()
    lacks = Lacking("nchs_wonder_natality", "deaths", (2004,), 1, "X (nchs_wonder_linked)")
    other = Lacking("local_area_counts", "births", (2004,), 1, "births from somewhere")
    remember(home, [lacks, other])
    found = wanted(home, TODAY)
    first = next(w for w in found if w.source.endswith("2003-2006"))
    assert (first.urgency, first.because) == (ALONE, lacks.line)
    assert any(w.because == other.line for w in found)


@dataclass(frozen=True)
class Genuine:
    kind: str
    by: set[str]
    level: str
    years: set[int]
    answers: str


EXPORTS = {
    "lee_linked_2017-2022.txt": Genuine(
        "linked", set(), COUNTIES, {2022}, "Infant deaths and births of the counties by year"
    ),
    "paris_IMR_BY_state_by_RACE__2007-2016.txt": Genuine(
        "linked", {"race_bridged"}, STATES, {2016},
        "Infant deaths and births of the states by bridged race and year",
    ),
    "mch_infant_mortality_yearly_00_17.txt": Genuine(
        "mortality", set(), NATION, set(range(2000, 2018)),
        "Infant deaths of the United States by year",
    ),
    "paris_imr_by_year_by_race__2007-2016.txt": Genuine(
        "linked", {"race_bridged"}, NATION, set(range(2007, 2017)),
        "Infant deaths and births of the United States by bridged race and year",
    ),
    "derived_hispanic_origin_2016.txt": Genuine(
        "linked", {"race_and_hispanic_origin"}, NATION, {2016},
        "Infant deaths and births of the United States by race and Hispanic origin and year",
    ),
    "D66_births_by_month_2007-2023.csv": Genuine(
        "natality", {"month"}, NATION, set(range(2007, 2024)),
        "Births of the United States by month",
    ),
    "mch_fetal_mortality_yearly_05_22.txt": Genuine(
        "fetal", set(), NATION, set(range(2005, 2023)), "Fetal deaths of the United States by year"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_a_genuine_export_is_the_answer_whatever_its_name(
    name: str, shared_data: Path, tmp_path: Path
) -> None:
    genuine = EXPORTS[name]
    said = asked(shared_data / "nchs" / "wonder" / "public" / name)
    assert said is not None
    assert (said.kind, said.by, said.level) == (genuine.kind, genuine.by, genuine.level)
    assert said.years == genuine.years
    renamed = tmp_path / "from a colleague.bin"
    renamed.write_bytes((shared_data / "nchs" / "wonder" / "public" / name).read_bytes())
    home = Home(tmp_path / "home").create()
    entry = dataset(f"nchs_wonder_{genuine.kind}")
    origin = Origin("file:from a colleague.bin", "2026-11-28T02:00:00+00:00", entry.licence)
    vintage, _ = put(home, entry, renamed, origin)
    found = answered(home, TODAY, [vintage])
    assert genuine.answers in [answer.want.title for answer in found]
    for answer in found:
        assert answer.left is None or answer.left.missing < answer.want.missing
    assert len(answered_since(home, frozenset())) == len(found)
    assert answered_since(home, archived(home)) == ()


PARTS = {
    "mch_natality_yearly_07_22_above_35.txt": "births of some mothers",
    "mch_infant_mortality_first_half_23.txt": "deaths of half a year",
    "paris_death_rates_state.txt": "ten years in one figure",
    "mch_infant_mortality_census_00_10.txt": "regions, of which no question is",
    "derived_cause_2016.txt": "causes of another list",
    "../saloni-nd_D159_age_in_days.txt": "single days of age",
    "../D159_lbd_2017-2022_expanded_state_year.txt": "three characteristics at once",
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_no_answer(name: str, shared_data: Path) -> None:
    said = asked(shared_data / "nchs" / "wonder" / "public" / name)
    of_questions = {frozenset(q.by) for q in questions()}
    assert said is None or not said.level or not said.years or said.by not in of_questions


def test_the_statements_that_need_an_export_are_checked_ones(repository: Path) -> None:
    claims = (repository / "assets/rates/claims/claims.csv").read_text(encoding="utf-8")
    for question in questions():
        named = re.findall(r"[A-Z]{3}-[0-9]{2}", question.because)
        assert bool(named) == (question.urgency == "claim"), question.name
        assert all(f"\n{name}," in claims for name in named), question.name
