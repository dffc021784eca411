"""Stopping mail that a customer may refuse. Opening the page changes nothing; pressing the button does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mail import actions, addresses
from mail.models import Suppression
from people.audience import customer
from people.models import Organisation
from portal.private import private
from portal.views.ended import link_ended
from tickets.mailbox import customer_with


# Mail programs press it by themselves, without cookies (RFC 8058): the secret is what allows it.
@csrf_exempt
@customer
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """What the holder of `token` stops, and that it is stopped. The answer to POST is never a redirect."""
    now = timezone.now()
    given = addresses.resolve(token, "stop", now=now)
    if given is None:
        return link_ended(request, token)
    purpose = given.about.partition(":")[2]
    organisation, reader = Organisation.objects.the(), customer_with(given.recipient)
    with translation.override(reader.language if reader else organisation.language):
        if request.method == "POST":
            with translation.override(organisation.language):
                reason = _("The customer wants no such mail.")
            actions.stop(given.recipient, purpose, now=now, reason=reason)
        stopped = Suppression.objects.stopping(given.recipient, purpose).exists()
        context = {"organisation": organisation, "stopped": stopped, "purpose": purpose}
        return private(render(request, "portal/stop.html", context))
