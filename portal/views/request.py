"""The customer's private page: when they hear from us, and whether we kept our word."""

from __future__ import annotations

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from followups import wishes
from people.audience import customer
from people.models import Organisation
from people.terms import Channel
from portal import customer_page, links, unasked
from portal.forms.addition import AdditionForm
from portal.private import private
from portal.views.ended import link_ended
from tickets.actions import conversation
from tickets.models import Attachment
from tickets.wording import zone_of
from ui.formats import zone_in_words
from ui.responses import download, picture


@customer
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page for the holder of `token`. Opening it records nothing; only what they send does."""
    now = timezone.now()
    ticket = links.ticket_of(token, now=now)
    if ticket is None:
        return link_ended(request, token)
    zone = zone_of(ticket.customer)
    with translation.override(ticket.customer.language), timezone.override(zone):
        form = _addition(request)
        if request.method == "POST" and form.is_valid():
            conversation.receive(
                ticket, form.cleaned_data["body"], channel=Channel.PAGE, at=now, now=now,
                key=form.cleaned_data["key"], files=form.brought,
            )  # fmt: skip
            # A form that was refused comes back at `#add`; browsers keep that, if nothing else is said.
            return private(redirect(reverse("portal:request", args=[token]) + "?saved#saved"))
        organisation = Organisation.objects.the()
        context = {
            "page": customer_page.read(ticket, now=now),
            "planned": unasked.planned(ticket, wishes.read(ticket.customer)),
            "ticket": ticket,
            "organisation": organisation,
            "form": form,
            "token": token,
            "zone": zone,
            "office_zone": organisation.zone if organisation.zone != zone else "",
            "zone_words": zone_in_words(zone),
            "front": _front(organisation, ticket.customer.language),
            "saved": "saved" in request.GET,
            "now": now,
        }
        return private(render(request, "portal/request.html", context, status=422 if form.errors else 200))


@customer
@require_safe
def attachment(request: HttpRequest, token: str, attachment_id: int) -> HttpResponseBase:
    """A file that stands on the page of `token`, to be saved."""
    ticket = links.ticket_of(token, now=timezone.now())
    if ticket is None:
        return link_ended(request, token)
    found = get_object_or_404(Attachment.objects.of_customers_page(ticket), pk=attachment_id)
    try:
        return private(download(found.file.open(), found.name))
    except FileNotFoundError as lost:
        raise Http404 from lost


@customer
@require_safe
def preview(request: HttpRequest, token: str, attachment_id: int) -> HttpResponseBase:
    """The small picture of a file that stands on the page of `token`."""
    ticket = links.ticket_of(token, now=timezone.now())
    if ticket is None:
        return link_ended(request, token)
    shown = Attachment.objects.of_customers_page(ticket).exclude(preview="")
    found = get_object_or_404(shown, pk=attachment_id)
    try:
        return private(picture(found.preview.open()))
    except FileNotFoundError as lost:
        raise Http404 from lost


def _front(organisation: Organisation, language: str) -> str:
    """The public page, in the customer's language where it is written in that."""
    written = language in organisation.languages
    return reverse("portal:front", args=[language]) if written else reverse("portal:root")


def _addition(request: HttpRequest) -> AdditionForm:
    if request.method != "POST":
        return AdditionForm(initial={"key": uuid4()})
    given, files = request.POST, request.FILES
    return AdditionForm(given, files, left_out=getattr(request, "files_left_out", ()))
