"""That what makes a promise late had been named beforehand: said in the customer's language, from the text in use."""

from __future__ import annotations

from followups import texts
from followups.letters.filling import fill
from followups.letters.parts import PLANS
from followups.letters.shipped import spoken
from followups.terms import MessagePurpose
from tickets.models import Commitment


def sentence(commitment: Commitment) -> str:
    """The sentence that follows the reason; empty where nothing had been named."""
    if not commitment.may_get_in_the_way:
        return ""
    language, purpose = spoken(commitment.ticket.customer.language), MessagePurpose.DELAY_NOTICE
    obstacle = {"obstacle": commitment.may_get_in_the_way.rstrip(" .")}
    filled = fill(texts.in_use(purpose, language), PLANS[purpose], obstacle, language=language, zone="UTC")
    return filled.parts.get("forewarned", "")
