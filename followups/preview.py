"""How a text would read about a real request, before anybody keeps it. Reads only."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import translation

from followups.letters.filling import Filled, Text, fill
from followups.letters.parts import PLANS, Plan
from followups.letters.placeholders import PLACEHOLDERS, Form, type_value
from followups.terms import MessagePurpose
from followups.wording import greeted, of_ticket
from mail.building import with_named_links
from people.models import Organisation
from tickets.models import Commitment, Ticket
from tickets.wording import page_link

# What is counted in a preview: a number whose form differs from that of one and of many where a language has three.
COUNTED = 2
# Moments that lie behind whoever reads of them.
PAST = ("arrived", "called_at", "promised_date")


def of(purpose: MessagePurpose, language: str, text: Text, ticket: Ticket, *, now: datetime) -> Filled:
    """`text` about `ticket`: what is known of that, and for the rest a day of this week, a number, or its name."""
    organisation = Organisation.objects.the()
    plan = PLANS[purpose]
    values = _placeholders_by_name(plan, now) | _known(ticket, organisation)
    zone = ticket.customer.zone or organisation.zone
    return fill(text, plan, values, language=language, zone=zone)


def as_read(filled: Filled, language: str) -> str:
    """The whole text, its links by their words."""
    with translation.override(language):
        return with_named_links(filled.body)


def _known(ticket: Ticket, organisation: Organisation) -> dict[str, type_value]:
    who = (ticket.owner or ticket.team.lead).name
    ahead = list(ticket.commitments.running().order_by("due_at")[:20])
    promise = next((row for row in ahead if row.source == Commitment.Source.PROMISE), None)
    known: dict[str, type_value] = {
        **of_ticket(ticket.number, ticket.subject, who),
        "customer": greeted(ticket.customer),
        "team": ticket.team.name,
        "organisation": organisation.name,
        "phone": organisation.phone,
        "link_status": page_link(ticket),
        "next_date": ahead[0].due_at if ahead else None,
        "promise_text": promise.promised_text if promise else None,
        "promised_date": promise.due_at if promise else None,
        "obstacle": promise.may_get_in_the_way if promise else None,
    }
    return {name: value for name, value in known.items() if value}


def _placeholders_by_name(plan: Plan, now: datetime) -> dict[str, type_value]:
    """Something for each fact. A draft shows its blanks; in what leaves by itself stands the name of the fact."""
    found: dict[str, type_value] = {}
    for number, name in enumerate(plan.allowed):
        match PLACEHOLDERS[name].form:
            case Form.COUNT:
                found[name] = COUNTED
            case Form.LINK:
                found[name] = f"[[link:{name.removeprefix('link_')}:satisfaction:0]]"
            case Form.MOMENT | Form.MOMENT_BY:
                days = -1 if name in PAST else 1
                found[name] = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=days, hours=number % 3)
            case Form.TEXT if plan.by_itself:
                found[name] = f"({PLACEHOLDERS[name].words})"
    return found
