"""The one door to what whoever looks may see."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject, Lower
from django.shortcuts import get_object_or_404

from followups.models import CallTask
from mail.models import InboundMail, Suppression
from people.audience import StaffRequest
from tickets.models import Commitment, Ticket, UnverifiedMail
from tickets.models.ticket import TicketQuerySet


def visible_ticket(request: StaffRequest, number: int) -> Ticket:
    """The ticket with that number, or that it was merged into, where the viewer works on it; else 404."""
    return _ticket(Ticket.objects.visible_to(request.user), request, number)


def readable_ticket(request: StaffRequest, number: int) -> Ticket:
    """The same where it may be read and noted on, because a team of the viewer's was asked for something; else 404."""
    return _ticket(Ticket.objects.readable_by(request.user), request, number)


def _ticket(tickets: TicketQuerySet, request: StaffRequest, number: int) -> Ticket:
    """That of `tickets`. `is_ours` says whether the viewer works on it, or may only read and note.

    With `stopped`: why all mail to its customer's address is stopped, where it is (cause, reason); with
    `stopped_purposes` which kinds of mail are (`followups.wishes`); and
    whether there is anything of what few tickets have, so that it is not asked for each time.
    """
    beside = UnverifiedMail.objects.beside().filter(ticket=OuterRef("pk"))
    kinds = Suppression.objects.in_force().alias(folded=Lower("address")).filter(
        folded=Lower(OuterRef("customer__email"))
    )  # fmt: skip
    stops = kinds.filter(purpose="")
    asked = {
        "has_unverified": Exists(beside),
        "has_merged": Exists(Ticket.objects.filter(merged_into=OuterRef("pk"))),
        "has_call_tasks": Exists(CallTask.objects.filter(ticket=OuterRef("pk"))),
        "is_ours": Exists(Ticket.objects.visible_to(request.user).filter(pk=OuterRef("pk"))),
        "stopped": Subquery(stops.values(facts=JSONObject(cause="cause", reason="reason"))[:1]),
        "stopped_purposes": ArraySubquery(kinds.values("purpose")),
    }
    found = tickets.annotate(**asked).select_related("customer", "team__lead", "owner", "category")
    return get_object_or_404(found.numbered(number))


def visible_mail(request: StaffRequest, mail_id: int) -> InboundMail:
    """A mail that came in, where the viewer may see what it stands in: a ticket, beside one, or parked; else 404."""
    tickets = Ticket.objects.visible_to(request.user)
    parked = InboundMail.objects.exclude(why_parked="").visible_to(request.user)
    stands = Q(message__ticket__in=tickets) | Q(unverified__ticket__in=tickets) | Q(pk__in=parked.values("pk"))
    mails = InboundMail.objects.filter(stands).select_related("message__ticket", "unverified__ticket")
    return get_object_or_404(mails, pk=mail_id)


def visible_commitment(request: StaffRequest, commitment_id: int) -> Commitment:
    """That commitment, where the viewer works on its ticket or it was asked of a team of theirs; else 404."""
    commitments = Commitment.objects.visible_to(request.user).select_related(
        "ticket__customer",
        "ticket__team__lead",
        "ticket__owner",
        "accountable",
        "standard_version__standard",
        "asked_of",
        "made_by",
        "calendar_version",
    )
    return get_object_or_404(commitments, pk=commitment_id)
