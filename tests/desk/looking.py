"""Looking at Horizon in tests: on Monday at nine, in Zagreb."""

from __future__ import annotations

from datetime import datetime

from django.test import Client

from desk import horizon, scope
from people.models import Team, User
from tests import make
from tests.make import MONDAY_9AM, ZAGREB, hours
from tickets.models import Commitment

NOW = MONDAY_9AM


def due(at: datetime, team: Team | None = None, **fields) -> Commitment:
    """A promise that falls due at `at`, made an hour before that or before now."""
    ticket = fields.pop("ticket", None) or make.ticket(**({"team": team} if team else {}), now=NOW - hours(100))
    return make.promise(ticket, due=at, at=min(at, NOW) - hours(1), **fields)


def look(user: User, key: str = "all", **asked) -> horizon.Horizon:
    choice = scope.chosen(key, scope.scopes(user, scope.crews_of(user, now=asked.get("now", NOW))))
    return horizon.look(choice, **{"now": NOW, "zone": ZAGREB, **asked})


def signed_in(user: User, *, by_htmx: bool = False) -> Client:
    client = Client(headers={"HX-Request": "true"} if by_htmx else None)
    client.force_login(user)
    return client


def page(user: User, path: str = "/desk/", *, by_htmx: bool = False) -> str:
    return signed_in(user, by_htmx=by_htmx).get(path).content.decode()
