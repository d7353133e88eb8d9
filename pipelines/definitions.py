"""The Dagster code location: assets, checks, jobs, the nightly schedule, resources.

``workspace.yaml`` loads this file; other code calls :func:`pipelines.assembly.build_defs`.
"""

from __future__ import annotations

from pipelines.assembly import build_defs
from pipelines.settings import Settings

defs = build_defs(Settings.from_environment())
