"""Parts of hand-written extracts."""

from __future__ import annotations

HEADER = '"Notes"\t"State"\t"State Code"\t"Year"\t"Year Code"\tDeaths\tBirths\tDeath Rate'
ROWS = (
    '\t"Maine"\t"23"\t"2001"\t"2001"\t84\t13759\t6.11',
    '\t"Vermont"\t"50"\t"2001"\t"2001"\t16\t6366\t2.51 (Unreliable)',
)
FOOTER = (
    '"---"',
    '"Dataset: Linked Birth / Infant Death Records, 1999-2002"',
    '"Query Parameters:"',
    '"States: Maine (23); Vermont (50)"',
    '"Year: 2001"',
    '"Group By: State; Year"',
    '"Show Totals: False"',
    '"Show Zero Values: False"',
    '"Show Suppressed: True"',
    '"Calculate Rates Per: 1,000"',
    '"---"',
    '"Help: See http://wonder.cdc.gov/wonder/help/lbd.html for more information."',
    '"---"',
    '"Query Date: Jan 5, 2010 1:02:03 PM"',
    '"---"',
    "Caveats:",
    '"1. Rates of ""Unreliable"" rows stand on fewer than 20 deaths."',
)

RECORD = {
    "state": "PUERTO RICO",
    "year": "2019",
    "month": "March",
    "period": "Monthly",
    "indicator": "Number of Live Births",
    "data_value": "1644",
}
