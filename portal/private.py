"""Pages that only the holder of a link sees."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponseBase

type_response = TypeVar("type_response", bound=HttpResponseBase)


def private(response: type_response) -> type_response:
    """Kept by no search engine. Browsers and proxies are told not to keep it by a middleware."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response
