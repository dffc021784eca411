"""Who is away, and who takes what falls due meanwhile."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages as toasts
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from desk import handing_out
from desk.forms.absences import AbsenceForm, HandingOutForm
from desk.forms.refusal import attempt, carry_out, posted
from people.actions import absences as people
from people.audience import StaffRequest, staff
from people.models import Absence, Organisation, User
from tickets.actions import absences


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def absences_list(request: StaffRequest) -> HttpResponse:
    """Who is away now or will be; mark it for oneself, as a lead for one's teams, as a manager for everybody."""
    now = timezone.now()
    mine = _may_be_marked_by(request.user)
    given = posted(request)
    form = AbsenceForm(given, people=mine, initial={"user": request.user})
    if request.method == "POST":
        marked = carry_out(
            form, lambda fields: _mark(request, form), at={"starts_at": "first_day", "ends_at": "last_day"}
        )
        if marked:
            if absences.falls_due_in(marked).exists():
                return redirect("desk:absence-hand-over", marked.pk)
            toasts.success(
                request, _("Marked. Nothing that %(name)s answers for falls due then.") % {"name": marked.user}
            )
            return redirect("desk:absences")
    markable = set(mine.values_list("pk", flat=True))
    found = Absence.objects.visible_to(request.user).not_over(now).select_related("user")
    rows = [(one, _days(one), one.has_begun(now), one.user_id in markable) for one in found]
    context = {"section": "", "form": form, "rows": rows, "only_self": markable == {request.user.pk}, "now": now}
    return render(request, "desk/absences.html", context, status=422 if form.errors else 200)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StaffRequest, absence_id: int) -> HttpResponse:
    """For each promise that falls due meanwhile whom to ask; one submit asks them all."""
    now = timezone.now()
    absence = _markable(request, absence_id)
    rows = handing_out.read(absence, now=now)
    form = HandingOutForm(posted(request), rows=rows)
    if request.method == "POST":
        asked = carry_out(form, lambda fields: absences.ask_all(absence, form.asked, by=request.user, now=now))
        if asked is not None:
            number = len(asked)
            toasts.success(
                request,
                ngettext(
                    "%(n)d promise is asked for. What nobody takes is the lead's when the absence begins.",
                    "%(n)d promises are asked for. What nobody takes is the lead's when the absence begins.",
                    number,
                )
                % {"n": number},
            )
            return redirect("desk:absences")
    first, back = _days(absence)
    context: dict[str, Any] = {
        "section": "", "absence": absence, "first": first, "back": back, "has_begun": absence.has_begun(now),
        "is_self": absence.user_id == request.user.pk, "form": form, "now": now,
    }  # fmt: skip
    return render(request, "desk/absence_hand_over.html", context, status=422 if form.errors else 200)


@staff
@require_POST
def end(request: StaffRequest, absence_id: int) -> HttpResponse:
    """They are back, or do not go."""
    absence = _markable(request, absence_id)
    attempt(
        request, lambda: people.end(absence, by=request.user, now=timezone.now()),
        _("%(name)s is there. What others have taken stays with them.") % {"name": absence.user},
    )  # fmt: skip
    return redirect("desk:absences")


def _mark(request: StaffRequest, form: AbsenceForm) -> Absence:
    user: User = form.cleaned_data["user"]
    starts_at, ends_at = form.span(ZoneInfo(user.zone or Organisation.objects.the().zone))
    return people.mark(user, starts_at=starts_at, ends_at=ends_at, by=request.user, now=timezone.now())


def _days(absence: Absence) -> tuple[date, date]:
    """The first day away and the day of return, as whoever is away counts them."""
    zone = ZoneInfo(absence.user.zone) if absence.user.zone else timezone.get_current_timezone()
    return absence.starts_at.astimezone(zone).date(), absence.ends_at.astimezone(zone).date()


def _may_be_marked_by(user: User) -> QuerySet[User]:
    everybody = User.objects.filter(is_active=True)
    if user.is_manager:
        return everybody
    return everybody.filter(Q(pk=user.pk) | Q(memberships__team__lead=user)).distinct()


def _markable(request: StaffRequest, absence_id: int) -> Absence:
    visible = Absence.objects.visible_to(request.user).select_related("user")
    absence = get_object_or_404(visible, pk=absence_id)
    if not people.may_mark(absence.user, by=request.user):
        raise Http404
    return absence
