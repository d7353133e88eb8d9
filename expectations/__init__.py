"""Whether what was produced is fit for use: suites, relational rules, control totals, waivers."""
