"""The short note that follows a call in writing, or that there is none."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from desk.forms.calls import CallNoteForm
from desk.forms.moments import fresh_key
from desk.forms.refusal import attempt
from desk.ticket_page import place
from followups import wording_calls
from people.audience import StaffRequest, staff
from tickets.actions import call_notes
from tickets.models import Message


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: StaffRequest, message_id: int) -> HttpResponse:
    """Write the note; it ends with every date that was told on the call. Refused, it keeps what was typed."""
    call, now = _call(request, message_id), timezone.now()
    if request.method == "POST":
        form = CallNoteForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                return redirect(place(call_notes.send(call, given["body"], by=request.user, now=now, key=given["key"])))
            except ValidationError as refusal:
                form.add_error(None, refusal)
    else:
        form = CallNoteForm(initial={"key": fresh_key(), "body": wording_calls.note(call, by=request.user)})
    context = {
        "call": call, "ticket": call.ticket, "told": list(call.promises.order_by("pk")), "form": form, "now": now,
        "zone": timezone.get_current_timezone_name(),
    }  # fmt: skip
    return render(request, "desk/call_note.html", context, status=422 if form.errors else 200)


@staff
@require_POST
def none_wanted(request: StaffRequest, message_id: int) -> HttpResponse:
    """The customer wants no note; one click, and it stays on the call."""
    call = _call(request, message_id)
    attempt(
        request, lambda: call_notes.skip(call, by=request.user, now=timezone.now()),
        _("No note is sent. That stays on the call."),
    )  # fmt: skip
    return redirect(place(call))


def _call(request: StaffRequest, message_id: int) -> Message:
    calls = Message.objects.visible_to(request.user).filter(channel="phone", direction="out").exclude(result="")
    return get_object_or_404(calls.select_related("ticket__customer", "author"), pk=message_id)
