"""Mail that came in: stored byte for byte before anybody tries to understand it."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import BinaryIO

from django.core.files.base import File
from django.db import IntegrityError, connection, transaction

from mail import addresses, authentication
from mail.models import InboundMail, Mailbox
from mail.models.inbound import InboundMailQuerySet
from mail.parsing import LARGEST_HEAD, MEGABYTE, Facts, parse
from people.models import Organisation, User

_PROPER_ID = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?A-~]{1,40}>")


def ingest(
    raw: bytes,
    *,
    now: datetime,
    mailbox: Mailbox | None = None,
    uidvalidity: int | None = None,
    uid: int | None = None,
    event: str = "",
) -> InboundMail:
    """Keep `raw` as it came, by whatever door; committed when this returns. What is there already is returned as it is.

    The same bytes for the same mailbox are the same mail, and so is the same place on an IMAP server, and
    what a sender over HTTP calls by the same name (`event`).
    """
    sha256 = hashlib.sha256(raw).digest()
    with transaction.atomic(durable=True):
        try:
            with transaction.atomic():
                return InboundMail.objects.create(
                    mailbox=mailbox, uidvalidity=uidvalidity, uid=uid, event=event,
                    raw=raw, sha256=sha256, received_at=now,
                )  # fmt: skip
        except IntegrityError:
            # An outcome like any other: looking first would not keep two from storing it at once.
            there = InboundMail.objects.filter(mailbox=mailbox)
            known = there.filter(sha256=sha256).first()
            if known is None and uid is not None:
                known = there.filter(uidvalidity=uidvalidity, uid=uid).first()
            if known is None and event:
                known = there.filter(event=event).first()
            if known is None:
                raise
            return known


def ingest_large(given: BinaryIO, *, now: datetime, mailbox: Mailbox | None = None) -> InboundMail:
    """The same for a mail that is too large to be read: it goes to a file piece by piece, and its head into the row."""
    digest = hashlib.sha256()
    while piece := given.read(MEGABYTE):
        digest.update(piece)
    given.seek(0)
    row = InboundMail(
        mailbox=mailbox, raw=given.read(LARGEST_HEAD), is_whole=False, sha256=digest.digest(), received_at=now
    )
    given.seek(0)
    there = InboundMail.objects.filter(mailbox=mailbox, sha256=row.sha256)
    if (known := there.first()) is not None:
        return known
    # The file first: a row that is committed has its file.
    row.whole.save("", File(given), save=False)
    with transaction.atomic(durable=True):
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                return row
        except IntegrityError:
            row.whole.delete(save=False)
            return there.get()


def came_before(mail: InboundMail, fingerprint: bytes | None) -> InboundMail | None:
    """What was looked at already and is the same mail for the same mailbox, come by another way; None if none is.

    Called in the transaction that files it: two copies that are looked at side by side wait for each other here.
    """
    mail.fingerprint = fingerprint
    if fingerprint is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(fingerprint[:8], signed=True)])
    same = InboundMail.objects.filter(fingerprint=fingerprint, mailbox=mail.mailbox_id).exclude(pk=mail.pk).defer("raw")
    return same.exclude(state__in=[InboundMail.State.STORED, InboundMail.State.DUPLICATE]).order_by("pk").first()


def stands_at(mail: InboundMail, *, uidvalidity: int, uid: int) -> None:
    """The same bytes were found at this place of the server: that is where `mail` is marked from now on."""
    if (mail.uidvalidity, mail.uid) != (uidvalidity, uid):
        InboundMail.objects.filter(pk=mail.pk).update(uidvalidity=uidvalidity, uid=uid)


def park_part(headers: bytes, why: str, *, now: datetime, mailbox: Mailbox, uidvalidity: int, uid: int) -> InboundMail:
    """Park a mail of which only the headers are here, perhaps not even these; the rest stays on its server.

    Like `ingest`, it is done once.
    """
    place = f"{uidvalidity}:{uid}".encode()
    facts = parse(headers)
    with transaction.atomic(durable=True):
        there = InboundMail.objects.filter(mailbox=mailbox)
        try:
            with transaction.atomic():
                return InboundMail.objects.create(
                    mailbox=mailbox, uidvalidity=uidvalidity, uid=uid, raw=headers, is_whole=False, received_at=now,
                    sha256=hashlib.sha256(headers or place).digest(), state=InboundMail.State.PARKED, why_parked=why,
                    sender=facts.sender[:254], subject=facts.subject[:250],
                )  # fmt: skip
        except IntegrityError:
            known = there.filter(sha256=hashlib.sha256(headers or place).digest()).first()
            return known or there.get(uidvalidity=uidvalidity, uid=uid)


def from_is(mail: InboundMail, facts: Facts) -> str:
    """What the receiving server of its mailbox found out about who stands in From; empty where none is named."""
    believed = mail.mailbox.authserv_id if mail.mailbox else ""
    if not believed:
        return ""
    results = authentication.trusted(facts.authentication, believed)
    if facts.senders == 1 and authentication.vouches_for(results, facts.sender):
        return InboundMail.From.VERIFIED
    finding = results.of("dmarc") if results else None
    return InboundMail.From.FORGED if finding and finding.result == "fail" else InboundMail.From.NOT_VERIFIED


def filed(mail: InboundMail, message_id: str) -> None:
    """It stands in a conversation now. Called in the transaction that put it there."""
    mail.state = InboundMail.State.FILED
    # It becomes a header of our answer: what is no proper id is not repeated.
    mail.message_id = message_id if _PROPER_ID.fullmatch(message_id) else ""
    mail.save(update_fields=["state", "message_id", "sender", "from_is", "fingerprint"])


def beside(mail: InboundMail, facts: Facts) -> None:
    """It stands beside a conversation, where a person decides. Called in the transaction that put it there."""
    mail.state, mail.sender, mail.subject = InboundMail.State.UNVERIFIED, facts.sender[:254], facts.subject[:250]
    mail.save(update_fields=["state", "sender", "from_is", "subject", "fingerprint"])


def park(mail: InboundMail, why: str, facts: Facts, *, may_hold_secrets: bool, held_back: bool = False) -> None:
    """It opens nothing and joins nothing; a person can read why, and the mail as it came.

    `held_back`: with all others of its sender it waits for one decision.
    """
    mail.state, mail.why_parked, mail.may_hold_secrets = InboundMail.State.PARKED, why, may_hold_secrets
    mail.sender, mail.subject, mail.held_back = facts.sender[:254], facts.subject[:250], held_back
    mail.save(
        update_fields=["state", "why_parked", "may_hold_secrets", "sender", "subject", "held_back", "fingerprint"]
    )


def put_aside(mail: InboundMail, first: InboundMail, facts: Facts) -> None:
    """It came before as `first`: kept, and nothing follows from it."""
    mail.state, mail.copy_of = InboundMail.State.DUPLICATE, first
    mail.sender, mail.subject = facts.sender[:254], facts.subject[:250]
    mail.save(update_fields=["state", "copy_of", "sender", "subject", "fingerprint"])


def noted(mail: InboundMail, why: str, facts: Facts) -> None:
    """It reports on a mail of ours, and that is taken down. Called in the transaction that did."""
    park(mail, why, facts, may_hold_secrets=True)
    mail.state = InboundMail.State.NOTED
    mail.save(update_fields=["state"])


def put_away(mail: InboundMail, *, by: User, now: datetime) -> bool:
    """A person has looked at a parked one and leaves it at that; it stays as it came. False when somebody had."""
    waiting = InboundMail.objects.parked().filter(pk=mail.pk, put_away_at=None)
    return bool(waiting.update(put_away_at=now, put_away_by=by))


def let_through(held: InboundMailQuerySet, *, by: User, now: datetime) -> int:
    """A person lets those of `held` go on that their sender's limit holds back; the worker files them. How many."""
    waiting = held.held_back().filter(put_away_at=None)
    return waiting.update(
        state=InboundMail.State.STORED, why_parked="", held_back=False, let_through_at=now, let_through_by=by
    )


def put_all_away(held: InboundMailQuerySet, *, by: User, now: datetime) -> int:
    """A person leaves those of `held` where they are that their sender's limit holds back. How many."""
    return held.held_back().filter(put_away_at=None).update(put_away_at=now, put_away_by=by)


def mailbox_for(address: str) -> Mailbox | None:
    """Ours that takes mail to `address`, whatever stands after a plus in it; None if that is not one of ours."""
    plain = addresses.without_detail(address)
    found = Mailbox.objects.filter(address__iexact=plain).first()
    if found is not None:
        return found
    support = support_mailbox()
    return support if support is not None and support.address.lower() == plain.lower() else None


def support_mailbox() -> Mailbox | None:
    """The mailbox of the organisation's support address; None before there is one."""
    organisation = Organisation.objects.first()
    if organisation is None or not organisation.support_address:
        return None
    address = organisation.support_address
    return Mailbox.objects.get_or_create(address=address, defaults={"name": address[:80]})[0]
