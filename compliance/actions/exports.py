"""Writing lists as files: a short one at once, a long one by the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from compliance import listed
from compliance.actions.spreadsheets import AT_ONCE, COLUMNS, CsvSheet, XlsxSheet, rows
from compliance.listed import Asked
from compliance.models import Export
from compliance.models.export import KEPT_FOR
from people.models import Organisation, User

# So many are written in well under two seconds.
SHORT = 1000
MOST = 100_000
# A task is ended after a minute; another may begin anew after this time.
_LEASE = timedelta(seconds=90)
_ATTEMPTS = 2


def write(
    asked: Asked,
    form: str,
    into: BinaryIO,
    *,
    viewer: User,
    now: datetime,
    zone: ZoneInfo,
    progress: Callable[[int], None] = lambda written: None,
) -> None:
    """Write the list into a file that stands at its beginning, and leave it there; memory does not grow with the rows.

    `progress` is called with the number of rows that have been written.
    """
    sheet = (XlsxSheet if form == Export.Form.XLSX else CsvSheet)(into)
    sheet.add([str(column) for column in COLUMNS])
    found = listed.seen(asked, viewer=viewer, now=now, zone=zone).order_by("-counted_due_at", "-pk")
    for number, row in enumerate(rows(found, now=now, zone=zone), start=1):
        sheet.add(row)
        if number % AT_ONCE == 0:
            progress(number)
    sheet.close()
    into.seek(0)


def order(asked: Asked, form: str, count: int, *, by: User, now: datetime) -> Export:
    """Have the worker write a list of `count` cases for `by`. Refused where that is more than a file should hold."""
    if count > MOST:
        raise ValidationError(
            _("A file holds at most %(most)s promises. Choose fewer, month by month for example.")
            % {"most": f"{MOST:,}"}
        )
    return Export.objects.create(
        made_by=by,
        made_at=now,
        question=asked.in_address(_zone()),
        form=form,
        language=translation.get_language() or "en",
        rows=count,
    )


def write_all(*, now: datetime) -> int:
    """Write what has been asked for, one after the other; returns how many files."""
    written = 0
    while export := _claim(now):
        written += _write_one(export, now)
    return written


def forget(*, now: datetime) -> int:
    """Delete files that are older than a day, and what is known of them; returns how many."""
    old = list(Export.objects.filter(made_at__lt=now - KEPT_FOR))
    for export in old:
        if export.file:
            export.file.delete(save=False)
        export.delete()
    return len(old)


@transaction.atomic
def _claim(now: datetime) -> Export | None:
    waiting = Export.objects.to_write(now).select_for_update(skip_locked=True, of=("self",))
    export = waiting.select_related("made_by").order_by("pk").first()
    if export is None:
        return None
    export.attempts += 1
    export.lease_until = now + _LEASE
    if export.attempts > _ATTEMPTS:
        export.ended_at, export.lease_until = now, None
    export.save(update_fields=["attempts", "lease_until", "ended_at"])
    return export


def _write_one(export: Export, now: datetime) -> int:
    if export.ended_at:
        return 0

    def progress(written: int) -> None:
        Export.objects.filter(pk=export.pk).update(rows_written=written)

    zone = _zone()
    asked = listed.read(export.question, zone=zone, now=now)
    with translation.override(export.language), tempfile.TemporaryFile() as content:
        write(asked, export.form, content, viewer=export.made_by, now=now, zone=zone, progress=progress)
        export.file.save("list", File(content), save=False)
    export.rows_written, export.ended_at, export.lease_until = export.rows, now, None
    export.save(update_fields=["file", "rows_written", "ended_at", "lease_until"])
    return 1


def _zone() -> ZoneInfo:
    return Organisation.objects.the().zone_info
