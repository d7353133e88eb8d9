"""Parts of a difference of rates against published examples and independent programs.

The computed vectors agree with R: DemoDecomp (``horiuchi``, ``stepwise_replacement``) and DasGuptR.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.rates.decompositions.intervals import bootstrap, bootstrap_three, delta, limits
from assets.rates.decompositions.many_factors import effects
from assets.rates.decompositions.population import Population, risks
from assets.rates.decompositions.three_factors import TwoAges, three_factors
from assets.rates.decompositions.two_factors import averted, share_unknown, two_factors

HAND = Population.of([100, 900], [30, 20]), Population.of([50, 950], [10, 18])
EDGE = (
    Population.of([100, 900, 10], [30, 20, 4], unlinked=3),
    Population.of([50, 950, 0], [10, 18, 0], unlinked=1),
)
# ONS child mortality workbook 2022, table 23: England, neonatal deaths by weeks of gestation.
ENGLAND_2019 = Population.of(
    [425, 488, 1944, 4842, 39789, 560765, 10, 1877], [414, 326, 265, 116, 171, 292, 1, 48], 41
)
ENGLAND_2010 = Population.of(
    [244, 475, 2200, 5412, 39937, 627216, 69, 6852], [239, 364, 414, 192, 236, 487, 4, 54], 25
)
# CDC WONDER, linked file 2016: birth weight; the rest of each total in the last group.
ALABAMA = Population.of([645, 533, 4931, 49266, 3776], [240, 30, 90, 163, 11])
WASHINGTON = Population.of([363, 527, 4912, 75200, 9503], [146, 21, 72, 138, 14])
# ONS child mortality workbook 2022, tables 22 and 26: births and neonatal deaths < 24 and ≥ 24
# weeks and not stated; deaths without a birth record.
ENGLAND = {
    2022: Population.of([801, 573511, 2331], [627, 844, 179], 35),
    2021: Population.of([836, 592345, 2119], [685, 812, 48], 88),
    2010: Population.of([719, 674765, 6921], [603, 1329, 58], 25),
}
WALES_2022 = Population.of([36, 28203, 41], [25, 44, 6], 1)


def per_1000(value: object) -> np.ndarray:
    return 1000 * np.asarray(value)


def test_the_example_by_hand() -> None:
    found = two_factors(*HAND)
    assert per_1000(found.composition) == pytest.approx([12.5, -1.029239766], abs=1e-9)
    assert per_1000(found.centred) == pytest.approx([10.55, 0.920760234], abs=1e-9)
    assert per_1000(found.rate) == pytest.approx([7.5, 3.029239766], abs=1e-9)
    assert per_1000(found.difference) == pytest.approx(22, abs=1e-9)
    less = averted(*HAND)
    assert (less.all, less.distribution, less.rates, less.interaction) == pytest.approx(
        (22, 13.888889, 12.947368, 4.836257), abs=1e-6
    )


def test_a_group_of_one_population_and_deaths_without_births() -> None:
    own, reference = EDGE
    assert per_1000([own.rate, reference.rate]) == pytest.approx([56.435643564, 29], abs=1e-8)
    found = two_factors(own, reference)
    assert per_1000(found.difference) == pytest.approx(27.435643564, abs=1e-9)
    assert per_1000(found.composition.sum()) == pytest.approx(15.000202652, abs=1e-9)
    assert per_1000(found.rate.sum()) == pytest.approx(10.465143883, abs=1e-9)
    assert per_1000(found.unlinked) == pytest.approx(1.970297030, abs=1e-9)
    assert found.rate[2] == 0


def test_england_2019_against_2010_by_week() -> None:
    found = two_factors(ENGLAND_2019, ENGLAND_2010)
    assert per_1000(found.centred) == pytest.approx(
        [0.330194, 0.074116, -0.006017, 0.000138, 0.015433, 0.000107, -0.006455, -0.097021],
        abs=6e-7,
    )
    assert per_1000(found.rate) == pytest.approx(
        [-0.002841, -0.073510, -0.166228, -0.091389, -0.099709, -0.235041, 0.002469, 0.116034],
        abs=6e-7,
    )
    parts = (found.difference, found.composition.sum(), found.rate.sum(), found.unlinked)
    assert per_1000(parts) == pytest.approx(
        [-0.209159355, 0.310494139, -0.550216050, 0.030562556], abs=1e-9
    )
    unknown = np.arange(8) >= 6
    parts_of_groups = np.array([found.composition, found.rate])
    share = share_unknown(parts_of_groups, found.unlinked, unknown)
    assert share == pytest.approx(0.20, abs=0.005)


@pytest.mark.parametrize(
    ("own", "reference", "parts", "unknown"),
    [
        (ENGLAND[2022], ENGLAND[2021], (0.178930530, 0.011117653, 0.254941371, -0.087128494), 0.66),
        (ENGLAND[2022], WALES_2022, (0.234673643, 0.370882808, -0.161544618, 0.025335454), 0.63),
        (ALABAMA, WASHINGTON, (4.707539253, 3.215543271, 1.491995983, 0), None),
    ],
)
def test_pairs_that_independent_programs_agree_on(
    own: Population, reference: Population, parts: tuple[float, ...], unknown: float | None
) -> None:
    found = two_factors(own, reference)
    seen = (found.difference, found.composition.sum(), found.rate.sum(), found.unlinked)
    assert per_1000(seen) == pytest.approx(parts, abs=1e-9)
    if unknown is not None:
        of_unknown = np.array([False, False, True])
        assert share_unknown(
            np.array([found.composition, found.rate]), found.unlinked, of_unknown
        ) == pytest.approx(unknown, abs=0.005)


def test_deaths_averted_in_alabama() -> None:
    less = averted(ALABAMA, WASHINGTON)
    assert (less.all, less.distribution, less.rates, less.interaction) == pytest.approx(
        (278.46, 187.04, 85.09, -6.33), abs=0.005
    )


# Das Gupta (1993), US Census Bureau P23-186, examples 2.1, 2.2, 3.1 and 4.3.
TAIWAN = [
    [[488, 452, 338, 156, 63, 22, 3], [393, 407, 369, 274, 184, 90, 16]],
    [
        [0.082, 0.527, 0.866, 0.941, 0.942, 0.923, 0.876],
        [0.122, 0.622, 0.903, 0.930, 0.916, 0.873, 0.800],
    ],
    [
        [0.058, 0.038, 0.032, 0.030, 0.026, 0.023, 0.019],
        [0.043, 0.041, 0.036, 0.032, 0.026, 0.020, 0.018],
    ],
]


def product(*factors: np.ndarray) -> np.ndarray:
    return np.prod(factors, axis=0)


def births_of_married(*factors: np.ndarray) -> np.ndarray:
    return product(*factors).sum()


def apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a - b


def from_print(function: object, factors: list, expected: list[float], within: float) -> None:
    own = [np.asarray(pair[0], dtype=float) for pair in factors]
    reference = [np.asarray(pair[1], dtype=float) for pair in factors]
    found = effects(function, own, reference)  # type: ignore[arg-type]
    assert found == pytest.approx(expected, abs=within)
    assert found == pytest.approx(by_permutations(function, own, reference), abs=1e-9)


def by_permutations(function: object, own: list, reference: list) -> np.ndarray:
    """Mean over all orders in which the factors are replaced, one after the other."""
    changes = []
    for order in permutations(range(len(own))):
        now, effect = list(reference), np.zeros(len(own))
        for factor in order:
            before = function(*now)  # type: ignore[operator]
            now[factor] = own[factor]
            effect[factor] = function(*now) - before  # type: ignore[operator]
        changes.append(effect)
    return np.mean(changes, axis=0)


@pytest.mark.parametrize(
    ("function", "factors", "expected", "within"),
    [
        (product, [[16591, 10930], [0.825974, 0.717892]], [4369.913, 1487.262], 5e-4),
        (
            product,
            [[84.90502, 51.78746], [0.75756, 0.45919], [0.51065, 0.52638]],
            [10.4340333, 10.5608476, -0.6670084],
            5e-8,
        ),
        (births_of_married, TAIWAN, [-7.285632, -2.720633, -1.565181], 5e-7),
        (apart, [[23.7, 19.4], [9.5, 10.8]], [4.3, 1.3], 1e-9),
    ],
    ids=["2.1", "2.2", "4.3", "3.1"],
)
def test_many_factors_as_printed_by_das_gupta(
    function: object, factors: list, expected: list[float], within: float
) -> None:
    from_print(function, factors, expected, within)


def test_two_factors_are_those_of_kitagawa() -> None:
    own, reference = ENGLAND_2019, ENGLAND_2010
    risk, reference_risk = risks(own, reference)
    composition, rate = effects(product, (own.shares, risk), (reference.shares, reference_risk))
    found = two_factors(own, reference)
    assert composition == pytest.approx(found.composition, abs=1e-15)
    assert rate == pytest.approx(found.rate, abs=1e-15)


def test_three_factors_by_closed_form() -> None:
    # Das Gupta (1993), three factors: weights of 1/3 and 1/6.
    rng = np.random.default_rng(1)
    (a1, b1, c1), (a0, b0, c0) = rng.random((2, 3, 5))

    def mean(a: np.ndarray) -> np.ndarray:
        same = product(a, b1, c1) + product(a, b0, c0)
        mixed = product(a, b1, c0) + product(a, b0, c1)
        return same / 3 + mixed / 6

    found = effects(product, (a1, b1, c1), (a0, b0, c0))
    assert found[0] == pytest.approx(mean(a1) - mean(a0), abs=1e-15)


# ---- limits -------------------------------------------------------------------------------------


def test_limits_by_the_delta_method() -> None:
    hand = per_1000(delta(*HAND).totals)
    assert hand[:, 0] == pytest.approx([5.0966, 17.8449], abs=5e-5)
    assert hand[:, 1] == pytest.approx([-5.5774, 26.6359], abs=5e-5)
    assert (hand[1] - hand[0])[3] / 2 == pytest.approx(1.959963984540054 * 8.643842, abs=5e-6)
    england = per_1000(delta(ENGLAND_2019, ENGLAND_2010).totals)
    assert england[:, 0] == pytest.approx([0.1986, 0.4224], abs=5e-5)
    assert england[:, 1] == pytest.approx([-0.7022, -0.3982], abs=5e-5)
    states = per_1000(delta(ALABAMA, WASHINGTON).totals)
    assert states[:, 0] == pytest.approx([2.784, 3.647], abs=5e-4)
    assert states[:, 1] == pytest.approx([0.690, 2.294], abs=5e-4)


def with_fixed_births(own: Population, reference: Population) -> np.ndarray:
    """Return standard errors of composition, rate and difference if births were without error."""
    more, mean = own.shares - reference.shares, (own.shares + reference.shares) / 2
    own_v, reference_v = own.deaths / own.births**2, reference.deaths / reference.births**2
    both = own_v + reference_v
    of_parts = [0.25 * more**2 @ both, mean**2 @ both]
    whole = own.shares**2 @ own_v + reference.shares**2 @ reference_v
    return per_1000(np.sqrt([*of_parts, whole]))


def test_births_that_vary_widen_the_limits_of_the_composition() -> None:
    assert with_fixed_births(*HAND) == pytest.approx([2.098308, 8.807193, 8.831761], abs=5e-7)
    pair = ENGLAND[2021], ENGLAND[2010]
    totals = per_1000(delta(*pair).totals)
    error = (totals[1] - totals[0])[0] / 2 / 1.959963984540054
    assert error == pytest.approx(0.0530, abs=5e-5)
    assert with_fixed_births(*pair)[0] == pytest.approx(0.0140, abs=5e-5)


def test_limits_of_single_groups_by_numerical_slopes() -> None:
    own, reference = EDGE
    found = delta(own, reference)
    births, deaths = np.array([*own.births, *reference.births]), [*own.deaths, *reference.deaths]

    def at(factors: np.ndarray) -> np.ndarray:
        w1, w0, r1, r0 = factors.reshape(4, 3)
        # The risk of the group that the reference lacks is that of the other population.
        r0 = np.array([r0[0], r0[1], r1[2]])
        more, mean = w1 - w0, (r1 + r0) / 2
        return np.concatenate(
            [more * mean, more * (mean - (w1 @ r1 + w0 @ r0) / 2), (r1 - r0) * (w1 + w0) / 2]
        )

    risk = np.divide(deaths, births, out=np.zeros(6), where=births > 0)
    start = np.concatenate([own.shares, reference.shares, risk])
    step = 1e-6
    slopes = np.array(
        [(at(start + step * e) - at(start - step * e)) / (2 * step) for e in np.eye(12)]
    ).T
    covariance = np.zeros((12, 12))
    for place, population in enumerate((own, reference)):
        block = slice(3 * place, 3 * place + 3)
        w = population.shares
        covariance[block, block] = (np.diag(w) - np.outer(w, w)) / population.total
    of_risk = risk * (1 - risk) / np.where(births > 0, births, 1)
    covariance[6:, 6:] = np.diag(of_risk)
    errors = np.sqrt(np.diag(slopes @ covariance @ slopes.T))
    for place, part in enumerate((found.composition, found.centred, found.rate)):
        half = (part[1] - part[0]) / 2 / 1.959963984540054
        assert half == pytest.approx(errors[3 * place : 3 * place + 3], rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("pair", "within"),
    [(HAND, 0.18), ((ENGLAND_2019, ENGLAND_2010), 0.07), ((ALABAMA, WASHINGTON), 0.07)],
    ids=["by hand", "nation", "states"],
)
def test_both_kinds_of_limits_agree(pair: tuple[Population, Population], within: float) -> None:
    # By hand with 10 and 30 deaths in a group: 15 % of the half-width with draws one by one.
    by_delta, drawn = delta(*pair).totals, bootstrap(*pair).totals
    half = (by_delta[1] - by_delta[0]) / 2
    assert (np.abs(by_delta - drawn) <= within * half + 1e-15).all()


def test_bootstrap_limits_against_draws_one_by_one() -> None:
    # Printed with these draws, one population after the other, seed 20261128.
    own, reference = HAND
    random, found = np.random.default_rng(20261128), []
    for _ in range(4000):
        b1, b0 = random.multinomial(1000, own.shares), random.multinomial(1000, reference.shares)
        r1 = random.binomial(b1, own.deaths / own.births) / b1
        r0 = random.binomial(b0, reference.deaths / reference.births) / b0
        found.append(((b1 - b0) / 1000 * (r1 + r0) / 2).sum())
    one_by_one = per_1000(np.quantile(found, [0.025, 0.975]))
    assert one_by_one == pytest.approx([5.97, 18.80], abs=0.006)
    at_once = per_1000(bootstrap(own, reference).totals[:, 0])
    assert at_once == pytest.approx(one_by_one, abs=0.05 * (one_by_one[1] - one_by_one[0]))


def test_which_limits_are_published() -> None:
    assert limits(*HAND).method == "bootstrap"
    many = Population.of([1000, 90000], [300, 200]), Population.of([500, 95000], [100, 180])
    assert limits(*many).method == "delta"


def test_the_same_limits_in_every_run() -> None:
    assert (bootstrap(*HAND).totals == bootstrap(*HAND).totals).all()


# ---- what always holds --------------------------------------------------------------------------

COUNTS = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(0, 60), st.integers(0, 5000), st.integers(0, 60)),
    min_size=1,
    max_size=6,
).filter(lambda rows: sum(r[0] for r in rows) > 0 and sum(r[2] for r in rows) > 0)


def populations(rows: list, lost: int, reference_lost: int) -> tuple[Population, Population]:
    b1, d1, b0, d0 = zip(*rows, strict=True)
    return Population.of(b1, d1, lost), Population.of(b0, d0, reference_lost)


@given(COUNTS, st.integers(0, 9), st.integers(0, 9))
def test_the_parts_add_up_and_change_sign(rows: list, lost: int, reference_lost: int) -> None:
    own, reference = populations(rows, lost, reference_lost)
    found, back = two_factors(own, reference), two_factors(reference, own)
    assert abs(1000 * (found.difference - (own.rate - reference.rate))) <= 1e-9
    assert found.centred.sum() == pytest.approx(found.composition.sum(), abs=1e-12)
    for name in ("composition", "centred", "rate"):
        assert getattr(found, name) == pytest.approx(-getattr(back, name), abs=1e-12)
    less = averted(own, reference)
    assert less.all == pytest.approx(
        less.distribution + less.rates - less.interaction, abs=1e-9 * own.total
    )
    assert np.isfinite([*found.composition, *found.centred, *found.rate, found.unlinked]).all()
    for each in (delta(own, reference), bootstrap(own, reference, 20)):
        for part in (each.composition, each.centred, each.rate, each.totals):
            assert np.isfinite(part).all()
            assert (part[0] <= part[1] + 1e-12).all()


@given(COUNTS)
def test_three_factors_add_up(rows: list) -> None:
    ages = [
        TwoAges.of(
            np.array([r[at] + r[at + 1] for r in rows], dtype=float),
            np.array([r[at + 1] // 2 for r in rows], dtype=float),
            np.array([r[at + 1] - r[at + 1] // 2 for r in rows], dtype=float),
        )
        for at in (0, 2)
    ]
    rates = [sum(r[at + 1] for r in rows) / sum(r[at] + r[at + 1] for r in rows) for at in (0, 2)]
    found = three_factors(ages[0], ages[1])
    assert 1000 * found.difference == pytest.approx(1000 * (rates[0] - rates[1]), abs=1e-9)
    drawn = bootstrap_three(ages[0], ages[1], 20)
    assert drawn.shape == (2, 3 * len(rows) + 5)
    assert np.isfinite(drawn).all()


def test_a_population_without_births_is_refused() -> None:
    with pytest.raises(ValueError, match="without births"):
        Population.of([0, 0], [0, 1])
    with pytest.raises(ValueError, match="one count of births"):
        Population.of([1, 2], [1])
    with pytest.raises(ValueError, match="negative"):
        Population.of([1, 2], [1, -1])
