"""Rates by cause of death walked back to their counts."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from assets.release.publish import ReleaseOutcome
from assets.state.home import Home
from tests.component.release import figures as f
from tests.component.release.figures import publish_without_pages as publish_without_pages
from tests.component.release.test_explain import explained

Publish = Callable[..., ReleaseOutcome]


def test_stillbirths_of_a_cause_are_walked_back_to_the_births_of_all_causes(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    """ONS child mortality 2022: 603 of 2,433 stillbirths, 605,479 live births."""
    nation = f.series("K04000001", "ons_occurrence", measure="stillbirth")
    cause = {"stratum_type": "cause_ons", "stratum": "congenital_anomalies"}
    own = {"source_family": "ons_occurrence"}
    rows = [
        f.observation("K04000001", 2022, value=605_479, measure="live_births", **own),
        f.observation("K04000001", 2022, value=2_433, measure="stillbirths", **own),
        f.observation("K04000001", 2022, value=603, measure="stillbirths", **own, **cause),
    ]
    f.write(con, "core.observations", rows)
    f.ready(con, [*f.national(), f.rate(603, 607_912, **nation, **cause, **f.window(2022))])
    publish()
    (found,) = explained(
        home, "rates", "measure=stillbirth", *(f"{k}={v}" for k, v in cause.items())
    )
    parts = found["stands_on"][0]["parts"]
    assert [part["adds_up"] for part in parts] == [True, True]
    assert [[c["value"] for c in part["cells"]] for part in parts] == [[603], [605_479, 2_433]]
