"""Every sum that released counts obey is one that disclosure control knows.

Nothing here lists sums: counties with counts drawn at random are published, and whatever linear
relation all of them obey is looked for in the counts themselves. One that the system of the audit
does not imply is one that readers could use and that nobody protects against.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import duckdb
import numpy as np
from scipy.linalg import null_space

from assets.disclosure.cells import KEY, Cell, counts_of
from assets.disclosure.relations import system_of

Build = Callable[..., duckdb.DuckDBPyConnection]
COUNTIES = 60
PARTS = ("early_neonatal_deaths", "late_neonatal_deaths", "postneonatal_deaths")
COLUMNS = (
    "live_births", "infant_deaths", "neonatal_deaths", *PARTS, "stillbirths", "maternal_deaths",
)  # fmt: skip


def drawn() -> str:
    """Return an extract of counties by sex, whose parts are drawn and whose sums follow."""
    draw = np.random.default_rng(5)
    lines = [",".join(("area", "year", "stratum_type", "stratum", *COLUMNS))]
    for number in range(COUNTIES):
        of_sex = {}
        for sex in ("female", "male"):
            births, still, maternal = draw.integers((3000, 5, 1), (9000, 60, 9))
            early, late, post = draw.integers(1, 40, 3)
            neonatal = early + late
            of_sex[sex] = np.array(
                [births, neonatal + post, neonatal, early, late, post, still, maternal]
            )
        of_sex["all"] = of_sex["female"] + of_sex["male"]
        for sex, counts in of_sex.items():
            group = ("", "") if sex == "all" else ("sex", sex)
            lines.append(",".join((f"29{2 * number + 1:03}", "2012", *group, *map(str, counts))))
    return "\n".join(lines) + "\n"


def test_every_sum_that_all_counties_obey_is_known(build: Build) -> None:
    con = build(drawn())
    found: dict[str, dict[Cell, float]] = defaultdict(dict)
    rows = con.execute(
        f"SELECT {', '.join(KEY)}, numerator, denominator FROM rates.rates WHERE window_type = "
        "'annual' AND source_family = 'state_extract' AND starts_with(area_code, '29')"
    ).fetchall()
    for cell, value in counts_of([(r[:-2], r[-2], r[-1]) for r in rows]).items():
        found[cell.area_code][cell] = value
    # Each county is one draw; a relation is one of all draws.
    one, *_ = found.values()
    names = [(c.quantity, c.stratum_type, c.stratum) for c in one]
    draws = np.array(
        [
            [{(c.quantity, c.stratum_type, c.stratum): v for c, v in of.items()}[n] for n in names]
            for of in found.values()
        ]
    )
    assert len(draws) == COUNTIES > len(names)
    obeyed = null_space(draws / np.abs(draws).max(axis=0)).T / np.abs(draws).max(axis=0)
    assert len(obeyed) >= 6, "sexes, ages at death and sums of births are relations"

    system = system_of(one, {})
    printed = [system.names.index(cell) for cell in one]
    rest = np.setdiff1d(np.arange(len(system.names)), printed)
    # A rest that is nothing in every county takes no part.
    relations = system.relations.toarray()
    known = relations[~np.any((relations[:, rest] != 0) & (system.values[rest] != 0), axis=1)]
    known = known[:, printed]
    for relation in obeyed:
        scaled = relation / np.abs(relation).max()
        left = scaled - known.T @ np.linalg.lstsq(known.T, scaled, rcond=None)[0]
        told = {n: round(float(f), 3) for n, f in zip(names, left, strict=True) if abs(f) > 1e-6}
        assert not told, f"readers can use what the system lacks: {told}"
