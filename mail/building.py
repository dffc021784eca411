"""The one builder of mails: every kind leaves looking alike and carrying the same headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.html import escape, urlize
from django.utils.translation import gettext as _

from mail import addresses
from mail.models import Delivery
from mail.models.delivery import TO_STAFF, Purpose
from people.models import Organisation

# [[link:answer:satisfaction:88]]: purpose, then what it is about.
_PLACEHOLDER = re.compile(r"\[\[link:(?P<purpose>[a-z_]+):(?P<about>[a-z_]+:\d+)\]\]")

_HTML = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>{subject}</title></head>
<body style="margin:0;padding:24px 16px;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<div style="max-width:600px;margin:0 auto">
{paragraphs}
</div></body></html>
"""


def with_links(body: str, links: Sequence[str]) -> str:
    """`body` in which only `links` (like "answer:satisfaction:88") work as placeholders.

    Names and words of customers end up in bodies: any other placeholder in it is made harmless,
    so that nobody gets a secret that the maker of the mail did not mean to give.
    """
    allowed = {f"[[link:{wanted}]]" for wanted in links}
    return re.sub(
        r"\[\[link:(?:[^\[\]]*\]\])?", lambda found: found[0] if found[0] in allowed else "[ " + found[0][1:], body
    )


def with_named_links(body: str) -> str:
    """`body` as people read it where a secret has no place: each link is named, in brackets."""
    return _PLACEHOLDER.sub(lambda found: f"[{addresses.LINKS[found['purpose']][1]}]", body)


def build(delivery: Delivery, *, now: datetime) -> EmailMultiAlternatives:
    """The mail of `delivery` for one attempt: fresh secrets each time, the same Message-ID every time.

    The text part is complete by itself; the HTML part says the same.
    """
    if not delivery.recipient.rpartition("@")[0].isascii():
        raise ValidationError(_("Our mail server can only send to addresses without letters like č or é before the @."))
    urls = {
        found[0]: addresses.fresh_link(found["purpose"], found["about"], delivery.recipient, now=now)
        for found in _PLACEHOLDER.finditer(delivery.body)
    }
    organisation = Organisation.objects.first()
    sender = delivery.mailbox.address if delivery.mailbox else ""
    mail = EmailMultiAlternatives(
        subject=delivery.subject,
        body=_PLACEHOLDER.sub(lambda found: urls[found[0]], delivery.body),
        from_email=_named(organisation.name if organisation else "", sender),
        to=[_named(delivery.recipient_name, delivery.recipient)],
        reply_to=_reply_to(delivery, sender, now),
        headers=_headers(delivery, now),
    )
    mail.attach_alternative(_html(delivery, urls), "text/html")
    return mail


def _headers(delivery: Delivery, now: datetime) -> dict[str, str]:
    headers = {
        "Message-ID": delivery.message_id,
        "Date": format_datetime(now),
        "Content-Language": delivery.language,
        "X-Followthrough-Id": delivery.key,
    }
    if delivery.in_reply_to:
        headers |= {"In-Reply-To": delivery.in_reply_to, "References": delivery.in_reply_to}
    if delivery.automatic:
        answers = delivery.purpose == Purpose.ACKNOWLEDGEMENT
        headers |= {
            "Auto-Submitted": "auto-replied" if answers else "auto-generated",
            "X-Auto-Response-Suppress": "All",
        }
    return headers


def _reply_to(delivery: Delivery, sender: str, now: datetime) -> list[str]:
    """An address that only this recipient knows: what comes back to it belongs to what the mail is about."""
    if not delivery.about or delivery.purpose in TO_STAFF:
        return []
    secret = addresses.issue("reply", delivery.about, delivery.recipient, now=now)
    return [addresses.reply_address(sender, secret)]


def _html(delivery: Delivery, urls: dict[str, str]) -> str:
    with translation.override(delivery.language):
        paragraphs = [
            f'<p style="margin:0 0 16px">{urlize(escape(part)).replace(chr(10), "<br>")}</p>'
            for part in re.split(r"\n\s*\n", delivery.body.strip())
        ]
        words = {purpose: str(words) for purpose, (_path, words) in addresses.LINKS.items()}
    linked = _PLACEHOLDER.sub(
        lambda found: f'<a href="{escape(urls[found[0]])}"><b>{escape(words[found["purpose"]])}</b></a>',
        "\n".join(paragraphs),
    )
    return _HTML.format(language=escape(delivery.language), subject=escape(delivery.subject), paragraphs=linked)


def _named(name: str, address: str) -> str:
    """`address` with a display name that cannot break out of its quotes."""
    plain = re.sub(r'["\\\r\n]', " ", name).strip()
    return f'"{plain}" <{address}>' if plain else address
