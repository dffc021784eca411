"""The customer's answer to "is it settled for you?". Opening the page records nothing; pressing a button does."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from followups.actions import satisfaction
from followups.models import SatisfactionAnswer, SatisfactionRequest
from people.audience import customer
from people.models import Organisation
from portal import links
from portal.forms.answer import HANDLING, AnswerForm
from portal.private import private
from portal.views.ended import link_ended
from standards.terms import Kind
from tickets.models import Commitment
from tickets.wording import zone_of


@customer
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The question for the holder of `token`, and after it what happens now."""
    now = timezone.now()
    asked = links.question_of(token, now=now)
    if asked is None:
        return link_ended(request, token)
    with translation.override(asked.ticket.customer.language):
        form = AnswerForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                satisfaction.answer(asked, now=now, **form.cleaned_data)
                return private(redirect("portal:answer", token))
            except ValidationError as refusal:
                form.add_error(None, refusal)
        last = asked.answers.last()
        change = last is None or "change" in request.GET
        context = {
            "asked": asked,
            "ticket": asked.ticket,
            "organisation": Organisation.objects.the(),
            "last": last,
            "form": form,
            "handling": HANDLING,
            "next": _next_date(asked, last),
            "zone": zone_of(asked.ticket.customer),
            "now": now,
        }
        template = "portal/answer.html" if change else "portal/answered.html"
        return private(render(request, template, context, status=422 if form.errors else 200))


def _next_date(asked: SatisfactionRequest, last: SatisfactionAnswer | None) -> Commitment | None:
    """By when a person contacts the customer, where the answer started that clock."""
    if last is None:
        return None
    owed = asked.ticket.commitments.running().filter(kind__in=[Kind.NEXT_RESPONSE, Kind.UPDATE])
    return owed.select_related("accountable").order_by("due_at").first()
