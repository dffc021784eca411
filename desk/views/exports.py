"""Lists as files: a short one comes at once, a longer one is written by the worker while a bar shows how far it is."""

from __future__ import annotations

import tempfile
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from compliance import listed
from compliance.actions import exports
from compliance.models import Export
from desk.compliance_links import Links, zone_of
from people.audience import StaffRequest, staff
from ui.responses import Toast, done, download


@staff
@require_POST
def export(request: StaffRequest) -> HttpResponseBase:
    """The list of this address as a file (`form` is csv or xlsx)."""
    now, zone, user = timezone.now(), zone_of(request), request.user
    form = request.POST.get("form", "")
    try:
        asked = listed.read(request.GET, zone=zone, now=now)
    except ValidationError as unknown:
        raise Http404 from unknown
    if form not in Export.Form.values:
        raise Http404
    count = listed.seen(asked, viewer=user, now=now, zone=zone).count()
    if count <= exports.SHORT:
        content = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
        exports.write(asked, form, content, viewer=user, now=now, zone=zone)
        return download(File(content), _name(asked.question.period.since.astimezone(zone), form))
    try:
        ordered = exports.order(asked, form, count, by=user, now=now)
    except ValidationError as refusal:
        return done(request, Links(zone).cases(asked), toast=Toast(" ".join(refusal.messages), alert=True))
    return redirect("desk:export", ordered.pk)


@staff
@require_safe
def progress(request: StaffRequest, export_id: int) -> HttpResponse:
    """How far a long list is, and the way to it when it is done."""
    return render(request, "desk/export.html", _context(request, export_id))


@staff
@require_safe
def bar(request: StaffRequest, export_id: int) -> HttpResponse:
    """The same as a part of the page."""
    return render(request, "desk/_export.html", _context(request, export_id))


@staff
@require_safe
def fetch(request: StaffRequest, export_id: int) -> HttpResponseBase:
    """The file, for whoever asked for it, for a day."""
    found = _visible(request, export_id)
    if not found.is_done:
        raise Http404
    zone = zone_of(request)
    asked = listed.read(found.question, zone=zone, now=found.made_at)
    return download(found.file.open(), _name(asked.question.period.since.astimezone(zone), found.form))


def _context(request: StaffRequest, export_id: int) -> dict[str, Any]:
    found, zone = _visible(request, export_id), zone_of(request)
    asked = listed.read(found.question, zone=zone, now=found.made_at)
    return {"section": "compliance", "export": found, "back": Links(zone).cases(asked)}


def _visible(request: StaffRequest, export_id: int) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), pk=export_id)


def _name(since: datetime, form: str) -> str:
    return f"promises-{since:%Y-%m-%d}.{form}"
