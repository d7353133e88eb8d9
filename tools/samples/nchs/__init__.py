"""Bundled samples: published figures in the producer's wire formats."""
