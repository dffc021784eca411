"""What a version of a playbook must not say, in words for whoever writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from followups.models import FollowUp
from followups.playbook_terms import After, Clock, Mode, Way

Step = FollowUp.Step
# Beyond that nobody remembers what it was about.
MOST_DAYS = {Clock.WORKING_DAYS: 60, Clock.CALENDAR_DAYS: 180, Clock.WORKING_TIME: 40 * 60}
# reliability_security.md 5.3: what asks a customer something is never later than that.
LATEST = timedelta(days=7)
# So many reminders of one thing.
MOST_REMINDERS = {Step.SILENCE_REMINDER: 2, Step.SILENCE_SECOND: 2, Step.SETTLED_REMINDER: 1}
_NAMES_THE_CLOSING = {Step.SETTLED_REMINDER: Step.CLOSING, Step.SILENCE_LAST: Step.SILENCE_CLOSING}


@dataclass(frozen=True)
class StepDraft:
    """One step as somebody wants it."""

    name: str
    clock: str
    mode: str
    amount: int = 0
    is_on: bool = True
    late: timedelta | None = None
    way: str = Way.MAIL
    after: str = After.TRIGGER


def problems(steps: Sequence[StepDraft], *, is_on: bool) -> list[str]:
    """Why a version with these steps, in this order, cannot be used; none where it can."""
    on = [step for step in steps if step.is_on]
    if is_on and not on:
        return [_("No step is left. Switch the whole playbook off instead.")]
    found = [problem for step in on for problem in _alone(step)]
    return [*found, *_order(on), *_closings(on), *_caps(on)]


def _alone(step: StepDraft) -> list[str]:
    named, found = {"step": Step(step.name).label}, []
    if step.clock != Clock.AT_ONCE and not 0 < step.amount <= MOST_DAYS[Clock(step.clock)]:
        found.append(_("“%(step)s” needs a time that is neither nothing nor beyond all memory.") % named)
    if step.clock == Clock.AT_ONCE and step.amount:
        found.append(_("“%(step)s” comes at once, so it takes no time.") % named)
    if step.late is not None and not timedelta() < step.late <= LATEST:
        found.append(_("“%(step)s” is left out when it is late: by one to seven days.") % named)
    return found


def _order(on: Sequence[StepDraft]) -> list[str]:
    """Steps that count by working days come one after the other, a day apart: one mail a day is the cap."""
    found, before, reached = [], None, 0
    for step in on:
        if step.clock != Clock.WORKING_DAYS or step.after == After.RESOLUTION:
            continue
        place = step.amount + (reached if step.after == After.STEP_BEFORE else 0)
        if before is not None and place <= reached:
            names = {"later": Step(step.name).label, "before": Step(before.name).label}
            found.append(_("“%(later)s” has to come at least a working day after “%(before)s”.") % names)
        before, reached = step, place
    return found


def _closings(on: Sequence[StepDraft]) -> list[str]:
    """A notice names the closing, so there is one; and nothing closes as unanswered without a notice."""
    there = {step.name for step in on}
    found = [
        _("“%(step)s” says when the ticket is closed: “%(closing)s” has to stay on.")
        % {"step": step.label, "closing": closing.label}
        for step, closing in _NAMES_THE_CLOSING.items()
        if step in there and closing not in there
    ]
    if Step.SILENCE_CLOSING in there and Step.SILENCE_LAST not in there:
        found.append(_("Nothing is closed without an answer unless the customer was told so before."))
    return found


def _caps(on: Sequence[StepDraft]) -> list[str]:
    reminders = [step for step in on if step.name in MOST_REMINDERS and step.mode in {Mode.SEND, Mode.CALL}]
    if reminders and len(reminders) > min(MOST_REMINDERS[Step(step.name)] for step in reminders):
        return [_("There are more reminders than a customer has to bear.")]
    return []
