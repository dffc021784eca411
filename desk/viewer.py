"""The one door to what whoever looks may see."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404

from people.audience import StaffRequest
from tickets.models import Commitment, Ticket, UnverifiedMail


def visible_ticket(request: StaffRequest, number: int) -> Ticket:
    """The ticket with that number, as far as the viewer may see it; else 404."""
    beside = UnverifiedMail.objects.beside().filter(ticket=OuterRef("pk"))
    tickets = Ticket.objects.visible_to(request.user).annotate(has_unverified=Exists(beside)).select_related(
        "customer", "team__lead", "owner", "category"
    )  # fmt: skip
    return get_object_or_404(tickets, number=number)


def visible_commitment(request: StaffRequest, commitment_id: int) -> Commitment:
    """That commitment, as far as the viewer may see its ticket; else 404."""
    commitments = Commitment.objects.visible_to(request.user).select_related(
        "ticket__customer", "ticket__team__lead", "ticket__owner", "accountable", "standard_version__standard"
    )
    return get_object_or_404(commitments, pk=commitment_id)
