"""Mail of our own, known when it comes back: by a signature over what we call it, which nobody else can make.

It says nothing of who sends it now: it ends a loop, and gives no right to anything.
"""

from __future__ import annotations

from django.core.signing import BadSignature, Signer

# What we call a mail (fixed, see docs), and that it was we who called it so.
ID, SIGNATURE = "X-Followthrough-Id", "X-Followthrough-Signature"


def headers(key: str) -> dict[str, str]:
    """What a mail called `key` carries."""
    return {ID: key, SIGNATURE: _signer().signature(key)}


def is_signed(key: str, signature: str) -> bool:
    """Whether it was we who called a mail `key`."""
    try:
        return bool(key) and _signer().unsign(f"{key}:{signature}") == key
    except BadSignature:
        return False


def _signer() -> Signer:
    return Signer(salt="mail.own")
