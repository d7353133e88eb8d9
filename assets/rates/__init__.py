"""Rates in DuckDB SQL: windows, intervals, ranks, disparities, trends, claims."""
