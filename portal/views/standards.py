"""Each version of a standard at an address of its own, and the figures for machines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from compliance import published
from people.audience import public
from people.models import Organisation
from portal import feeds
from portal.publishing import MAX_AGE, feed, in_language, remembered, unless_known
from portal.result_words import in_force_in_words
from portal.standards_page import row
from portal.views.front import language_links
from standards.models import StandardVersion
from standards.overview import overview_of
from tickets.certain import certain


@public
@require_safe
@remembered
@cache_control(public=True, max_age=MAX_AGE)
@gzip_page
@in_language
def standard(request: HttpRequest, organisation: Organisation, language: str, code: str, number: str) -> HttpResponse:
    """One published version with all its months; the address stays, whatever comes after it. Drafts are 404."""
    now = timezone.now()
    version = get_object_or_404(
        StandardVersion.objects.select_related("standard", "category").exclude(published_at=None),
        standard__code=code,
        number=number,
    )
    record = published.history(version, organisation.zone_info)
    overview = overview_of(version.standard, now)
    others = sorted(
        (other for other in [*overview.planned, overview.in_force, *overview.past] if other and other != version),
        key=lambda other: other.number,
    )
    context = {
        "organisation": organisation,
        "language": language,
        "language_links": language_links(organisation, language, "standard-version", code=code, number=number),
        "site": settings.SITE_URL.rstrip("/"),
        "row": row(record, record.months[-1].first if record.months else None),
        "in_force": in_force_in_words(certain(version.effective_from), _until(version, others), now),
        "others": others,
        "now": now,
    }
    return render(request, "portal/standard.html", context)


@public
@require_safe
@unless_known
@remembered
@in_language
def standards_json(request: HttpRequest, organisation: Organisation, language: str) -> HttpResponse:
    """All that is published, as data."""
    edition = published.edition(timezone.now(), organisation.zone_info)
    return feed(feeds.as_json(edition, feeds.Reader(organisation, language)), "application/json")


@public
@require_safe
@unless_known
@remembered
@in_language
def standards_csv(request: HttpRequest, organisation: Organisation, language: str) -> HttpResponse:
    """The same as a table."""
    edition = published.edition(timezone.now(), organisation.zone_info)
    table = feeds.as_csv(edition, feeds.Reader(organisation, language))
    return feed(table, "text/csv; charset=utf-8", name=f"standards-{edition.number}.csv")


@public
@require_safe
@unless_known
@remembered
@in_language
def standards_txt(request: HttpRequest, organisation: Organisation, language: str) -> HttpResponse:
    """The sentence of the month in one line."""
    edition = published.edition(timezone.now(), organisation.zone_info)
    line = feeds.in_one_line(edition, feeds.Reader(organisation, language))
    return feed(line, "text/plain; charset=utf-8")


@public
@require_safe
@unless_known
@remembered
@in_language
def snippet(request: HttpRequest, organisation: Organisation, language: str) -> HttpResponse:
    """The sentence of the month as HTML, for a server that puts it into a page of its own."""
    edition = published.edition(timezone.now(), organisation.zone_info)
    html = feeds.as_snippet(edition, feeds.Reader(organisation, language))
    return feed(html, "text/html; charset=utf-8")


def _until(version: StandardVersion, others: Iterable[StandardVersion]) -> datetime | None:
    """When another version took its place, or the standard was withdrawn; None while it goes on."""
    begins = certain(version.effective_from)
    ends = [other.effective_from for other in others if other.effective_from and other.effective_from > begins]
    return min([*ends, *filter(None, [version.standard.withdrawn_from])], default=None)
