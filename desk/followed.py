"""What follows on a ticket by itself: mails, drafts and calls to come, and what became of others. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from desk.planned import ASKED_BY, Planned
from followups.models import CallTask, FollowUp, SatisfactionAnswer
from people.terms import Channel
from tickets.certain import certain
from tickets.models import Ticket
from ui.templatetags.ui import quoted

# In the query that reads the questions.
_LAST_ANSWER = (
    SatisfactionAnswer.objects.filter(request__followup=OuterRef("pk"))
    .order_by("-at", "-pk")
    .values(facts=JSONObject(outcome="outcome", handling="handling", comment="comment"))[:1]
)
_AHEAD = {FollowUp.State.SCHEDULED, FollowUp.State.DRAFTED, FollowUp.State.HANDED_OVER}


@dataclass(frozen=True)
class Followed:
    """One that has ended: how, when and why."""

    what: str
    state: str
    at: datetime
    reason: str
    is_trouble: bool = False
    message_id: int | None = None


def read(ticket: Ticket) -> tuple[list[Planned], list[CallTask], list[Followed]]:
    """What is still to come, the next first; the calls to make; and what has ended, newest first."""
    about = ticket.followups.select_related(
        "delivery__message", "commitment__accountable", "playbook_step__version__playbook", "held_by"
    )
    rows: list[FollowUp] = list(about.annotate(answered=Subquery(_LAST_ANSWER), asked_by=ASKED_BY))
    for row in rows:
        row.ticket = ticket
    ahead = [Planned(row) for row in rows if row.state in _AHEAD]
    tasks = _call_tasks(ticket) if getattr(ticket, "has_call_tasks", True) else []
    to_make = [task for task in tasks if task.ended_at is None and not task.is_made]  # type: ignore[attr-defined]  # annotated
    ended = [_mail(row) for row in rows if row.state not in _AHEAD]
    ended += [_call(task) for task in tasks if task.ended_at is not None]
    return ahead, to_make, sorted(ended, key=lambda one: one.at, reverse=True)


def _call_tasks(ticket: Ticket) -> list[CallTask]:
    return list(ticket.call_tasks.with_whether_made().select_related("followup", "answer", "call__author", "ended_by"))


def _mail(followup: FollowUp) -> Followed:
    message = getattr(followup.delivery, "message", None) if followup.delivery else None
    looked_at = followup.delivery is not None and followup.delivery.put_away_at is not None
    came_back = followup.delivery is not None and followup.delivery.bounced_at is not None
    return Followed(
        what=followup.get_step_display(),
        state=_("Came back") if came_back else followup.get_state_display(),
        at=certain(followup.ended_at),
        reason=_in_words(**followup.answered) if followup.answered else followup.reason,  # type: ignore[attr-defined]  # annotated
        is_trouble=(came_back or followup.state == FollowUp.State.FAILED) and not looked_at,
        message_id=message.pk if message and message.ticket_id == followup.ticket_id else None,
    )


def _in_words(outcome: str, handling: int | None, comment: str) -> str:
    """What the customer has answered last to the question."""
    said = [_("The customer answered: %(outcome)s.") % {"outcome": SatisfactionAnswer.Outcome(outcome).label}]
    if handling is not None:
        said.append(_("Our handling: %(rating)s of 5.") % {"rating": handling})
    return " ".join([*said, *([quoted(comment)] if comment else [])])


def _call(task: CallTask) -> Followed:
    by = {"name": task.ended_by.name if task.ended_by else ""}
    if task.call is not None:
        wrote = task.call.channel == Channel.MAIL
        state, reason = _("Reached"), (_("%(name)s wrote.") if wrote else _("%(name)s called.")) % by
    else:
        state = _("Not needed")
        reason = f"{by['name']}: {task.not_needed_because}" if task.ended_by else task.not_needed_because
    return Followed(what=_("Call to make"), state=state, at=certain(task.ended_at), reason=reason)
