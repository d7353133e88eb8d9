"""Workbooks of child mortality by death cohort."""
