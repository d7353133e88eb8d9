"""Bundled samples: published figures written in the producer's own formats."""
