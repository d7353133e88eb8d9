"""Generators of the bundled samples: released figures written in the formats of the producers."""
