"""Handing mail over by HTTP as other machines do."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from standardwebhooks import Webhook

from mail.signatures import _OverBytes

SECRET = "whsec_b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHM="
KIND = "message/rfc822"


def signed(raw: bytes, event: str = "msg_1", *, at: datetime | None = None, secret: str = "") -> dict[str, str]:
    """The headers of a sender who has the secret. By the library itself wherever that can read the body."""
    at = at or datetime.now(UTC)
    secret = secret or settings.INBOUND_SECRETS[0]
    try:
        signature = Webhook(secret).sign(event, at, raw.decode())
    except UnicodeDecodeError:
        signature = _OverBytes(secret, raw).sign(event, at, "")
    return {
        "Webhook-Id": event,
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": signature,
    }


def hand_over(raw: bytes, event: str = "msg_1", *, path: str = "/mail/in/", **headers: str) -> HttpResponse:
    """Post `raw`, signed unless `headers` say otherwise."""
    given = signed(raw, event) | {name.replace("_", "-").title(): value for name, value in headers.items()}
    return Client().post(path, raw, content_type=KIND, headers=given)
