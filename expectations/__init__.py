"""Check that the tables are fit for use: suites, rules in SQL, control totals, waivers."""
