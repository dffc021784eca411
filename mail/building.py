"""The one builder of mails: every kind leaves looking alike and carrying the same headers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.utils.html import escape, urlize

from mail import addresses
from mail.models import Delivery
from people.models import Organisation

# [[link:answer:satisfaction:88]]: purpose, then what it is about. Our own texts have them, nobody else's.
PLACEHOLDER = re.compile(r"\[\[link:(?P<purpose>[a-z_]+):(?P<about>[a-z_]+:\d+)\]\]")
# A link in a mail works this long.
LINKS_LIVE = timedelta(days=30)

_HTML = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{subject}</title></head>
<body style="margin:0;padding:24px 16px;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<div style="max-width:600px;margin:0 auto">{paragraphs}</div></body></html>"""


def defuse(text: str) -> str:
    """`text` of a person, with anything that looks like one of our placeholders made harmless."""
    return text.replace("[[link:", "[ [link:")


def build(delivery: Delivery, *, now: datetime) -> EmailMultiAlternatives:
    """The mail of `delivery` for one attempt: fresh secrets each time, the same Message-ID every time.

    The text part is complete by itself; the HTML part says the same.
    """
    body = PLACEHOLDER.sub(lambda found: _link(found, delivery, now), delivery.body)
    organisation = Organisation.objects.the()
    mailbox = delivery.mailbox
    sender = mailbox.address if mailbox else organisation.support_address
    headers = {"Message-ID": delivery.message_id, "X-Followthrough-Id": delivery.key}
    if delivery.in_reply_to:
        headers |= {"In-Reply-To": delivery.in_reply_to, "References": delivery.in_reply_to}
    if delivery.automatic:
        headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    reply_to = []
    if delivery.about.startswith("ticket:"):
        secret = addresses.issue("reply", delivery.about, delivery.recipient, now=now)
        local, _, domain = sender.partition("@")
        reply_to = [f"{local}+{secret}@{domain}"]
    mail = EmailMultiAlternatives(
        subject=delivery.subject,
        body=body,
        from_email=_named(organisation.name, sender),
        to=[_named(delivery.recipient_name, delivery.recipient)],
        reply_to=reply_to,
        headers=headers,
    )
    mail.attach_alternative(_html(delivery, body), "text/html")
    return mail


def _link(found: re.Match[str], delivery: Delivery, now: datetime) -> str:
    purpose = found["purpose"]
    secret = addresses.issue(purpose, found["about"], delivery.recipient, now=now, expires_at=now + LINKS_LIVE)
    return addresses.link(purpose, secret)


def _html(delivery: Delivery, body: str) -> str:
    paragraphs = [
        f'<p style="margin:0 0 16px">{urlize(escape(part)).replace(chr(10), "<br>")}</p>'
        for part in re.split(r"\n{2,}", body.strip())
    ]
    return _HTML.format(
        language=escape(delivery.language), subject=escape(delivery.subject), paragraphs="\n".join(paragraphs)
    )


def _named(name: str, address: str) -> str:
    """`address` with a display name that cannot break out of its quotes."""
    plain = re.sub(r'["\\\r\n]', " ", name).strip()
    return f'"{plain}" <{address}>' if plain else address
