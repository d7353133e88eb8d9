"""Decode an answer by the charset that its server declares, or refuse it."""

from __future__ import annotations

import codecs
import re

from assets.archive.http.servers import FetchError

_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)


def text_of(body: bytes, content_type: str, url: str) -> str:
    """Return a body as text; undecodable bytes are refused, never replaced.

    Args:
        body: The bytes, without transport compression.
        content_type: Header ``Content-Type``; without a charset the text is taken for UTF-8.
        url: Address, for the message.

    Raises:
        FetchError: The bytes are not in that encoding, or Python does not know it.
    """
    declared = _CHARSET.search(content_type)
    name = declared[1] if declared else "utf-8"
    try:
        codec = codecs.lookup(name)
        if codec.name == "utf-8":
            codec = codecs.lookup("utf-8-sig")
        return codec.decode(body, "strict")[0]
    except (LookupError, UnicodeError, TypeError) as error:
        source = "as its header says" if declared else "as nothing else is declared"
        seen = str(error)
        if isinstance(error, UnicodeDecodeError):
            line = body.count(b"\n", 0, error.start) + 1
            seen = f"byte 0x{body[error.start]:02x} in line {line}"
        raise FetchError(
            f"{url} sent text that is not {name} ({seen}); expected {name}, {source}. Nothing was "
            "kept: a character that is guessed may be part of a name or a number."
        ) from error
