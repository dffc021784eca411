"""What a customer gets from us and which way: shown, and chosen without signing in. Only the button changes it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from followups import wishes
from followups.actions.wishes import choose
from people.audience import customer
from people.models import Organisation
from portal import links, unasked
from portal.forms.choices import ChoicesForm, in_words
from portal.private import private
from portal.views.ended import link_ended
from tickets.wording import zone_of


@customer
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest, token: str) -> HttpResponse:
    """The choices of the holder of `token`, for all their requests; saved, the page says in words what holds now."""
    now = timezone.now()
    ticket = links.ticket_of(token, now=now)
    if ticket is None:
        return link_ended(request, token)
    zone = zone_of(ticket.customer)
    with translation.override(ticket.customer.language), timezone.override(zone):
        before = wishes.read(ticket.customer)
        form = ChoicesForm(request.POST or None, customer=ticket.customer, initial=ChoicesForm.of(before))
        if request.method == "POST" and form.is_valid():
            try:
                choose(ticket, now=now, **form.chosen)
                return private(redirect(reverse("portal:choices", args=[token]) + "?saved#saved"))
            except ValidationError as refusal:
                form.add_error(None, refusal)
        context = {
            "ticket": ticket,
            "organisation": Organisation.objects.the(),
            "token": token,
            "form": form,
            "holds": in_words(before),
            "planned": unasked.planned(ticket, before),
            "saved": "saved" in request.GET,
            "zone": zone,
            "now": now,
        }
        return private(render(request, "portal/choices.html", context, status=422 if form.errors else 200))
