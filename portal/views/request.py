"""The customer's private page: when they hear from us, and whether we kept our word."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from mail import addresses
from people.audience import customer
from people.models import Organisation
from people.terms import Channel
from portal import customer_page
from portal.forms.addition import AdditionForm
from tickets.actions import conversation
from tickets.models import Ticket
from tickets.wording import zone_of


@customer
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page for the holder of `token`. Opening it records nothing; only what they send does."""
    now = timezone.now()
    ticket = _ticket(token)
    if ticket is None:
        ended = {"organisation": Organisation.objects.first()}
        return _private(render(request, "portal/link_ended.html", ended, status=404))
    zone = zone_of(ticket.customer)
    with translation.override(ticket.customer.language), timezone.override(zone):
        form = AdditionForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
        if request.method == "POST" and form.is_valid():
            conversation.receive(
                ticket, form.cleaned_data["body"], channel=Channel.PAGE, at=now, now=now, key=form.cleaned_data["key"]
            )
            return _private(redirect("portal:request", token))
        context = {
            "page": customer_page.read(ticket, now=now),
            "ticket": ticket,
            "organisation": Organisation.objects.the(),
            "form": form,
            "token": token,
            "zone": zone,
            "now": now,
        }
        return _private(render(request, "portal/request.html", context, status=422 if form.errors else 200))


def _ticket(token: str) -> Ticket | None:
    """The request that `token` opens. Unknown and expired look alike."""
    found = addresses.resolve(token, "ticket", now=timezone.now())
    if found is None:
        return None
    what, _colon, number = found.about.partition(":")
    if what != "ticket" or not number.isdecimal():
        return None
    return Ticket.objects.select_related("customer", "team__lead").filter(number=number).first()


def _private(response: HttpResponse) -> HttpResponse:
    """A page that no search engine keeps. Browsers and proxies are told not to by a middleware."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response
