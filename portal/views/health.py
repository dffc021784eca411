"""For whoever watches over the machines: does it live, and is it ready?"""

from __future__ import annotations

from functools import cache

from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mail import readiness
from people.audience import public


@public
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is looked at."""
    return HttpResponse("ok", content_type="text/plain")


@public
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether pages can be served, and what stands still behind them.

    503 only for the database and its migrations, with `?strict` also for what is late.
    """
    try:
        applied = MigrationRecorder(connection).applied_migrations()
        if not _all_migrations() <= set(applied):
            return _answer("down", ["migrations"], 503)
        late = readiness.reasons(timezone.now())
    except DatabaseError:
        return _answer("down", ["database"], 503)
    if not late:
        return _answer("ok", [], 200)
    return _answer("degraded", late, 503 if "strict" in request.GET else 200)


def _answer(status: str, reasons: list[str], code: int) -> JsonResponse:
    return JsonResponse({"status": status, "reasons": reasons}, status=code)


@cache
def _all_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)
