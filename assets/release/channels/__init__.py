"""Releases and channels on disk: list, resolve, read, keep, and trace counts to their vintages."""
