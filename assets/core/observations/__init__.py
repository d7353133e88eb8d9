"""From staged cells to counts and printed rates: one SQL file per staging table."""
