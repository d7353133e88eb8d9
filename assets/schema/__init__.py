"""The table registry: the one place that says what a table is.

From :data:`assets.schema.registry.TABLES` come the DuckDB types on write, the base expectations,
the Dagster column schema, the data dictionary in ``docs/`` and ``datapackage.json``.
"""
