"""The loop of half a second: one statement asks whether there is work, and hurries along what does it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django_q.models import OrmQ
from django_q.tasks import async_task

from config.schedule import EVERY_MOMENT
from mail.outbox import database_now
from mail.sending import BATCH
from mail.statements import DATABASE_CLOCK

# Where more wait than one batch, so many of a kind are started; the rest of the workers stay free for the sweeps.
AT_ONCE = {"mail.tasks.send_queued": 2}
# Stands where the time of a look will stand.
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
# What was fetched longer ago than this has been carried out, or died with its worker.
_FETCHED = timedelta(seconds=30)


class Look:
    """The one statement, written once: to write it anew each time would take longer than to answer it."""

    def __init__(self) -> None:
        self._tasks: list[str] = []
        self._given: list[Any] = []
        asked = [DATABASE_CLOCK]
        for question, task in EVERY_MOMENT:
            for number in range(AT_ONCE.get(task, 1)):
                text, values = _exists(question(_ANY_TIME), beyond=number * BATCH)
                asked.append(text)
                self._given += values
                self._tasks.append(task)
        self._text = f"SELECT {', '.join(asked)}"
        other = [value for value in self._given if isinstance(value, datetime) and value != _ANY_TIME]
        assert not other, "a question computes with the time: it would always be asked about the same one"

    def at(self, now: datetime) -> tuple[datetime, list[str]]:
        """The database's time, and the tasks whose question says yes at `now`.

        A task stands there as often as it is worth carrying out at once.
        """
        with connection.cursor() as cursor:
            cursor.execute(self._text, [now if value == _ANY_TIME else value for value in self._given])
            read_at, *answers = cursor.fetchone()
        return read_at, [task for task, yes in zip(self._tasks, answers, strict=True) if yes]


def has_work(now: datetime) -> tuple[datetime, list[str]]:
    """One look, by the settings as they are now."""
    return Look().at(now)


def hurry(tasks: Sequence[str], *, now: datetime, in_hand: bool = True) -> None:
    """Put those of `tasks` into the queue that are not there as often. Losing one loses nothing.

    With `in_hand`, what has been fetched a moment ago is there, too; not so for whoever starts, since
    it may have died with those before.
    """
    if not tasks:
        return
    missing = Counter(tasks) - Counter(_in_the_queue(now, in_hand))
    for task in missing.elements():
        async_task(task)


def forget(fetched: Sequence[int]) -> None:
    """Take out of the queue what a cluster had fetched that died: nobody is to wait for it, nor to do it over."""
    OrmQ.objects.filter(pk__in=fetched).delete()


def forget_what_nobody_has(*, now: datetime) -> None:
    """The same where nobody was left to say so: a task that was fetched so long ago has ended, or will not.

    Else the queue would give all of it out anew, when everything has been asked for long since.
    """
    retry, longest = (timedelta(seconds=settings.Q_CLUSTER[name]) for name in ("retry", "timeout"))
    OrmQ.objects.filter(lock__gt=now, lock__lt=now + retry - longest).delete()


class Clock:
    """The database's clock between two readings, so that asking takes one statement only."""

    def __init__(self) -> None:
        self.set(database_now())

    def set(self, read_at: datetime) -> None:
        """It was `read_at` a moment ago."""
        self._read_at, self._at = read_at, time.monotonic()

    def now(self) -> datetime:
        """What it shows now."""
        return self._read_at + timedelta(seconds=time.monotonic() - self._at)


def _exists(question: QuerySet, *, beyond: int) -> tuple[str, Sequence[Any]]:
    """Whether there are more than so many."""
    try:
        text, values = question.order_by().values("pk")[beyond : beyond + 1].query.sql_with_params()
    except EmptyResultSet:
        return "FALSE", []
    return f"EXISTS ({text})", values


def _in_the_queue(now: datetime, in_hand: bool) -> list[str]:
    """The names of the tasks that wait in the queue, or have been fetched a moment ago."""
    if settings.BROKER_URL:
        return []
    retry = timedelta(seconds=settings.Q_CLUSTER["retry"])
    rows = OrmQ.objects.all()[:200]
    return [row.func() for row in rows if row.lock <= now or (in_hand and row.lock - retry > now - _FETCHED)]
