"""What the secret of a private link opens, or once opened. Reads only."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from followups.models import SatisfactionRequest
from mail import addresses, senders
from tickets.models import Ticket


def ticket_of(secret: str, *, now: datetime) -> Ticket | None:
    """The request whose page `secret` opens. Unknown and ended look alike.

    It ends also when the address that it went to is not its customer's any more.
    """
    token = addresses.resolve(secret, "ticket", now=now)
    ticket = _ticket(token.about) if token else None
    return ticket if token and ticket and senders.same(token.recipient, ticket.customer.email) else None


def question_of(secret: str, *, now: datetime) -> SatisfactionRequest | None:
    """The question that `secret` answers; that of a customer's page is the last one we asked there.

    Unknown and ended look alike.
    """
    if token := addresses.resolve(secret, "answer", now=now):
        question = _question(token.about)
        is_theirs = question is not None and senders.same(token.recipient, question.ticket.customer.email)
        return question if is_theirs else None
    ticket = ticket_of(secret, now=now)
    return question_about(ticket) if ticket else None


def question_about(ticket: Ticket) -> SatisfactionRequest | None:
    """The last question we asked about `ticket`, with its answers; None where we have asked none."""
    return _questions().filter(ticket=ticket).order_by("-pk").first()


def ended(secret: str) -> Ticket | None:
    """The request that `secret` once led to, where a new link can be sent for it; None where we never gave it."""
    token = addresses.once_given(secret)
    if token is None or token.purpose not in {"ticket", "answer"}:
        return None
    question = _question(token.about)
    ticket = question.ticket if question else _ticket(token.about)
    return ticket if ticket and ticket.customer.email else None


def _ticket(about: str) -> Ticket | None:
    number = _key(about, "ticket")
    return Ticket.objects.select_related("customer", "team__lead").numbered(number).first() if number else None


def _question(about: str) -> SatisfactionRequest | None:
    key = _key(about, "satisfaction")
    return _questions().filter(pk=key).first() if key else None


def _questions() -> QuerySet[SatisfactionRequest]:
    return SatisfactionRequest.objects.select_related("ticket__customer", "ticket__team__lead").prefetch_related(
        "answers"
    )


def _key(about: str, what: str) -> str:
    kind, _colon, key = about.partition(":")
    return key if kind == what and key.isdecimal() else ""
