"""Answers of the Nomis API in CSV."""
