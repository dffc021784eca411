"""What we promise by default: reading it, drafting it, putting it in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.refusal import carry_out, posted
from desk.forms.settings_standards import DraftForm, NewStandardForm, StandardDetailsForm
from desk.standard_drafts import checked, find, problems_of
from people.audience import StaffRequest, administrators, managers
from people.models import Organisation
from standards.actions import standards as actions
from standards.differences import Change, changes
from standards.models import ServiceStandard, StandardVersion
from standards.overview import Overview, overview_of

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
        "today": now.astimezone(Organisation.objects.the().zone_info).date(),
        "in_force": [one for one in found if one.in_force],
        "coming": [one for one in found if not one.in_force and not one.withdrawn],
        "withdrawn": [one for one in found if one.withdrawn],
    }
    return render(request, "desk/settings/standards.html", context)


@managers
@require_safe
def standard(request: StaffRequest, pk: int) -> HttpResponse:
    """One standard with all its versions."""
    now, organisation = timezone.now(), Organisation.objects.the()
    one = find(pk, now)
    context = {
        **SETTING,
        "now": now,
        "one": one,
        "standard": one.standard,
        "problems": problems_of(one.draft, organisation, now) if one.draft else [],
        "past": [(version, _changes(one, version)) for version in one.past],
        "in_force_changes": _changes(one, one.in_force) if one.in_force else [],
        "draft_changes": _changes(one, one.draft) if one.draft else [],
        "languages": organisation.languages,
    }
    return render(request, "desk/settings/standard.html", context)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_standard(request: StaffRequest) -> HttpResponse:
    """A new standard: it begins as a draft."""
    now = timezone.now()
    form = NewStandardForm(posted(request), **_in_languages())
    looking = "check" in request.POST
    if request.method == "POST" and not looking:
        made = carry_out(
            form, lambda fields: actions.make(form.draft(), name=fields["name"], owner=request.user, now=now), _AT
        )
        if made:
            messages.success(
                request, _("%(standard)s is a draft now. Customers don't see it yet.") % _of(made.standard)
            )
            return redirect("desk:standard", made.standard_id)
    return _draft_page(request, form, now, looking=looking)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the draft, or begin one from what holds now."""
    now = timezone.now()
    one = find(pk, now)
    form = DraftForm(posted(request), initial=DraftForm.of(one.draft or one.shown), **_in_languages())
    looking = "check" in request.POST
    saved = (
        None if looking else carry_out(form, lambda _fields: actions.draft(one.standard, form.draft(), now=now), _AT)
    )
    if saved:
        messages.success(
            request, _("The draft of %(standard)s is saved. Customers don't see it yet.") % _of(one.standard)
        )
        return redirect("desk:standard", pk)
    return _draft_page(request, form, now, one, looking=looking)


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


def _draft_page(
    request: StaffRequest, form: DraftForm, now: datetime, one: Overview | None = None, *, looking: bool
) -> HttpResponse:
    # `looking` is the button that checks without saving.
    context = {
        **SETTING,
        "form": form,
        "standard": one.standard if one else None,
        "looking": looking,
        "checked": checked(form, now, one.standard.owner if one else request.user) if looking else None,
    }
    status = 422 if not looking and form.errors else 200
    return render(request, "desk/settings/standard_draft.html", context, status=status)


def _changes(one: Overview, version: StandardVersion) -> list[Change]:
    before = one.before(version)
    return changes(before, version) if before else []


# What the action calls the counting, the form asks for as the unit.
_AT = {"clock": "unit"}


def _in_languages() -> dict[str, list[str]]:
    return {"languages": Organisation.objects.the().languages, "required_languages": actions.required_languages()}


def _of(standard: ServiceStandard) -> dict[str, Any]:
    return {"standard": standard}
