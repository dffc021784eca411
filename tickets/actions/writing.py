"""Putting a message of ours down with all that it will do, checked against what is true now."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.actions import customers
from people.models import User
from people.terms import Channel
from standards.terms import FULFILLED_BY_A_REPLY, Kind
from tickets.actions import commitments, conditions, moving
from tickets.actions.conditions import Condition
from tickets.callbacks import Slot
from tickets.certain import certain
from tickets.models import Commitment, Message, MessagePromise, Ticket
from tickets.wording import call_in_words, has_blanks, next_contact


class Left(StrEnum):
    """What becomes of a promise that a resolution does not meet."""

    DONE = "done"
    WITHDRAWN = "withdrawn"
    STAYS = "stays"


@dataclass(frozen=True)
class NextDate:
    """What the customer is told to expect next: exactly one of the five.

    With `call` somebody calls them then, on `phone` where no number was known; it may be the new promise after the
    missed one that it `follows`. With `resolves`, `left` says of each promise that resolving does not meet what
    becomes of it.
    """

    contact_by: datetime | None = None
    words: str = ""
    may_get_in_the_way: str = ""
    call: Slot | None = None
    phone: str = ""
    follows: Commitment | None = None
    wait_until: datetime | None = None
    resolves: bool = False
    nothing_more_because: str = ""
    left: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """Another date that a message tells: a new promise of `kind`, another time for `moves`, or a new
    promise after the missed one that it `follows`. A call is not made before `slot_starts_at`.

    With `starts_when` it has no time yet: nothing that the customer can expect by itself.
    """

    words: str
    due_at: datetime | None = None
    kind: str = Kind.CUSTOM
    slot_starts_at: datetime | None = None
    starts_when: Condition | None = None
    moves: Commitment | None = None
    follows: Commitment | None = None
    reason: str = ""
    may_get_in_the_way: str = ""


def write(
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
    callback: Commitment | None = None,
    confirms: Message | None = None,
    withdraws: Sequence[Commitment] = (),
) -> Message:
    """The message with all that it will do, checked against what is true now.

    It may be a call that was promised (`callback`), or repeat what was agreed on one (`confirms`). It may tell
    that what it `withdraws` is no longer owed; the next date is then that of another promise, where there is one.
    """
    if ticket.set_aside_why:
        raise ValidationError(_("It was set aside, so nothing is owed on it. Take it up again first, then write."))
    if (
        next_date is None
        and not any(item.due_at for item in told)
        and not _goes_on_without(ticket, withdraws)
        and confirms is None
        and ticket.is_open
        and (channel == Channel.MAIL or result == Message.Result.REACHED)
    ):
        raise ValidationError({"next": _("Say what happens next, and when. If nothing more is promised, say why.")})
    if channel == Channel.MAIL and has_blanks(body):
        raise ValidationError({"body": _("Fill in what stands between ‹ and ›, or take it out.")})
    _check_next_date(ticket, next_date, now)
    moved = {item.moves.pk for item in told if item.moves}
    if any(row and row.is_internal for item in told for row in (item.moves, item.follows)):
        raise ValidationError(_("That is between colleagues: the customer is told nothing of it."))
    for item in told:
        if item.moves:
            moving.check_move(item.moves, certain(item.due_at), item.reason, at=now, consent=consent)
        elif item.starts_when:
            conditions.check(item.starts_when)
        elif certain(item.due_at) <= now:
            raise ValidationError(_("The promised time has passed already. Choose one that is still ahead."))
    withdrawn = list(withdraws)
    for row in withdrawn:
        commitments.check_withdrawal(row, by=by, now=now)
    if next_date and next_date.resolves:
        withdrawn += _end_what_is_left(ticket, next_date.left, moved, callback, decides, by=by, now=now)
    message = Message.objects.create(
        ticket=ticket,
        direction=Message.Direction.OUT,
        channel=channel,
        author=by,
        body=_without_gaps(body),
        at=now,
        result=result,
        asks=bool(next_date and next_date.wait_until),
        wait_until=next_date.wait_until if next_date else None,
        resolves=bool(next_date and next_date.resolves),
        nothing_more_because=next_date.nothing_more_because.strip() if next_date else "",
        decides=decides,
        only_a_receipt=only_a_receipt,
        callback=callback,
        confirms=confirms,
        key=key,
    )
    message.withdraws.set(withdrawn)
    for item in told:
        when = item.starts_when or Condition("")
        MessagePromise.objects.create(
            message=message, condition=when.words.strip(), window_minutes=when.minutes, window_days=when.days,
            kind=item.moves.kind if item.moves else item.kind, words=item.words.strip(),
            due_at=item.due_at, slot_starts_at=item.slot_starts_at, moves=item.moves, follows=item.follows,
            reason=item.reason.strip(),
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
    if next_date and next_date.call:
        _promise_call(message, next_date, next_date.call)
    return message


def _promise_call(message: Message, next_date: NextDate, slot: Slot) -> None:
    """That somebody calls in `slot`; the number is taken down where none was known."""
    ticket = message.ticket
    if not ticket.customer.phone:
        ticket.customer = customers.can_be_called(ticket.customer, next_date.phone)
    MessagePromise.objects.create(
        message=message, kind=Kind.CALLBACK, words=call_in_words(ticket, message.author), due_at=slot.ends_at,
        slot_starts_at=slot.starts_at, follows=next_date.follows, may_get_in_the_way=next_date.may_get_in_the_way,
    )  # fmt: skip


def _goes_on_without(ticket: Ticket, withdraws: Sequence[Commitment]) -> bool:
    """Whether the customer can expect something by a time, also when what `withdraws` names is owed no more."""
    told = ticket.commitments.to_the_customer().running().exclude(kind=Kind.ACKNOWLEDGE)
    return bool(withdraws) and told.exclude(pk__in=[row.pk for row in withdraws]).exists()


def _without_gaps(body: str) -> str:
    """`body` without the empty lines that a prepared letter keeps for words that nobody wrote."""
    return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", body.replace("\r\n", "\n").strip())


def _check_next_date(ticket: Ticket, next_date: NextDate | None, now: datetime) -> None:
    if next_date is None:
        return
    given = [
        next_date.contact_by, next_date.call, next_date.wait_until, next_date.resolves,
        next_date.nothing_more_because.strip(),
    ]  # fmt: skip
    if sum(map(bool, given)) != 1:
        raise ValidationError({"next": _("Choose one thing that happens next, and fill in what it needs.")})
    ahead = next_date.contact_by or next_date.wait_until or (next_date.call.ends_at if next_date.call else None)
    if ahead and ahead <= now:
        raise ValidationError({"next": _("That time has passed already. Choose one that is still ahead.")})
    if next_date.call and next_date.call.starts_at >= next_date.call.ends_at:
        raise ValidationError({"next": _("The call has to begin before it ends. Look at the two times.")})
    if next_date.call and not (ticket.customer.phone or next_date.phone.strip()):
        raise ValidationError({"phone": _("Give the number to call; none is known yet.")})


def outlives(commitment: Commitment, *, decides: bool) -> bool:
    """Whether it is still owed to the customer after a message that resolves, so that its author has to say more."""
    ends = [*FULFILLED_BY_A_REPLY, Kind.RESOLUTION, *([Kind.ANSWER] if decides else [])]
    return commitment.kind not in ends and not commitment.is_internal


def _end_what_is_left(
    ticket: Ticket,
    answers: Mapping[int, str],
    moved: set[int],
    callback: Commitment | None,
    decides: bool,
    *,
    by: User,
    now: datetime,
) -> list[Commitment]:
    """Tick off what is done; returns what the message ends as no longer owed. Refused until all is answered.

    What colleagues were asked for is no longer needed, unless it is said to stay; the customer reads nothing of it.
    """
    owed = ticket.commitments.open().order_by("pk")
    left = [row for row in owed if row != callback and outlives(row, decides=decides)]
    if moved:
        raise ValidationError({"next": _("A message that gives a promise another time cannot resolve. Send two.")})
    unanswered = [row for row in left if answers.get(row.pk) not in list(Left)]
    if unanswered:
        names = ", ".join(row.promised_text or str(row.get_kind_display()) for row in unanswered)
        raise ValidationError(
            {"next": _("Still promised: %(names)s. Say of each whether it is done.") % {"names": names}}
        )
    withdrawn = [row for row in left if answers[row.pk] == Left.WITHDRAWN]
    for row in withdrawn:
        row.ticket = ticket
        commitments.check_withdrawal(row, by=by, now=now)
    if any(row.kind == Kind.CALLBACK and answers[row.pk] == Left.DONE for row in left):
        raise ValidationError({"next": _("A promised call is done when it is logged. Log it first.")})
    for row in left:
        if answers[row.pk] == Left.DONE:
            commitments.keep(row, at=now, now=now, by=by)
    asked = ticket.commitments.internal().open().order_by("pk")
    return withdrawn + [row for row in asked if answers.get(row.pk) != Left.STAYS]


def first_due_it_meets(ticket: Ticket, message: Message) -> datetime | None:
    """The earliest due time, still ahead, that this message keeps or moves once it is accepted."""
    meets = [] if message.only_a_receipt else list(FULFILLED_BY_A_REPLY)
    meets += [Kind.RESOLUTION] if message.resolves else []
    meets += [Kind.ANSWER] if message.decides else []
    dues = [certain(c.due_at) for c in ticket.commitments.running().filter(kind__in=meets, due_at__gt=message.at)]
    dues += [p.moves.due_at for p in message.promises.select_related("moves") if p.moves and p.moves.due_at]
    return min(dues, default=None)
