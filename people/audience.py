"""Who a page is for. Every view wears exactly one of these; a test refuses a route without.

Sign-in itself is demanded by middleware for all views but `public` and `customer` ones.
What a person may see *within* a page is decided by `visible_to`, not here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from people.models import User

type_view = Callable[..., HttpResponseBase]


class StaffRequest(HttpRequest):
    """What a view for staff is given: somebody has signed in. Only for the type checker."""

    user: User
    htmx: HtmxDetails


def public(view: type_view) -> type_view:
    """Anybody may open it, signed in or not."""
    return _declare(login_not_required(view), "public")


def customer(view: type_view) -> type_view:
    """The holder of a private link; the view checks the token itself."""
    return _declare(login_not_required(view), "customer")


def staff(view: type_view) -> type_view:
    """Every member of staff."""
    return _declare(view, "staff")


def managers(view: type_view) -> type_view:
    """Managers and administrators; for everybody else the page does not exist."""
    return _only(view, "managers", lambda user: user.is_manager)


def administrators(view: type_view) -> type_view:
    """Administrators; for everybody else the page does not exist."""
    return _only(view, "administrators", lambda user: user.is_administrator)


def _only(view: type_view, audience: str, allowed: Callable) -> type_view:
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not allowed(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return _declare(guarded, audience)


def _declare(view: type_view, audience: str) -> type_view:
    view.audience = audience  # type: ignore[attr-defined]  # what views are asked for
    return view
