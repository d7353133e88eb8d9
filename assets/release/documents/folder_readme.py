"""README.md of a release folder: what is in it, and the queries that people ask first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assets.schema.dictionary import render_table
from assets.schema.model import Table

QUERIES: tuple[tuple[str, str], ...] = (
    (
        "The latest infant mortality rate of the nations and of Missouri",
        """SELECT area_name, period, rate_text, ci_lower_95, ci_upper_95, source_family
FROM 'rates.parquet'
WHERE is_latest AND measure = 'infant_mortality' AND window_type = 'annual'
    AND stratum_type = 'all'
    AND area_code IN ('US', 'US-MO', 'K04000001', 'E92000001', 'W92000004')
ORDER BY area_name;""",
    ),
    (
        "One area through the years, three years at a time, with 95 % limits",
        """SELECT period, rate, ci_lower_95, ci_upper_95, value_status, source_family
FROM 'rates.parquet'
WHERE is_preferred AND area_code = 'US-MO' AND measure = 'infant_mortality'
    AND stratum_type = 'all' AND window_type = 'rolling_3_year'
ORDER BY period;""",
    ),
    (
        "The states in order, newest ranking",
        """SELECT rank, area_name, rate, period_start, period_end
FROM 'rankings.parquet'
WHERE measure = 'infant_mortality' AND area_type = 'state' AND rank IS NOT NULL
QUALIFY dense_rank() OVER (ORDER BY period_end DESC, window_type, source_family, rank_on) = 1
ORDER BY rank, area_name;""",
    ),
    (
        "The change since any earlier edition or year: set the two years, for every kind of window",
        """SELECT n.area_name, n.source_family, n.window_type,
    o.period_end AS since, o.rate AS earlier_rate, n.period_end AS until, n.rate AS later_rate,
    100 * (n.rate / nullif(o.rate, 0) - 1) AS change_percent,
    100 * (
        CAST(split_part(n.rate_text, ' ', 1) AS DOUBLE)
        / nullif(CAST(split_part(o.rate_text, ' ', 1) AS DOUBLE), 0) - 1
    ) AS change_of_printed_rates_percent
FROM 'rates.parquet' AS n
JOIN 'rates.parquet' AS o USING (
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type
)
WHERE n.measure = 'infant_mortality' AND n.stratum_type = 'all'
    AND n.window_type IN ('annual', 'rolling_2_year')
    AND year(o.period_end) = 2007 AND year(n.period_end) = 2010
    AND n.rate IS NOT NULL AND o.rate IS NOT NULL
ORDER BY n.area_name, n.source_family, n.window_type;""",
    ),
    (
        "What is withheld, by kind of area and window",
        """SELECT source_family, measure, area_type, window_type,
    sum(cells_suppressed) AS withheld, sum(cells_shown) AS shown
FROM 'suppression.parquet'
GROUP BY ALL
ORDER BY withheld DESC, source_family, measure, area_type, window_type;""",
    ),
    (
        "What changed since the release before, and why",
        """SELECT table_name, change, cause, count(DISTINCT row_key) AS keys
FROM 'changes.parquet'
GROUP BY ALL
ORDER BY keys DESC, table_name, change, cause;""",
    ),
)

_TEXT = """# Infant mortality rates, release {version}

Made {released_at}; schema {schema_version}, methods {method_version}.
This folder never changes. Check it with `sha256sum -c manifest-sha256.txt`.

{listing}

Beside them: `datapackage.json` (fields, units, constraints, sources), `contract.yaml` (the same as
an Open Data Contract 3.1), `manifest.json` (rows, checksums, inputs, validation), `CHANGES.md`,
`LICENCES.md`, for a spreadsheet `infant_mortality.xlsx` (the newest figures), and for a browser
`index.html`, `explore.html` (search, profile and comparison of every area) and `VALIDATION.html`.
`compatibility.sql` gives the tables the columns of the schema before, for a reader that was written
for it.

## How to read it

Rows whose `value_status` is `ok` or `unreliable` carry numbers; all others carry none.
`suppressed` (withheld), `missing` (no figure), `incomplete_window` and `series_break` are
different things, and none of them is zero.

Several rows can state one figure: two series, or one series on two boundary sets. `is_preferred`
marks the one to use, `is_latest` the newest of these; `place_code` is the same under all codes that
an area had. `rate` is unrounded: round it to `decimals`, or print `rate_text`, which no program
turns into another number. What a series counts stands in `definitions`, under `definition_id`.
Preferred rows of several years can come from several series: look at `source_family` before you
draw a line through them.

DuckDB: `SELECT * FROM 'rates.parquet'` · pandas: `pd.read_parquet("rates.parquet")` ·
polars: `pl.read_parquet("rates.parquet")` · R: `arrow::read_parquet("rates.parquet")` ·
Spark: `spark.read.parquet("rates.parquet")`.
All releases at once, in DuckDB, from the folder above:
`SELECT * FROM read_parquet('release=*/rates.parquet', hive_partitioning = true)`; the column
`release` is the version. DuckDB adds that column as well where a path names the folder of one
release; `hive_partitioning = false` leaves it out.
`headline` has the newest figure of every area and measure with its change and comparison in
words; start there. Excel opens the `.csv` files as UTF-8. To keep the leading zeros of area codes,
load them with Data → From Text/CSV and set the column to Text. A text that a spreadsheet would run
as a formula (it starts with `=`, `+`, `-`, `@`, a tab or a line end and is no number) has an
apostrophe in front in the `.csv` files; the `.parquet` files have it as it is.

## Six queries

{queries}

## Columns

{dictionary}
"""


def folder_readme(
    facts: Mapping[str, str], tables: Sequence[Table], rows: Mapping[str, int]
) -> str:
    """Return the README of a release.

    Args:
        facts: version, released_at, schema_version and method_version.
        tables: Registry entries in order.
        rows: Number of rows by table name.
    """
    listing = "| table | rows | one row per |\n|---|---:|---|\n" + "\n".join(
        f"| `{t.name}` | {rows[t.name]:,} | {t.grain} |" for t in tables
    )
    queries = "\n\n".join(f"{title}:\n\n```sql\n{sql}\n```" for title, sql in QUERIES)
    return _TEXT.format(
        **facts,
        listing=listing,
        queries=queries,
        dictionary="\n\n".join(render_table(t) for t in tables),
    )
