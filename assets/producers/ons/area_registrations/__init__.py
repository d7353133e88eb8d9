"""Workbooks of births and deaths by area."""
