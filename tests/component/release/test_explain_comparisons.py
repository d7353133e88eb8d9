"""A row of comparisons is explained to a person."""

from __future__ import annotations

import pytest

from pipelines.commands.explain import print_tree


def test_a_comparison_says_from_which_week_and_what_is_needed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = {
        "area_name": "United States", "measure": "infant_mortality", "window_type": "annual",
        "gestation_from": "24_weeks", "period": "2022", "value_status": "missing",
        "status_reason": "Needed: an export by weeks", "still_differs": None,
    }  # fmt: skip
    explanation = {"table": "comparisons", "release": "2026.11.29", "row": row, "stands_on": [],
                   "rules": [], "command": "imr explain"}  # fmt: skip
    print_tree(explanation, is_one_of_many=False)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(
        "comparisons: United States infant_mortality annual, from 24 weeks of gestation on, 2022"
    )
    assert "missing: Needed: an export by weeks" in said[1]
