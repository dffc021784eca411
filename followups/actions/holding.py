"""After a standstill: what piled up waits for a person, who sends what is still true or skips it all."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups.actions.ending import end, lock
from followups.models import FollowUp, Hold
from followups.models.followup import FollowUpQuerySet
from people.models import User

# So many at once, the oldest so late: then nobody has looked after them for a while.
SO_LATE = timedelta(hours=1)
SO_MANY = 50
# To be late with these disturbs nobody.
REACHES_NOBODY = (FollowUp.Step.CLOSING, FollowUp.Step.SILENCE_CLOSING)


@transaction.atomic
def hold_what_piled_up(*, now: datetime) -> Hold | None:
    """Hold back what is due where much of it is late; None where there is nothing to hold, or it is held already.

    What somebody has decided about goes on; so does everything that falls due from now on.
    """
    last = Hold.objects.order_by("-since").first()
    if last is not None and last.decided_at is None:
        return None
    due = FollowUp.objects.due(now).exclude(step__in=REACHES_NOBODY)
    if last is not None:
        due = due.filter(due_at__gt=last.since)
    oldest = due.first()
    if oldest is None or oldest.due_at > now - SO_LATE or len(due.values_list("pk")[: SO_MANY + 1]) <= SO_MANY:
        return None
    hold, _made = Hold.objects.get_or_create(decision="", defaults={"since": now})
    return hold


@transaction.atomic
def decide(hold: Hold, decision: str, *, by: User, now: datetime) -> int:
    """Let what is held go on, or skip all of it; returns how many mails it was about.

    What goes on is looked at one by one: what is no longer true or would come too late is skipped.
    """
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.decided_at is not None:
        raise ValidationError(_("Somebody has decided already."))
    if decision not in Hold.Decision.values:
        raise ValidationError(_("Choose one of the two."))
    waiting = held(hold)
    number = waiting.count()
    if decision == Hold.Decision.SKIP:
        _skip(waiting, by=by, now=now)
    hold.decision, hold.decided_by, hold.decided_at = decision, by, now
    hold.save()
    return number


def held(hold: Hold) -> FollowUpQuerySet:
    """The follow-ups that `hold` is about."""
    planned = FollowUp.objects.filter(state=FollowUp.State.SCHEDULED, due_at__lte=hold.since)
    return planned.exclude(step__in=REACHES_NOBODY)


def _skip(waiting: FollowUpQuerySet, *, by: User, now: datetime) -> None:
    reason = _("Skipped by %(name)s after a standstill.") % {"name": by.name}
    for one in waiting.select_related("ticket").order_by("ticket", "pk"):
        followup = lock(one)
        if followup.state == FollowUp.State.SCHEDULED:
            end(followup, FollowUp.State.SKIPPED, now=now, reason=reason, by=by)
