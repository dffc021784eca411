"""How long somebody waits who writes now, for machines: data, a greeting for the phone, a badge for other sites.

Worked out by the worker and read from its row; what is older than two hours is never said.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.queues import current_wait
from compliance.waiting import CurrentWait, Spoken
from people.audience import public
from people.models import Organisation
from portal import feeds, wait_words
from portal.publishing import MAX_AGE, feed, in_language, remembered, unless_known
from standards.models import StandardVersion
from ui import charts


@dataclass(frozen=True)
class Now:
    """What can be said at this moment, and by which standard."""

    wait: CurrentWait
    standard: StandardVersion | None
    at: datetime

    @classmethod
    def read(cls) -> Now:
        """As it stands in the worker's row."""
        at = timezone.now()
        promised = wait_words.first_response(list(StandardVersion.objects.in_force(at)))
        return cls(current_wait(now=at), promised, at)

    @property
    def max_age(self) -> int:
        """For how many seconds it may be kept."""
        return wait_words.fresh_for(self.wait, self.at, MAX_AGE)


@public
@require_safe
@unless_known
@remembered
@in_language
def wait_json(request: HttpRequest, organisation: Organisation, language: str) -> HttpResponse:
    """The wait as data, with the same words that people read."""
    now = Now.read()
    wait, promised = now.wait, now.standard
    data = {
        "says": wait.saying,
        "as_of": _iso(wait.as_of),
        "half": _spoken(wait.half),
        "nine_in_ten": _spoken(wait.most),
        "short": wait_words.for_a_badge(wait, promised),
        "text": wait_words.greeting(wait, promised, language, now.at),
        "opens_at": _iso(wait.opens_at),
        "waiting": wait.waiting if wait.as_of else None,
        "longest_minutes": wait.longest,
        "standard": {
            "code": promised.standard.code,
            "standard_version": promised.number,
            "sentence": promised.sentence_in(language),
            "address": feeds.Reader(organisation, language).address(
                "standard-version", code=promised.standard.code, number=promised.number
            ),
        }
        if promised
        else None,
    }
    body = json.dumps(data, ensure_ascii=False, indent=1)
    return feed(body, "application/json", changed_at=wait.as_of, max_age=now.max_age)


@public
@require_safe
@unless_known
@remembered
@in_language
def wait_txt(request: HttpRequest, organisation: Organisation, language: str) -> HttpResponse:
    """What a machine on the phone may read out."""
    now = Now.read()
    text = wait_words.greeting(now.wait, now.standard, language, now.at) + "\n"
    return feed(text, "text/plain; charset=utf-8", changed_at=now.wait.as_of, max_age=now.max_age)


@public
@require_safe
@unless_known
@remembered
@in_language
def badge(request: HttpRequest, organisation: Organisation, language: str) -> HttpResponse:
    """The same as a picture for other sites."""
    now = Now.read()
    drawn = charts.badge(_("First response"), wait_words.for_a_badge(now.wait, now.standard))
    picture = render_to_string("ui/charts/badge.svg", {"badge": drawn, "language": language})
    return feed(picture, "image/svg+xml", changed_at=now.wait.as_of, max_age=now.max_age)


def _iso(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="minutes") if moment else None


def _spoken(spoken: Spoken | None) -> dict[str, Any] | None:
    return None if spoken is None else {"unit": spoken.unit, "number": spoken.number}
