"""Build the Dagster definitions from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from assets.defs.core import ASSETS as CORE
from assets.defs.published import ASSETS as PUBLISHED
from assets.defs.rates import ASSETS as RATES
from assets.defs.raw_and_staging import ASSETS as RAW_AND_STAGING
from assets.defs.release import ASSETS as RELEASE
from assets.defs.release import STORE_ASSETS
from assets.defs.resources import GateResource, ObjectStoreResource
from assets.state.private import keep_private
from expectations.checks import all_checks
from expectations.suites import required_rules
from pipelines.declared import ASSETS as DECLARED
from pipelines.jobs import JOBS
from pipelines.one_writer import LockedIntake, LockedWarehouse
from pipelines.schedules import SCHEDULES
from pipelines.sensors import build_sensors
from pipelines.settings import Settings

ASSETS = (*DECLARED, *RAW_AND_STAGING, *CORE, *RATES, *PUBLISHED, *RELEASE)


def build_defs(
    settings: Settings, resource_overrides: Mapping[str, Any] | None = None
) -> dg.Definitions:
    """Return the definitions for one home and profile.

    Args:
        settings: Where state lives and which extracts are taken in.
        resource_overrides: Resources to use instead of the usual ones, for tests.
    """
    keep_private()
    of_home: dict[str, Any] = {
        "home": str(settings.home.root),
        "profile": settings.profile,
        "as_of": settings.as_of or None,
    }
    resources: dict[str, Any] = {
        "warehouse": LockedWarehouse(**of_home, basis=settings.basis),
        "intake": LockedIntake(**of_home),
        "gate": GateResource(
            required_rules={name: sorted(rules) for name, rules in required_rules().items()}
        ),
    }
    # A rebuild of the past moves no pointer, neither here nor in the object store.
    store = None if settings.as_of else settings.store
    if store is not None:
        resources["object_store"] = ObjectStoreResource(url=store.url)
    return dg.Definitions(
        assets=ASSETS if store is None else (*ASSETS, *STORE_ASSETS),
        asset_checks=all_checks(),
        jobs=JOBS,
        schedules=SCHEDULES,
        sensors=build_sensors(settings),
        resources={**resources, **(resource_overrides or {})},
        executor=dg.in_process_executor,
    )
