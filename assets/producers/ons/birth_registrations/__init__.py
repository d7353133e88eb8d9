"""Workbooks of birth registrations."""
