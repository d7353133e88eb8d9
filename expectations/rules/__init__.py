"""Relational rules, one SQL file each with a declarative header (expectations/relational.py)."""
