"""Who handed a mail over by HTTP: a signature of Standard Webhooks over the mail's bytes."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import floor

from standardwebhooks.webhooks import Webhook, WebhookVerificationError, hmac_data

# What a sender calls a delivery is kept as long as that; of longer ones a hash.
_LONGEST_ID = 100


class NotSigned(Exception):
    """Nobody who has one of our secrets has sent this, or not now. Says why, for the log only."""


class _OverBytes(Webhook):
    """The library takes a body for UTF-8, which mail need not be: the same signature over the bytes as they came."""

    def __init__(self, secret: str, raw: bytes) -> None:
        super().__init__(secret)
        self._raw = raw

    def sign(self, msg_id: str, timestamp: datetime, data: str) -> str:
        signed = f"{msg_id}.{floor(timestamp.timestamp())}.".encode("latin-1", "replace") + self._raw
        return f"v1,{b64encode(hmac_data(self._whsecret, signed)).decode()}"


def check(raw: bytes, headers: Mapping[str, str], secrets: Iterable[str]) -> str:
    """What the sender calls this delivery, the same each time they try; raises `NotSigned`.

    Signed with any of `secrets`, so that one can take the place of another without a gap, and not more
    than five minutes ago or ahead.
    """
    given = {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    why = "there is no secret"
    for secret in secrets:
        try:
            _OverBytes(secret, raw).verify("", given, json_parse=False)
        except (WebhookVerificationError, ValueError) as refused:
            why = str(refused)
        else:
            return _short(given["webhook-id"])
    raise NotSigned(why)


def are_there(headers: Mapping[str, str]) -> bool:
    """Whether it is worth reading what they are said to sign."""
    return all(headers.get(name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature"))


def _short(event: str) -> str:
    return event if len(event) <= _LONGEST_ID else f"sha256:{hashlib.sha256(event.encode()).hexdigest()}"
