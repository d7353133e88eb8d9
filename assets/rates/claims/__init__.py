"""Statements that others make, recomputed from the rates."""
