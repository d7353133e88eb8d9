"""Dagster wiring: which assets there are, what they stand on, and the resources they use."""
