"""Extracts whose series the home asks to publish under a looser policy than it may."""

from __future__ import annotations

import duckdb

from assets.disclosure.disclosure_policies import in_force
from assets.schema.producers import public_series


class LooserPolicyError(ValueError):
    """The home chooses a policy for some extracts that is looser than the one they came under.

    Attributes:
        vintages: The extracts; without them everything else can be published.
    """

    def __init__(self, message: str, vintages: tuple[str, ...]) -> None:
        """Keep which extracts it is about."""
        super().__init__(message)
        self.vintages = vintages


def refuse_looser(con: duckdb.DuckDBPyConnection) -> None:
    """Raise where counts stand in a series for which the home chose a looser policy.

    Args:
        con: Open connection with ``core.observations`` and ``core.vintages``.

    Raises:
        LooserPolicyError: There are such counts.
    """
    for series, why in in_force().looser.items():
        found = con.execute(
            "SELECT DISTINCT vintage_id FROM core.observations "
            "JOIN core.vintages USING (vintage_id) "
            # Births beside restricted deaths are of public extracts.
            "WHERE source_family = ? AND (is_restricted OR NOT ?) ORDER BY ALL",
            [series, series in public_series()],
        ).fetchall()
        if found:
            raise LooserPolicyError(why, tuple(vintage for (vintage,) in found))
