"""What stays among us: internal notes, and what somebody has written and not sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from tickets.actions.events import record
from tickets.models import Draft, Note, Ticket


@transaction.atomic
def note(ticket: Ticket, body: str, *, by: User, now: datetime, key: UUID | None = None) -> Note:
    """Write something that only staff can see."""
    ticket = Ticket.objects.lock(ticket)
    if key and (known := Note.objects.filter(key=key).first()):
        return known
    if not body.strip():
        raise ValidationError({"body": _("Write something first.")})
    made = Note.objects.create(ticket=ticket, author=by, body=body.strip(), at=now, key=key)
    Draft.objects.filter(ticket=ticket, author=by, kind=Draft.Kind.NOTE).delete()
    record(ticket, "note.written", now=now, by=by, note=made.pk)
    return made


def save_draft(
    ticket: Ticket, kind: str, body: str, fields: dict, *, by: User, now: datetime, files_of: UUID | None = None
) -> Draft:
    """Keep what `by` is writing, as it is; one for each kind on a ticket.

    `files_of` names the form that its files were put into; without, those that the draft has stay with it.
    """
    given: dict[str, Any] = {"body": body, "fields": fields, "at": now, **({"files_of": files_of} if files_of else {})}
    draft, _made = Draft.objects.update_or_create(ticket=ticket, author=by, kind=kind, defaults=given)
    return draft


def drop_draft(ticket: Ticket, kind: str, *, by: User) -> None:
    """Their author has emptied it: nobody finds it again."""
    Draft.objects.filter(ticket=ticket, author=by, kind=kind).delete()
