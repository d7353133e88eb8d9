"""Read settings from environment variables."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.object_store.location import (
    STORE_VARIABLE,
    Location,
    StoreAddressError,
    location_of,
)
from assets.state.home import Home, default_root, settle_user_folder

PROFILES = ("sample", "live")
HISTORY_VARIABLE = "IMR_RUN_HISTORY_DAYS"
_HISTORY_DAYS = 90


_NO_FOLDER_NAME = re.compile(r"\?|%[0-9A-Fa-f]{2}|[\x00-\x1f\x7f\ud800-\udfff]")
"""Characters that the address of an SQLite database cannot contain, and line breaks."""


class SettingsError(ValueError):
    """A setting has an invalid value."""


@dataclass(frozen=True)
class Settings:
    """Where state lives and which extracts are taken in.

    Attributes:
        home: Folders under ``IMR_HOME`` (default: :func:`assets.state.home.default_root`).
        profile: ``sample`` (bundled samples, no network) or ``live`` (``IMR_PROFILE``).
        as_of: Only vintages known on this date count (ISO 8601), or empty.
        store_url: Object store that gets every release too (``IMR_STORE_URL``), or empty.
        history_days: Runs older than this leave Dagster's history (``IMR_RUN_HISTORY_DAYS``; 0
            keeps all).
    """

    home: Home
    profile: str = "sample"
    as_of: str = ""
    store_url: str = ""
    history_days: int = _HISTORY_DAYS

    @property
    def basis(self) -> str:
        """Which extracts a run uses; runs are compared only with runs on the same basis."""
        return f"{self.profile} {self.as_of}".strip()

    @property
    def store(self) -> Location | None:
        """Location in the object store, or ``None`` if releases are kept on disk only.

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
            SettingsError: ``IMR_PROFILE`` is not one of the profiles, the days are no number, or
                the databases of Dagster cannot lie in a folder of the name ``IMR_HOME``.
        """
        settle_user_folder()
        values = os.environ if environment is None else environment
        profile = values.get("IMR_PROFILE", "sample")
        if profile not in PROFILES:
            raise SettingsError(
                f"IMR_PROFILE is {profile!r}; it must be one of {', '.join(PROFILES)}"
            )
        root = _root(values.get("IMR_HOME") or str(default_root(values)))
        store = values.get(STORE_VARIABLE, "").strip()
        days = values.get(HISTORY_VARIABLE, "").strip() or str(_HISTORY_DAYS)
        if not (days.isascii() and days.isdigit() and len(days) < 6):
            raise SettingsError(
                f"{HISTORY_VARIABLE} is {days!r}; it must be a number of days, 0 for ever"
            )
        return cls(Home(root), profile, store_url=store, history_days=int(days))


def _root(text: str) -> Path:
    found = _NO_FOLDER_NAME.search(text)
    if found is not None:
        raise SettingsError(
            f"IMR_HOME is {ascii(text)}, with {ascii(found[0])}; expected a folder whose name has "
            "no question mark, no % before two hexadecimal digits and no control characters: "
            "Dagster cannot open its run history there. Blanks, quotes and accents are fine."
        )
    try:
        return Path(text).expanduser().resolve()
    except RuntimeError as error:
        raise SettingsError(f"IMR_HOME is {text!r}: {error} Give the whole path.") from None
