"""What somebody at the desk has put into a form: kept from the moment it is here, so that no refusal costs a file.

Files that a script has sent are known by the form's own name and ticked in it; those that came with
the form itself are taken in first. What is not ticked any more is given up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError

from people.audience import StaffRequest
from tickets import file_limits
from tickets.actions import uploads
from tickets.actions.attachments import Brought
from tickets.models import Upload


@dataclass
class ChosenFiles:
    """The files of one form: `form` is what it calls itself, `refusals` say what could not be taken.

    `gone` were ticked and are not there. Perhaps the same form has sent them already: the action knows.
    """

    form: UUID = field(default_factory=uuid4)
    uploads: list[Upload] = field(default_factory=list)
    gone: list[Upload] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    @property
    def to_send(self) -> list[Upload]:
        """All that the form says goes along."""
        return [*self.uploads, *self.gone]


def of_draft(draft: Any) -> ChosenFiles:
    """Those that a draft carries, as `ticket_page` has read them with it; none for a form that is begun."""
    if draft is None or draft.files_of is None:
        return ChosenFiles()
    return ChosenFiles(draft.files_of, [Upload(**facts) for facts in draft.chosen])


def sent_with(request: StaffRequest, *, now: datetime) -> ChosenFiles:
    """Those that a form was sent with, new ones included."""
    form = form_named(request.POST.get("files_of", "")) or uuid4()
    chosen = ChosenFiles(form)
    ticked = {int(pk) for pk in request.POST.getlist("kept") if pk.isdecimal() and len(pk) < 19}
    for upload in Upload.objects.of(form, request.user):
        if upload.pk in ticked:
            chosen.uploads.append(upload)
        else:
            uploads.drop(upload)
    there = {upload.pk for upload in chosen.uploads}
    chosen.gone = [Upload(pk=pk, form=form, owner=request.user) for pk in sorted(ticked - there)]
    arrived = request.FILES.getlist("attached")
    for file in arrived:
        try:
            brought = Brought(file.name or "", file.content_type or "", file)
            chosen.uploads.append(uploads.take(form, brought, by=request.user, now=now))
        except ValidationError as refusal:
            chosen.refusals += refusal.messages
    if left_out := getattr(request, "files_left_out", ()):
        chosen.refusals.append(file_limits.too_much(arrived, left_out))
    return chosen


def form_named(text: str) -> UUID | None:
    """What a form calls itself; None where that is no such name."""
    try:
        return UUID(text)
    except ValueError:
        return None
