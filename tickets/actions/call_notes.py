"""The short written note after a call: it repeats what was agreed, and promises nothing of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from mail.models import Delivery
from people.models import User
from tickets.actions import conversation
from tickets.actions.events import record
from tickets.models import Message, Ticket

# A note that comes later than that answers nobody's question any more.
OFFERED_FOR = timedelta(days=2)


def wanted(now: datetime) -> Q:
    """The calls after which a note is offered: somebody was reached or has a message, and nobody has seen to it."""
    notes = Message.objects.filter(confirms=OuterRef("pk")).exclude(delivery__state__in=Delivery.DID_NOT_LEAVE)
    spoke = [Message.Result.REACHED, Message.Result.MESSAGE_LEFT]
    return Q(~Exists(notes), result__in=spoke, direction="out", no_note_because="", at__gt=now - OFFERED_FOR)


@transaction.atomic
def send(call: Message, body: str, *, by: User, now: datetime, key: UUID | None = None) -> Message:
    """Mail `body` with every date that was told on `call`. It keeps nothing, and nothing is promised a second time.

    The same `key` again returns the note that it made. Refused where somebody has sent one, or where none is
    wanted; else as `conversation.reply`.
    """
    ticket = Ticket.objects.lock(call.ticket)
    if key and (known := Message.objects.filter(key=key).first()):
        return known
    _check(call)
    return conversation.reply(ticket, body, None, by=by, now=now, only_a_receipt=True, key=key, confirms=call)


@transaction.atomic
def skip(call: Message, *, by: User, now: datetime) -> None:
    """The customer wants no note; that stays on the call."""
    ticket = Ticket.objects.lock(call.ticket)
    _check(call)
    Message.objects.filter(pk=call.pk).update(no_note_because=Message.NoNote.NOT_WANTED)
    record(ticket, "call.no_note", now=now, by=by, message=call.pk)


def _check(call: Message) -> None:
    call.refresh_from_db(fields=["no_note_because"])
    if call.no_note_because:
        raise ValidationError(
            _("Nobody needs a note after this call: %(why)s.") % {"why": call.get_no_note_because_display()}
        )
    sent = call.confirmed_by.exclude(delivery__state__in=Delivery.DID_NOT_LEAVE).select_related("author").first()
    if sent is not None and sent.author is not None:
        raise ValidationError(_("%(name)s has sent the note already.") % {"name": sent.author.name})
