"""The Dagster code location: assets, checks, jobs, the nightly schedule, resources.

Loaded as a file by ``workspace.yaml``; everything else calls :func:`pipelines.assembly.build_defs`.
"""

from __future__ import annotations

from pipelines.assembly import build_defs
from pipelines.settings import Settings

defs = build_defs(Settings.from_environment())
