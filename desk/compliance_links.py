"""Where the lists behind the figures of the compliance page are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.http import urlencode

from compliance.listed import Asked
from people.audience import StaffRequest


class Links:
    """Addresses of the page and of the lists, for questions that a template names."""

    def __init__(self, zone: ZoneInfo, by: str = "") -> None:
        self._zone = zone
        self._by = {"by": by} if by else {}

    def cases(self, asked: Asked) -> str:
        """The list of exactly these."""
        return self._to("desk:compliance-cases", asked)

    def page(self, asked: Asked) -> str:
        """The page about these."""
        return self._to("desk:compliance", whole(asked), **self._by)

    def by(self, asked: Asked, way: str) -> str:
        """The page about these, compared in another way."""
        return self._to("desk:compliance", whole(asked), by=way)

    def said(self, asked: Asked, what: str) -> str:
        """The customers who said that."""
        return self._to("desk:compliance-answers", asked, said=what)

    def _to(self, name: str, asked: Asked, **more: str) -> str:
        return f"{reverse(name)}?{urlencode({**asked.in_address(self._zone), **more})}"


def whole(asked: Asked) -> Asked:
    """The question of a page: about all that became of it."""
    return Asked(asked.but(buckets=(), moved=False).question, no_category=asked.no_category)


def zone_of(request: StaffRequest) -> ZoneInfo:
    """That of the organisation: a month has the same days for everybody who reads its result."""
    return ZoneInfo(request.condition.zone)  # type: ignore[attr-defined]  # put there by our middleware
