"""How mail to customers is signed, with a look at what they see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.forms.refusal import carry_out, posted
from desk.forms.signing import OwnSignatureForm, TeamSignatureForm, languages_of
from people.actions import teams, users
from people.audience import StaffRequest, staff
from people.models import Organisation, Team, User
from tickets import identity


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: StaffRequest, pk: int) -> HttpResponse:
    """A team's name in From and its signatures; for administrators and the team's lead."""
    signed_by = Team.objects.all() if request.user.is_administrator else Team.objects.filter(lead=request.user)
    one, organisation = get_object_or_404(signed_by, pk=pk), Organisation.objects.the()
    languages = languages_of(organisation)
    form = TeamSignatureForm(posted(request), initial=TeamSignatureForm.of(one, languages), languages=languages)
    if carry_out(form, lambda _fields: teams.sign(one, **form.given())):
        messages.success(request, _("Mail of %(team)s is signed like this from now on.") % {"team": one.name})
        return redirect("desk:team-signature", one.pk)
    context = {
        "section": "settings",
        "setting": "teams",
        "team": one,
        "form": form,
        "previews": _previews(one, languages, organisation),
    }
    return render(request, "desk/settings/team_signature.html", context, status=422 if form.errors else 200)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: StaffRequest) -> HttpResponse:
    """One's own name in From and lines below replies."""
    user, organisation = request.user, Organisation.objects.the()
    form = OwnSignatureForm(posted(request), initial=OwnSignatureForm.of(user))
    if carry_out(form, lambda fields: users.sign(user, **fields)):
        messages.success(request, _("What you write is signed like this from now on."))
        return redirect("desk:own-signature")
    mine = Team.objects.filter(Q(memberships__user=user) | Q(lead=user)).distinct().order_by("name").first()
    first = mine or Team.objects.order_by("name").first()
    previews = _previews(first, [organisation.language], organisation, author=user) if first else []
    context = {"section": "", "setting": "preferences", "form": form, "previews": previews}
    return render(request, "desk/settings/own_signature.html", context, status=422 if form.errors else 200)


def _previews(
    one: Team, languages: Sequence[str], organisation: Organisation, author: User | None = None
) -> list[dict[str, Any]]:
    """What customers of `one` see, in each language."""
    shown = []
    for code in languages:
        us = identity.example(one, code, author)
        shown.append({
            "language": code,
            "language_name": get_language_info(code)["name_local"].capitalize(),
            "sender_name": us.sender_name,
            "address": us.mailbox.address if us.mailbox else organisation.support_address,
            "signature": us.signature,
        })  # fmt: skip
    return shown
