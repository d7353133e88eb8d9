"""Tools for developers, not installed with the product."""
