"""What keeps private pages private in browsers, and fragments out of the wrong place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers


class PrivatePages:
    """Marks answers as private and htmx's apart from whole pages; turns redirects to sign-in into ones htmx follows.

    Stands before the middleware that demands sign-in. Pages for everybody (`people.audience.public`) set their
    own `Cache-Control`; every other answer is `no-store`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with what browsers and caches must know about it."""
        response = self.get_response(request)
        if request.headers.get("HX-Request") == "true":
            response = _sign_in_again(request, response)
        patch_vary_headers(response, ["HX-Request"])
        if getattr(request, "audience", None) != "public" and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Notes for whom the page is."""
        request.audience = getattr(view, "audience", None)  # type: ignore[attr-defined]


def _sign_in_again(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """htmx would swap the sign-in page into a fragment; told so, it goes there, and back to the page afterwards."""
    sign_in = resolve_url(settings.LOGIN_URL)
    if response.status_code not in {301, 302, 303} or urlsplit(response["Location"]).path != sign_in:
        return response
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = page.path + (f"?{page.query}" if page.query else "")
    return HttpResponse(status=204, headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': back or '/'})}"})
