"""What the frame of every page of the desk shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from desk import condition as conditions
from desk.condition import Condition


def shell(request: HttpRequest) -> dict[str, Any]:
    """What stands around every page of the desk.

    `shell`: what the rail counts (`rail.Counts`), found with the condition of a whole page, and asked for
    only where something else shows it. `condition`: how the desk itself stands; of that `stands_still` and
    `mail_is_late`.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not request.path_info.startswith("/desk/"):
        return {}
    found: Condition | None = getattr(request, "condition", None)
    return {
        "shell": found.counts if found and found.counts else _counted_now(user),
        "condition": found,
        "stands_still": found is not None and found.worker_stands_still(timezone.now()),
        "mail_is_late": found is not None and found.mail_is_late(timezone.now()),
    }


def _counted_now(user: Any) -> SimpleLazyObject:
    return SimpleLazyObject(lambda: conditions.read(user, now=timezone.now()).counts)
