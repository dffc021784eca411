"""Mail that a provider hands over in a form of its own: django-anymail knows whose it is and what stands where.

The mail itself is not parsed here. Where the provider sends it as it came, it stays so; where it sends only what
it understood of it, a mail is put together again.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from anymail.exceptions import AnymailInsecureWebhookWarning, AnymailWebhookValidationFailure
from anymail.inbound import AnymailInboundMessage
from anymail.urls import urlpatterns
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from mail import senders

# Those that post a form: the field with the mail as it came, if they were asked for it.
_IN_A_FORM = {"mailgun": "body-mime", "sendgrid": "email"}
_SUFFIX = "_inbound_webhook"


class NotTheirs(Exception):
    """The request is not signed by the provider, or does not name its password."""


@dataclass(frozen=True)
class HandedOver:
    """One mail, to which of our addresses, and what the provider calls this delivery; the last two may be empty."""

    raw: bytes
    recipient: str
    event: str


class _AsItCame(AnymailInboundMessage):
    """The library's message, which leaves a mail that came whole alone instead of parsing it."""

    whole: bytes = b""
    # How the bytes of a mail became the characters in which it is given to us.
    written_in = "utf-8"

    @classmethod
    def parse_raw_mime(cls, s: str | bytes) -> _AsItCame:
        return cls.parse_raw_mime_bytes(s.encode(cls.written_in, "replace") if isinstance(s, str) else s)

    @classmethod
    def parse_raw_mime_bytes(cls, b: bytes) -> _AsItCame:
        message = cls()
        message.whole = b
        return message

    @classmethod
    def parse_raw_mime_chunks(cls, chunks: Any) -> _AsItCame:
        return cls.parse_raw_mime_bytes(b"".join(chunks))

    @classmethod
    def construct_attachment(cls, *given: Any, **named: Any) -> AnymailInboundMessage:
        # A mail that is attached to one is parsed: it becomes a part of what is put together.
        return AnymailInboundMessage.construct_attachment(*given, **named)


class _OfAForm(_AsItCame):
    written_in = "latin-1"


def known() -> list[str]:
    """The providers that can hand over mail, by the library's names."""
    return sorted(_views())


def handed_over(provider: str, request: HttpRequest) -> Iterator[HandedOver]:
    """The mails in `request` of `provider`; raises `NotTheirs`, and what the library raises where it finds none."""
    receiver, whole = _receiver(provider), b""
    if field := _IN_A_FORM.get(provider):
        whole = _field_of_address(request, field)
        if _has_part(request.body, field):
            # A mail as it came may be in any charset, and so is a form that carries one.
            request.encoding = "latin-1"
    try:
        receiver.run_validators(request)
    except AnymailWebhookValidationFailure as why:
        raise NotTheirs(str(why)) from why
    for event in receiver.parse_events(request):
        message, recipient = event.message, senders.normal(event.message.envelope_recipient or "")
        came = whole or getattr(message, "whole", b"") or message.as_bytes()
        raw = _trace(message.envelope_sender, recipient) + came
        yield HandedOver(raw, recipient, f"{provider}:{event.event_id}" if event.event_id else "")


@cache
def _views() -> dict[str, Any]:
    named = {str(pattern.name): pattern.callback for pattern in urlpatterns}
    return {name.removesuffix(_SUFFIX): view.view_class for name, view in named.items() if name.endswith(_SUFFIX)}


def _receiver(provider: str) -> Any:
    """The library's view, which refuses to be open to everybody."""
    view = _views()[provider]
    module = import_module(view.__module__)
    vars(module)["AnymailInboundMessage"] = _OfAForm if provider in _IN_A_FORM else _AsItCame
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", AnymailInsecureWebhookWarning)
        try:
            return view()
        except AnymailInsecureWebhookWarning as why:
            raise ImproperlyConfigured("ANYMAIL names no WEBHOOK_SECRET: everybody could hand over mail.") from why


def _has_part(body: bytes, field: str) -> bool:
    """Whether a form of several parts has one of that name."""
    return re.search(rb'^content-disposition: form-data; name="%s"\r?$' % field.encode(), body, re.I | re.M) is not None


def _field_of_address(request: HttpRequest, field: str) -> bytes:
    """The bytes of a field of a form that is written like an address; Django would take them for UTF-8."""
    if request.content_type != "application/x-www-form-urlencoded":
        return b""
    fields = parse_qs(request.body.decode("ascii", "replace"), encoding="latin-1")
    return fields.get(field, [""])[0].encode("latin-1", "replace")


def _trace(sender: str | None, recipient: str) -> bytes:
    """What the last server on the way writes above a mail; only what is an address, as it comes from outside."""
    lines = f"Delivered-To: {recipient}\r\n" if recipient else ""
    if sender is not None and (sender == "" or senders.normal(sender)):
        lines = f"Return-Path: <{senders.normal(sender)}>\r\n{lines}"
    return lines.encode("utf-8", "replace")
