"""What we do unasked, and when: reading the playbooks, trying one on a ticket, changing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from desk import playbook_page
from desk.forms.refusal import carry_out, posted
from desk.forms.settings_playbooks import DryRunForm, PlaybookForm
from followups import dry_run
from followups.actions import playbooks as actions
from followups.models import Playbook, PlaybookVersion
from people.audience import StaffRequest, administrators, managers
from tickets.models import Ticket

SETTING = {"section": "settings", "setting": "playbooks"}


@managers
@require_safe
def playbooks(request: StaffRequest) -> HttpResponse:
    """Each playbook as a line in time."""
    context = {**SETTING, "playbooks": playbook_page.all_current()}
    return render(request, "desk/settings/playbooks.html", context)


@managers
@require_safe
def playbook(request: StaffRequest, code: str) -> HttpResponse:
    """One playbook with its history; with `?ticket=` what it would do there."""
    one, now = get_object_or_404(Playbook, code=code), timezone.now()
    versions = playbook_page.history(one)
    form = DryRunForm(request.GET) if "ticket" in request.GET else DryRunForm()
    rehearsal = None
    if form.is_bound and form.is_valid():
        seen = Ticket.objects.visible_to(request.user).select_related("customer", "team__lead", "owner", "category")
        ticket = seen.numbered(form.cleaned_data["ticket"]).first()
        if ticket is None:
            form.add_error("ticket", _("There is no ticket with that number."))
        else:
            rehearsal = dry_run.rehearse(versions[0].version, ticket, now=now)
    context = {
        **SETTING, "playbook": one, "now_holds": versions[0], "past": versions[1:], "form": form,
        "rehearsal": rehearsal, "now": now,
    }  # fmt: skip
    return render(request, "desk/settings/playbook.html", context, status=422 if form.errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, code: str) -> HttpResponse:
    """Write its next version: what is planned already goes on as it was planned."""
    one = get_object_or_404(Playbook, code=code)
    last = get_object_or_404(PlaybookVersion.objects.current(), playbook=one)
    form = PlaybookForm(last, posted(request))
    made = carry_out(
        form,
        lambda given: actions.change(one, form.drafts(), by=request.user, now=timezone.now(), **given),
    )
    if made:
        messages.success(request, _("Saved as version %(number)d. What is planned goes on.") % {"number": made.number})
        return redirect("desk:playbook", code)
    wrong = (form.is_bound and not form.is_valid()) or bool(form.errors)
    context = {**SETTING, "playbook": one, "version": last, "form": form}
    return render(request, "desk/settings/playbook_edit.html", context, status=422 if wrong else 200)
