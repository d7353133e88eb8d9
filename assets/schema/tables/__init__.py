"""Table descriptions, one module per layer."""
