"""Redact keys and URLs with keys in every text that leaves the process.

Reports, alerts, logs, attempts, origins and errors are written for many readers. Producers repeat
keys in redirects and error pages, so a text is cleaned where it leaves, wherever it came from.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import quote, quote_plus, urlsplit

STRUCK = "***"
_KEY = re.compile(r"IMR_\w+_(?:UID|TOKEN|KEY|SECRET|PASSWORD|WEBHOOK)|AWS_(?:ACCESS_KEY_ID"
                  r"|SECRET_ACCESS_KEY|SESSION_TOKEN)")  # fmt: skip
"""Environment variables whose value is a key, or an address that is one."""
_ADDRESS = re.compile(r"IMR_\w+_URL|(?i:https?_proxy)|AWS_ENDPOINT_URL")
_SHORTEST = 5
"""A shorter value is a word that stands in many texts; a key is longer."""
_IN_ADDRESS = re.compile(r"(?<=://)[^/\s?#@\"'<>]*(?:@[^/\s?#@\"'<>]*)*@")
_PARAMETER = re.compile(
    r"""(?ix)
    ( (?: [?&;] | %26 | %3f )
      (?: uid | sig | key | auth | code | pwd | pass | access_?key | subscription-key
        | [\w$.%-]* (?: token | secret | signature | passw | credential | api[_-]?key
                      | accesskeyid | session | security )
        [\w$.%-]*? )
      (?: = | %3d ) )
    [^&;\s\#"'<>]+
    """
)
_told: set[str] = set()


def remember(value: str | None) -> str | None:
    """Note a key that this process uses, so that it is struck out from now on; return it."""
    if value:
        _told.add(value)
    return value


def redacted(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Return a text without keys.

    Struck out are the values of variables that are called like a key and of :func:`remember`, also
    where they are written with percent signs; names and passwords in addresses; and parameters of
    addresses that are called like a key.

    Args:
        text: Any text.
        environment: Where the variables are read from.
    """
    values = os.environ if environment is None else environment
    keys = {v.strip() for name, v in values.items() if _KEY.fullmatch(name)} | _told
    keys |= {_password(v) for name, v in values.items() if _ADDRESS.fullmatch(name)}
    for key in sorted(keys, key=len, reverse=True):
        if len(key) >= _SHORTEST:
            for spelt in {key, quote(key, safe=""), quote_plus(key), quote(key)}:
                text = text.replace(spelt, STRUCK)
    text = _IN_ADDRESS.sub(f"{STRUCK}@", text)
    return _PARAMETER.sub(lambda match: match[1] + STRUCK, text)


def _password(address: str) -> str:
    try:
        return urlsplit(address).password or ""
    except ValueError:
        return ""
