"""One cause that makes many promises late: written once by a lead, told to each customer by whoever answers for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from desk.forms.moments import fresh_key
from desk.forms.moving import MoveForm
from desk.forms.refusal import add_refusal
from desk.forms.shared_delays import SharedDelayForm
from people.audience import StaffRequest, staff
from people.models import Organisation
from standards.terms import Kind
from tickets.actions import shared_delays
from tickets.models import Commitment, DelayNotice, SharedDelay
from tickets.models.commitment import CommitmentQuerySet

# So many promises are offered at once, the next due first; a search narrows them.
MOST = 200
KINDS = (Kind.UPDATE, Kind.CALLBACK, Kind.ANSWER, Kind.RESOLUTION, Kind.CUSTOM)


@staff
@require_safe
def delays(request: StaffRequest) -> HttpResponse:
    """The newest, and how many customers have been told."""
    rows = SharedDelay.objects.visible_to(request.user).select_related("opened_by").annotate(
        of=Count("notices"),
        told=Count("notices", filter=Q(notices__in=DelayNotice.objects.told())),
        leaving=Count("notices", filter=Q(notices__in=DelayNotice.objects.on_their_way())),
    )  # fmt: skip
    return render(request, "desk/delays.html", {"rows": rows[:50], "may_open": _may_open(request), **_clock()})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Why, by when instead, and which promises: `find` narrows them, and what was typed or chosen stays."""
    clock, typed = _clock(), request.POST
    find = (typed or request.GET).get("find", "").strip()
    chosen = [int(key) for key in typed.getlist("promises") if key.isdecimal()]
    only_shows = "show" in typed
    form = SharedDelayForm(
        None if only_shows else typed or None, rows=_movable(request, find, chosen),
        languages=Organisation.objects.the().languages, zone=timezone.get_current_timezone(), now=clock["now"],
        initial={**typed.dict(), "promises": chosen},
    )  # fmt: skip
    if request.method == "POST" and not only_shows and form.is_valid():
        try:
            delay = shared_delays.open_delay(
                form.reasons, form.due_at, list(form.cleaned_data["promises"]), by=request.user, now=clock["now"]
            )  # fmt: skip
            return redirect("desk:delay", delay.pk)
        except ValidationError as refusal:
            add_refusal(form, refusal, {"reason": f"reason_{form.languages[0]}"})
    context = {"form": form, "find": find, "may_open": _may_open(request), **clock}
    return render(request, "desk/delay_new.html", context, status=422 if form.errors else 200)


@staff
@require_safe
def delay(request: StaffRequest, delay_id: int) -> HttpResponse:
    """Who has been told, and who has yet to be, by whom."""
    found = get_object_or_404(SharedDelay.objects.visible_to(request.user).select_related("opened_by"), pk=delay_id)
    clock = _clock()
    notices = DelayNotice.objects.visible_to(request.user).filter(delay=found).select_related(
        "message__delivery", "commitment__ticket__customer", "commitment__accountable"
    )  # fmt: skip
    rows = [(notice, notice.is_to_tell(clock["now"])) for notice in notices.order_by("commitment__due_at", "pk")]
    rows.sort(key=lambda row: not row[1])
    leaving = sum(notice.is_on_its_way for notice, _to_tell in rows)
    told = sum(notice.is_told for notice, _to_tell in rows) - leaving
    context = {"delay": found, "rows": rows, "told": told, "leaving": leaving, **clock}
    return render(request, "desk/delay.html", context)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: StaffRequest, notice_id: int) -> HttpResponse:
    """The notice to one customer, filled in; a line of one's own, or the facts alone."""
    visible = DelayNotice.objects.visible_to(request.user).select_related(
        "delay", "message__delivery", "commitment__ticket__customer"
    )  # fmt: skip
    notice, zone, clock = get_object_or_404(visible, pk=notice_id), timezone.get_current_timezone(), _clock()
    row, later = notice.commitment, notice.delay.due_at.astimezone(zone)
    reason = notice.delay.reason_in(row.ticket.customer.language)
    given = {"key": fresh_key(), "date": later.date(), "time": later.time(), "reason": reason}
    form = MoveForm(request.POST or None, zone=zone, initial={**given, "body": _beginning(row, request)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            shared_delays.tell(
                notice, said["body"], form.due_at, said["reason"], by=request.user, now=clock["now"],
                by_phone=said["by_phone"], key=said["key"],
            )  # fmt: skip
            toasts.success(request, _("The promise moves when the message has been accepted, or at once with a call."))
            return redirect("desk:delay", notice.delay_id)
        except ValidationError as refusal:
            add_refusal(form, refusal)
    context = {
        "notice": notice, "commitment": row, "ticket": row.ticket, "form": form, "stage": row.stage(clock["now"]),
        "to_tell": notice.is_to_tell(clock["now"]), **clock,
    }  # fmt: skip
    return render(request, "desk/delay_tell.html", context, status=422 if form.errors else 200)


def _may_open(request: StaffRequest) -> bool:
    """Whether there can be anything that they may put later for many."""
    return request.user.is_manager or request.user.leads.exists()


def _movable(request: StaffRequest, find: str, chosen: list[int]) -> CommitmentQuerySet:
    """What can be put later by whoever asks: running, and not due yet; of their own teams, for a lead.

    A search does not take away what was chosen before it.
    """
    rows = Commitment.objects.running().to_the_customer().filter(due_at__gt=timezone.now(), kind__in=KINDS)
    if not request.user.is_manager:
        rows = rows.filter(ticket__team__lead=request.user)
    if find:
        rows = rows.filter(Q(ticket__subject__icontains=find) | Q(promised_text__icontains=find) | Q(pk__in=chosen))
    rows = rows.select_related("ticket__customer", "accountable")
    return rows.filter(pk__in=rows.order_by("due_at", "pk").values("pk")[:MOST]).order_by("due_at", "pk")


def _beginning(row: Commitment, request: StaffRequest) -> str:
    with translation.override(row.ticket.customer.language):
        return _("Hello %(name)s,\n\n‹a line of your own, or take it out›\n\n%(who)s") % {
            "name": row.ticket.customer.name, "who": request.user.name,
        }  # fmt: skip


def _clock() -> dict[str, Any]:
    return {"now": timezone.now(), "zone": timezone.get_current_timezone_name()}
