"""Datasets whose counts a policy withholds are declared as confidential."""

from __future__ import annotations

from assets.disclosure.disclosure_policies import disclosure_policies
from assets.producers.catalogue import DATASETS
from assets.schema.producers import declared


def test_each_producer_of_a_withheld_series_has_a_confidential_dataset_and_no_other_has_one() -> (
    None
):
    policies = disclosure_policies()
    withheld = {
        name
        for name, said in declared().items()
        if any(policies[series].withholds for series, _ in said.own_series)
    }
    assert withheld == {d.source for d in DATASETS if d.is_confidential}
    assert withheld
