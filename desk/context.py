"""What the frame of every page of the desk shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from desk.condition import Condition
from tickets.models import Commitment


def shell(request: HttpRequest) -> dict[str, Any]:
    """What stands around every page of the desk.

    `shell.overdue`: how many promises that the person may see are overdue, asked only by a page that
    shows it. `condition`: how the desk itself stands, and `stands_still`.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not request.path_info.startswith("/desk/"):
        return {}

    def overdue() -> int:
        return Commitment.objects.visible_to(user).running().filter(due_at__lt=timezone.now()).count()

    found: Condition | None = getattr(request, "condition", None)
    return {
        "shell": {"overdue": SimpleLazyObject(overdue)},
        "condition": found,
        "stands_still": found is not None and found.worker_stands_still(timezone.now()),
    }
