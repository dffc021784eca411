"""The public page: what we promise, whether we keep it, how long it takes now, when we are open."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language_info, get_supported_language_variant
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from compliance import published
from compliance.queues import current_wait
from people.audience import public
from people.models import Organisation
from portal import feeds, opening, wait_words
from portal.publishing import MAX_AGE, in_language, not_set_up, remembered
from portal.result_words import exception_in_words
from portal.standards_page import headline, row


@public
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """To the page in the first language that the browser asks for and we write."""
    organisation = Organisation.objects.first()
    if organisation is None:
        return not_set_up(request)
    response = redirect("portal:front", _preferred(request, organisation))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@public
@require_safe
@remembered
# Nothing in it is secret, so it may be compressed.
@gzip_page
@in_language
def front(request: HttpRequest, organisation: Organisation, language: str) -> HttpResponse:
    """The page in `language`; the address alone decides, so that links and caches are stable."""
    now = timezone.now()
    edition = published.edition(now, organisation.zone_info)
    versions = [record.version for record in edition.standards if record.version]
    wait, promised = current_wait(now=now), wait_words.first_response(versions)
    last = edition.month.first if edition.month else None
    wait_badge = _("First response: %(wait)s") % {"wait": wait_words.for_a_badge(wait, promised)}
    reader = feeds.Reader(organisation, language)
    context = {
        "organisation": organisation,
        "language": language,
        "language_links": language_links(organisation, language),
        "site": settings.SITE_URL.rstrip("/"),
        "now": now,
        "edition": edition,
        "headline": headline(edition.month) if edition.month else None,
        "first_results": first_of_next_month(now.astimezone(organisation.zone_info).date()),
        "rows": [row(record, last) for record in edition.standards],
        "promises": row(edition.promises, last) if edition.promises.months else None,
        "exceptions": [exception_in_words(days, language) for days in edition.exceptions],
        "opening": opening.read(organisation, language, now),
        "wait": wait,
        "wait_said": wait_words.in_words(wait, promised),
        "promised": promised,
        "oldest": wait_words.oldest(wait, promised),
        "snippet": feeds.as_snippet(edition, reader),
        "wait_badge": wait_badge,
        "badge_snippet": feeds.badge_snippet(reader, wait_badge),
    }
    response = render(request, "portal/front.html", context)
    patch_cache_control(response, public=True, max_age=wait_words.fresh_for(wait, now, MAX_AGE))
    return response


def language_links(
    organisation: Organisation, language: str, name: str = "front", **parts: str
) -> list[tuple[str, str, str, bool]]:
    """The same page in each language: code, name of the language, address, whether it is this one."""
    return [
        (
            code,
            get_language_info(code)["name_local"].capitalize(),
            reverse(f"portal:{name}", kwargs={"language": code, **parts}),
            code == language,
        )
        for code in organisation.languages
    ]


def first_of_next_month(day: date) -> date:
    """When the month of that day has closed."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _preferred(request: HttpRequest, organisation: Organisation) -> str:
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        try:
            language = get_supported_language_variant(code)
        except LookupError:
            continue
        if language in organisation.languages:
            return language
    return organisation.language
