"""What a person chooses for themselves: language, zone, appearance, keys, mail."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.forms.preferences import PreferencesForm
from desk.forms.refusal import carry_out
from people.actions import users
from people.audience import StaffRequest, staff
from people.models import User
from ui.responses import done


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: StaffRequest) -> HttpResponse:
    """The page, and what keeps it. What a form leaves out stays as it is, so the menu can send one thing alone."""
    now = PreferencesForm.of(request.user)
    if request.method != "POST":
        return _page(request, PreferencesForm(initial=now))
    form = PreferencesForm({**now, **request.POST.dict()})
    changed = carry_out(form, lambda fields: _keep(request.user, fields))
    if changed is None:
        return _page(request, form, status=422)
    with translation.override(changed.language):
        return done(request, _back(request), toast=_("Your preferences are kept."))


def _keep(user: User, fields: dict[str, Any]) -> User:
    return users.set_preferences(
        user,
        language=fields["language"],
        zone=fields["zone"],
        theme=fields["theme"],
        shortcuts=fields["shortcuts"] == "on",
        mail_due_soon=fields["mail_due_soon"] == "on",
    )


def _page(request: StaffRequest, form: PreferencesForm, status: int = 200) -> HttpResponse:
    context = {"section": "", "form": form, "leads": request.user.leads.all()}
    return render(request, "desk/preferences.html", context, status=status)


def _back(request: StaffRequest) -> str:
    page = request.POST.get("next", "")
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else reverse("desk:preferences")
