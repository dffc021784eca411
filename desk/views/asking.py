"""What colleagues ask of one another on a ticket: asked, moved, given back, objected to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.forms.asking import AnotherTimeForm, AskForm, GiveBackForm, ObjectForm, told_to_customer
from desk.forms.moments import fresh_key
from desk.viewer import visible_commitment, visible_ticket
from people.audience import StaffRequest, staff
from standards.working_time import next_opening
from tickets.actions import asking
from tickets.clock import calendar_of
from tickets.models import Commitment, Ticket

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@staff
@_FORM
def ask(request: StaffRequest, number: int) -> HttpResponse:
    """Ask a colleague or a team, by a time before the customer's own."""
    found, now, zone = visible_ticket(request, number), timezone.now(), timezone.get_current_timezone()
    promises = told_to_customer(found)
    if request.method == "POST":
        form = AskForm(request.POST, zone=zone, promises=promises, by=request.user)
        if form.is_valid():
            given = form.cleaned_data
            try:
                asked = asking.ask(
                    found, given["words"], form.due_at, of=form.of, by=request.user, now=now, serves=form.serves_row,
                    anyway=given["anyway"], key=given["key"],
                )  # fmt: skip
                toasts.success(request, _("Asked. %(name)s answers for it now.") % {"name": asked.accountable.name})
                return redirect(_place(asked))
            except ValidationError as refusal:
                form.add_error(None, refusal)
    else:
        form = AskForm(
            zone=zone, promises=promises, by=request.user,
            initial={"key": fresh_key(), **_suggested(found, promises, now)},
        )  # fmt: skip
    context = {"ticket": found, "form": form, "now": now}
    return render(request, "desk/ask.html", context, status=422 if form.errors else 200)


@staff
@_FORM
def move(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """Another time, told to who asked; no customer is written to."""
    asked, zone = _asked(request, commitment_id), timezone.get_current_timezone()
    later = next_opening(asked.calendar_version.working, (asked.due_at or timezone.now()) + timedelta(hours=24))
    form = AnotherTimeForm(request.POST or None, zone=zone, initial=_moment(later))
    return _carried_out(
        request, asked, form, "move",
        lambda now: asking.move(
            asked, form.due_at, form.cleaned_data["why"], by=request.user, now=now, anyway=form.cleaned_data["anyway"]
        ),
        _("Moved. Who asked reads why."),
    )  # fmt: skip


@staff
@_FORM
def give_back(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """It cannot be done here: who asked has it again, and reads why."""
    asked = _asked(request, commitment_id)
    form = GiveBackForm(request.POST or None)
    return _carried_out(
        request, asked, form, "give_back",
        lambda now: asking.give_back(asked, form.cleaned_data["why"], by=request.user, now=now),
        _("Given back. Who asked answers for it again."),
    )  # fmt: skip


@staff
@_FORM
def object_to(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """What was ticked off is not what was asked for: owed anew. For those who work on the ticket."""
    asked = get_object_or_404(
        Commitment.objects.internal().filter(ticket__in=Ticket.objects.visible_to(request.user)), pk=commitment_id
    )
    zone, later = timezone.get_current_timezone(), timezone.now() + timedelta(hours=4)
    soon = next_opening(asked.calendar_version.working, later)
    form = ObjectForm(request.POST or None, zone=zone, initial=_moment(soon))
    return _carried_out(
        request, asked, form, "object",
        lambda now: asking.object_to(asked, form.cleaned_data["why"], form.due_at, by=request.user, now=now),
        _("Asked for once more. What was ticked off stays on the record, and that it was objected to."),
    )  # fmt: skip


def _carried_out(
    request: StaffRequest,
    asked: Commitment,
    form: forms.Form,
    act: str,
    action: Callable[[datetime], Commitment],
    said: str,
) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            after = action(now)
            toasts.success(request, said)
            theirs = Ticket.objects.readable_by(request.user).filter(pk=after.ticket_id).exists()
            return redirect(_place(after)) if theirs else redirect("desk:horizon")
        except ValidationError as refusal:
            form.add_error(None, refusal)
    context = {
        "commitment": asked, "ticket": asked.ticket, "form": form, "act": act, "stage": asked.stage(now), "now": now
    }  # fmt: skip
    return render(request, "desk/ask_answer.html", context, status=422 if form.errors else 200)


def _asked(request: StaffRequest, commitment_id: int) -> Commitment:
    visible_commitment(request, commitment_id)
    rows = Commitment.objects.internal().select_related("ticket", "calendar_version", "made_by")
    return get_object_or_404(rows, pk=commitment_id)


def _place(asked: Commitment) -> str:
    return f"{reverse('desk:ticket', args=[asked.ticket.number])}#commitment-{asked.pk}"


def _moment(at: datetime) -> dict[str, object]:
    """That moment as a form begins with it, at the full hour."""
    local = timezone.localtime(at).replace(minute=0, second=0, microsecond=0)
    return {"date": local.date(), "time": local.time()}


def _suggested(ticket: Ticket, promises: list[Commitment], now: datetime) -> dict[str, object]:
    """The next promise to the customer, and a time that leaves an hour before it; else tomorrow."""
    tomorrow = next_opening(calendar_of(ticket.team).working, now + timedelta(hours=24))
    ahead = next((row for row in promises if row.due_at and row.due_at > now + timedelta(hours=2)), None)
    if ahead is None or ahead.due_at is None:
        return _moment(tomorrow)
    return {"serves": str(ahead.pk), **_moment(min(tomorrow, ahead.due_at - timedelta(hours=1)))}
