"""Tell Dagster's own programs where this project's code is: code location and workspace.

This module uses private parts of Dagster: a run that ``execute_in_process`` starts has no code
location, and the public API cannot set one without a web server or a
daemon. Without a code location, Dagster's timeline and sensors ignore runs of ``imr run``. Dagster
is pinned; if a later version moves these parts, the import fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from assets.state.durable import replace_text
from assets.state.home import PROJECT, Home

LOCATION, _REPOSITORY = "infant-mortality", "__repository__"
_MODULE = "pipelines.definitions"
_IN_A_CHECKOUT = PROJECT / "workspace.yaml"


def workspace_of(home: Home) -> Path:
    """Return the workspace to start Dagster's programs with.

    In a checkout it is the project's own file. An installed package has none, so one with the same
    code location is written into Dagster's home.
    """
    if _IN_A_CHECKOUT.exists():
        return _IN_A_CHECKOUT
    target = home.dagster / "workspace.yaml"
    content = (
        "load_from:\n  - python_module:\n"
        f"      module_name: {_MODULE}\n      location_name: {LOCATION}\n"
    )
    if not target.exists() or target.read_text("utf-8") != content:
        replace_text(target, content)
    return target


@contextmanager
def seen_by_the_web_ui(instance: dg.DagsterInstance, job: dg.JobDefinition) -> Iterator[None]:
    """Let the records of runs that begin meanwhile name where their job lives, and their assets.

    Dagster's timeline and sensors pass over a run without the one; without the other its web UI
    would show, and start again, the whole job.

    Args:
        instance: Dagster's instance.
        job: What is run in this process.
    """
    create = instance.create_run_for_job

    def created(**options: Any) -> dg.DagsterRun:
        chosen = {"remote_job_origin": origin_of(job), "asset_selection": job.asset_selection}
        return create(**{**options, **chosen})

    setattr(instance, "create_run_for_job", created)  # noqa: B010
    try:
        yield
    finally:
        setattr(instance, "create_run_for_job", create)  # noqa: B010


def origin_of(job: dg.JobDefinition) -> RemoteJobOrigin:
    """Return the origin by which Dagster's web UI and sensors find a job of this process."""
    location = ManagedGrpcPythonEnvCodeLocationOrigin(
        LoadableTargetOrigin(module_name=_MODULE), LOCATION
    )
    return RemoteJobOrigin(RemoteRepositoryOrigin(location, _REPOSITORY), job.name)
