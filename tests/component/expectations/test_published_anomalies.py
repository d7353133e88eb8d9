"""The real workbook breaks exactly the rows that the waivers name, and no others."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.producers.catalogue import dataset
from assets.state.warehouse import replace_table
from expectations.validate import validate_table

NAME = "staging.ons_child_mortality"
# (year, column): figures of Table 1 that do not follow from the other figures of their row.
SUMS = {
    ("1993", "perinatal"): (6044, 6033),
    ("1994", "perinatal"): (5958, 5955),
    ("1995", "perinatal"): (5701, 5704),
    ("1997", "stillbirth and infant"): (7239, 7238),
    ("2002", "stillbirth and neonatal"): (5285, 5498),
    ("2002", "stillbirth and infant"): (6286, 6499),
}


def load(con: duckdb.DuckDBPyConnection, shared_data: Path) -> None:
    entry = dataset("ons_child_mortality")
    frame = entry.parse(shared_data / "ons" / "workbooks" / "cim2022deathcohortworkbook.xlsx").frame
    con.register("parsed", frame)
    replace_table(
        con,
        entry.staging,
        "SELECT 'ons_child_mortality' AS dataset_id, 'ons_child_mortality@2022' AS vintage_id, * "
        "FROM parsed",
    )
    con.unregister("parsed")


def test_the_rules_find_what_the_producer_misprinted(
    con: duckdb.DuckDBPyConnection, shared_data: Path
) -> None:
    load(con, shared_data)
    results = {r.rule_id: r for r in validate_table(con, NAME, declared_waivers=[]).results}
    sums = results["STAGING-TABLE-1-SUMS"]
    assert sums.outcome == "failed"
    for (year, column), (printed, identity) in SUMS.items():
        (row,) = [
            r
            for r in sums.failing_keys
            if r["year"] == year and str(r["header"]).startswith(column)
        ]
        assert (row["observed"], row["expected"]) == (str(printed), str(identity))
    years = {str(r["year"]) for r in sums.failing_keys}
    assert years == {year for year, _ in SUMS}
    counts = results["STAGING-TABLE-1-COUNTS"]
    assert [(r["year"], r["header"]) for r in counts.failing_keys] == [
        ("1980", "childhood deaths 1-15 years")
    ]


def test_the_waivers_cover_all_of_it(con: duckdb.DuckDBPyConnection, shared_data: Path) -> None:
    load(con, shared_data)
    outcome = validate_table(con, NAME)
    results = {r.rule_id: r for r in outcome.results}
    assert outcome.passed
    assert {results[f"STAGING-TABLE-1-{kind}"].outcome for kind in ("SUMS", "COUNTS", "RATES")} == {
        "waived"
    }
    assert results[f"WAIVER-UNUSED-{NAME}"].outcome == "passed"
    con.execute(
        f"UPDATE {NAME} SET value = value + 1 WHERE table_number = '1' AND year = '2010' "
        "AND source_column LIKE 'Stillbirth and infant%' AND raw_text IS NULL"
    ).fetchall()
    assert {r.rule_id for r in validate_table(con, NAME).blocking} >= {"STAGING-TABLE-1-SUMS"}
