"""What Dagster is told of a table: rows, content, periods, first rows, and no count early."""

from __future__ import annotations

import duckdb

from assets.defs.specs import materialised
from assets.schema.content_hash import content_hash
from assets.schema.registry import table
from tests.component.release import figures as f

RATES = table("published.rates")
SECRET = 987_654


def test_a_table_before_disclosure_control_shows_no_row(con: duckdb.DuckDBPyConnection) -> None:
    f.write(con, "rates.rates", [f.rate(SECRET, 10_000_000)])
    said = materialised(con, "rates.rates", RATES).metadata
    assert said is not None
    assert sorted(said) == [
        "content hash", "dagster/column_lineage", "dagster/row_count", "periods",
    ]  # fmt: skip
    assert str(SECRET) not in str(said)


def test_a_published_table_shows_its_first_rows_and_withheld_ones_without_numbers(
    con: duckdb.DuckDBPyConnection,
) -> None:
    withheld = {"value_status": "suppressed", "status_reason": "fewer than 10 deaths"}
    f.write(
        con,
        "published.rates",
        [
            f.rate(578, 80_944, area_code="US-MO"),
            f.rate(None, None, area_code="29155", **withheld),
            *(f.rate(900 + n, 100_000, area_code="US-NE", **f.window(2011 + n)) for n in range(8)),
        ],
    )
    result = materialised(con, "published.rates", RATES)
    said = result.metadata
    assert said is not None
    assert said["dagster/row_count"].value == 10  # type: ignore[union-attr]
    hashed = content_hash(con, "published.rates", RATES)
    assert said["content hash"].value == hashed  # type: ignore[union-attr]
    assert result.data_version is not None
    assert result.data_version.value == hashed
    assert said["periods"].value == "2010-01-01 to 2018-12-31"  # type: ignore[union-attr]
    head, _, *rows = str(said["preview"].value).splitlines()  # type: ignore[union-attr]
    names = [cell.strip() for cell in head.strip("|").split("|")]
    assert len(rows) == 5
    cells = {
        row["area_code"]: row
        for line in rows
        for row in [dict(zip(names, (c.strip() for c in line.strip("|").split("|")), strict=True))]
    }
    shown = [cells["29155"][n] for n in ("numerator", "denominator", "value_status")]
    assert shown == ["", "", "suppressed"]
    assert cells["US-MO"]["numerator"].partition(".")[0] == "578"
