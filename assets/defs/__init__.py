"""Dagster wiring: the assets, their dependencies and the resources they use."""
