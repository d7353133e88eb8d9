"""Sample of the Fingertips API: indicator 92196 with the columns of its CSV export."""

from __future__ import annotations

import csv
from pathlib import Path

FIGURES = Path(__file__).parent / "figures"
HEADER = (
    *("Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name"),
    *("Area Type", "Sex", "Age", "Category Type", "Category", "Time period", "Value"),
    *("Lower CI 95.0 limit", "Upper CI 95.0 limit", "Lower CI 99.8 limit", "Upper CI 99.8 limit"),
    *("Count", "Denominator", "Value note", "Recent Trend"),
    *("Compared to England value or percentiles", "Compared to Region value or percentiles"),
    *("Time period Sortable", "New data", "Compared to goal", "Time period range"),
)
_PARENT_NAMES = {"E92000001": "England", "E12000008": "South East region", "": ""}


def write_fingertips(path: Path) -> None:
    """Write the published rows, each once per parent area as the export repeats them.

    Limits of 99.8 %, trends and comparisons are not at hand and left empty.
    """
    with (FIGURES / "fingertips_92196.csv").open(encoding="utf-8", newline="") as figures:
        rows = list(csv.DictReader(figures))
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, HEADER, restval="", lineterminator="\r\n")
        writer.writeheader()
        for row in rows:
            for parent in row["parents"].split() or [""]:
                writer.writerow(
                    {
                        "Indicator ID": "92196",
                        "Indicator Name": "Infant mortality rate",
                        "Parent Code": parent,
                        "Parent Name": _PARENT_NAMES[parent],
                        "Area Code": row["area_code"],
                        "Area Name": row["area_name"],
                        "Area Type": row["area_type"],
                        "Sex": "Persons",
                        "Age": "<1 yr",
                        "Time period": row["period"],
                        "Value": row["value"],
                        "Lower CI 95.0 limit": row["lower"],
                        "Upper CI 95.0 limit": row["upper"],
                        "Count": row["count"],
                        "Denominator": row["denominator"],
                        "Time period Sortable": f"{row['period'][:4]}0000",
                        "Time period range": "3y",
                    }
                )
