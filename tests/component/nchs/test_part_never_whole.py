"""A part is never taken for the whole: exports without footer against an archive of samples."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.archive import vintage_folders
from assets.archive.intake import IntakeOutcome, take_in
from assets.archive.samples import sample_extracts
from assets.archive.staging import stage
from assets.archive.vintage import Origin
from assets.producers.catalogue import dataset
from assets.producers.nchs.wonder.whole import judge_whole
from assets.state.home import Home

ORIGIN = Origin("file:export", "2026-01-01T00:00:00+00:00", "none")
HEADER = "Notes,State,State Code,Year,Year Code,"
LINKED, NATALITY = "nchs_wonder_linked", "nchs_wonder_natality"
MORTALITY = "nchs_wonder_mortality"


def offered(home: Home, file: Path, dataset_id: str = LINKED) -> IntakeOutcome:
    return take_in(home, dataset(dataset_id), file, ORIGIN, (judge_whole(home),))


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the bundled exports of births and of linked deaths."""
    home = Home(tmp_path_factory.mktemp("sampled")).create()
    for dataset_id in (LINKED, NATALITY):
        for file, origin in sample_extracts(dataset(dataset_id)):
            vintage, _ = vintage_folders.put(home, dataset(dataset_id), file, origin)
            stage(home, dataset(dataset_id), vintage)
    return home


@pytest.fixture
def home(sampled: Home, tmp_path: Path) -> Home:
    """A copy of it, so that one test does not see what another took in."""
    shutil.copytree(sampled.root, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture(scope="module")
def counts() -> dict[tuple[str, str, int], tuple[int, int]]:
    """Deaths and births of every state and year of the samples, by name and code."""
    rows = {}
    row = re.compile(r'\t"([^"]+)"\t"(\d\d)"\t"(\d{4})"\t"\d{4}"\t(\d+)\t(\d+)\t')
    for file, _ in sample_extracts(dataset(LINKED)):
        if "state" in file.name:
            for name, code, year, deaths, births in row.findall(file.read_text("ascii")):
                rows[name, code, int(year)] = (int(deaths), int(births))
    return rows


@pytest.fixture
def trimmed(
    tmp_path: Path, counts: dict[tuple[str, str, int], tuple[int, int]]
) -> Callable[..., Path]:
    """Write an export without footer of shares of the counts of the samples."""

    def write(
        years: range, births: float = 1, deaths: float = 1, states: str = "", shift: int = 0
    ) -> Path:
        lines = [HEADER + "Deaths,Births"]
        for (name, code, year), (died, born) in sorted(counts.items()):
            if year in years and (not states or name in states):
                died, born = round(died * deaths), round(born * births)
                told = str(died) if died > 9 else "Suppressed"
                lines.append(f",{name},{code},{year + shift},{year + shift},{told},{born}")
        file = tmp_path / "trimmed.csv"
        file.write_text("\n".join(lines) + "\n", encoding="ascii")
        return file

    return write


def test_births_of_one_race_never_become_totals(
    shared_data: Path, home: Home, tmp_path: Path
) -> None:
    file = shared_data.parent / "cases" / "d159_black_nofooter.csv"
    for place in (Home(tmp_path / "new").create(), home):
        outcome = offered(place, file)
        assert [e.rule for e in outcome.errors] == ["WONDER-PART"]
        assert outcome.vintage is None
    assert "births of" in outcome.errors[0].seen
    assert "set aside" in outcome.errors[0].remedy


def test_a_copy_of_the_births_of_all_is_taken_in_with_its_evidence(
    shared_data: Path, home: Home
) -> None:
    """Births by state of 2007 to 2022, whose footer somebody cut off."""
    file = shared_data / "nchs" / "wonder" / "midas_natality_2007_2022.txt"
    outcome = offered(home, file, NATALITY)
    assert outcome.errors == ()
    assert outcome.vintage is not None
    notes = [v.origin.note for v in vintage_folders.vintages(home, dataset(NATALITY))]
    assert any("16 sums of the states' births agree with nchs_wonder_natality@" in n for n in notes)


def test_without_anything_to_compare_it_is_set_aside(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "nchs" / "wonder" / "midas_natality_2007_2022.txt"
    (error,) = offered(Home(tmp_path / "new").create(), file, NATALITY).errors
    assert "no births of everybody to compare Alabama" in error.seen
    assert "take in an export with footer" in error.remedy


@pytest.mark.parametrize(
    ("what", "options"),
    [
        ("one sex", {"years": range(2007, 2014), "births": 0.51, "deaths": 0.56}),
        ("one age of mother", {"years": range(2014, 2021), "births": 0.06, "deaths": 0.09}),
        ("mothers of 20 and over", {"years": range(2014, 2021), "births": 0.95, "deaths": 0.92}),
        ("six months", {"years": range(1999, 2003), "births": 0.5, "deaths": 0.5}),
        ("eleven months", {"years": range(1999, 2003), "births": 0.917, "deaths": 0.917}),
        ("first weeks of life", {"years": range(2007, 2014), "deaths": 0.66}),
        ("one state", {"years": range(2007, 2014), "births": 0.5, "deaths": 0.5, "states": "Ohio"}),
        ("years before all", {"years": range(1995, 1999), "shift": -20}),
        ("years after all", {"years": range(2014, 2018), "births": 0.8, "shift": 20}),
    ],
)
@pytest.mark.parametrize("total", [False, True])
def test_a_part_is_set_aside(
    what: str, options: dict[str, object], total: bool, trimmed: Callable[..., Path], home: Home
) -> None:
    file = trimmed(**options)
    if total:
        cells = [line.split(",") for line in file.read_text("ascii").splitlines()[1:]]
        deaths = sum(int(c[5]) for c in cells if c[5].isdigit())
        births = sum(int(c[6]) for c in cells)
        withheld = sum(5 for c in cells if not c[5].isdigit())
        with file.open("a", encoding="ascii") as handle:
            handle.write(f"Total,,,,,{deaths + withheld},{births}\n")
    assert "WONDER-PART" in [e.rule for e in offered(home, file).errors], what


def without_footer(file: Path, folder: Path, share: float = 1) -> Path:
    """Write the national infant deaths of an export, or a share of them, without its footer."""
    header, *lines = file.read_text("ascii").split('"---"')[0].splitlines()
    rows = [line.split("\t") for line in lines]
    shares = [[*r[:3], str(round(int(r[3]) * share)), *r[4:]] for r in rows if not r[0]]
    total = ['"Total"', "", "", str(sum(int(r[3]) for r in shares)), *rows[-1][4:]]
    copy = folder / file.name
    copy.write_text(
        "\n".join((header, *("\t".join(r) for r in (*shares, total)))) + "\n", encoding="ascii"
    )
    return copy


def test_deaths_of_the_mortality_files_prove_that_they_are_of_all_infants(
    home: Home, tmp_path: Path
) -> None:
    file = next(f for f, _ in sample_extracts(dataset(MORTALITY)) if "2000-2017" in f.name)
    (error,) = offered(home, without_footer(file, tmp_path), MORTALITY).errors
    assert "no deaths of everybody to compare 2004 with" in error.seen
    assert "'< 1 year'" in error.remedy
    vintage_folders.put(home, dataset(MORTALITY), file, ORIGIN)
    # Of mothers of 20 and over; deaths of all ages are about 100 times as many.
    for share in (0.92, 100.0):
        (error,) = offered(home, without_footer(file, tmp_path, share), MORTALITY).errors
        assert "deaths of the nation" in error.seen
    outcome = offered(home, without_footer(file, tmp_path), MORTALITY)
    assert outcome.errors == ()
    assert "WONDER-PART" in [w.rule for w in outcome.warnings]


@pytest.mark.parametrize(
    "options",
    [
        {"years": range(2007, 2014)},
        {"years": range(1995, 1999), "states": "Ohio"},
        {"years": range(2005, 2010), "states": ("Vermont", "Maine")},
    ],
)
def test_the_whole_is_taken_in(
    options: dict[str, object], trimmed: Callable[..., Path], home: Home
) -> None:
    outcome = offered(home, trimmed(**options))
    assert outcome.errors == (), outcome.errors
    assert "WONDER-PART" in [w.rule for w in outcome.warnings]
