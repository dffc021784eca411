"""What holds for every request, whichever page answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

type_answer = Callable[[HttpRequest], HttpResponseBase]

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
