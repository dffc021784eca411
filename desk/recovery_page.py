"""What the page shows on which a miss is owned: the events that led to it, the letter, and what is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.utils import translation

from desk import why_log
from desk.forms.moments import fresh_key
from desk.why_log import Entry
from followups import careful
from followups.actions import owning, recoveries
from followups.apology import Apology
from followups.careful import Careful
from followups.models import PreventionAction, Recovery
from people.models import User
from tickets.models import DelayCause, Message
from tickets.wording import in_their_words


@dataclass(frozen=True)
class RecoveryPage:
    """All of it for one viewer."""

    recovery: Recovery
    log: list[Entry]
    cause: DelayCause | None
    action: PreventionAction | None
    apology: Apology
    last_touch: Message | None
    careful: Careful
    sent: Message | None
    was_called: bool
    may_decide: bool
    is_open: bool


def read(recovery: Recovery, *, user: User, now: datetime) -> RecoveryPage:
    """The page of `recovery` for `user`; one that the worker has not opened yet is shown as it will be."""
    commitment, sent, apology = recovery.commitment, recovery.letter_in_hand, Apology(recovery, user)
    suggested = careful.careful_date(commitment, recovery.ticket, now)
    if recovery.new_due_at is None and recovery.ended_at is None and sent is None:
        # Only here, so that the letter reads as it would leave.
        recovery.new_due_at = suggested.at
    ours = commitment.ticket.messages.filter(direction=Message.Direction.OUT, human=True, at__lt=commitment.due_at)
    return RecoveryPage(
        recovery=recovery,
        log=why_log.of_one(commitment, now, apology.organisation.zone_info),
        cause=getattr(commitment, "delay_cause", None),
        action=None if recovery._state.adding else getattr(recovery, "action", None),
        apology=apology,
        last_touch=ours.select_related("author").order_by("-at", "-pk").first(),
        careful=suggested,
        sent=sent,
        was_called=recovery.by_phone_first and owning.has_been_called(recovery),
        may_decide=recoveries.may_decide(recovery, user),
        is_open=recovery.ended_at is None and sent is None,
    )


def initial(page: RecoveryPage, zone: tzinfo) -> dict[str, Any]:
    """What the form begins with: what was kept, and a careful time where none was chosen yet."""
    recovery, action = page.recovery, page.action
    new = (recovery.new_due_at or page.careful.at).astimezone(zone)
    with translation.override(recovery.ticket.customer.language):
        words = recovery.promise_words or in_their_words(recovery.commitment.kind)
    kept = {
        name: getattr(recovery, name)
        for name in ("what", "if_asked", "why", "fix", "prevention", "remedy", "remedy_amount")
    }
    return {
        **kept,
        "key": fresh_key(),
        "cause": page.cause.cause if page.cause else "",
        "change": action.words if action else "",
        "change_owner": action.owner_id if action else recovery.owner_id,
        "change_due": action.due_on if action else None,
        "promise_words": words,
        "new_date": new.date(),
        "new_time": new.time(),
        "body": page.apology.letter,
        "made": page.apology.made,
    }
