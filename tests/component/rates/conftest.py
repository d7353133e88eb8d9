"""Warehouses of tests of rates, emptied after each test and used again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.component.rates.core_tables import of_one_test


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    with of_one_test():
        yield
