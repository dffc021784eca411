"""Tickets: each has hours to run by, lives on in one place, and is found by its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from compliance.audit.checks import check
from tickets.actions.tickets import folded_text
from tickets.models import Commitment, Draft, Message, Note, Ticket, UnverifiedMail


@check(
    "open-without-calendar", _("An open ticket's team has no calendar, so nothing can fall due."),
    _("Choose a calendar for the team in the settings."),
)  # fmt: skip
def open_without_calendar(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.open().filter(team__team_calendar=None)


@check("merged-into-merged", _("A ticket was merged into one that is merged itself."))
def merged_into_merged(now: datetime) -> QuerySet[Ticket]:
    """So no way leads in a circle."""
    return Ticket.objects.filter(merged_into__merged_into__isnull=False)


@check("merged-across-customers", _("A ticket was merged into one of another customer."))
def merged_across_customers(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(merged_into__isnull=False).exclude(customer=F("merged_into__customer"))


@check("left-on-merged", _("Something is owed, said or prepared on a ticket that lives on in another one."))
def left_on_merged(now: datetime) -> QuerySet[Ticket]:
    owed = Commitment.objects.open().filter(ticket=OuterRef("pk"))
    left = Q(Exists(owed))
    for model in (Message, Draft, Note, UnverifiedMail):
        left |= Q(Exists(model._default_manager.filter(ticket=OuterRef("pk"))))
    return Ticket.objects.filter(left, merged_into__isnull=False)


@check("part-of-another-age", _("A part of a ticket that was split is not as old as the whole."))
def part_of_another_age(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.exclude(split_from=None).exclude(opened_at=F("split_from__opened_at"))


@check("says-nothing", _("A ticket stands there without a word of anybody."))
def says_nothing(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(~Exists(Message.objects.filter(ticket=OuterRef("pk"))), merged_into=None)


@check("ticket-not-found", _("A search does not find a ticket by its present words."))
def ticket_not_found(now: datetime) -> Iterator[Ticket]:
    shown = ("number", "subject", "folded", "customer__name", "customer__email")
    for ticket in Ticket.objects.select_related("customer").only(*shown).iterator():
        if ticket.folded != folded_text(ticket):
            yield ticket
