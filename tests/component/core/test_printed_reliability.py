"""Marks of reliability beside printed rates, and ours beside them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from assets.producers.ons.area_registrations.read import parse_deaths_by_area

SQL = Path(__file__).parents[3] / "assets/producers/ons/sql/ons_area_registrations.sql"


def test_a_rate_in_italics_is_flagged_as_the_later_editions_flag_it(shared_data: Path) -> None:
    """Deaths registered by area 2011: Hartlepool 4 infant deaths, 3.4; County Durham 23, 3.9."""
    path = shared_data / "ons/area_workbooks/deaths_2011.xls"
    staged = parse_deaths_by_area(path).frame.assign(
        dataset_id="ons_deaths_by_area", vintage_id="v"
    )
    names = pd.DataFrame(
        {
            "label": ["hartlepool ua", "county durham ua"],
            "area_code": ["E06000001", "E06000047"],
        }
    )
    boundaries = pd.DataFrame(
        {
            "vintage_id": ["v", "v"],
            "year": ["2011", "2011"],
            "area_code": ["E06000001", "E06000047"],
            "geography_vintage": ["EW", "EW"],
        }
    )
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA staging").fetchall()
        for name, frame in (
            ("staging.ons_area_registrations", staged),
            ("ew_name_lookup", names),
            ("boundary_lookup", boundaries),
        ):
            con.register("given", frame)
            con.execute(f"CREATE TABLE {name} AS SELECT * FROM given").fetchall()
        con.execute(f"CREATE VIEW cells AS {SQL.read_text(encoding='utf-8')}").fetchall()
        rows = con.execute(
            "SELECT area_code, value, flag_text FROM cells "
            "WHERE column_key = 'deaths:Rates | Infant mortality rate' ORDER BY area_code"
        ).fetchall()
        cells = con.execute(
            "SELECT count(*), count(DISTINCT (source_row, source_column)) FROM cells"
        )
        (counted,) = cells.fetchall()
    assert rows == [("E06000001", 3.4, "u"), ("E06000047", 3.9, None)]
    assert counted[0] == counted[1]
