"""Counties of a state beside the state: all births mean all deaths."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.core.declarations import build_areas
from assets.schema.registry import table
from assets.state.warehouse import in_memory, replace_table
from expectations.relational import rules_of, run


@pytest.mark.parametrize(
    ("deaths", "births", "offends"),
    [(5_162.0, 770_542.0, 0), (5_262.0, 770_542.0, 1), (5_062.0, 760_542.0, 0)],
)
def test_counties_with_all_births_have_all_deaths(
    deaths: float, births: float, offends: int
) -> None:
    """Missouri 2007-2016: 5,161 / 770,542 by state, 5,162 / 770,542 by county."""
    con = in_memory()
    build_areas(con)
    name = "core.observations"
    areas = {"US-MO": (5_161.0, 770_542.0), "29510": (600.0, 50_000.0)}
    areas["29189"] = (deaths - 600, births - 50_000)
    rows = [
        {
            "country": "US", "source_family": "nchs_linked", "area_code": area,
            "geography_vintage": "US", "period_type": "year", "period_start": "2016-01-01",
            "period_end": "2016-12-31", "stratum_type": "all", "stratum": "all", "status": "ok",
            "measure": measure, "value": value,
        }
        for area, values in areas.items()
        for measure, value in zip(("infant_deaths", "live_births"), values, strict=True)
    ]  # fmt: skip
    con.register("given", pd.DataFrame(rows, columns=list(table(name).column_names)))
    replace_table(con, table(name), "SELECT * FROM given")
    rules = [r for r in rules_of(name) if r.rule.rule_id == "CORE-SUM-COUNTIES"]
    (finding,) = run(con, rules, name, table(name))
    assert not finding.error, finding.error
    assert finding.offending == offends
