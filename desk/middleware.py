"""The zone of whoever looks, for every page of the staff."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from desk.viewer import zone_name


def zone_of_staff(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Under /desk/ a person reads and gives times in their own zone."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/desk/") or not request.user.is_authenticated:
            return get_response(request)
        with timezone.override(zone_name(request.user)):
            return get_response(request)

    return answer
