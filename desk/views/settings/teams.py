"""Teams, who leads them and by which calendar they work."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from desk.forms.refusal import carry_out, posted
from desk.forms.settings_people import TeamForm
from people.actions import teams as actions
from people.audience import StaffRequest, administrators
from people.models import Team
from standards.actions import calendars
from standards.models import Calendar
from tickets.actions import handover

SETTING = {"section": "settings", "setting": "teams"}


@administrators
@require_safe
def teams(request: StaffRequest) -> HttpResponse:
    """All teams."""
    found = Team.objects.select_related("lead", "team_calendar__calendar").annotate(
        people=Count("memberships", filter=Q(memberships__user__is_active=True))
    )
    return render(request, "desk/settings/teams.html", {**SETTING, "teams": found})


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: StaffRequest) -> HttpResponse:
    """A new team."""
    only = list(Calendar.objects.all()[:2])
    form = TeamForm(posted(request), initial={"calendar": only[0]} if len(only) == 1 else {})
    if request.method == "POST":
        team = carry_out(form, lambda fields: _save(request, None, fields))
        if team:
            messages.success(request, _("Team %(name)s is here.") % {"name": team})
            return redirect("desk:teams")
    return render(request, "desk/settings/team.html", {**SETTING, "form": form}, status=422 if form.errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: StaffRequest, pk: int) -> HttpResponse:
    """One team."""
    one = get_object_or_404(Team.objects.select_related("team_calendar").prefetch_related("memberships"), pk=pk)
    form = TeamForm(posted(request), initial=TeamForm.of(one), team=one)
    if carry_out(form, lambda fields: _save(request, one, fields)):
        messages.success(request, _("Team %(name)s is saved.") % {"name": form.cleaned_data["name"]})
        return redirect("desk:teams")
    context = {**SETTING, "form": form, "team": one}
    return render(request, "desk/settings/team.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _save(request: StaffRequest, team: Team | None, fields: dict[str, Any]) -> Team:
    values = {name: fields[name] for name in ("name", "lead", "members")}
    before = team.lead if team else None
    saved = actions.change(team, **values) if team else actions.make(**values)
    calendars.assign(saved, fields["calendar"])
    if before is not None and before != saved.lead:
        handover.lead_changed(saved, before, by=request.user, now=timezone.now())
    return saved
