"""What holds for every request, whichever page answers it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from psycopg import errors

type_answer = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger(__name__)

# Somebody holds it for longer than we wait, or two wait for each other and this one gave way.
_HELD = (errors.LockNotAvailable, errors.DeadlockDetected)

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def security_headers(get_response: type_answer) -> type_answer:
    """Say on every answer, errors and files included, what a browser may do with it; it stands outermost."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer


def language_of_staff(get_response: type_answer) -> type_answer:
    """Under /desk/ a person reads their own language, whatever the browser asks for."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/desk/") and request.user.is_authenticated:
            language = request.user.language
            if language in dict(settings.LANGUAGES):
                translation.activate(language)
                request.LANGUAGE_CODE = language
        return get_response(request)

    return answer


def sign_in_for_htmx(get_response: type_answer) -> type_answer:
    """When the session has ended, a fragment's request takes the whole window to the sign-in page and back."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        htmx: Any = getattr(request, "htmx", None)
        sign_in = reverse(settings.LOGIN_URL)
        if not htmx or response.status_code != 302 or not response.headers["Location"].startswith(sign_in):
            return response
        page = htmx.current_url_abs_path or "/desk/"
        if not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
            page = "/desk/"
        return HttpResponse(status=204, headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': page})}"})

    return answer


class InWordsWhenHeld:
    """Where somebody else holds for too long what an action needs: words instead of an error, and the form once more.

    The action was undone as a whole. Of what was sent everything but passwords and files is sent again by one click.
    """

    def __init__(self, get_response: type_answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to an `error` that says that a row is held, or that two waited for each other; else None."""
        if not isinstance(error, OperationalError) or not isinstance(error.__cause__, _HELD):
            return None
        log.warning("held by somebody else: %s %s: %s", request.method, request.path, type(error.__cause__).__name__)
        again = [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken" and "password" not in name
            for value in values
        ]
        context = {"again": again, "has_files": bool(request.FILES)}
        response = render(request, "503.html", context, status=503)
        response.headers["Retry-After"] = "5"
        return response


def private_pages(get_response: type_answer) -> type_answer:
    """Pages that are not for everybody are kept by no browser and no proxy; Back asks again."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        match = request.resolver_match
        if match is None or getattr(match.func, "audience", "") != "public":
            patch_cache_control(response, private=True, no_store=True)
        return response

    return answer
