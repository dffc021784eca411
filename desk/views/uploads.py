"""Files that a script sends one by one while somebody writes; without scripts they come with the form."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from desk import chosen_files
from people.audience import StaffRequest, staff
from tickets import file_limits
from tickets.actions import uploads
from tickets.actions.attachments import Brought
from tickets.models import Upload


@staff
@require_POST
def upload(request: StaffRequest) -> HttpResponse:
    """Keep one file for the form that calls itself `files_of`; its row, or in plain words why not."""
    form, file = chosen_files.form_named(request.POST.get("files_of", "")), request.FILES.get("attached")
    if left_out := getattr(request, "files_left_out", ()):
        return _refused(file_limits.too_much([], left_out))
    if form is None or file is None:
        return HttpResponse(status=400)
    try:
        brought = Brought(file.name or "", file.content_type or "", file)
        kept = uploads.take(form, brought, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        return _refused(" ".join(refusal.messages))
    return render(request, "desk/_upload.html", {"upload": kept})


@staff
@require_POST
def remove(request: StaffRequest, upload_id: int) -> HttpResponse:
    """Do not send it; only whoever chose it may say so."""
    uploads.drop(get_object_or_404(Upload, owner=request.user, pk=upload_id))
    return HttpResponse(status=204)


def _refused(why: str) -> HttpResponse:
    return HttpResponse(why, status=422, content_type="text/plain; charset=utf-8")
