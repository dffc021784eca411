"""The demo's inbox: what customers got, as they got it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.audience import public
from people.models import Organisation
from portal import demo_mail


@public
@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """Every mail that went out, newest first."""
    organisation = _demo_only()
    with timezone.override(organisation.zone_info):
        return render(request, "portal/demo_inbox.html", {"organisation": organisation, "mails": demo_mail.caught()})


@public
@require_safe
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text, with the links that work, and its headers."""
    organisation = _demo_only()
    found = demo_mail.read(name)
    if found is None:
        raise Http404
    with timezone.override(organisation.zone_info):
        return render(request, "portal/demo_mail.html", {"organisation": organisation, "mail": found})


def _demo_only() -> Organisation:
    """Only where the demo was loaded: elsewhere there is no such page."""
    organisation = Organisation.objects.first()
    if not settings.DEMO or organisation is None or not organisation.demo:
        raise Http404
    return organisation
