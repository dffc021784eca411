"""Saying no to a customer with another way, and the list of what we declined."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from desk import composing, keyset
from desk.forms.declining import DeclineForm
from desk.forms.moments import fresh_key
from desk.forms.refusal import add_refusal
from desk.ticket_page import place
from desk.viewer import visible_ticket
from followups import wording_decline
from followups.actions import declining
from followups.models import Decline
from people.audience import StaffRequest, staff
from tickets.clock import calendar_of
from tickets.models import Ticket

PER_PAGE = 50
COUNTED = timedelta(days=30)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: StaffRequest, number: int) -> HttpResponse:
    """First the fields (`write` makes the letter of them), then the letter, which is sent as it then stands."""
    found, now, zone = visible_ticket(request, number), timezone.now(), timezone.get_current_timezone()
    if request.method == "POST":
        form = DeclineForm(request.POST, zone=zone)
        if "write" in request.POST:
            form = _with_the_letter(request, found, form)
        elif form.is_valid() and (made := _said(request, found, form)):
            return redirect(place(made.message))
    else:
        suggested = composing.suggested(calendar_of(found.team), now, zone)
        form = DeclineForm(zone=zone, initial={"key": fresh_key(), "then": DeclineForm.CONTACT, **suggested})
    context = {
        "section": "tickets", "ticket": found, "form": form, "is_written": bool(form["body"].value()),
        "now": now,
    }  # fmt: skip
    return render(request, "desk/decline.html", context, status=422 if form.is_bound and form.errors else 200)


@staff
@require_safe
def declined(request: StaffRequest) -> HttpResponse:
    """Every no that was told, the newest first, with what was offered instead."""
    now, after = timezone.now(), request.GET.get("after", "")
    told = Decline.objects.visible_to(request.user).told()
    rows, goes_on = keyset.page(told.select_related("ticket__customer", "by"), "-at", after, PER_PAGE)
    lately = told.filter(at__gt=now - COUNTED)
    context = {
        "section": "compliance",
        "rows": rows,
        "after": goes_on,
        "is_continued": bool(after),
        "counted": lately.aggregate(n=Count("pk"), nothing=Count("pk", filter=~Q(none_because=""))),
        "now": now,
    }
    return render(request, "desk/declined.html", context)


def _with_the_letter(request: StaffRequest, found: Ticket, form: DeclineForm) -> DeclineForm:
    """The form with the letter that its fields make; as it came, where they do not make one yet."""
    if not form.is_valid():
        return form
    try:
        form.no.check(timezone.now())
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return form
    given = request.POST.copy()
    given["body"] = wording_decline.letter(found, form.no, by=request.user)
    return DeclineForm(given, zone=form.zone)


def _said(request: StaffRequest, found: Ticket, form: DeclineForm) -> Decline | None:
    given = form.cleaned_data
    assert form.next_date is not None  # a valid form has one
    try:
        return declining.decline(
            found, form.no, given["body"], form.next_date, by=request.user, now=timezone.now(),
            key=given["key"], by_phone=given["by_phone"],
        )  # fmt: skip
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return None
