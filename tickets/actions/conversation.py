"""What is said between a customer and us, and what each word does.

A reply is written in one transaction with all that it will do, and does it when our outgoing
server has accepted it (`settling.settle`). A call does it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail import outbox
from mail.models import Delivery, InboundMail
from mail.models.delivery import Purpose
from people.models import User
from people.terms import Channel
from standards.terms import Occasion
from tickets import identity
from tickets.actions import callbacks, settling
from tickets.actions.attachments import Brought, attach, attach_uploads, enclosures
from tickets.actions.events import record
from tickets.actions.hearing import heard
from tickets.actions.uploads import still_there
from tickets.actions.writing import NextDate, Told, first_due_it_meets, write
from tickets.models import Commitment, Draft, Message, Ticket, Upload
from tickets.wording import letter

# A reply waits this long in the outbox, so that it can be undone; its recipient is frozen meanwhile.
HOLD = timedelta(seconds=10)
# The hold ends this long before the first due time that the reply keeps or moves.
BEFORE_DUE = timedelta(seconds=5)
# So many of the conversation's last mails are named in a new one, and the first.
REFERENCES = 20


@transaction.atomic
def reply(
    ticket: Ticket,
    body: str,
    next_date: NextDate | None,
    *,
    by: User,
    now: datetime,
    told: Sequence[Told] = (),
    decides: bool = False,
    only_a_receipt: bool = False,
    key: UUID | None = None,
    uploads: Sequence[Upload] = (),
    anyway: bool = False,
    withdraws: Sequence[Commitment] = (),
    confirms: Message | None = None,
) -> Message:
    """Write to the customer. Nothing leaves an open ticket without a next date, or why there is none.

    `uploads` go along, or as a link where they are too large. The same `key` again returns the message
    that it made, however close together the two come. The mail is held for ten seconds (`undo`), less where
    a due time is near. It may tell that what it `withdraws` is no longer owed. What `confirms` a call tells the
    dates of that call, and leaves the reply that its author has begun. Where mail to the address has come back
    it is refused, unless it is sent `anyway`. Refusals are in words for the author.
    """
    ticket = Ticket.objects.lock(ticket)
    if key and (known := Message.objects.filter(key=key).first()):
        return known
    if not body.strip():
        raise ValidationError({"body": _("Write something first.")})
    if not ticket.customer.email:
        raise ValidationError(
            _("%(name)s has no e-mail address. Log a call instead, or add the address on the customer's page."),
            params={"name": ticket.customer.name},
        )
    message = write(
        ticket, body, next_date, told, Channel.MAIL,
        by=by, now=now, decides=decides, only_a_receipt=only_a_receipt, key=key, confirms=confirms,
        withdraws=withdraws,
    )  # fmt: skip
    attached = attach_uploads(message, still_there(uploads, owner=by))
    us = identity.of_person(ticket, by)
    due = first_due_it_meets(ticket, message)
    dated = (confirms or message).promises.filter(due_at__isnull=False)
    promised = [promise.slot_starts_at or promise.due_at for promise in dated]
    message.delivery = outbox.enqueue(
        key=f"message:{message.pk}",
        purpose=Purpose.REPLY,
        about=ticket.about,
        recipient=ticket.customer.email,
        recipient_name=ticket.customer.name,
        language=ticket.customer.language,
        mailbox=us.mailbox,
        sender_name=us.sender_name,
        subject=f"[T-{ticket.number}] {ticket.subject}",
        body=us.signed(letter(message)),
        links=[f"ticket:{ticket.about}"],
        now=now,
        due_at=max(now, min(now + HOLD, due - BEFORE_DUE)) if due else now + HOLD,
        in_reply_to=_last_message_id(ticket),
        references=_references(ticket),
        automatic=False,
        at_least_once=True,
        expires_at=min((moment for moment in promised if moment and moment > now), default=None),
        anyway=anyway,
        encloses=enclosures(attached),
    )
    message.unsettled = True
    message.save(update_fields=["delivery", "unsettled"])
    outbox.cancel(ticket.about, "person_wrote", now=now)
    if confirms is None:
        Draft.objects.filter(ticket=ticket, author=by, kind=Draft.Kind.REPLY).delete()
    record(ticket, "message.written", now=now, by=by, message=message.pk)
    return message


@transaction.atomic
def log_call(
    ticket: Ticket,
    body: str,
    result: str,
    next_date: NextDate | None,
    *,
    by: User,
    now: datetime,
    told: Sequence[Told] = (),
    decides: bool = False,
    consent: bool = False,
    key: UUID | None = None,
    callback: Commitment | None = None,
    began_at: datetime | None = None,
) -> Message:
    """Take down a call. One that reached the customer does at once what a reply does when accepted.

    With `callback` it was that promised call, or an attempt at it, and counts from the moment it `began_at`;
    refusals as `callbacks.to_log`. Where no e-mail address is known, it says that no note follows.
    """
    ticket = Ticket.objects.lock(ticket)
    if key and (known := Message.objects.filter(key=key).first()):
        return known
    if not body.strip():
        raise ValidationError({"body": _("Note in a sentence what was said.")})
    at = began_at if callback and began_at else now
    if callback:
        callback = callbacks.to_log(callback, ticket, at=at, now=now)
    reached = result == Message.Result.REACHED
    message = write(
        ticket, body, next_date if reached else None, told if reached else (), Channel.PHONE,
        by=by, now=now, decides=decides, key=key, result=result, consent=consent, callback=callback,
    )  # fmt: skip
    message.at = at
    if not ticket.customer.email and result != Message.Result.NOT_REACHED:
        message.no_note_because = Message.NoNote.NO_ADDRESS
    message.save(update_fields=["at", "no_note_because"])
    record(ticket, "call.logged", now=now, by=by, commitment=callback, message=message.pk, result=result)
    if callback:
        callbacks.logged(message, callback, now=now)
    if reached:
        outbox.cancel(ticket.about, "person_wrote", now=now)
        settling.carry_out(message, at=now, now=now, consent=consent)
    return message


@transaction.atomic
def receive(
    ticket: Ticket,
    body: str,
    *,
    channel: str,
    at: datetime,
    now: datetime,
    occasion: str = Occasion.ORDINARY,
    reopens: bool = True,
    owes: bool = True,
    key: UUID | None = None,
    inbound: InboundMail | None = None,
    quoted_from: int | None = None,
    files: Sequence[Brought] = (),
    other_address: str = "",
    is_answered: bool = False,
) -> Message:
    """The customer said something at `at`: clocks run on, a resolved ticket opens, an answer is owed.

    Not `reopens` leaves a resolved ticket as it is; not `owes` where the words ask for no answer.
    `is_answered`: we have spoken since, so the words stand in the conversation and move nothing.
    `other_address` is whose words they are, where staff took them in for the customer's.
    From `quoted_from` on, `body` only repeats earlier mail.
    The same `key` again returns the message that it made, however close together the two come.
    """
    ticket = Ticket.objects.lock(ticket)
    if key and (known := Message.objects.filter(key=key).first()):
        return known
    message = Message.objects.create(
        ticket=ticket, direction=Message.Direction.IN, channel=channel, body=body, quoted_from=quoted_from, at=at,
        key=key, inbound=inbound, other_address=other_address,
    )  # fmt: skip
    attach(message, files)
    record(ticket, "message.received", now=now, message=message.pk, channel=channel)
    if is_answered:
        return message
    heard(ticket, at=at, now=now, occasion=occasion, reopens=reopens, owes=owes)
    return message


@transaction.atomic
def undo(message: Message, *, by: User, now: datetime) -> bool:
    """Take a reply back while it is held; its text is a draft again. False when it is leaving already."""
    ticket = Ticket.objects.lock(message.ticket)
    if message.delivery is None or not outbox.cancel_one(
        message.delivery, now=now, reason=_("Taken back by its author")
    ):
        return False
    settling.settle(message, now=now)
    record(ticket, "message.undone", now=now, by=by, message=message.pk)
    return True


@transaction.atomic
def send_automatically(
    ticket: Ticket,
    body: str,
    *,
    purpose: str,
    subject: str,
    key: str,
    now: datetime,
    stop_on: Sequence[str],
    at_least_once: bool,
    expires_at: datetime | None,
    links: Sequence[str] = (),
    by: User | None = None,
    only_a_receipt: bool = False,
    also_about: Sequence[str] = (),
) -> Message:
    """A mail to the customer that nobody wrote by hand. It fulfils an acknowledgement at most.

    Not even that with `only_a_receipt`. `links` are the placeholders in `body` that become links,
    like "answer:satisfaction:88". What happens to the other tickets that it is `also_about` stops it, too.
    """
    ticket = Ticket.objects.lock(ticket)
    us = identity.of_team(ticket)
    delivery = outbox.enqueue(
        key=key,
        purpose=purpose,
        about=ticket.about,
        recipient=ticket.customer.email,
        recipient_name=ticket.customer.name,
        language=ticket.customer.language,
        subject=subject,
        body=us.signed(body),
        mailbox=us.mailbox,
        sender_name=us.sender_name,
        now=now,
        due_at=now,
        in_reply_to=_last_message_id(ticket),
        references=_references(ticket),
        automatic=True,
        at_least_once=at_least_once,
        links=links,
        stop_on=stop_on,
        expires_at=expires_at,
        also_about=also_about,
    )
    message, made = Message.objects.get_or_create(
        delivery=delivery,
        defaults={
            "ticket": ticket, "direction": Message.Direction.OUT, "channel": Channel.MAIL, "human": False,
            "author": by, "body": body, "at": now, "unsettled": True, "only_a_receipt": only_a_receipt,
        },
    )  # fmt: skip
    if made:
        record(ticket, "message.written", now=now, by=by, message=message.pk, purpose=purpose)
    return message


def note_sent(ticket: Ticket, delivery: Delivery, *, now: datetime) -> Message:
    """A mail of ours that stands on another ticket and was about this one, too, has left: it is part of both."""
    message = Message.objects.create(
        ticket=ticket, direction=Message.Direction.OUT, channel=Channel.MAIL, human=False, body=delivery.body,
        at=delivery.ended_at or now,
    )  # fmt: skip
    record(ticket, "message.written", now=now, message=message.pk, purpose=delivery.purpose)
    return message


def _last_message_id(ticket: Ticket) -> str:
    """What our next mail on `ticket` follows, so that mail programs show one conversation: the customer's last mail."""
    theirs = ticket.messages.filter(human=True).exclude(inbound__message_id="").exclude(inbound=None)
    if (came := theirs.order_by("-at").values_list("inbound__message_id", flat=True).first()) is not None:
        return came
    last = (
        ticket.messages.filter(delivery__state=Delivery.State.SENT).order_by("-at").select_related("delivery").first()
    )
    return last.delivery.message_id if last and last.delivery else ""


def _references(ticket: Ticket) -> list[str]:
    """The ids of the conversation's mails: the first and the last, so that the header stays short; the newest last."""
    came = ticket.messages.filter(inbound__message_id__gt="")
    sent = ticket.messages.filter(delivery__state=Delivery.State.SENT)
    mails = (came | sent).order_by("-at", "-pk").values_list("inbound__message_id", "delivery__message_id")
    last, first = list(mails[:REFERENCES]), list(mails.reverse()[:1])
    ids = [theirs or ours for theirs, ours in [*first, *reversed(last)]]
    return list(dict.fromkeys(ids))
