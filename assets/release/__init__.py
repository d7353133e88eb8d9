"""Versioned releases: gate, writer, differ, catalogue, report."""
