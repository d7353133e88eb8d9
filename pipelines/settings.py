"""Settings from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.home import Home
from assets.release.object_store.location import (
    STORE_VARIABLE,
    Location,
    StoreAddressError,
    location_of,
)

PROJECT = Path(__file__).resolve().parents[1]
PROFILES = ("sample", "live")


class SettingsError(ValueError):
    """A setting has a value that it cannot have."""


@dataclass(frozen=True)
class Settings:
    """Where state lives and which extracts are taken in.

    Attributes:
        home: Folders under ``IMR_HOME`` (default: ``var`` in the project).
        profile: ``sample`` (bundled samples, no network) or ``live`` (``IMR_PROFILE``).
        as_of: Only vintages known on this date count (ISO 8601), or empty.
        store_url: Object store that gets every release too (``IMR_STORE_URL``), or empty.
    """

    home: Home
    profile: str = "sample"
    as_of: str = ""
    store_url: str = ""

    @property
    def store(self) -> Location | None:
        """Place in the object store, or ``None`` where releases are kept on disk only.

        Raises:
            SettingsError: ``IMR_STORE_URL`` is not such an address.
        """
        try:
            return location_of(self.store_url) if self.store_url else None
        except StoreAddressError as error:
            raise SettingsError(str(error)) from None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings.

        Raises:
            SettingsError: ``IMR_PROFILE`` is not one of the profiles.
        """
        values = os.environ if environment is None else environment
        profile = values.get("IMR_PROFILE", "sample")
        if profile not in PROFILES:
            raise SettingsError(
                f"IMR_PROFILE is {profile!r}; it must be one of {', '.join(PROFILES)}"
            )
        root = Path(values.get("IMR_HOME") or PROJECT / "var").expanduser().resolve()
        store = values.get(STORE_VARIABLE, "").strip()
        return cls(Home(root), profile, store_url=store)
