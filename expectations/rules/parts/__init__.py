"""Queries that several rules read."""
