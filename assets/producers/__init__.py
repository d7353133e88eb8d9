"""Producers of extracts, a folder each: how its files are fetched, told apart, read and judged."""
