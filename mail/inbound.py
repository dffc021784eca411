"""Mail that came in: stored byte for byte before anybody tries to understand it."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from django.db import IntegrityError, transaction

from mail import addresses
from mail.models import InboundMail, Mailbox
from mail.parsing import Facts
from people.models import Organisation, User

_PROPER_ID = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?A-~]{1,40}>")


def store(
    raw: bytes,
    *,
    now: datetime,
    mailbox: Mailbox | None = None,
    uidvalidity: int | None = None,
    uid: int | None = None,
) -> InboundMail:
    """Keep `raw` as it came; committed when this returns. What is there already is returned as it is.

    The same bytes for the same mailbox are the same mail, and so is the same place on an IMAP server.
    """
    sha256 = hashlib.sha256(raw).digest()
    with transaction.atomic(durable=True):
        try:
            with transaction.atomic():
                return InboundMail.objects.create(
                    mailbox=mailbox, uidvalidity=uidvalidity, uid=uid, raw=raw, sha256=sha256, received_at=now
                )
        except IntegrityError:
            # An outcome like any other: looking first would not keep two from storing it at once.
            there = InboundMail.objects.filter(mailbox=mailbox)
            known = there.filter(sha256=sha256).first()
            if known is None and uid is not None:
                known = there.filter(uidvalidity=uidvalidity, uid=uid).first()
            if known is None:
                raise
            return known


def filed(mail: InboundMail, message_id: str) -> None:
    """It stands in a conversation now. Called in the transaction that put it there."""
    mail.state = InboundMail.State.FILED
    # It becomes a header of our answer: what is no proper id is not repeated.
    mail.message_id = message_id if _PROPER_ID.fullmatch(message_id) else ""
    mail.save(update_fields=["state", "message_id"])


def park(mail: InboundMail, why: str, facts: Facts, *, may_hold_secrets: bool) -> None:
    """It opens nothing and joins nothing; a person can read why, and the mail as it came."""
    mail.state, mail.why_parked, mail.may_hold_secrets = InboundMail.State.PARKED, why, may_hold_secrets
    mail.sender, mail.subject = facts.sender[:254], facts.subject[:250]
    mail.save(update_fields=["state", "why_parked", "may_hold_secrets", "sender", "subject"])


def put_away(mail: InboundMail, *, by: User, now: datetime) -> bool:
    """A person has looked at a parked one and leaves it at that; it stays as it came. False when somebody had."""
    waiting = InboundMail.objects.parked().filter(pk=mail.pk, put_away_at=None)
    return bool(waiting.update(put_away_at=now, put_away_by=by))


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
