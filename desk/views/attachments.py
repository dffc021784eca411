"""Files of messages, for the staff who may see their ticket."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from people.audience import StaffRequest, staff
from tickets.models import Attachment
from ui.responses import download, picture


@staff
@require_safe
def attachment(request: StaffRequest, attachment_id: int) -> FileResponse:
    """One file, to be saved."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=attachment_id)
    try:
        return download(found.file.open(), found.name)
    except FileNotFoundError as lost:
        raise Http404 from lost


@staff
@require_safe
def preview(request: StaffRequest, attachment_id: int) -> FileResponse:
    """The small picture of a file that is one; drawn by us, so that it can be shown."""
    visible = Attachment.objects.visible_to(request.user).exclude(preview="")
    found = get_object_or_404(visible, pk=attachment_id)
    try:
        return picture(found.preview.open())
    except FileNotFoundError as lost:
        raise Http404 from lost
