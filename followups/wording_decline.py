"""The letter of a no with alternatives, in the customer's language, and what one that a person finished lacks."""

from __future__ import annotations

from dataclasses import replace

from django.utils import translation

from followups.declined import No
from followups.letters.checking import BESIDE_A_REPLY, Facts, check, stops
from followups.letters.placeholders import type_values
from followups.letters.shipped import spoken
from followups.terms import MessagePurpose
from followups.wording import made, of_ticket
from people.models import User
from tickets.models import Ticket
from tickets.wording import zone_of
from ui.formats import long_date


def letter(ticket: Ticket, no: No, *, by: User) -> str:
    """The text to begin with: the no and its reason, what is possible instead or why nothing is, where to turn."""
    values = {**of_ticket(ticket.number, ticket.subject, by.name), **_facts(ticket, no)}
    filled = made(MessagePurpose.DECLINE, ticket.customer, values)
    if no.none_because:
        filled = replace(filled, parts={**filled.parts, "alternatives": no.none_because.strip()})
    return filled.body


def lacks(ticket: Ticket, no: No, text: str) -> list[str]:
    """What `text` still lacks of such a letter; in words for its author."""
    beside = BESIDE_A_REPLY | {"alternatives"} if no.none_because else BESIDE_A_REPLY
    facts = Facts(ticket.customer.name, zone_of(ticket.customer), _facts(ticket, no), told_beside=beside)
    return [
        remark.words for remark in stops(check(MessagePurpose.DECLINE, spoken(ticket.customer.language), text, facts))
    ]


def _facts(ticket: Ticket, no: No) -> type_values:
    zone = zone_of(ticket.customer)
    with translation.override(ticket.customer.language):
        others = [f"{other.words.strip()}: {long_date(other.by, zone)}" for other in no.alternatives]
    return {"reason": no.reason.strip(), "alternatives": "; ".join(others)}
