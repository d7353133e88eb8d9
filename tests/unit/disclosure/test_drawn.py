"""The choice of further rows is a secret of the home, and the same for the same data."""

from __future__ import annotations

from datetime import date

import pytest

from assets.disclosure.cells import Cell
from assets.disclosure.complementary import protect
from assets.disclosure.drawn import draw, fingerprint, secret_of, weights
from assets.disclosure.system import build

AREAS = {"A": 1.0, "B": 14.0, "C": 13.0}
SECRETS = [bytes([n]) * 32 for n in range(60)]


def deaths(area: str) -> Cell:
    days = date(2012, 1, 1), date(2012, 12, 31)
    return Cell("state_extract", "infant_deaths", area, "", "all", "all", *days)


def beside_it(secret: bytes | None, counts: dict[str, float]) -> str:
    """Return the areas that are withheld beside A, where the sum of all is public."""
    total = deaths("US-MO")
    values = {deaths(area): n for area, n in counts.items()} | {total: sum(counts.values())}
    system = build(values, [{total: 1.0, **{deaths(area): -1.0 for area in counts}}])
    hidden = protect(
        system,
        system.index([deaths("A")]),
        forced=system.index([total]),
        weights=weights(secret, system.names),
    )
    return "".join(c.area_code for c, h in zip(system.names, hidden, strict=True) if h)[1:]


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("29207", 0.501399022304),
        ("29133", 0.241445694567),
        ("29143", 0.903527620404),
        ("29155", 0.303076383256),
    ],
)
def test_draws_of_a_known_key(area: str, expected: float) -> None:
    # Computed apart from this code: first eight bytes of HMAC-SHA256, divided by 2^64.
    key = bytes(31) + bytes([1])
    assert draw(key, f"infant_deaths|US-MO|{area}|2012") == pytest.approx(expected, abs=1e-12)


def test_the_cheapest_row_is_withheld_without_a_secret_and_either_of_two_with_one() -> None:
    assert beside_it(None, AREAS) == "C"
    chosen = [beside_it(secret, AREAS) for secret in SECRETS]
    assert chosen == [beside_it(secret, AREAS) for secret in SECRETS]
    # Somebody who sees C of 13 shown, and B withheld, can no longer say that B is at most 13.
    assert 15 <= chosen.count("B") <= 45
    assert set(chosen) == {"B", "C"}


def test_no_draw_makes_a_much_dearer_row_the_choice() -> None:
    assert {beside_it(s, {**AREAS, "B": 130.0}) for s in SECRETS} == {"C"}


def test_a_fingerprint_tells_secrets_apart() -> None:
    one, other = (secret_of(lambda _, n=n: f"{n:064x}") for n in (1, 2))  # type: ignore[misc]
    assert fingerprint(one) == fingerprint(one) != fingerprint(other)
    assert fingerprint(one) not in one.hex()
