"""The key of a home, which never leaves its private part.

Whoever knows the checksum of an extract with few rows can try counts until one of them fits. What
a release says of such an extract is therefore made with a key (HMAC-SHA256, RFC 2104).
"""

from __future__ import annotations

import hmac
import os
import secrets

from assets.state import durable
from assets.state.home import Home

_BYTES = 32


def keyed(home: Home, text: str) -> str:
    """Return 64 hexadecimal digits that stand for a text and tell nothing of it without the key.

    The same text has the same digits as long as the home has its key.
    """
    return hmac.digest(_key(home), text.encode(), "sha256").hex()


def _key(home: Home) -> bytes:
    """Return the key of a home; it is made when it is first needed."""
    file = home.lineage / "key"
    if not file.is_file():
        home.lineage.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f".key.{os.getpid()}.new")
        aside.touch(mode=0o600)
        durable.write_text(aside, secrets.token_hex(_BYTES) + "\n")
        try:
            # Of two processes at once the first one makes the key.
            os.link(aside, file)
        except FileExistsError:
            pass
        finally:
            aside.unlink(missing_ok=True)
        durable.sync_folder(file.parent)
    return bytes.fromhex(file.read_text(encoding="ascii").strip())
