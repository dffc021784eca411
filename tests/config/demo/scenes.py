"""What the tests of the demo share."""

from collections import Counter
from datetime import UTC, datetime

from desk import horizon, scope
from people.models import User
from tests.make import ZAGREB, zagreb

MONDAY = zagreb("2026-11-23 10:42").astimezone(UTC)


def lanes(now: datetime, key: str = scope.ALL, who: str = "mara@demo.test") -> Counter[str]:
    """How many stand in each lane of Horizon."""
    user = User.objects.get(email=who)
    chosen = scope.chosen(key, scope.scopes(user, scope.crews_of(user, now=now)))
    return horizon.look(chosen, now=now, zone=ZAGREB).counts
