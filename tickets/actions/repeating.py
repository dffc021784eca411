"""Sending the words of a mail that did not arrive once more, as a mail of its own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail import decisions, outbox
from mail.building import links_in
from mail.models import Delivery
from people.models import User
from tickets.actions import moving, settling
from tickets.actions.attachments import enclosures
from tickets.actions.conversation import BEFORE_DUE, HOLD
from tickets.actions.events import record
from tickets.actions.writing import first_due_it_meets
from tickets.certain import certain
from tickets.models import Attachment, Draft, Message, MessagePromise, Ticket

StopOn = Delivery.StopOn


@transaction.atomic
def send_again(message: Message, *, by: User, now: datetime, key: UUID | None = None, anyway: bool = False) -> Message:
    """The same words to the customer's address of now; does, once accepted, what the first was to do.

    Another business id and Message-ID: for mail servers it is another mail. Refused where the words are
    no longer true, or where mail to the address comes back and it is not sent `anyway`. The same `key`
    again returns the message that it made.
    """
    ticket = Ticket.objects.lock(message.ticket)
    if key and (known := Message.objects.filter(key=key).first()):
        return known
    message = Message.objects.select_related("delivery", "author").get(pk=message.pk)
    message.ticket = ticket
    _check(ticket, message, now=now)
    delivery = certain(message.delivery)
    if delivery.state == Delivery.State.UNKNOWN:
        decisions.mark_lost(delivery, now=now, reason=_("Sent again by %(name)s") % {"name": by.name})
        settling.settle(message, now=now)
    again = _written(ticket, message, by=by, now=now, key=key)
    due = first_due_it_meets(ticket, again)
    held_until = max(now, min(now + HOLD, due - BEFORE_DUE)) if due else now + HOLD
    again.delivery = outbox.enqueue(
        key=f"message:{again.pk}",
        purpose=delivery.purpose,
        about=delivery.about,
        also_about=delivery.also_about,
        mailbox=delivery.mailbox,
        sender_name=delivery.sender_name,
        recipient=ticket.customer.email,
        recipient_name=ticket.customer.name,
        language=delivery.language,
        subject=delivery.subject,
        body=delivery.body,
        links=links_in(delivery.body),
        now=now,
        due_at=held_until if message.human else now,
        in_reply_to=delivery.in_reply_to,
        references=delivery.references.split(),
        automatic=delivery.automatic,
        at_least_once=delivery.at_least_once,
        stop_on=delivery.stop_on,
        expires_at=delivery.expires_at,
        anyway=anyway,
        encloses=enclosures(list(again.attachments.all())),
    )
    if again.delivery.state == Delivery.State.CANCELLED:
        raise ValidationError(
            _("Mail to %(address)s is stopped: %(reason)s"),
            params={"address": again.delivery.recipient, "reason": again.delivery.reason},
        )
    again.unsettled = True
    again.save(update_fields=["delivery", "unsettled"])
    decisions.put_away(delivery, by=by, now=now)
    # What came back to its author has left again.
    came_back = Draft.objects.filter(ticket=ticket, kind=Draft.Kind.REPLY, body=message.body)
    came_back.exclude(came_back_why="").delete()
    record(ticket, "message.sent_again", now=now, by=by, message=again.pk, repeats=message.pk)
    return again


def why_not(message: Message, *, now: datetime) -> str:
    """Why the words of `message`, which did not arrive, cannot be sent again as they are; empty where they can."""
    told = [promise.due_at for promise in message.promises.all() if promise.due_at]
    expires = [message.delivery.expires_at] if message.delivery and message.delivery.expires_at else []
    waits = [message.wait_until] if message.wait_until else []
    if any(moment <= now for moment in [*told, *expires, *waits]):
        return _("It names a time that has passed. Write to the customer anew, or call.")
    return ""


def _check(ticket: Ticket, message: Message, *, now: datetime) -> None:
    if not message.did_not_arrive:
        raise ValidationError(_("As far as is known it has arrived, or is on its way."))
    if message.repeated_by.exists():
        raise ValidationError(_("It has been sent again already."))
    if not ticket.customer.email:
        raise ValidationError(_("The customer has no e-mail address."))
    if why := why_not(message, now=now) or _why_untrue(ticket, message):
        raise ValidationError(why)
    if not _has_left(message):
        for promise in message.promises.filter(moves__isnull=False).select_related("moves__ticket"):
            moving.check_move(certain(promise.moves), certain(promise.due_at), promise.reason, at=now)


def _why_untrue(ticket: Ticket, message: Message) -> str:
    """What has happened since that makes an automatic mail untrue; empty where nothing has."""
    stops = certain(message.delivery).stop_on
    since = ticket.messages.filter(human=True, at__gt=message.at)
    if StopOn.CUSTOMER_WROTE in stops and since.filter(direction=Message.Direction.IN).exists():
        return str(StopOn.CUSTOMER_WROTE.label)
    if StopOn.PERSON_WROTE in stops and since.filter(direction=Message.Direction.OUT).exists():
        return str(StopOn.PERSON_WROTE.label)
    if StopOn.STATE_CHANGED in stops and ticket.state != Ticket.State.RESOLVED:
        return str(StopOn.STATE_CHANGED.label)
    return ""


def _has_left(message: Message) -> bool:
    """Whether it was accepted once, so that the dates it tells are recorded already."""
    return certain(message.delivery).state == Delivery.State.SENT


def _written(ticket: Ticket, message: Message, *, by: User, now: datetime, key: UUID | None) -> Message:
    """The same message once more, with its files; its dates only where they were never recorded."""
    again = Message.objects.create(
        ticket=ticket,
        direction=message.direction,
        channel=message.channel,
        human=message.human,
        author=by,
        body=message.body,
        at=now,
        asks=message.asks,
        wait_until=message.wait_until,
        resolves=message.resolves,
        decides=message.decides,
        only_a_receipt=message.only_a_receipt,
        nothing_more_because=message.nothing_more_because,
        key=key,
        repeats=message,
    )
    Attachment.objects.bulk_create(
        Attachment(
            message=again, position=one.position, name=one.name, kind=one.kind, size=one.size, sha256=one.sha256,
            file=one.file.name, preview=one.preview.name, undrawn=one.undrawn,
        )
        for one in message.attachments.all()
    )  # fmt: skip
    if not _has_left(message):
        again.withdraws.set(message.withdraws.all())
        MessagePromise.objects.bulk_create(
            MessagePromise(
                message=again, kind=told.kind, words=told.words, due_at=told.due_at, condition=told.condition,
                window_minutes=told.window_minutes, window_days=told.window_days, moves_id=told.moves_id,
                follows_id=told.follows_id, reason=told.reason, may_get_in_the_way=told.may_get_in_the_way,
            )
            for told in message.promises.order_by("pk")
        )  # fmt: skip
    return again
