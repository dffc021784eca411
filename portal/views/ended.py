"""What the holder of a link reads that has ended or never was one, and how they get another."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_POST

from people.audience import customer
from people.models import Organisation
from portal import links
from portal.private import private
from tickets.actions import new_links


def link_ended(request: HttpRequest, token: str) -> HttpResponse:
    """What to do now. Only whoever holds a link of ours that has ended is offered another."""
    ticket = links.ended(token)
    context = {
        "organisation": Organisation.objects.first(),
        "token": token,
        "offered": ticket is not None,
        "asked": "asked" in request.GET,
    }
    with translation.override(ticket.customer.language if ticket else translation.get_language()):
        return private(render(request, "portal/link_ended.html", context, status=404))


@customer
@require_POST
def new_link(request: HttpRequest, token: str) -> HttpResponse:
    """Send one to the address that we have; the answer is the same whether there was anything to send."""
    ticket = links.ended(token)
    if ticket is not None:
        new_links.send(ticket, now=timezone.now())
    return private(redirect(reverse("portal:request", args=[token]) + "?asked"))
