"""Bundled sample of the local format: national maternal deaths as published."""
