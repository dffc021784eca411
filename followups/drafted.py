"""What a draft that a person has finished still lacks: looked at when it is sent, and told beside the text."""

from __future__ import annotations

from followups.letters.checking import BESIDE_A_REPLY, Facts, check, stops
from followups.letters.shipped import spoken
from followups.models import FollowUp
from followups.terms import MessagePurpose
from tickets.models import Ticket

Step = FollowUp.Step
# What each kind of draft is for.
PURPOSES = {
    Step.PROGRESS_DRAFT: MessagePurpose.PROGRESS_UPDATE,
    Step.NOT_SETTLED_DRAFT: MessagePurpose.NOT_SETTLED,
}


def lacks(ticket: Ticket, prepared_for: int, text: str) -> list[str]:
    """What `text`, written from the draft that was prepared for a commitment, lacks; in words for its author."""
    followup = ticket.followups.filter(commitment=prepared_for, step__in=PURPOSES, state=FollowUp.State.DRAFTED).first()
    if followup is None:
        return []
    customer = ticket.customer
    facts = Facts(customer.name, told_beside=BESIDE_A_REPLY)
    found = stops(check(PURPOSES[Step(followup.step)], spoken(customer.language), text, facts))
    return [remark.words for remark in found]
