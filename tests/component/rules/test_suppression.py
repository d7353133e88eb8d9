"""Rules about how much is withheld."""

from __future__ import annotations

import duckdb

from tests.component.rules.test_relational_rates import Put, Row, offending, rate, withheld


def test_suppression_counts(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    decile = {"stratum_type": "deprivation_decile", "stratum": "1"}
    areas = [rate(2022, 2022, 9, 10), withheld(2022, 2022, area_code="W92")]
    put("published.rates", [*areas, rate(2022, 2022, 1, 2, **decile)])
    row: Row = {
        **{k: v for k, v in rate(2022, 2022, 9, 10).items() if k not in ("rate", "stratum")},
        "cells": 2,
        "cells_shown": 1,
        "cells_suppressed": 1,
        "cells_unreliable": 0,
        "cells_without_figures": 0,
        "share_suppressed": 0.5,
        "cells_no_rate": 0,
        "share_no_rate": 0.5,
    }
    rule_id, name = "SUPPRESSION-ADDS-UP", "published.suppression"
    assert offending(con, put, rule_id, name, [row]) == 0
    for change in (
        {"cells": 3},
        {"cells_shown": 2, "cells_suppressed": 0, "share_suppressed": 0.0},
        {"cells_unreliable": 2},
        {"share_suppressed": 0.4},
    ):
        assert offending(con, put, rule_id, name, [row | change]) == 1


def test_windows_of_a_geography_add_up_to_its_periods(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    about = {
        "source_family": "state_extract",
        "measure": "infant_mortality",
        "area_type": "county",
        "geography_vintage": "US",
        "window_type": "annual",
    }
    periods = [
        {"period_end": f"{year}-12-31", "cells_shown": shown, "cells_suppressed": withheld}
        for year, shown, withheld in ((2019, 3, 1), (2020, 2, 2))
    ]
    put("published.suppression", [about | period for period in periods])
    row = about | {"cells_of": "areas", "cells_shown": 5, "cells_withheld": 3, "share_shown": 5 / 8}
    rule_id, name = "SUPPRESSION-BY-WINDOW-ADDS-UP", "published.suppression_by_window"
    assert offending(con, put, rule_id, name, [row]) == 0
    for change in ({"cells_shown": 6, "share_shown": 6 / 9}, {"cells_withheld": 2}):
        assert offending(con, put, rule_id, name, [row | change]) == 1
    # Cells of groups stand in no other table; their share is that of the cells all the same.
    groups = {"cells_of": "groups", "cells_shown": 9, "cells_withheld": 1}
    assert offending(con, put, rule_id, name, [row | groups | {"share_shown": 0.9}]) == 0
    assert offending(con, put, rule_id, name, [row | groups | {"share_shown": 0.8}]) == 1
