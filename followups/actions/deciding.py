"""What a person decides about one that is planned: not to do it, to hold it back, or to say it in their own words."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups.actions import sending, thanking
from followups.actions.ending import end, lock
from followups.models import FollowUp
from people.models import User
from tickets.actions.events import record

Step, State = FollowUp.Step, FollowUp.State
# Those whose text a person may write: what leaves within minutes, and what asks with links alone, is as it is.
EDITABLE = (Step.SILENCE_REMINDER, Step.SILENCE_SECOND, Step.SILENCE_LAST, Step.CHECK_IN, Step.THANK_YOU)


@transaction.atomic
def skip(followup: FollowUp, *, reason: str, by: User, now: datetime) -> FollowUp:
    """This one is not done; the reason stays, and is counted."""
    followup = _planned(followup)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is not asked.")})
    return end(followup, State.SKIPPED, now=now, reason=reason.strip(), by=by)


@transaction.atomic
def hold(followup: FollowUp, *, by: User, now: datetime) -> FollowUp:
    """Nothing happens until somebody releases it, does it or skips it."""
    followup = _planned(followup)
    if followup.held_at is None:
        followup.held_at, followup.held_by = now, by
        _save(followup, "held_at", "held_by", event="held", by=by, now=now)
    return followup


@transaction.atomic
def release(followup: FollowUp, *, by: User, now: datetime) -> FollowUp:
    """It comes as planned; what is late by now is looked at like anything late."""
    followup = _planned(followup)
    if followup.held_at is not None:
        followup.held_at = followup.held_by = None
        _save(followup, "held_at", "held_by", event="released", by=by, now=now)
    return followup


@transaction.atomic
def write(followup: FollowUp, body: str, *, by: User, now: datetime) -> FollowUp:
    """This one says `body`. Refused where the customer could not answer it, or the text is not for people to write."""
    followup = _planned(followup)
    if followup.step not in EDITABLE:
        raise ValidationError(_("The text of this one is always the same."))
    followup.body = sending.check_body(followup, body)
    return _save(followup, "body", event="written", by=by, now=now)


def text_of(followup: FollowUp) -> str:
    """What the mail of `followup` would say as it stands now."""
    if followup.ticket is None:
        return thanking.text_of(followup)[1]
    return sending.text_of(followup.ticket, followup)[1]


def _planned(followup: FollowUp) -> FollowUp:
    followup = lock(followup)
    if followup.state != State.SCHEDULED:
        raise ValidationError(_("This question has been asked already, or was skipped."))
    return followup


def _save(followup: FollowUp, *fields: str, event: str, by: User, now: datetime) -> FollowUp:
    followup.save(update_fields=fields)
    if followup.ticket:
        record(followup.ticket, f"followup.{event}", now=now, by=by, followup=followup.pk)
    return followup
