"""What we promise by default: reading it, drafting it, putting it in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.refusal import carry_out, posted
from desk.forms.settings_standards import DraftForm, MomentForm, NewStandardForm, StandardDetailsForm
from people.audience import StaffRequest, administrators, managers
from people.models import Organisation
from standards.actions import standards as actions
from standards.models import ServiceStandard
from standards.overview import Overview, overview_of
from standards.validation import ready_problems

SETTING = {"section": "standards", "setting": "standards"}


@managers
@require_safe
def standards(request: StaffRequest) -> HttpResponse:
    """All standards: in force, still drafts, and withdrawn."""
    now = timezone.now()
    found = [
        overview_of(standard, now)
        for standard in ServiceStandard.objects.select_related("owner").prefetch_related("versions__category")
    ]
    context = {
        **SETTING,
        "now": now,
        "in_force": [one for one in found if one.in_force],
        "coming": [one for one in found if not one.in_force and not one.withdrawn],
        "withdrawn": [one for one in found if one.withdrawn],
    }
    return render(request, "desk/settings/standards.html", context)


@managers
@require_safe
def standard(request: StaffRequest, pk: int) -> HttpResponse:
    """One standard with all its versions."""
    now = timezone.now()
    one = _overview(pk, now)
    problems: list[str] = []
    if one.draft:
        found = ready_problems(actions.said(one.draft), actions.required_languages())
        problems = [problem for field in found.values() for problem in field]
    context = {
        **SETTING,
        "now": now,
        "one": one,
        "standard": one.standard,
        "problems": problems,
        "languages": Organisation.objects.the().languages,
    }
    return render(request, "desk/settings/standard.html", context)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_standard(request: StaffRequest) -> HttpResponse:
    """A new standard: it begins as a draft."""
    now = timezone.now()
    form = NewStandardForm(posted(request), **_in_languages())
    if request.method == "POST":
        made = carry_out(form, lambda fields: actions.make(form.draft(), name=fields["name"], now=now), _AT)
        if made:
            messages.success(
                request, _("%(standard)s is a draft now. Customers don't see it yet.") % _of(made.standard)
            )
            return redirect("desk:standard", made.standard_id)
    context = {**SETTING, "form": form}
    return render(request, "desk/settings/standard_draft.html", context, status=422 if form.errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the draft, or begin one from what holds now."""
    now = timezone.now()
    one = _overview(pk, now)
    form = DraftForm(posted(request), initial=DraftForm.of(one.draft or one.shown), **_in_languages())
    if carry_out(form, lambda fields: actions.draft(one.standard, form.draft(), now=now), _AT):
        messages.success(
            request, _("The draft of %(standard)s is saved. Customers don't see it yet.") % _of(one.standard)
        )
        return redirect("desk:standard", pk)
    context = {**SETTING, "form": form, "standard": one.standard, "one": one}
    return render(request, "desk/settings/standard_draft.html", context, status=422 if form.errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: StaffRequest, pk: int) -> HttpResponse:
    """Its name among staff, its place in lists, who looks after it."""
    one = get_object_or_404(ServiceStandard, pk=pk)
    form = StandardDetailsForm(posted(request), initial=StandardDetailsForm.of(one))
    if carry_out(form, lambda fields: actions.rename(one, **fields)):
        messages.success(request, _("%(standard)s is saved.") % _of(one))
        return redirect("desk:standard", pk)
    context = {**SETTING, "form": form, "standard": one}
    return render(request, "desk/settings/standard_details.html", context, status=422 if form.errors else 200)


@administrators
@require_POST
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    one = get_object_or_404(ServiceStandard, pk=pk)
    actions.discard(one)
    messages.success(request, _("The draft of %(standard)s is gone.") % _of(one))
    return redirect("desk:standards")


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the draft in force; the page shows once more what customers will read."""
    now = timezone.now()
    one = _overview(pk, now)
    version = one.draft
    if version is None:
        if request.method == "POST":
            messages.info(request, _("%(standard)s has no draft: it is published already.") % _of(one.standard))
            return redirect("desk:standard", pk)
        raise Http404
    problems = ready_problems(actions.said(version), actions.required_languages())
    form = MomentForm(posted(request))
    if request.method == "POST":
        zone = Organisation.objects.the().zone_info
        published = carry_out(
            form,
            lambda fields: actions.publish(version, effective_from=form.moment(zone), by=request.user, now=now),
            {"effective_from": "day"},
        )
        if published:
            messages.success(request, _("%(standard)s is published.") % _of(one.standard))
            return redirect("desk:standard", pk)
    context = {
        **SETTING,
        "form": form,
        "one": one,
        "standard": one.standard,
        "version": version,
        "languages": _languages(),
        "problems": [problem for field in problems.values() for problem in field],
    }
    return render(request, "desk/settings/standard_publish.html", context, status=422 if form.errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """End a standard for everything new; what began under it runs on."""
    now = timezone.now()
    one = _overview(pk, now)
    form = MomentForm(posted(request))
    if request.method == "POST":
        zone = Organisation.objects.the().zone_info
        withdrawn = carry_out(
            form,
            lambda fields: actions.withdraw(one.standard, effective_from=form.moment(zone), now=now),
            {"effective_from": "day"},
        )
        if withdrawn:
            messages.success(request, _("%(standard)s is withdrawn.") % _of(one.standard))
            return redirect("desk:standard", pk)
    context = {**SETTING, "form": form, "one": one, "standard": one.standard}
    return render(request, "desk/settings/standard_withdraw.html", context, status=422 if form.errors else 200)


# What the action calls the counting, the form asks for as the unit.
_AT = {"clock": "unit"}


def _overview(pk: int, now: datetime) -> Overview:
    found = ServiceStandard.objects.select_related("owner").prefetch_related(
        "versions__category", "versions__published_by"
    )
    return overview_of(get_object_or_404(found, pk=pk), now)


def _languages() -> list[str]:
    return Organisation.objects.the().languages


def _in_languages() -> dict[str, list[str]]:
    return {"languages": _languages(), "required_languages": actions.required_languages()}


def _of(standard: ServiceStandard) -> dict[str, Any]:
    return {"standard": standard}
