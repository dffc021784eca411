"""A test mail to one of our own mailboxes, out by the usual way and in by any door, and what can be seen of it then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from mail import addresses, authentication, outbox, own
from mail.authentication import FORGED
from mail.models import InboundMail, Mailbox, MailCheck
from mail.models.delivery import Purpose
from mail.parsing import Facts
from people.models import User

# Later than that, nobody looks at the page any more.
USEFUL_FOR = timedelta(hours=1)
METHODS = ("spf", "dkim", "dmarc")


@transaction.atomic
def send(mailbox: Mailbox, *, by: User, now: datetime) -> MailCheck:
    """Send a test mail from `mailbox` to itself, with a tag behind the plus. It never becomes a ticket."""
    check = MailCheck.objects.create(mailbox=mailbox, made_at=now, made_by=by, tag=addresses.new_tag())
    with translation.override(by.language):
        subject = _("Test mail: does it come back?")
        said = _("This mail went from your own address to your own address. It opens no ticket and needs no answer.")
    check.delivery = outbox.enqueue(
        key=f"check:{check.pk}",
        purpose=Purpose.CHECK,
        about=f"check:{check.pk}",
        mailbox=mailbox,
        recipient=addresses.check_address(mailbox.address, check.tag),
        language=by.language,
        subject=subject,
        body=said,
        now=now,
        due_at=now,
        automatic=True,
        at_least_once=False,
        expires_at=now + USEFUL_FOR,
    )
    check.save(update_fields=["delivery"])
    return check


def of(facts: Facts) -> MailCheck | None:
    """The test mail that `facts` are of: by the tag in its address, or by what only we can have called it."""
    tags = [addresses.check_tag_in(address) for address in [*facts.delivered_to, *facts.to, *facts.cc]]
    if found := MailCheck.objects.filter(tag__in=[tag for tag in tags if tag]).first():
        return found
    what, _colon, number = facts.our_id.partition(":")
    if what != "check" or not number.isdecimal() or not own.is_signed(facts.our_id, facts.our_signature):
        return None
    return MailCheck.objects.filter(pk=number[:18]).first()


@transaction.atomic
def came_back(check: MailCheck, mail: InboundMail, facts: Facts) -> None:
    """Note what can be seen of it; a second time changes nothing. Called in the transaction that files the mail."""
    mail.state, mail.sender, mail.subject = InboundMail.State.CHECKED, facts.sender[:254], facts.subject[:250]
    mail.save(update_fields=["state", "sender", "subject", "fingerprint"])
    locked = MailCheck.objects.select_for_update(of=("self",)).select_related("mailbox").get(pk=check.pk)
    if locked.came_at is None:
        locked.came_at, locked.inbound, locked.found = mail.received_at, mail, _found(locked, facts)
        locked.save(update_fields=["came_at", "inbound", "found"])


def _found(check: MailCheck, facts: Facts) -> dict[str, Any]:
    read = [authentication.read(header) for header in facts.authentication]
    believed = check.mailbox.authserv_id.strip().lower()
    # What we wrote ourselves is no server's word.
    genuine = [results for results in read if not results.of(FORGED)]
    results = next((one for one in genuine if believed and one.server == believed), None)
    tags = [addresses.check_tag_in(address) for address in [*facts.delivered_to, *facts.to, *facts.cc]]
    return {
        "plus": check.tag in tags,
        "id": facts.our_id == f"check:{check.pk}",
        "signature": own.is_signed(facts.our_id, facts.our_signature),
        "servers": list(dict.fromkeys(one.server for one in genuine if one.server))[:5],
        "server": results.server if results else "",
        "forged": len(genuine) < len(read),
        **{method: finding.result if results and (finding := results.of(method)) else "" for method in METHODS},
    }
