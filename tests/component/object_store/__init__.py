"""A real object store. A package, so that the server ends with the last of these tests."""
