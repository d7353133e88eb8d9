"""When and how it runs: Dagster definitions, jobs, schedules, settings and the ``imr`` command."""
