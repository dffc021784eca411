"""How a miss is told: prepared first, then on the phone where that comes first, and in one letter with a new time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups.actions import preventing
from followups.actions.recoveries import lock, may_decide
from followups.apology import Apology
from followups.models import PreventionAction, Recovery
from people.models import Organisation, User
from people.terms import Channel
from standards.terms import FULFILLED_BY_A_REPLY, Kind
from tickets.actions import conversation
from tickets.actions.conversation import Told
from tickets.actions.events import record
from tickets.models import Commitment, DelayCause, Message

# So often somebody tries to call before the letter may go first.
TRIES = 2


@dataclass(frozen=True)
class Prepared:
    """What is thought through before the customer hears a word; all of it stays among ourselves."""

    cause: str = ""
    what: str = ""
    if_asked: str = ""
    action: str = ""
    action_owner: User | None = None
    action_due: date | None = None


@dataclass(frozen=True)
class Parts:
    """What the customer is told, part by part. `body` is the letter as somebody has changed it; empty: made of them."""

    why: str = ""
    fix: str = ""
    prevention: str = ""
    promise_words: str = ""
    new_due_at: datetime | None = None
    remedy: str = ""
    remedy_amount: Decimal | None = None
    body: str = ""


@transaction.atomic
def write_down(recovery: Recovery, prepared: Prepared, parts: Parts, *, by: User, now: datetime) -> Recovery:
    """Keep what was thought and written so far, however far that is. A remedy over the limit asks for approval."""
    ticket, recovery = lock(recovery)
    if recovery.ended_at is not None or recovery.letter_in_hand is not None:
        return recovery
    recovery.what, recovery.if_asked = prepared.what.strip(), prepared.if_asked.strip()
    for name in ("why", "fix", "prevention", "promise_words", "new_due_at", "remedy", "remedy_amount"):
        setattr(recovery, name, getattr(parts, name))
    recovery.body = parts.body.replace("\r\n", "\n").strip()
    _ask_for_approval(recovery, by, now)
    recovery.save()
    if recovery.remedy_asked_at == now:
        record(ticket, "remedy.asked", now=now, by=by, commitment=recovery.commitment)
    if prepared.cause:
        preventing.say_why(recovery.commitment, prepared.cause, by=by, now=now)
    if prepared.action.strip() and prepared.action_owner and prepared.action_due:
        preventing.decide(
            recovery, prepared.action, owner=prepared.action_owner, due_on=prepared.action_due, by=by, now=now
        )
    return recovery


@transaction.atomic
def approve(recovery: Recovery, *, by: User, now: datetime) -> Recovery:
    """The remedy may be offered as it stands; another amount above this one asks again."""
    ticket, recovery = lock(recovery)
    if not may_decide(recovery, by):
        raise ValidationError(_("Only the team's lead or a manager allows a remedy over the limit."))
    if not recovery.waits_for_approval or recovery.remedy_amount is None:
        raise ValidationError(_("No remedy waits for approval here any more."))
    recovery.remedy_approved, recovery.remedy_approved_at = recovery.remedy_amount, now
    recovery.remedy_approved_by = by
    recovery.remedy_asked_at = recovery.remedy_asked_by = None
    recovery.save()
    record(ticket, "remedy.approved", now=now, by=by, commitment=recovery.commitment)
    return recovery


@transaction.atomic
def apologise(recovery: Recovery, *, by: User, now: datetime, key: UUID) -> Message:
    """Send the letter as it was written down, with the new promise: both count when our server has accepted it.

    Refused, in words for its author, before all is prepared, before the call where that comes first, while a
    remedy waits for approval, and where the letter lacks a part. The same `key` again returns the same message.
    """
    ticket, recovery = lock(recovery)
    if known := Message.objects.filter(key=key).first():
        return known
    if recovery.ended_at is not None or recovery.letter_in_hand is not None:
        raise ValidationError(_("The customer has been told already, or it was decided before."))
    check_prepared(recovery)
    if recovery.by_phone_first and not has_been_called(recovery):
        raise ValidationError(_("The call comes first: log it, or two attempts. The letter follows."))
    if recovery.waits_for_approval:
        raise ValidationError(_("The remedy waits for the team's lead. The letter can leave when it is approved."))
    apology = Apology(recovery, by)
    if lacking := apology.lacks:
        raise ValidationError({"body": lacking})
    message = conversation.reply(ticket, apology.letter, None, told=_told(recovery), by=by, now=now, key=key)
    recovery.apology = message
    recovery.save(update_fields=["apology"])
    record(ticket, "recovery.written", now=now, by=by, commitment=recovery.commitment, message=message.pk)
    return message


def check_prepared(recovery: Recovery) -> None:
    """Raise a `ValidationError` that names, at its field, what is not thought through yet."""
    missing = {}
    if not DelayCause.objects.filter(commitment=recovery.pk).exists():
        missing["cause"] = _("Say first what the cause was. The customer does not read it.")
    if not PreventionAction.objects.filter(recovery=recovery.pk).exists():
        missing["change"] = _("Say first what is changed, by whom and by when.")
    if missing:
        raise ValidationError(missing)


def check_call(missed: Commitment | None) -> None:
    """Raise a `ValidationError` where a call about `missed` comes first and nobody has thought it through."""
    recovery = Recovery.objects.filter(commitment=missed, by_phone_first=True, told_at=None).first() if missed else None
    if recovery is not None:
        check_prepared(recovery)


def has_been_called(recovery: Recovery) -> bool:
    """Whether a call has reached the customer since the miss, or enough of them have not."""
    calls = recovery.ticket.messages.filter(
        channel=Channel.PHONE, direction=Message.Direction.OUT, at__gte=recovery.opened_at
    )
    results = list(calls.values_list("result", flat=True))
    return Message.Result.REACHED in results or len(results) >= TRIES


def _told(recovery: Recovery) -> list[Told]:
    if recovery.new_due_at is None:
        if recovery.ticket.is_open:
            raise ValidationError({"new_date": _("Give the new time. It is a promise like any other.")})
        return []
    commitment = recovery.commitment
    words = recovery.promise_words.strip()
    if not words:
        raise ValidationError({"promise_words": _("Say what we promise, as the customer reads it.")})
    return [Told(words=words, due_at=recovery.new_due_at, kind=_kind_of(commitment), follows=commitment)]


def _kind_of(commitment: Commitment) -> str:
    """As what it is promised anew: what a reply keeps is news by then; what a person marks as done stays that."""
    if commitment.kind in FULFILLED_BY_A_REPLY:
        return Kind.UPDATE
    return commitment.kind if commitment.kind in {Kind.ANSWER, Kind.RESOLUTION} else Kind.CUSTOM


def _ask_for_approval(recovery: Recovery, by: User, now: datetime) -> None:
    """A lead who offers something allows it with that; what is within the limit asks nobody."""
    amount, allowed = recovery.remedy_amount or Decimal(0), recovery.remedy_approved or Decimal(0)
    if amount <= max(Organisation.objects.the().remedy_limit, allowed):
        recovery.remedy_asked_at = recovery.remedy_asked_by = None
    elif may_decide(recovery, by):
        recovery.remedy_approved, recovery.remedy_approved_at, recovery.remedy_approved_by = amount, now, by
        recovery.remedy_asked_at = recovery.remedy_asked_by = None
    elif recovery.remedy_asked_at is None:
        recovery.remedy_asked_at, recovery.remedy_asked_by = now, by
