"""How a step reads for staff: when it comes, who does it, and what keeps it from coming. Reads only."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from followups.models import FollowUp, PlaybookStep
from followups.playbook_terms import After, Clock, Condition, Stop

Step = FollowUp.Step
# A person begins these where the thing happens; the playbook says what belongs to them.
BEGUN_BY_HAND = {
    Step.DELAY_DRAFT: gettext_lazy("Begun by hand: move the promise, and the notice leaves with it."),
    Step.RECOVERY: gettext_lazy(
        "Begun with each miss: to be told within four working hours, by noon of the next working day at the latest."
    ),
    Step.SHARED_DELAY_NOTICE: gettext_lazy("Begun by hand: each notice is written under Shared delays."),
    Step.DECLINE_DRAFT: gettext_lazy("Begun by hand: Decline on the ticket writes the letter."),
}


def timing(step: PlaybookStep) -> str:
    """When it comes, counted from its beginning."""
    match Clock(step.clock):
        case Clock.AT_ONCE:
            return _("At once")
        case Clock.WORKING_TIME if step.amount % 60 == 0:
            hours = step.amount // 60
            return ngettext("After %(n)d working hour", "After %(n)d working hours", hours) % {"n": hours}
        case Clock.WORKING_TIME:
            minutes = step.amount
            return ngettext("After %(n)d working minute", "After %(n)d working minutes", minutes) % {"n": minutes}
        case Clock.WORKING_DAYS:
            days = step.amount
            return ngettext("After %(n)d working day", "After %(n)d working days", days) % {"n": days}
        case Clock.CALENDAR_DAYS:
            days = step.amount
            return ngettext("After %(n)d calendar day", "After %(n)d calendar days", days) % {"n": days}


def counted_from(step: PlaybookStep) -> str:
    """From when on that counts; empty where it is the beginning of the playbook."""
    return {
        After.TRIGGER: "",
        After.STEP_BEFORE: _("counted from the step before it"),
        After.RESOLUTION: _("counted from the next resolution"),
    }[After(step.after)]


def too_late(step: PlaybookStep) -> str:
    """After how long it is left out; empty where it always makes sense."""
    if step.late is None:
        return ""
    if step.late < timedelta(days=1):
        hours = step.late // timedelta(hours=1)
        return ngettext("Left out when %(n)d hour late", "Left out when %(n)d hours late", hours) % {"n": hours}
    days = step.late.days
    return ngettext("Left out when %(n)d day late", "Left out when %(n)d days late", days) % {"n": days}


def stops(step: PlaybookStep) -> list[str]:
    """What ends it before it comes."""
    return [str(Stop(name).label) for name in step.stops]


def conditions(step: PlaybookStep) -> list[str]:
    """What has to be true when it comes."""
    return [str(Condition(name).label) for name in step.conditions]


def note(step: PlaybookStep) -> str:
    """What is said of a step that the worker does not begin; empty of the others."""
    return str(BEGUN_BY_HAND.get(Step(step.name), ""))


def is_ours(step: PlaybookStep) -> bool:
    """Whether the worker plans it or prepares it, so that changing it changes what happens."""
    return not note(step)
