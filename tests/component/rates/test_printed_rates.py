"""Printed rates: the exact quotient, rounded once."""

from __future__ import annotations

from assets.rates.builders import build_rates
from tests.component.rates.core_tables import CoreTables, printed_of, rates

# Published ties: E. Cambridgeshire 2011 prints 6.3; 8.125 and 1.005 are not representable exactly.
TIES = [
    ("ons_registration", 7, 1120, "6.3"),
    ("ons_registration", 1, 20, "50.0"),
    ("nchs_linked", 201, 200000, "1.01"),
    ("nchs_linked", 535, 200000, "2.68"),
    ("nchs_linked", 199, 200000, "1.00"),
    ("nchs_linked", 40, 400, "100.00"),
    ("nchs_linked", 0, 400, "0.00"),
]


def test_printed_rates_round_the_exact_quotient_once() -> None:
    core = CoreTables()
    for position, (family, deaths, births, _) in enumerate(TIES):
        core.infant(f"A{position}", 2020, deaths, births, family=family)
    con = core.write()
    build_rates(con)
    shown = {row["area_code"]: printed_of(row) for row in rates(con, "window_type = 'annual'")}
    assert shown == {f"A{n}": expected for n, (_, _, _, expected) in enumerate(TIES)}
