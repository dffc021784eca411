"""The zone of whoever looks, for every page of the staff, and how the desk itself stands."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from desk import condition


def zone_of_staff(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Under /desk/ a person reads and gives times in their own zone, or else the organisation's.

    `request.condition` tells how the desk stands; found by the same query, and for a whole page what its rail counts.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/desk/") or not request.user.is_authenticated:
            return get_response(request)
        is_page = request.method == "GET" and request.headers.get("HX-Request") != "true"
        found = condition.read(request.user if is_page else None, now=timezone.now())
        request.condition = found  # type: ignore[attr-defined]  # ours, on every request
        with timezone.override(request.user.zone or found.zone):
            return get_response(request)

    return answer
