"""What we promise, for everybody at the desk: reading it, who has not yet, and what it asks of each role."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk.forms.refusal import attempt
from people.audience import StaffRequest, staff
from people.models import Organisation, Team, User
from standards import duties
from standards.actions import reading
from standards.models import Acknowledgement, StandardVersion
from standards.readers import readers as readers_of

SECTION: dict[str, Any] = {"section": "standards"}


@staff
@require_safe
def promised(request: StaffRequest) -> HttpResponse:
    """All that is promised by rule, what this person has not read yet first."""
    now, mine = timezone.now(), Acknowledgement.objects.filter(user=request.user)
    known = list(StandardVersion.objects.to_know(now).prefetch_related(Prefetch("acknowledgements", mine, "mine")))
    context = {
        **SECTION,
        "now": now,
        "unread": [version for version in known if not version.mine],
        "read": [version for version in known if version.mine],
        "roles": duties.NAMES.items(),
        "may_see_readers": request.user.is_manager or request.user.leads.exists(),
    }
    return render(request, "desk/promised.html", context)


@staff
@require_POST
def read(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that one has read a version."""
    version = get_object_or_404(StandardVersion.objects.select_related("standard"), pk=pk)
    attempt(
        request, lambda: reading.acknowledge(version, by=request.user, now=timezone.now()),
        _("Noted: you have read %(standard)s.") % {"standard": version.standard},
    )  # fmt: skip
    return redirect("desk:promised")


@staff
@require_safe
def readers(request: StaffRequest) -> HttpResponse:
    """Who has not read what is promised: of one's teams for a lead, of everybody for managers."""
    people = _read_with(request.user)
    if people is None:
        raise Http404
    found = readers_of(people, timezone.now())
    context = {
        **SECTION,
        "waiting": [reader for reader in found if reader.unread],
        "done": [reader.person for reader in found if not reader.unread],
    }
    return render(request, "desk/standard_readers.html", context)


@staff
@require_safe
def extract(request: StaffRequest, role: str) -> HttpResponse:
    """What the standards ask of a role, to print: for job descriptions and first days."""
    if role not in set(duties.Role):
        raise Http404
    now, asked = timezone.now(), duties.Role(role)
    versions = StandardVersion.objects.in_force(now)
    context = {
        **SECTION,
        "now": now,
        "organisation": Organisation.objects.the(),
        "role": duties.NAMES[asked],
        "always": duties.always(asked),
        "versions": [(version, duties.duty(version, asked)) for version in versions],
    }
    return render(request, "desk/standard_extract.html", context)


def _read_with(viewer: User) -> QuerySet[User] | None:
    """Whose reading `viewer` may see; None for who leads nobody."""
    active = User.objects.filter(is_active=True)
    if viewer.is_manager:
        return active
    led = Team.objects.filter(lead=viewer)
    return active.filter(memberships__team__in=led).distinct() if led.exists() else None
