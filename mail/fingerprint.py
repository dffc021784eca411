"""What stays of a mail whichever way it comes: servers on the way add headers, and some change the ends of lines."""

from __future__ import annotations

import hashlib
import re

# What is read of a mail's head; who writes more above its Message-ID is not recognised.
_HEAD = 100_000

_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_SAYS = re.compile(rb"^(message-id|date|from):[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


def of(raw: bytes) -> bytes | None:
    """A hash over Message-ID, date, author and body; None where a mail says neither what it is called nor when.

    The author is part of it, so that nobody who got a copy can send it first in their own name and have
    the true one taken for the copy.
    """
    ends = _HEAD_ENDS.search(raw, 0, _HEAD)
    if ends is None:
        return None
    said: dict[bytes, bytes] = {}
    for header in _SAYS.finditer(_FOLDED.sub(b" ", raw[: ends.start()])):
        said.setdefault(header[1].lower(), b" ".join(header[2].split()))
    if not said.get(b"message-id") or not said.get(b"date"):
        return None
    digest = hashlib.sha256(b"\n".join(said.get(name, b"") for name in (b"message-id", b"date", b"from")))
    digest.update(b"\n\n" + raw[ends.end() :].replace(b"\r\n", b"\n").rstrip())
    return digest.digest()
