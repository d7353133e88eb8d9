"""Settings from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.home import Home

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
    """

    home: Home
    profile: str = "sample"
    as_of: str = ""

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
        return cls(Home(root), profile, values.get("IMR_AS_OF", ""))
