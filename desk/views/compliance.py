"""Do we keep our word? The results of a period, and the list behind each of their figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compliance import listed
from compliance.satisfaction import Said
from desk import compliance_cases, compliance_page, compliance_words, keyset
from desk.compliance_links import Links, whole, zone_of
from desk.compliance_names import names
from desk.forms.compliance import CAUSES, Narrow, is_month
from desk.viewer import visible_commitment
from followups.actions import preventing
from people.audience import StaffRequest, staff
from ui.responses import Toast, done, fragment

PER_PAGE = 50


@staff
@require_safe
def compliance(request: StaffRequest) -> HttpResponse:
    """The page: what became of all that fell due, by what is asked in the address."""
    now, zone = timezone.now(), zone_of(request)
    try:
        asked = whole(listed.read(request.GET, zone=zone, now=now))
    except ValidationError as unknown:
        return _not_understood(request, unknown)
    by = request.GET.get("by", "")
    page = compliance_page.read(asked, by=by, viewer=request.user, now=now, zone=zone)
    local = asked.question.period.since.astimezone(zone)
    month = f"{local:%Y-%m}" if is_month(asked.question.period.since, asked.question.period.until, zone) else ""
    context = {
        "section": "compliance",
        "page": page,
        "form": Narrow(
            asked.in_address(zone) | ({"since": "", "until": ""} if month else {}),
            names=page.names,
            month=month,
            today=now.astimezone(zone).date(),
        ),
        "links": Links(zone, page.comparison.by.value),
        "period": compliance_words.period(asked, zone),
        "words": {what.value: words for what, words in compliance_words.SAID.items()},
        "is_running": asked.question.period.is_running(now),
        "is_final": asked.question.period.is_final("resolution", now),
        "now": now,
    }
    return render(request, "desk/compliance.html", context)


@staff
@require_safe
def cases(request: StaffRequest) -> HttpResponse:
    """The cases that make one figure, as many as it says."""
    now, zone = timezone.now(), zone_of(request)
    try:
        asked = listed.read(request.GET, zone=zone, now=now)
    except ValidationError as unknown:
        return _not_understood(request, unknown)
    user = request.user
    found = compliance_cases.read(asked, viewer=user, now=now, zone=zone, after=request.GET.get("after", ""))
    known = names(user, leads=listed.leads(user))
    context = {
        "section": "compliance",
        "asked": asked,
        "links": Links(zone),
        "title": compliance_words.title(asked),
        "parts": compliance_words.parts(asked, known, zone),
        "cases": found,
        "causes": CAUSES,
        **_paging(request.GET, found.after),
        "here": request.get_full_path(),
        "export": f"{reverse('desk:compliance-export')}?{urlencode(asked.in_address(zone))}",
        "now": now,
    }
    return render(request, "desk/compliance_cases.html", context)


@staff
@require_safe
def said(request: StaffRequest) -> HttpResponse:
    """The customers behind one figure of what customers said (`?said=`)."""
    now, zone = timezone.now(), zone_of(request)
    try:
        asked = listed.read(request.GET, zone=zone, now=now)
        what = Said(request.GET.get("said") or Said.ASKED)
    except ValidationError as unknown:
        return _not_understood(request, unknown)
    except ValueError:
        return _not_understood(request, ValidationError(_("This address asks for something that we don't count by.")))
    found = listed.said(asked, what, viewer=request.user, now=now)
    after = request.GET.get("after", "")
    shown = found.select_related("ticket__customer", "ticket__owner", "followup__delivery")
    rows, goes_on = keyset.page(shown, "-made_at", after, PER_PAGE)
    known = names(request.user, leads=listed.leads(request.user))
    context = {
        "section": "compliance",
        "asked": asked,
        "links": Links(zone),
        "title": compliance_words.SAID[what],
        "parts": compliance_words.parts(asked, known, zone),
        "requests": rows,
        "total": found.count(),
        **_paging(request.GET, goes_on),
        "now": now,
    }
    return render(request, "desk/compliance_answers.html", context)


@staff
@require_POST
def say_why(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """Set why a promise was missed."""
    commitment = visible_commitment(request, commitment_id)
    now = timezone.now()
    try:
        commitment.delay_cause = preventing.say_why(commitment, request.POST.get("cause", ""), by=request.user, now=now)
        toast = Toast(_("Noted. The customer does not see it."))
    except ValidationError as refusal:
        toast = Toast(" ".join(refusal.messages), alert=True)
    if not request.htmx:
        return done(request, _back(request), toast=toast)
    context = {
        "commitment": commitment,
        "cause": getattr(commitment, "delay_cause", None),
        "may_say_why": True,
        "causes": CAUSES,
        "here": request.POST.get("next", ""),
    }
    return fragment(request, "desk/_case_cause.html", context, toast=toast)


def _paging(address: QueryDict, after: str) -> Mapping[str, Any]:
    first = address.copy()
    first.pop("after", None)
    return {
        "next": f"{first.urlencode()}&after={after}".lstrip("&") if after else "",
        "is_continued": "after" in address,
        "first": first.urlencode(),
    }


def _not_understood(request: StaffRequest, unknown: ValidationError) -> HttpResponse:
    context = {"section": "compliance", "why": " ".join(unknown.messages)}
    return render(request, "desk/compliance_unknown.html", context, status=400)


def _back(request: StaffRequest) -> str:
    address = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if here else reverse("desk:compliance")
