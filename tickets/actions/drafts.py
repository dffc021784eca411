"""Texts that are prepared for somebody to finish. Nothing of them leaves by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from people.models import User
from tickets.models import Commitment, Draft, Ticket

# Stands among a draft's fields until its author has touched it.
PREPARED_FOR = "prepared_for"


@transaction.atomic
def prepare(
    commitment: Commitment, body: str, *, author: User, now: datetime, fields: Mapping[str, str] | None = None
) -> Draft | None:
    """A reply for `author` to finish, about `commitment`; None where they are writing one already.

    `fields` are what the rest of its form starts with.
    """
    ticket = Ticket.objects.lock(commitment.ticket)
    draft, made = Draft.objects.get_or_create(
        ticket=ticket,
        author=author,
        kind=Draft.Kind.REPLY,
        defaults={"body": body, "fields": {**(fields or {}), PREPARED_FOR: commitment.pk}, "at": now},
    )
    return draft if made else None


@transaction.atomic
def take_away(commitment: Commitment) -> bool:
    """Remove what was prepared for `commitment` and nobody has touched; False where there is no such thing."""
    ticket = Ticket.objects.lock(commitment.ticket)
    untouched = Draft.objects.filter(ticket=ticket, kind=Draft.Kind.REPLY, fields__prepared_for=commitment.pk)
    return bool(untouched.delete()[0])
