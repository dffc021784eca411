"""What is planned for customers, and what a person does about one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk import planned
from desk.forms.refusal import attempt, carry_out, posted
from followups.actions import deciding, followups
from followups.models import FollowUp
from followups.wording_care import ANSWERS_STAND_HERE
from people.audience import StaffRequest, staff


class TextForm(forms.Form):
    """What one mail says instead of the text it has."""

    body = forms.CharField(label=gettext_lazy("What the customer reads"), widget=forms.Textarea(attrs={"rows": 12}))


@staff
@require_safe
def calendar(request: StaffRequest) -> HttpResponse:
    """All that is planned, by day: `?whose=mine` for what the viewer answers for, `?after=` a later page."""
    now, mine = timezone.now(), request.GET.get("whose") == "mine"
    zone = timezone.get_current_timezone()
    assert isinstance(zone, ZoneInfo)
    page = planned.calendar(request.user, mine=mine, after=request.GET.get("after", ""), zone=zone, now=now)
    context = {
        "section": "followups", "page": page, "mine": mine, "now": now,
        "today": now.astimezone(zone).date(), "is_later": "after" in request.GET,
    }  # fmt: skip
    return render(request, "desk/followups.html", context)


@staff
@require_POST
def ask_now(request: StaffRequest, followup_id: int) -> HttpResponse:
    """Do at once what is planned instead of waiting for its day."""
    followup = _visible(request, followup_id)
    try:
        asked = followups.carry_out(followup, now=timezone.now(), by=request.user)
        if asked.state == FollowUp.State.SKIPPED:
            toasts.warning(request, _("Not asked: %(reason)s") % {"reason": asked.reason})
        elif asked.step in {FollowUp.Step.CLOSING, FollowUp.Step.SILENCE_CLOSING}:
            toasts.success(request, _("The ticket is closed."))
        elif asked.state == FollowUp.State.DONE:
            toasts.success(request, _("It is a call to make now."))
        else:
            toasts.success(request, _("The question is on its way."))
    except ValidationError as refusal:
        toasts.error(request, " ".join(refusal.messages))
    return _back(request, followup)


@staff
@require_POST
def skip(request: StaffRequest, followup_id: int) -> HttpResponse:
    """Don't do it, and say why."""
    reason = request.POST.get("reason", "")
    return _decided(
        request,
        followup_id,
        lambda one: deciding.skip(one, reason=reason, by=request.user, now=timezone.now()),
        _("Skipped. The reason stays on the ticket."),
    )


@staff
@require_POST
def hold(request: StaffRequest, followup_id: int) -> HttpResponse:
    """Hold it back until somebody releases it."""
    return _decided(
        request,
        followup_id,
        lambda one: deciding.hold(one, by=request.user, now=timezone.now()),
        _("Held back. It waits until somebody releases it."),
    )


@staff
@require_POST
def release(request: StaffRequest, followup_id: int) -> HttpResponse:
    """Let it come as planned."""
    return _decided(
        request,
        followup_id,
        lambda one: deciding.release(one, by=request.user, now=timezone.now()),
        _("Released. It comes as planned."),
    )


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: StaffRequest, followup_id: int) -> HttpResponse:
    """Read what this one will say, and say it otherwise."""
    followup = _visible(request, followup_id)
    can_be_written = planned.Planned(followup).can_be_written
    form = TextForm(posted(request), initial={"body": deciding.text_of(followup)} if can_be_written else {})
    if carry_out(form, lambda given: deciding.write(followup, by=request.user, now=timezone.now(), **given)):
        toasts.success(request, _("Saved. This one leaves with your words."))
        return _back(request, followup)
    context = {
        "section": "tickets", "one": planned.Planned(followup), "followup": followup, "form": form,
        "can_be_written": can_be_written, "place": ANSWERS_STAND_HERE, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "desk/followup_text.html", context, status=422 if form.errors else 200)


def _visible(request: StaffRequest, followup_id: int) -> FollowUp:
    return get_object_or_404(planned.with_all_shown(FollowUp.objects.visible_to(request.user)), pk=followup_id)


def _decided(request: StaffRequest, followup_id: int, action: Callable[[FollowUp], Any], said: str) -> HttpResponse:
    followup = _visible(request, followup_id)
    attempt(request, lambda: action(followup), said)
    return _back(request, followup)


def _back(request: StaffRequest, followup: FollowUp) -> HttpResponse:
    """To the list that it was decided on, or else to its ticket or customer."""
    if request.POST.get("back") == "outbox":
        return redirect("desk:outbox")
    if request.POST.get("back") == "calendar":
        return redirect("desk:followups")
    if followup.ticket is not None:
        return redirect("desk:ticket", followup.ticket.number)
    return redirect("desk:customer", followup.customer_id)
