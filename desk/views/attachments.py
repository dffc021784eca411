"""Files that customers sent, for the staff who may see their ticket."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from people.audience import StaffRequest, staff
from tickets.models import Attachment
from ui.responses import download


@staff
@require_safe
def attachment(request: StaffRequest, attachment_id: int) -> FileResponse:
    """One file, to be saved."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=attachment_id)
    try:
        return download(found.file.open(), found.name)
    except FileNotFoundError as lost:
        raise Http404 from lost
