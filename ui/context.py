"""What every page needs to know about its reader to look right."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def look(request: HttpRequest) -> dict[str, Any]:
    """`look.theme` ("", "light" or "dark") and `look.shortcuts` of who is signed in; `look.demo` in a demo."""
    user = getattr(request, "user", None)
    return {
        "look": {
            "theme": getattr(user, "theme", ""),
            "shortcuts": getattr(user, "shortcuts", False),
            "demo": settings.DEMO,
        }
    }
