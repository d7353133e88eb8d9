"""Difference of one function at two points, by any number of factors.

Source: Das Gupta (1993), Standardization and Decomposition of Rates, US Census Bureau P23-186. A
factor's effect is the mean of what its replacement changes over all orders in which the factors
can be replaced, which are the Shapley weights of the sets of the other factors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

import numpy as np

from assets.rates.limits import Numbers

Function = Callable[..., Numbers]


def effects(function: Function, own: Sequence[Numbers], reference: Sequence[Numbers]) -> Numbers:
    """Return the effect of each factor; they add up to the difference of the function.

    Args:
        function: What is made of the factors: one number, or one for every group.
        own: Factors of the population of interest, in the order of the function's arguments.
        reference: The same factors of the reference.

    Returns:
        Effects, one row per factor, with the shape of the function's results behind.

    Mean earnings of two populations (Das Gupta 1993, example 2.1): earnings of those who earn, and
    their share:

    >>> earned, share = np.array([16591.0, 10930.0]), np.array([0.825974, 0.717892])
    >>> found = effects(lambda a, b: a * b, (earned[0], share[0]), (earned[1], share[1]))
    >>> found.round(3).tolist()
    [4369.913, 1487.262]
    """
    count = len(own)
    found = []
    for factor in range(count):
        others = [k for k in range(count) if k != factor]
        effect: Numbers = np.asarray(0.0)
        for size in range(count):
            weight = factorial(size) * factorial(count - 1 - size) / factorial(count)
            for replaced in combinations(others, size):
                change = _at(function, own, reference, {*replaced, factor}) - _at(
                    function, own, reference, set(replaced)
                )
                effect = effect + weight * change
        found.append(effect)
    return np.asarray(found)


def _at(
    function: Function, own: Sequence[Numbers], reference: Sequence[Numbers], replaced: set[int]
) -> Numbers:
    return np.asarray(
        function(*(own[k] if k in replaced else reference[k] for k in range(len(own))))
    )
