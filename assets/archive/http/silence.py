"""How a server failed to answer, in plain words."""

from __future__ import annotations

import requests
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from assets.archive.http.fetch_limits import Limits


def silence(error: Exception, limits: Limits, tries: int) -> str:
    """Return in plain words how a server failed to answer."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    causes = [error, reason, getattr(error, "__cause__", None)]
    if any(isinstance(c, NameResolutionError) for c in causes):
        what = "is not known here: its name cannot be resolved"
    elif isinstance(error, requests.exceptions.ProxyError):
        what = f"cannot be reached through the proxy ({named(error)})"
    elif isinstance(error, requests.exceptions.ConnectTimeout):
        what = f"takes no connection within {limits.connect_seconds:g} s"
    elif isinstance(error, requests.exceptions.ReadTimeout):
        what = f"takes connections and then says nothing for {limits.read_seconds:g} s"
    elif isinstance(reason, NewConnectionError):
        what = f"refuses connections ({str(reason).rpartition(': ')[2]})"
    else:
        what = f"breaks off before it answers ({named(error)})"
    return f"{what} ({tries} tries)"


def named(error: Exception) -> str:
    """Return kind and text of an error, without the query, which may hold a key."""
    cause = error.args[0] if error.args else error
    text = cause.reason if isinstance(cause, MaxRetryError) else error
    return f"{type(error).__name__.strip('_')}: {text}"
