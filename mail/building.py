"""The one builder of mails: every kind leaves looking alike and carrying the same headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parseaddr

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils import translation
from django.utils.encoding import punycode
from django.utils.html import escape, urlize
from django.utils.translation import gettext as _

from mail import addresses, enclosing, own, quoting, signing
from mail.authentication import FORGED
from mail.models import Delivery, Enclosure
from mail.models.delivery import REFUSABLE, TO_STAFF, Purpose
from people.models import Organisation

# [[link:answer:satisfaction:88]]: purpose, then what it is about.
_PLACEHOLDER = re.compile(r"\[\[link:(?P<purpose>[a-z_]+):(?P<about>[a-z_]{1,40}:\d{1,19})\]\]")

# Line breaks of all kinds, and what no header of an honest mail holds.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")

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


def links_in(body: str) -> list[str]:
    """The placeholders of a stored body, as `with_links` takes them: so that the same words can be sent again."""
    return [f"{found['purpose']}:{found['about']}" for found in _PLACEHOLDER.finditer(body)]


def with_named_links(body: str) -> str:
    """`body` as people read it where a secret has no place: each link is named, in brackets."""
    return _PLACEHOLDER.sub(lambda found: f"[{addresses.LINKS[found['purpose']].words}]", body)


@dataclass(frozen=True)
class Materials:
    """What mails are built from besides their rows: read and made for many at once.

    `secrets` of each mail stand under what they are for and about; `files` are those that go along or as links.
    """

    house: str
    secrets: dict[int, dict[tuple[str, str], str]]
    files: dict[int, list[Enclosure]]


@dataclass(frozen=True)
class _Shown:
    """A link as a mail shows it: its words can be the link in HTML only."""

    url: str
    words: str
    one_of_several: bool

    @classmethod
    def of(cls, purpose: str, about: str, secret: str, language: str) -> _Shown:
        link = addresses.LINKS[purpose]
        with translation.override(language):
            return cls(addresses.link_in_mail(purpose, about, secret), str(link.words), link.one_of_several)

    @property
    def in_text(self) -> str:
        return f"{self.words}: {self.url}" if self.one_of_several else self.url

    @property
    def in_html(self) -> str:
        # Apart from each other, for thumbs.
        apart = ' style="display:inline-block;padding:6px 0"' if self.one_of_several else ""
        return f'<a href="{escape(self.url)}"{apart}>{escape(self.words)}</a>'


@dataclass(frozen=True)
class Letter:
    """A mail as it is handed over: who it comes from and goes to for the servers, and its bytes."""

    sender: str
    recipient: str
    content: bytes

    @classmethod
    def of(cls, mail: EmailMessage) -> Letter:
        """`mail` written down; raises where a header is not possible."""
        (recipient,) = mail.to
        if signing.is_on():
            signing.prepare(mail)
        content = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's message takes it
        if signing.is_on():
            content = signing.signed(content)
        return cls(_for_servers(mail.from_email), _for_servers(recipient), content)


def materials_for(deliveries: Sequence[Delivery], *, now: datetime) -> Materials:
    """What one attempt of each of `deliveries` needs; its secrets are fresh ones."""
    files: dict[int, list[Enclosure]] = {delivery.pk: [] for delivery in deliveries}
    for enclosure in Enclosure.objects.filter(delivery__in=deliveries):
        files[enclosure.delivery_id].append(enclosure)
    wanted = [(delivery, purpose, about) for delivery in deliveries for purpose, about in _secrets_in(delivery)]
    made = addresses.issue_for_mail(
        [(purpose, about, delivery.recipient) for delivery, purpose, about in wanted], now=now
    )
    secrets: dict[int, dict[tuple[str, str], str]] = {delivery.pk: {} for delivery in deliveries}
    for (delivery, purpose, about), secret in zip(wanted, made, strict=True):
        secrets[delivery.pk][purpose, about] = secret
    organisation = Organisation.objects.first()
    return Materials(organisation.name if organisation else "", secrets, files)


def build(delivery: Delivery, *, now: datetime, materials: Materials | None = None) -> EmailMultiAlternatives:
    """The mail of `delivery` for one attempt: fresh secrets each time, the same Message-ID every time.

    The text part is complete by itself; the HTML part says the same. What invites an answer says above which line.
    Its files are read now; raises `enclosing.CannotRead` where that is not possible at the moment.
    """
    if not delivery.recipient.rpartition("@")[0].isascii():
        raise ValidationError(_("Our mail server can only send to addresses without letters like č or é before the @."))
    materials = materials or materials_for([delivery], now=now)
    secrets, files = materials.secrets[delivery.pk], materials.files[delivery.pk]
    text = _text(delivery, files)
    links = _links(delivery, text, secrets)
    sender = delivery.mailbox.address if delivery.mailbox else ""
    reply = secrets.get(("reply", delivery.about))
    with translation.override(delivery.language):
        marker = quoting.marker() if reply else ""
    mail = EmailMultiAlternatives(
        subject=delivery.subject,
        body=_plain(text, links, marker),
        # The sender for mail servers; people read the header.
        from_email=addresses.return_address(sender, secrets["bounce", _itself(delivery)]) if sender else "",
        to=[_named(delivery.recipient_name, delivery.recipient)],
        reply_to=[addresses.reply_address(sender, reply)] if reply else [],
        headers={
            "From": _named(delivery.sender_name or materials.house, sender),
            **_headers(delivery, now),
            **_stop_headers(delivery, secrets),
        },
    )
    _refuse_control_signs(mail)
    mail.attach_alternative(_html(delivery, text, links, marker), "text/html")
    for enclosure in [] if delivery.files_as_links else files:
        mail.attach(enclosing.part(enclosure))
    return mail


def _refuse_control_signs(mail: EmailMessage) -> None:
    """What stands in a header is one line and nothing else: a line more would be a header of its own."""
    values = [mail.subject, mail.from_email, *mail.to, *mail.reply_to, *mail.extra_headers.values()]
    if any(_CONTROL.search(str(value)) for value in values):
        raise ValidationError(_("One of its headers holds signs that no header may hold."))


def _text(delivery: Delivery, files: Sequence[Enclosure]) -> str:
    """What `delivery` says, its links as placeholders; where its files are, if they do not go along."""
    if not delivery.files_as_links or not files:
        return delivery.body
    return f"{delivery.body}\n\n{enclosing.instead(files, _link_to_files(delivery), delivery.language)}"


def _link_to_files(delivery: Delivery) -> str:
    """Files are only ever where their recipient alone finds them: on the private page of what the mail is about."""
    return f"[[link:ticket:{delivery.about}]]"


def _secrets_in(delivery: Delivery) -> Iterator[tuple[str, str]]:
    """What the secrets of a mail are for and about. One that no link leads to is not made: the mail will not be."""
    text = f"{delivery.body}{_link_to_files(delivery)}" if delivery.files_as_links else delivery.body
    yield from {opened for found in _PLACEHOLDER.finditer(text) if (opened := _opened_by(found))[0]}
    yield "bounce", _itself(delivery)
    if delivery.purpose in REFUSABLE:
        yield "stop", _purpose(delivery)
    if delivery.about and delivery.purpose not in TO_STAFF:
        # An address that only this recipient knows: what comes back to it belongs to what the mail is about.
        yield "reply", delivery.about


def _opened_by(found: re.Match[str]) -> tuple[str, str]:
    link = addresses.LINKS.get(found["purpose"])
    return link.opens if link else "", found["about"]


def _links(delivery: Delivery, text: str, secrets: dict[tuple[str, str], str]) -> dict[str, _Shown]:
    """Each link of `text` by its placeholder, and the one at its foot that ends such mail under none."""
    shown = {
        found[0]: _Shown.of(found["purpose"], found["about"], secrets.get(_opened_by(found), ""), delivery.language)
        for found in _PLACEHOLDER.finditer(text)
    }
    if secret := secrets.get(("stop", _purpose(delivery))):
        shown[""] = _Shown.of("stop", _purpose(delivery), secret, delivery.language)
    return shown


def _itself(delivery: Delivery) -> str:
    return f"delivery:{delivery.pk}"


def _purpose(delivery: Delivery) -> str:
    return f"purpose:{delivery.purpose}"


def _stop_headers(delivery: Delivery, secrets: dict[tuple[str, str], str]) -> dict[str, str]:
    """The button of mail programs that ends mail of this kind (RFC 8058); only where a customer may refuse it."""
    secret = secrets.get(("stop", _purpose(delivery)))
    if not secret:
        return {}
    return {
        "List-Unsubscribe": f"<{addresses.link('stop', secret)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _headers(delivery: Delivery, now: datetime) -> dict[str, str]:
    headers = {
        "Message-ID": delivery.message_id,
        "Date": format_datetime(now),
        "Content-Language": delivery.language,
        **own.headers(delivery.key),
    }
    if delivery.purpose == Purpose.CHECK and delivery.mailbox and delivery.mailbox.authserv_id:
        # The receiving server has to take it away.
        headers["Authentication-Results"] = f"{delivery.mailbox.authserv_id}; {FORGED}=pass"
    if delivery.in_reply_to:
        headers |= {
            "In-Reply-To": delivery.in_reply_to,
            "References": delivery.references or delivery.in_reply_to,
        }
    if delivery.automatic:
        answers = delivery.purpose == Purpose.ACKNOWLEDGEMENT
        headers |= {
            "Auto-Submitted": "auto-replied" if answers else "auto-generated",
            "X-Auto-Response-Suppress": "All",
        }
    return headers


def _plain(text: str, links: dict[str, _Shown], marker: str) -> str:
    foot = links[""].in_text if "" in links else ""
    body = _PLACEHOLDER.sub(lambda found: links[found[0]].in_text, text)
    # Where a line may not be broken is a matter of the HTML part; in plain text such spaces turn into odd signs.
    return re.sub("[\u00a0\u202f]", " ", "\n\n".join(part for part in (marker, body, foot) if part))


def _html(delivery: Delivery, text: str, links: dict[str, _Shown], marker: str) -> str:
    paragraphs = [
        f'<p style="margin:0 0 16px">{urlize(escape(part)).replace(chr(10), "<br>")}</p>'
        for part in re.split(r"\n\s*\n", text.strip())
    ]
    if marker:
        paragraphs.insert(0, f'<p style="margin:0 0 16px;font-size:13px">{escape(marker)}</p>')
    if "" in links:
        paragraphs.append(f'<p style="margin:32px 0 0;font-size:14px">{links[""].in_html}</p>')
    linked = _PLACEHOLDER.sub(lambda found: f"<b>{links[found[0]].in_html}</b>", "\n".join(paragraphs))
    return _HTML.format(language=escape(delivery.language), subject=escape(delivery.subject), paragraphs=linked)


def _named(name: str, address: str) -> str:
    """`address` with a display name that cannot break out of its quotes."""
    plain = re.sub(r'["\\\r\n]', " ", name).strip()
    return f'"{plain}" <{address}>' if plain else address


def _for_servers(named: str) -> str:
    """The bare address, its domain as mail servers spell it."""
    local, _at, domain = parseaddr(named)[1].rpartition("@")
    return f"{local}@{punycode(domain)}"
