"""Putting a draft in force, ending a standard, what versions say differently, and what a law asks for."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from desk.forms.refusal import carry_out, posted
from desk.forms.settings_standards import CompareForm, MomentForm
from desk.standard_drafts import find, problems_of, tested
from desk.views.settings.standards import SETTING
from people.audience import StaffRequest, administrators, managers
from people.models import Organisation
from standards.actions import presets
from standards.actions import standards as actions
from standards.differences import changes
from standards.matching import rivals
from standards.models import StandardVersion


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the draft in force; the page shows once more what customers will read."""
    now = timezone.now()
    one = find(pk, now)
    version = one.draft
    if version is None:
        if request.method == "POST":
            messages.info(
                request, _("%(standard)s has no draft: it is published already.") % {"standard": one.standard}
            )
            return redirect("desk:standard", pk)
        raise Http404
    form, organisation = MomentForm(posted(request)), Organisation.objects.the()
    if request.method == "POST":
        published = carry_out(
            form,
            lambda fields: actions.publish(
                version, effective_from=form.moment(organisation.zone_info), by=request.user, now=now
            ),
            {"effective_from": "day"},
        )
        if published:
            messages.success(request, _("%(standard)s is published.") % {"standard": one.standard})
            return redirect("desk:standard", pk)
    before = one.before(version)
    context = {
        **SETTING,
        "form": form,
        "one": one,
        "standard": one.standard,
        "version": version,
        "languages": organisation.languages,
        "problems": problems_of(version, organisation, now),
        "changes": changes(before, version) if before else [],
        "before": before,
        "tested": tested(version, organisation.zone_info, now),
        "rivals": rivals(version, StandardVersion.objects.to_know(now)),
    }
    return render(request, "desk/settings/standard_publish.html", context, status=422 if form.errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """End a standard for everything new; what began under it runs on."""
    now = timezone.now()
    one = find(pk, now)
    form = MomentForm(posted(request))
    if request.method == "POST":
        zone = Organisation.objects.the().zone_info
        withdrawn = carry_out(
            form,
            lambda fields: actions.withdraw(one.standard, effective_from=form.moment(zone), now=now),
            {"effective_from": "day"},
        )
        if withdrawn:
            messages.success(request, _("%(standard)s is withdrawn.") % {"standard": one.standard})
            return redirect("desk:standard", pk)
    context = {**SETTING, "form": form, "one": one, "standard": one.standard}
    return render(request, "desk/settings/standard_withdraw.html", context, status=422 if form.errors else 200)


@managers
@require_safe
def compare(request: StaffRequest, pk: int) -> HttpResponse:
    """What one version says otherwise than another, word by word: the two newest where none are chosen."""
    one = find(pk, timezone.now())
    newest = one.versions[0]
    before = one.before(newest) or newest
    form = CompareForm(
        request.GET or None, versions=one.versions, initial={"before": before.number, "after": newest.number}
    )
    if form.is_bound and form.is_valid():
        by_number = {version.number: version for version in one.versions}
        before, newest = [by_number[int(form.cleaned_data[name])] for name in ("before", "after")]
    context = {
        **SETTING,
        "form": form,
        "standard": one.standard,
        "before": before,
        "after": newest,
        "changes": changes(before, newest),
    }
    return render(request, "desk/settings/standard_compare.html", context, status=422 if form.errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def legal_presets(request: StaffRequest) -> HttpResponse:
    """What some laws and codes ask for, to begin drafts from."""
    if request.method == "POST":
        try:
            begun = presets.begin(request.POST.get("preset", ""), by=request.user, now=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            names = ", ".join(version.standard.code for version in begun)
            messages.success(
                request, _("%(names)s are drafts now. Take legal advice before you publish.") % {"names": names}
            )
            return redirect("desk:standards")
    begun_from = set(StandardVersion.objects.exclude(legal_basis="").values_list("legal_basis", flat=True))
    context = {**SETTING, "presets": [(preset, preset.source in begun_from) for preset in presets.PRESETS]}
    return render(request, "desk/settings/standard_presets.html", context)
