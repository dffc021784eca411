"""What is changed so that a miss does not come again: decided, done, and open once more when it does."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups.actions.recoveries import lock
from followups.models import PreventionAction, Recovery
from people.models import Organisation, User
from tickets.actions import causes
from tickets.actions.events import record
from tickets.models import Commitment, DelayCause

# The same cause in the same team within so long a time after it was done: it was not enough.
HOLDS_FOR = timedelta(days=90)


@transaction.atomic
def decide(recovery: Recovery, words: str, *, owner: User, due_on: date, by: User, now: datetime) -> PreventionAction:
    """Who changes what by which day. Said again, it replaces what was said before, unless that is done."""
    ticket, recovery = lock(recovery)
    known = PreventionAction.objects.select_for_update().filter(recovery=recovery).first()
    if known is not None and known.done_at is not None:
        return known
    if known is None and due_on < now.astimezone(Organisation.objects.the().zone_info).date():
        raise ValidationError({"change_due": _("That day has passed already. Choose one that is still ahead.")})
    given = {"words": words.strip(), "owner": owner, "due_on": due_on}
    if known is not None and all(getattr(known, name) == value for name, value in given.items()):
        return known
    action, _made = PreventionAction.objects.update_or_create(
        recovery=recovery, defaults=given, create_defaults={**given, "made_at": now}
    )
    record(
        ticket, "prevention.decided", now=now, by=by, commitment=recovery.commitment, prevention=action.pk,
        owner=owner.pk, due_on=due_on.isoformat(),
    )  # fmt: skip
    return action


@transaction.atomic
def done(action: PreventionAction, *, by: User, now: datetime) -> PreventionAction:
    """It has been changed. Refused where it was done before."""
    ticket, recovery = lock(action.recovery)
    action = PreventionAction.objects.select_for_update().get(pk=action.pk)
    if action.done_at is not None:
        raise ValidationError(_("It was done already."))
    action.done_at, action.done_by = now, by
    action.save(update_fields=["done_at", "done_by"])
    record(ticket, "prevention.done", now=now, by=by, commitment=recovery.commitment, prevention=action.pk)
    return action


@transaction.atomic
def say_why(commitment: Commitment, cause: str, *, by: User, now: datetime) -> DelayCause:
    """The root cause of a miss (`causes.say_why`); what had been done against the same one lately is open again."""
    found = causes.say_why(commitment, cause, by=by, now=now)
    again = PreventionAction.objects.filter(
        recovery__commitment__delay_cause__cause=cause,
        recovery__commitment__ticket__team=commitment.ticket.team_id,
        done_at__gte=now - HOLDS_FOR,
    ).exclude(recovery=commitment.pk)
    recovery = Recovery.objects.filter(commitment=commitment.pk).first()
    if recovery is None or PreventionAction.objects.filter(reopened_from=recovery).exists():
        return found
    # What was done after this miss could not have prevented it.
    for action in again.filter(done_at__lt=commitment.due_at).select_for_update(of=("self",)):
        _reopen(action, recovery, by, now)
    return found


def _reopen(action: PreventionAction, recovery: Recovery, by: User, now: datetime) -> None:
    done_at = action.done_at
    action.done_at = action.done_by = None
    action.reopened_at, action.reopened_from = now, recovery
    action.save(update_fields=["done_at", "done_by", "reopened_at", "reopened_from"])
    record(
        recovery.ticket, "prevention.reopened", now=now, by=by, commitment=recovery.commitment, prevention=action.pk,
        done=done_at,
    )  # fmt: skip
