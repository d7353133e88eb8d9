"""Counts that arrive as plain CSV: extracts of health departments and figures of reports."""
