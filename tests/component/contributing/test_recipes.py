"""Whoever follows a recipe of ``docs/contributing`` to the letter gets what it promises."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import MappingProxyType

import pytest

from assets.archive import intake
from assets.core.declarations import build_areas, build_region_members
from assets.producers.ons.area_registrations.read import parse_deaths_by_area
from assets.producers.ons.catalogue import DEATHS_BY_AREA
from assets.rates.builders import build_rates
from assets.state.home import Home
from tests.component.contributing.recipes import copy_of, follow, run
from tests.component.ons.test_ons_next_edition import ORIGIN, Sheets, next_edition
from tests.component.rates.core_tables import CoreTables, one
from tools.samples.ons.generate import FILES

DOCUMENTS = "docs/contributing"
MOST_LINES = MappingProxyType(
    {
        "expectation": 15,
        "wonder_label": 15,
        "measure": 20,
        "soda_dataset": 22,
        "ons_edition": 15,
        "region": 4,
        "output_table": 20,
    }
)
"""Recipes, with the lines of declaration that they may take."""
LAYOUTS = "assets/producers/ons/area_registrations/layouts.py"


@pytest.mark.parametrize(
    "names", [("expectation", "wonder_label", "measure", "soda_dataset"), ("output_table",)]
)
def test_recipes_work_as_they_are_written(
    repository: Path, tmp_path: Path, names: tuple[str, ...]
) -> None:
    project, tests = copy_of(repository, tmp_path), list[str]()
    for name in names:
        lines = follow(repository / DOCUMENTS / f"{name}.md", project, tests)
        assert 0 < lines <= MOST_LINES[name], f"{name} takes {lines} lines"
    run(["pytest", *tests], project)


def test_a_region_of_the_recipe_has_the_rate_of_its_members(
    repository: Path, tmp_path: Path
) -> None:
    """ONS, child mortality 2022, Table 3: 7 of 2,567 and 16 of 1,991."""
    assert follow(repository / DOCUMENTS / "region.md", tmp_path, []) <= MOST_LINES["region"]
    core = CoreTables()
    for code, deaths, births in (("E06000051", 7, 2567), ("E06000020", 16, 1991)):
        for measure, count in (("infant_deaths", deaths), ("live_births", births)):
            core.count(
                code, 2022, measure, count, family="ons_occurrence", vintage="EW-2023-04",
                kind="unitary_authority",
            )  # fmt: skip
    con = core.write()
    build_areas(con, tmp_path / "IMR_HOME/regions")
    build_region_members(con, tmp_path / "IMR_HOME/regions")
    build_rates(con)
    row = one(con, "area_code = 'E54000011' AND window_type = 'annual' AND measure = "
              "'infant_mortality'")  # fmt: skip
    assert (row["numerator"], row["denominator"]) == (23, 4558)
    assert round(row["rate"], 1) == 5.0


def test_an_edition_with_another_wording_is_read_after_the_recipe(
    repository: Path, tmp_path: Path
) -> None:
    def change(sheets: Sheets) -> None:
        for row in sheets["Table 1a"]:
            row[:] = ["Babies" if cell == "Infant " else cell for cell in row]

    file = next_edition("deathsarea2014.xls", tmp_path / "deathsarea2015.xls", change)
    outcome = intake.take_in(Home(tmp_path / "home"), DEATHS_BY_AREA, file, ORIGIN)
    assert outcome.status == intake.QUARANTINED
    assert outcome.report is not None
    told = outcome.report.with_name("report.txt").read_text(encoding="utf-8")
    assert "renamed from 'Infant (under 1 year)': the same?" in told
    copy = tmp_path / "project" / LAYOUTS
    copy.parent.mkdir(parents=True)
    shutil.copy(repository / LAYOUTS, copy)
    lines = follow(repository / DOCUMENTS / "ons_edition.md", tmp_path / "project", [])
    assert 0 < lines <= MOST_LINES["ons_edition"]
    described: dict[str, object] = {"__name__": "described"}
    exec(compile(copy.read_text(encoding="utf-8"), LAYOUTS, "exec"), described)  # noqa: S102
    read = parse_deaths_by_area(file, described["DEATHS"]).frame  # type: ignore[arg-type]
    before = parse_deaths_by_area(FILES / "deathsarea2014.xls").frame
    assert read["value"].equals(before["value"])


def test_a_step_that_cannot_be_followed_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\n")
    recipe = tmp_path / "recipe.md"
    recipe.write_text("In `a.py`, after `two`:\n\n```python\nthree\n```\n")
    with pytest.raises(AssertionError, match=r"a\.py has 'two' 0 times"):
        follow(recipe, tmp_path, [])
    recipe.write_text("Somewhere:\n\n```python\nthree\n```\n")
    with pytest.raises(AssertionError, match="does not say where this goes"):
        follow(recipe, tmp_path, [])
    recipe.write_text("```sh\npython -c 'raise SystemExit(1)'\n```\n")
    with pytest.raises(AssertionError, match="SystemExit"):
        follow(recipe, tmp_path, [])


def test_modules_that_names_lead_to_exist(repository: Path) -> None:
    text = (repository / DOCUMENTS / "naming.md").read_text(encoding="utf-8")
    named = re.findall(r"\| `([\w/]+(?:/|\.py))` \|", text)
    assert len(named) > 20
    assert [name for name in named if not (repository / name).exists()] == []
