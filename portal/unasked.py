"""What will come to the customer of a ticket without being asked, in their words. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext_lazy as _

from followups import ways
from followups.models import FollowUp
from followups.wishes import UNASKED, Wishes
from tickets.models import Ticket

Step = FollowUp.Step
_WORDS = {
    Step.SETTLED_QUESTION: _("We ask you whether it is settled."),
    Step.SETTLED_REMINDER: _("We ask once more whether it is settled."),
    Step.CHECK_BACK: _("We ask you whether what we mended holds."),
    Step.CHECK_IN: _("We ask you whether all still works."),
    Step.SILENCE_REMINDER: _("We remind you of our question."),
    Step.SILENCE_SECOND: _("We remind you of our question once more."),
    Step.SILENCE_LAST: _("We tell you when we will close your request."),
    Step.SILENCE_CLOSING: _("Your request is closed. A reply opens it again."),
    Step.CLOSING: _("Your request is closed. A reply opens it again."),
}


@dataclass(frozen=True)
class Coming:
    """One thing that will come, unless something makes it needless."""

    followup: FollowUp
    words: StrPromise


def planned(ticket: Ticket, wishes: Wishes) -> list[Coming]:
    """What is planned about `ticket`, the next first, without what its customer does not want."""
    rows = ticket.followups.filter(state=FollowUp.State.SCHEDULED, step__in=list(_WORDS)).order_by("due_at", "pk")
    return [Coming(row, _WORDS[Step(row.step)]) for row in rows if _is_wanted(Step(row.step), wishes)]


def _is_wanted(step: FollowUp.Step, wishes: Wishes) -> bool:
    purpose = ways.PURPOSE.get(step)
    return purpose not in UNASKED or purpose in wishes.wanted
