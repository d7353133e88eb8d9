"""What the pipeline produces: archive, staging, core counts, rates, disclosure, releases."""
