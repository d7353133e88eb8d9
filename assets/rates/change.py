"""Test of two rates of the same series, by the producer's rule.

Source: NCHS, National Vital Statistics Reports, technical notes: a z test where both rates stand on
100 deaths or more, comparison of 95 % intervals otherwise. Overlap is conservative, so no p-value
goes with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import duckdb
from scipy.special import ndtr

from assets.rates.limits import NORMAL_FROM
from assets.state.warehouse import sql_of


def register_test(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros ``change_test``, ``change_z`` and ``change_verdict`` (``change.sql``).

    Args:
        con: Connection that gets them.

    The deaths of 2021 and 2022 in the United States, births taken as exact:

    >>> from assets.state.warehouse import in_memory
    >>> con = in_memory()
    >>> register_test(con)
    >>> before = "19928 / 3664292, 19928, 3664292, false"
    >>> after = "20553 / 3667758, 20553, 3667758, false"
    >>> con.execute(f"SELECT round(change_z({before}, {after}), 3)").fetchone()
    (3.011,)
    """
    con.execute(sql_of(__file__, "change")).fetchall()


@dataclass(frozen=True)
class RateCount:
    """A rate as its counts.

    Attributes:
        deaths: Numerator, in persons.
        births: Denominator, in persons.
    """

    deaths: float
    births: float

    @property
    def ratio(self) -> float:
        """Deaths per birth."""
        return self.deaths / self.births

    @property
    def standard_error(self) -> float:
        """Standard error of the ratio when deaths and births both vary."""
        return self.ratio * math.sqrt(1 / self.deaths + 1 / self.births)


def z_test(new: RateCount, old: RateCount) -> tuple[float, float]:
    """Return z and the two-sided p-value of the difference of two rates.

    Args:
        new: The later rate.
        old: The earlier rate.

    Source: NCHS, National Vital Statistics Reports, technical notes. The rise from 2021 to 2022
    (final), from 5.44 to 5.61 per 1,000 live births:

    >>> z, p = z_test(RateCount(20577, 3667758), RateCount(19928, 3664292))
    >>> f"{z:.6f} {p:.6f}"
    '3.120982 0.001802'

    Raises:
        ValueError: A rate stands on fewer than 100 deaths; compare the intervals instead.
    """
    if min(new.deaths, old.deaths) < NORMAL_FROM:
        raise ValueError("the z test needs 100 deaths in both rates; compare their intervals")
    spread = math.hypot(new.standard_error, old.standard_error)
    z = (new.ratio - old.ratio) / spread
    return z, float(2 * ndtr(-abs(z)))
