"""What the pages, feeds and exports say of 50,000 commitments, against the table written out by hand."""

from __future__ import annotations

import csv
import io
from urllib.parse import parse_qsl

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from compliance import listed
from compliance.actions import exports
from compliance.actions.closing import freeze_months
from people.models import User
from tests import make
from tests.compliance.counting import NOW, world
from tests.compliance.pages import Table, desk_differences, held, public_differences
from tests.make import ZAGREB


@pytest.mark.django_db
def test_every_figure_of_both_pages_is_the_one_written_out_by_hand() -> None:
    with time_machine.travel(NOW, tick=False):
        table = Table(world("on the pages", 50_000))
        freeze_months(now=NOW)
        assert public_differences(table, Client())[:5] == []
        manager = make.manager()
        looked_up, differ = desk_differences(table, manager)
        print(f"{looked_up:,} figures of the compliance page looked up, {len(differ)} differ")
        assert looked_up > 1_000
        assert differ[:5] == []
        missed = "month=2026-09&buckets=kept_late.not_done"
        expected = held(table, f"/desk/compliance/cases/?{missed}")
        assert {form: _exported(missed, form, by=manager) for form in ("csv", "xlsx")} == {
            "csv": expected,
            "xlsx": expected,
        }


def _exported(address: str, form: str, *, by: User) -> int:
    """How many cases the file holds."""
    asked = listed.read(dict(parse_qsl(address)), zone=ZAGREB, now=NOW)
    export = exports.order(asked, form, 1, by=by, now=NOW)
    exports.write_all(now=NOW)
    export.refresh_from_db()
    content = export.file.read()
    if form == "csv":
        return len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) - 1
    return len(list(load_workbook(io.BytesIO(content), read_only=True).active.iter_rows())) - 1
