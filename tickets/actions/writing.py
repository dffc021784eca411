"""Putting a message of ours down with all that it will do, checked against what is true now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.models import User
from people.terms import Channel
from standards.terms import FULFILLED_BY_A_REPLY, Kind
from tickets.actions import commitments
from tickets.certain import certain
from tickets.models import Commitment, Message, MessagePromise, Ticket
from tickets.wording import has_blanks, next_contact


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
        body=_without_gaps(body),
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


def _without_gaps(body: str) -> str:
    """`body` without the empty lines that a prepared letter keeps for words that nobody wrote."""
    return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", body.replace("\r\n", "\n").strip())


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


def first_due_it_meets(ticket: Ticket, message: Message) -> datetime | None:
    """The earliest due time, still ahead, that this message keeps or moves once it is accepted."""
    meets = [] if message.only_a_receipt else list(FULFILLED_BY_A_REPLY)
    meets += [Kind.RESOLUTION] if message.resolves else []
    meets += [Kind.ANSWER] if message.decides else []
    dues = [certain(c.due_at) for c in ticket.commitments.running().filter(kind__in=meets, due_at__gt=message.at)]
    dues += [p.moves.due_at for p in message.promises.select_related("moves") if p.moves and p.moves.due_at]
    return min(dues, default=None)
