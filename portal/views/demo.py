"""The demo's inbox: what customers got, as they got it, and what they write."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mail.senders import Party
from people.audience import public
from people.models import Organisation
from portal import demo_mail
from portal.forms.demo_mail import DemoAnswerForm, DemoMailForm


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """Every mail that went out, newest first, or those to one receiver (`?to=`); and writing to us as a customer."""
    organisation = _demo_only()
    form = DemoMailForm(*_sent_with(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        sender = Party(given["email"], given["name"])
        try:
            demo_mail.write(
                sender, organisation.support_address, given["subject"], given["text"],
                files=given["attached"], now=timezone.now(),
            )  # fmt: skip
            return _sent()
        except demo_mail.NotTaken as reason:
            form.add_error(None, _not_taken(reason))
    mails, to = demo_mail.caught(), request.GET.get("to", "").lower()
    with timezone.override(organisation.zone_info):
        context = {
            "organisation": organisation,
            "mails": [mail for mail in mails if not to or to in map(str.lower, mail.recipients)],
            "receivers": demo_mail.receivers(mails),
            "to": to,
            "form": form,
            "sent": "sent" in request.GET,
        }
        return render(request, "portal/demo_inbox.html", context, status=422 if form.errors else 200)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text, with the links that work, and its headers; and its receiver's answer."""
    organisation = _demo_only()
    found = demo_mail.read(name)
    if found is None:
        raise Http404
    form = DemoAnswerForm(*_sent_with(request))
    if request.method == "POST" and form.is_valid():
        if not found.reply_to:
            raise Http404
        try:
            given = form.cleaned_data
            demo_mail.answer(found, given["text"], files=given["attached"], now=timezone.now())
            return _sent()
        except demo_mail.NotTaken as reason:
            form.add_error(None, _not_taken(reason))
    with timezone.override(organisation.zone_info):
        context = {"organisation": organisation, "mail": found, "form": form}
        return render(request, "portal/demo_mail.html", context, status=422 if form.errors else 200)


def _sent_with(request: HttpRequest) -> tuple[QueryDict | None, MultiValueDict | None]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _sent() -> HttpResponse:
    return redirect(reverse("portal:demo_mail") + "?sent")


def _not_taken(reason: demo_mail.NotTaken) -> str:
    return _("The demo's mail server did not take it: %(why)s. It runs together with the demo.") % {"why": reason}


def _demo_only() -> Organisation:
    """Only where the demo was loaded: elsewhere there is no such page."""
    organisation = Organisation.objects.first()
    if not settings.DEMO or organisation is None or not organisation.demo:
        raise Http404
    return organisation
