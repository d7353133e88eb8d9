"""The same releases in an S3-compatible object store, in the same layout as on disk."""
