"""Asking producers: one polite client, its limits, and what is known of their servers."""
