"""The worked examples of the statistical functions run, and each function has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
from types import ModuleType

import pytest

NAMES = (
    "change", "inequality", "limits", "log_linear", "rounding", "score",
    "decompositions.intervals", "decompositions.many_factors", "decompositions.periods_of_risk",
    "decompositions.population",
    "decompositions.three_factors", "decompositions.two_factors",
)  # fmt: skip
MODULES = [importlib.import_module(f"assets.rates.{name}") for name in NAMES]


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_examples_give_what_they_say(module: ModuleType) -> None:
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_every_function_has_one(module: ModuleType) -> None:
    public = [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]
    assert public
    for function in public:
        said = inspect.getdoc(function) or ""
        assert ">>>" in said, f"{function.__name__} has no example"
        assert "Args:" in said, f"{function.__name__} does not describe its arguments"
