"""How public pages and feeds are answered: in the language of the address, alike for everybody, kept for a minute."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, get_max_age, patch_cache_control
from django.utils.http import http_date
from django.utils.translation import override

from people.models import Organisation

# Seconds: in a browser or between, and in a process of ours.
MAX_AGE, REMEMBERED = 60, 5


def in_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer in the language of the address and in the organisation's zone.

    The view is called with the organisation and the language. One that the organisation does not write is 404.
    """

    @wraps(view)
    def answered(request: HttpRequest, language: str, **parts: str) -> HttpResponse:
        organisation = Organisation.objects.first()
        if organisation is None:
            return not_set_up(request)
        if language not in organisation.languages:
            raise Http404
        with override(language), timezone.override(organisation.zone_info):
            response = view(request, organisation, language, **parts)
        response["Content-Language"] = language
        return response

    return answered


def not_set_up(request: HttpRequest) -> HttpResponse:
    """Before there is an organisation."""
    return render(request, "portal/not_set_up.html", status=503)


def remembered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Build the answer once in a few seconds for everybody who asks; each process remembers for itself.

    Never for longer than the answer itself allows, and not for who has signed in: their page looks as they like it.
    """

    @wraps(view)
    def answered(request: HttpRequest, **parts: str) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return view(request, **parts)
        known = caches["process"]
        # What is asked after the path changes nothing, so it makes no answer of its own.
        asked = f"{request.path} {'gzip' in request.headers.get('Accept-Encoding', '')}"
        key = hashlib.sha256(asked.encode()).hexdigest()
        response = known.get(key)
        if response is None:
            response = view(request, **parts)
            if response.status_code == HTTPStatus.OK:
                known.set(key, response, min(REMEMBERED, get_max_age(response) or 0))
        return response

    return answered


def unless_known(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """304 instead of the answer for who has it already, by its tag."""

    @wraps(view)
    def answered(request: HttpRequest, **parts: str) -> HttpResponse:
        response = view(request, **parts)
        return get_conditional_response(request, etag=response.get("ETag"), response=response) or response

    return answered


def feed(
    body: str, content_type: str, *, changed_at: datetime | None = None, max_age: int = MAX_AGE, name: str = ""
) -> HttpResponse:
    """`body` for machines and other sites, which may read and show it. With `name` a browser saves it under that."""
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"'
    if changed_at is not None:
        response["Last-Modified"] = http_date(changed_at.timestamp())
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=max_age)
    return response
