"""What is said between a customer and us, and what each word does.

A reply is written in one transaction with all that it will do, and does it when our outgoing
server has accepted it (`settling.settle`). A call does it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from standards.terms import FULFILLED_BY_A_REPLY, Kind, Occasion
from tickets.actions import commitments, pauses, settling
from tickets.actions.events import record
from tickets.actions.owing import owe_an_answer
from tickets.actions.tickets import reopen
from tickets.certain import certain
from tickets.models import Commitment, Draft, Message, MessagePromise, Note, Ticket
from tickets.wording import has_blanks, letter, next_contact

# A reply waits this long in the outbox, so that it can be undone; its recipient is frozen meanwhile.
HOLD = timedelta(seconds=10)
# The hold ends this long before the first due time that the reply keeps or moves.
BEFORE_DUE = timedelta(seconds=5)


@dataclass(frozen=True)
class NextDate:
    """What the customer is told to expect next: exactly one of the four."""

    contact_by: datetime | None = None
    words: str = ""
    may_get_in_the_way: str = ""
    wait_until: datetime | None = None
    resolves: bool = False
    nothing_more_because: str = ""


@dataclass(frozen=True)
class Told:
    """Another date that a message tells: a new promise of `kind`, another time for `moves`, or a new
    promise after the missed one that it `follows`."""

    words: str
    due_at: datetime
    kind: str = Kind.CUSTOM
    moves: Commitment | None = None
    follows: Commitment | None = None
    reason: str = ""
    may_get_in_the_way: str = ""


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
) -> Message:
    """Write to the customer. Nothing leaves an open ticket without a next date, or why there is none.

    The same `key` again returns the message that it made. The mail is held for ten seconds
    (`undo`), less where a due time is near. Refusals are in words for the author.
    """
    if key and (known := Message.objects.filter(key=key).first()):
        return known
    ticket = Ticket.objects.lock(ticket)
    if not body.strip():
        raise ValidationError({"body": _("Write something first.")})
    if not ticket.customer.email:
        raise ValidationError(
            _("%(name)s has no e-mail address. Log a call instead, or add the address on the customer's page."),
            params={"name": ticket.customer.name},
        )
    message = _write(
        ticket, body, next_date, told, Channel.MAIL,
        by=by, now=now, decides=decides, only_a_receipt=only_a_receipt, key=key,
    )  # fmt: skip
    due = _first_due_it_meets(ticket, message)
    promised = [promise.due_at for promise in message.promises.all() if promise.due_at]
    message.delivery = outbox.enqueue(
        key=f"message:{message.pk}",
        purpose=Purpose.REPLY,
        about=ticket.about,
        recipient=ticket.customer.email,
        recipient_name=ticket.customer.name,
        language=ticket.customer.language,
        subject=f"[T-{ticket.number}] {ticket.subject}",
        body=letter(message),
        links=[f"ticket:{ticket.about}"],
        now=now,
        due_at=max(now, min(now + HOLD, due - BEFORE_DUE)) if due else now + HOLD,
        in_reply_to=_last_message_id(ticket),
        automatic=False,
        at_least_once=True,
        expires_at=min(promised, default=None),
    )
    message.unsettled = True
    message.save(update_fields=["delivery", "unsettled"])
    outbox.cancel(ticket.about, "person_wrote", now=now)
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
) -> Message:
    """Take down a call. One that reached the customer does at once what a reply does when accepted."""
    if key and (known := Message.objects.filter(key=key).first()):
        return known
    ticket = Ticket.objects.lock(ticket)
    if not body.strip():
        raise ValidationError({"body": _("Note in a sentence what was said.")})
    reached = result == Message.Result.REACHED
    message = _write(
        ticket, body, next_date if reached else None, told if reached else (), Channel.PHONE,
        by=by, now=now, decides=decides, key=key, result=result, consent=consent,
    )  # fmt: skip
    record(ticket, "call.logged", now=now, by=by, message=message.pk, result=result)
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
    key: UUID | None = None,
    inbound: InboundMail | None = None,
) -> Message:
    """The customer said something at `at`: clocks run on, a resolved ticket opens, an answer is owed."""
    if key and (known := Message.objects.filter(key=key).first()):
        return known
    ticket = Ticket.objects.lock(ticket)
    message = Message.objects.create(
        ticket=ticket, direction=Message.Direction.IN, channel=channel, body=body, at=at, key=key, inbound=inbound
    )
    record(ticket, "message.received", now=now, message=message.pk, channel=channel)
    outbox.cancel(ticket.about, "customer_wrote", now=now)
    pauses.end_all(ticket, at=at, now=now)
    if not ticket.is_open and reopens:
        ticket = reopen(ticket, at=at, now=now)
    elif ticket.state == Ticket.State.WAITING_ON_CUSTOMER:
        ticket.state = Ticket.State.OPEN
        ticket.save(update_fields=["state"])
    owe_an_answer(ticket, since=at, now=now, occasion=occasion)
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
) -> Message:
    """A mail to the customer that nobody wrote by hand. It fulfils an acknowledgement at most.

    `links` are the placeholders in `body` that become links, like "answer:satisfaction:88".
    """
    ticket = Ticket.objects.lock(ticket)
    delivery = outbox.enqueue(
        key=key,
        purpose=purpose,
        about=ticket.about,
        recipient=ticket.customer.email,
        recipient_name=ticket.customer.name,
        language=ticket.customer.language,
        subject=subject,
        body=body,
        now=now,
        due_at=now,
        in_reply_to=_last_message_id(ticket),
        automatic=True,
        at_least_once=at_least_once,
        links=links,
        stop_on=stop_on,
        expires_at=expires_at,
    )
    message, made = Message.objects.get_or_create(
        delivery=delivery,
        defaults={
            "ticket": ticket, "direction": Message.Direction.OUT, "channel": Channel.MAIL, "human": False,
            "author": by, "body": body, "at": now, "unsettled": True,
        },
    )  # fmt: skip
    if made:
        record(ticket, "message.written", now=now, by=by, message=message.pk, purpose=purpose)
    return message


@transaction.atomic
def note(ticket: Ticket, body: str, *, by: User, now: datetime, key: UUID | None = None) -> Note:
    """Write something that only staff can see."""
    if key and (known := Note.objects.filter(key=key).first()):
        return known
    ticket = Ticket.objects.lock(ticket)
    if not body.strip():
        raise ValidationError({"body": _("Write something first.")})
    made = Note.objects.create(ticket=ticket, author=by, body=body.strip(), at=now, key=key)
    Draft.objects.filter(ticket=ticket, author=by, kind=Draft.Kind.NOTE).delete()
    record(ticket, "note.written", now=now, by=by, note=made.pk)
    return made


def save_draft(ticket: Ticket, kind: str, body: str, fields: dict, *, by: User, now: datetime) -> Draft:
    """Keep what `by` is writing, as it is; one for each kind on a ticket."""
    draft, _made = Draft.objects.update_or_create(
        ticket=ticket, author=by, kind=kind, defaults={"body": body, "fields": fields, "at": now}
    )
    return draft


def _write(
    ticket: Ticket,
    body: str,
    next_date: NextDate | None,
    told: Sequence[Told],
    channel: str,
    *,
    by: User,
    now: datetime,
    decides: bool = False,
    only_a_receipt: bool = False,
    key: UUID | None = None,
    result: str = "",
    consent: bool = False,
) -> Message:
    """The message with all that it will do, checked against what is true now."""
    if (
        next_date is None
        and not told
        and ticket.is_open
        and (channel == Channel.MAIL or result == Message.Result.REACHED)
    ):
        raise ValidationError({"next": _("Say what happens next, and when. If nothing more is promised, say why.")})
    if channel == Channel.MAIL and has_blanks(body):
        raise ValidationError({"body": _("Fill in what stands between ‹ and ›, or take it out.")})
    _check_next_date(ticket, next_date, now)
    moved = {item.moves.pk for item in told if item.moves}
    for item in told:
        if item.moves:
            commitments.check_move(item.moves, item.due_at, item.reason, at=now, consent=consent)
        elif item.due_at <= now:
            raise ValidationError(_("The promised time has passed already. Choose one that is still ahead."))
    if next_date and next_date.resolves:
        _check_nothing_is_left(ticket, moved, decides)
    message = Message.objects.create(
        ticket=ticket,
        direction=Message.Direction.OUT,
        channel=channel,
        author=by,
        body=body.strip(),
        at=now,
        result=result,
        asks=bool(next_date and next_date.wait_until),
        wait_until=next_date.wait_until if next_date else None,
        resolves=bool(next_date and next_date.resolves),
        nothing_more_because=next_date.nothing_more_because.strip() if next_date else "",
        decides=decides,
        only_a_receipt=only_a_receipt,
        key=key,
    )
    for item in told:
        MessagePromise.objects.create(
            message=message, kind=item.moves.kind if item.moves else item.kind, words=item.words.strip(),
            due_at=item.due_at, moves=item.moves, follows=item.follows, reason=item.reason.strip(),
            may_get_in_the_way=item.may_get_in_the_way,
        )  # fmt: skip
    if next_date and next_date.contact_by:
        MessagePromise.objects.create(
            message=message,
            kind=Kind.UPDATE,
            words=next_date.words.strip() or next_contact(ticket.customer),
            due_at=next_date.contact_by,
            may_get_in_the_way=next_date.may_get_in_the_way,
        )
    return message


def _check_next_date(ticket: Ticket, next_date: NextDate | None, now: datetime) -> None:
    if next_date is None:
        return
    given = [next_date.contact_by, next_date.wait_until, next_date.resolves, next_date.nothing_more_because.strip()]
    if sum(map(bool, given)) != 1:
        raise ValidationError({"next": _("Choose one thing that happens next, and fill in what it needs.")})
    ahead = next_date.contact_by or next_date.wait_until
    if ahead and ahead <= now:
        raise ValidationError({"next": _("That time has passed already. Choose one that is still ahead.")})


def _check_nothing_is_left(ticket: Ticket, moved: set[int], decides: bool) -> None:
    """A ticket is resolved when nothing else is owed on it: what stays open is ended by name first."""
    ends = [*FULFILLED_BY_A_REPLY, Kind.RESOLUTION, *([Kind.ANSWER] if decides else [])]
    left = ticket.commitments.open().exclude(kind__in=ends).exclude(source=Commitment.Source.INTERNAL)
    if left or moved:
        names = ", ".join(str(commitment.get_kind_display()) for commitment in left) or _("a promise you are moving")
        raise ValidationError(
            {
                "next": _("Still promised: %(names)s. Mark it done or withdraw it first, then resolve.")
                % {"names": names}
            }
        )


def _first_due_it_meets(ticket: Ticket, message: Message) -> datetime | None:
    """The earliest due time, still ahead, that this message keeps or moves once it is accepted."""
    meets = [] if message.only_a_receipt else list(FULFILLED_BY_A_REPLY)
    meets += [Kind.RESOLUTION] if message.resolves else []
    meets += [Kind.ANSWER] if message.decides else []
    dues = [certain(c.due_at) for c in ticket.commitments.running().filter(kind__in=meets, due_at__gt=message.at)]
    dues += [p.moves.due_at for p in message.promises.select_related("moves") if p.moves and p.moves.due_at]
    return min(dues, default=None)


def _last_message_id(ticket: Ticket) -> str:
    """What our next mail on `ticket` follows, so that mail programs show one conversation: the customer's last mail."""
    theirs = ticket.messages.filter(human=True).exclude(inbound__message_id="").exclude(inbound=None)
    if (came := theirs.order_by("-at").values_list("inbound__message_id", flat=True).first()) is not None:
        return came
    last = (
        ticket.messages.filter(delivery__state=Delivery.State.SENT).order_by("-at").select_related("delivery").first()
    )
    return last.delivery.message_id if last and last.delivery else ""
