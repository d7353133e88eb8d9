"""What a rule saw before disclosure control is released only of series that are shown in full."""

from __future__ import annotations

import json
from collections.abc import Callable

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from assets.archive.withdrawal import Withdrawal
from assets.release.gate import current_hashes
from assets.release.publish import ReleaseOutcome
from assets.state.evidence import RuleResult, record
from tests.component.release import figures as f

Publish = Callable[..., ReleaseOutcome]
_BINARY = (".parquet", ".xlsx")
LOCAL = "local_area_counts@0123456789ab"


def key(family: str | None, seen: str, **other: object) -> dict[str, object]:
    own = {"source_family": family} if family else {}
    return {**own, "area_code": "29155", "observed": seen, "expected": "at most 8", **other}


FAILING = (
    key("state_extract", "9 deaths"),
    key("nchs_linked", "507 deaths"),
    key(None, "9 deaths of an unnamed series"),
    key("nchs_mortality", "12 deaths", waiver_id="W-1", reason="as printed"),
)


def release(
    con: duckdb.DuckDBPyConnection, publish: Publish, name: str, **result: object
) -> tuple[ReleaseOutcome, pd.Series]:
    """Publish with one failed advisory rule on a table, and return its row of ``quality``."""
    f.ready(con, f.national(), restated=True)
    (content,) = current_hashes(con, [name]).values()
    stated: dict[str, object] = {
        "rule_id": "T-PLAUSIBLE", "check_name": "plausibility", "category": "range",
        "severity": "warning", "outcome": "failed", "message": "Counts are plausible.",
        "observed": "3 of 8 break the rule; 1 waived", "expected": "no offending row",
        "failing_count": 3, "failing_keys": FAILING, "remedy": "Look.", "waiver_id": "W-1",
        **result,
    }  # fmt: skip
    record(con, name, content, [RuleResult(**stated)])  # type: ignore[arg-type]
    outcome = publish(required_rules={**f.required(), name: frozenset({"T-PLAUSIBLE"})})
    found = pq.ParquetFile(outcome.path / "quality.parquet").read().to_pandas()
    return outcome, found[found["table_name"] == name].iloc[0]


def guarded(con: duckdb.DuckDBPyConnection) -> None:
    f.write(con, "core.observations", [
        f.observation("29155", 2012, LOCAL, source_family="state_extract"),
        f.observation("US-MO", 2012),
    ])  # fmt: skip


def test_keys_counts_and_hash_of_withheld_series_stay_out(
    con: duckdb.DuckDBPyConnection, publish: Publish
) -> None:
    guarded(con)
    outcome, row = release(con, publish, "core.observations")
    assert [k["source_family"] for k in json.loads(row["failing_keys"])] == [
        "nchs_linked", "nchs_mortality",
    ]  # fmt: skip
    assert row["failing_count"] == 1, "only what is listed and not waived"
    assert not any(c.isdigit() for c in row["observed"])
    (content,) = current_hashes(con, ["core.observations"]).values()
    said = " ".join(
        file.read_text() for file in outcome.path.iterdir() if file.suffix not in _BINARY
    )
    assert "507 deaths" in said
    assert "9 deaths" not in said
    assert content not in said
    kept = con.execute(
        "SELECT failing_count, content_hash FROM meta.evidence WHERE rule_id = 'T-PLAUSIBLE'"
    ).fetchall()
    assert kept == [(3, content)], "the run's own evidence is whole"


def test_cells_as_sent_are_known_by_their_extract(
    con: duckdb.DuckDBPyConnection, publish: Publish
) -> None:
    guarded(con)
    cell = {
        "dataset_id": "local_area_counts", "vintage_id": LOCAL, "source_sheet": "",
        "source_row": 2, "source_column": "infant_deaths", "area": "29155", "year": "2012",
        "stratum_type": "all", "stratum": "all", "value": 9.0,
    }  # fmt: skip
    f.write(con, "staging.local_counts", [cell])
    _, row = release(con, publish, "staging.local_counts",
                     failing_keys=({"source_row": 2, "observed": "9"},))  # fmt: skip
    assert pd.isna(row["failing_keys"])
    assert row["failing_count"] == 0


@pytest.mark.parametrize("printed", ["nchs_linked", "state_extract"])
def test_totals_of_a_reconciliation_are_of_printed_rates(
    con: duckdb.DuckDBPyConnection, publish: Publish, printed: str
) -> None:
    guarded(con)
    base = f.observation("29155", 2012, source_family=printed)
    row = {k: v for k, v in base.items() if k not in ("value", "rounded_to", "is_provisional")}
    own = {"measure": "infant_mortality", "rate": 6.6, "rate_per": 1000, "decimals": 1}
    f.write(con, "core.printed_rates", [{**row, **own}])
    totals = "compared 8, equal 5, explained 0, unexplained 3"
    _, row = release(con, publish, "core.observations", category="reconciliation",
                     observed=totals)  # fmt: skip
    assert (row["observed"] == totals) == (printed == "nchs_linked")


@pytest.mark.parametrize("name", ["core.observations", "published.rates"])
def test_without_withheld_series_everything_seen_is_released(
    con: duckdb.DuckDBPyConnection, publish: Publish, name: str
) -> None:
    f.write(con, "core.observations", [f.observation("US-MO", 2012)])
    if name.startswith("published"):
        guarded(con)
    keys = FAILING[1:2]
    _, row = release(con, publish, name, failing_keys=keys)
    assert row["observed"] == "3 of 8 break the rule; 1 waived"
    assert (row["failing_count"], json.loads(row["failing_keys"])) == (3, list(keys))
    assert len(row["content_hash"]) == 64


OUT = Withdrawal(
    "nchs_wonder_linked@0123456789ab", "2026-05-30T02:20:00+00:00", "rule", "RECONCILE-PRINTED",
    "Seen: 9 deaths of US-MO.", "Compare with the page.", rows=3,
    states="The printed rate is the quotient of the counts.",
)  # fmt: skip


def _set_aside(publish: Publish, *entries: Withdrawal) -> list[dict[str, object]]:
    outcome = publish(set_aside=entries)
    found = pq.ParquetFile(outcome.path / "quality.parquet").read().to_pandas()
    assert "SET-ASIDE" in (outcome.path / "VALIDATION.html").read_text(encoding="utf-8")
    rows = found[found["category"] == "set_aside"]
    return rows.to_dict(orient="records")  # type: ignore[no-any-return]


def test_an_extract_that_was_set_aside_has_a_row_with_rule_rows_and_remedy(
    con: duckdb.DuckDBPyConnection, publish: Publish
) -> None:
    f.ready(con, f.national(), restated=True)
    (row,) = _set_aside(publish, OUT)
    assert (row["table_name"], row["rule_id"]) == (
        "published.sources", f"SET-ASIDE-{OUT.vintage_id}",
    )  # fmt: skip
    assert (row["check_name"], row["outcome"], row["failing_count"]) == (
        "plausibility",
        "failed",
        3,
    )
    assert row["message"] == OUT.states
    assert "3 rows break RECONCILE-PRINTED" in str(row["observed"])
    assert str(row["remedy"]).startswith("Compare with the page. It comes back by itself")
    assert row["evaluated_at"] == OUT.at
    assert not any("9 deaths" in str(cell) for cell in row.values())


def test_where_counts_are_withheld_the_number_of_rows_is_too(
    con: duckdb.DuckDBPyConnection, publish: Publish
) -> None:
    guarded(con)
    f.ready(con, f.national(), restated=True)
    (row,) = _set_aside(publish, OUT)
    assert row["failing_count"] == 0
    assert str(row["observed"]).endswith(": RECONCILE-PRINTED")
