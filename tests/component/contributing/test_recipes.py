"""Whoever follows a recipe of ``docs/contributing`` to the letter gets what it promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.component.contributing.recipes import copy_of, follow

MOST_LINES = {"expectation": 15, "wonder_label": 15, "measure": 20}
"""Recipes, with the lines of declaration that they may take."""


@pytest.mark.parametrize("name", MOST_LINES)
def test_a_recipe_works_as_it_is_written(repository: Path, tmp_path: Path, name: str) -> None:
    recipe = repository / "docs/contributing" / f"{name}.md"
    assert 0 < follow(recipe, copy_of(repository, tmp_path)) <= MOST_LINES[name]


def test_a_step_that_cannot_be_followed_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\n")
    recipe = tmp_path / "recipe.md"
    recipe.write_text("In `a.py`, after `two`:\n\n```python\nthree\n```\n")
    with pytest.raises(AssertionError, match=r"a\.py has 'two' 0 times"):
        follow(recipe, tmp_path)
    recipe.write_text("Somewhere:\n\n```python\nthree\n```\n")
    with pytest.raises(AssertionError, match="does not say where this goes"):
        follow(recipe, tmp_path)
    recipe.write_text("```sh\npython -c 'raise SystemExit(1)'\n```\n")
    with pytest.raises(AssertionError, match="SystemExit"):
        follow(recipe, tmp_path)
