"""The customer's answer to "is it settled for you?". Opening the page records nothing; pressing a button does."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from followups.actions import satisfaction
from followups.models import SatisfactionAnswer, SatisfactionRequest
from people.audience import customer
from people.models import Organisation
from people.terms import Channel
from portal import links
from portal.forms.answer import HANDLING, AnswerForm
from portal.private import private
from portal.views.ended import link_ended
from standards.terms import Kind
from tickets.models import Commitment, Message
from tickets.wording import zone_of


@customer
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The question for the holder of `token`, and after it what happens now."""
    now = timezone.now()
    asked = links.question_of(token, now=now)
    if asked is None:
        return link_ended(request, token)
    zone = zone_of(asked.ticket.customer)
    with translation.override(asked.ticket.customer.language), timezone.override(zone):
        form = AnswerForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                satisfaction.answer(asked, now=now, **form.cleaned_data)
                saved = "?saved" if "more" in request.POST else ""
                return private(redirect(reverse("portal:answer", args=[token]) + saved))
            except ValidationError as refusal:
                form.add_error(None, refusal)
        answers = list(asked.answers.all())
        last = answers[-1] if answers else None
        until = answers[0].at + satisfaction.CHANGEABLE_FOR if answers else None
        may_change = until is None or now <= until
        choice = _chosen_in_the_mail(request, last)
        context = {
            "asked": asked,
            "ticket": asked.ticket,
            "organisation": Organisation.objects.the(),
            "token": token,
            "solution": _solution(asked),
            "last": last,
            "choice": choice,
            "changeable_until": until if may_change else None,
            "saved": "saved" in request.GET,
            "form": form,
            "handling": HANDLING,
            "next": _next_date(asked, last),
            "zone": zone,
            "now": now,
        }
        change = last is None or (may_change and ("change" in request.GET or choice is not None))
        template = "portal/answer.html" if change else "portal/answered.html"
        return private(render(request, template, context, status=422 if form.errors else 200))


def _chosen_in_the_mail(request: HttpRequest, last: SatisfactionAnswer | None) -> SatisfactionAnswer.Outcome | None:
    """Which of the answers in our mail was followed, where another one stands or none. It records nothing."""
    chosen = request.GET.get("choice", "")
    if chosen not in SatisfactionAnswer.Outcome.values or (last is not None and last.outcome == chosen):
        return None
    return SatisfactionAnswer.Outcome(chosen)


def _solution(asked: SatisfactionRequest) -> Message | None:
    """What we wrote when we believed it to be settled."""
    ours = asked.ticket.messages.filter(resolves=True, unsettled=False, channel=Channel.MAIL)
    return ours.select_related("author").order_by("-at").first()


def _next_date(asked: SatisfactionRequest, last: SatisfactionAnswer | None) -> Commitment | None:
    """By when a person contacts the customer, where the answer started that clock."""
    if last is None:
        return None
    owed = asked.ticket.commitments.running().filter(kind__in=[Kind.NEXT_RESPONSE, Kind.UPDATE])
    return owed.select_related("accountable").order_by("due_at").first()
