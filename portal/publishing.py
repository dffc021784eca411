"""How public pages and feeds are answered: in the language of the address, alike for everybody, kept for a minute."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.utils.translation import override

from people.models import Organisation

MAX_AGE = 60  # seconds


def in_language(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer in the language of the address and in the organisation's zone.

    The view is called with the organisation and the language. One that the organisation does not write is 404.
    """

    @wraps(view)
    def answered(request: HttpRequest, language: str, **parts: str) -> HttpResponseBase:
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


def feed(
    request: HttpRequest,
    body: str,
    content_type: str,
    *,
    changed_at: datetime | None = None,
    max_age: int = MAX_AGE,
    name: str = "",
) -> HttpResponseBase:
    """`body` for machines and other sites, which may read and show it; 304 for who has it already.

    With `name` a browser saves it under that name.
    """
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"'
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    if changed_at is not None:
        response["Last-Modified"] = http_date(changed_at.timestamp())
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=max_age)
    modified = int(changed_at.timestamp()) if changed_at else None
    return get_conditional_response(request, etag=etag, last_modified=modified, response=response) or response
