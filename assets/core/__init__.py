"""Harmonised counts: geography, custom regions, series breaks, corrections."""
