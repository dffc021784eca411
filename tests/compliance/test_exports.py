"""Lists as files: safe to open, private, and gone after a day."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from compliance import listed
from compliance.actions import exports
from compliance.actions.spreadsheets import COLUMNS, harmless
from compliance.models import Export
from tests import make
from tests.desk.looking import page, signed_in
from tests.make import MONDAY_9AM, ZAGREB, hours
from tickets.actions import causes, commitments
from tickets.models import Commitment

pytestmark = pytest.mark.django_db

NOW = MONDAY_9AM + hours(4)
CASES = "/desk/compliance/cases/"


@pytest.fixture(autouse=True)
def _one_on_monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def missed(**fields) -> Commitment:
    made = make.promise(make.ticket(**fields), due=MONDAY_9AM + hours(1), words="=1+1")
    row = commitments.keep(made, at=MONDAY_9AM + hours(2), now=MONDAY_9AM + hours(2))
    causes.say_why(row, "supplier", by=row.ticket.team.lead, now=NOW)
    return row


def asked(**more: str) -> listed.Asked:
    return listed.read({"buckets": "kept_late", **more}, zone=ZAGREB, now=NOW)


def order(form: str = "csv") -> Export:
    return exports.order(asked(), form, 1, by=make.manager(), now=NOW)


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_run_as_a_formula(begins):
    assert harmless(f'{begins}cmd|" /C calc"!A0').startswith("'")


def test_what_is_no_formula_stays_as_it_is():
    assert harmless("Printer = broken - since Monday") == "Printer = broken - since Monday"
    assert harmless("bell\x07") == "bell"


def test_a_short_list_comes_at_once_as_csv():
    row = missed(subject='=HYPERLINK("https://evil.example")')
    answer = signed_in(make.manager()).post(f"{CASES}export/?buckets=kept_late", {"form": "csv"})
    assert "attachment" in answer["Content-Disposition"]
    assert "promises-2026-11-01.csv" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, line = csv.reader(io.StringIO(text))
    told = dict(zip(head, line, strict=True))
    assert told["Ticket"] == f"T-{row.ticket.number}"
    assert told["Subject"] == '\'=HYPERLINK("https://evil.example")'
    assert told["Words of the promise"] == "'=1+1"
    assert told["Fell due"] == "2026-11-23 10:00"
    assert told["Minutes used"] == "120"
    assert told["Reason"] == "Waiting for a supplier"
    assert told["Answered for it"] == row.ticket.team.lead.name
    assert not Export.objects.exists()


def test_the_same_as_a_workbook_has_times_as_times_and_no_formula():
    missed(subject="=1+1")
    answer = signed_in(make.manager()).post(f"{CASES}export/?buckets=kept_late", {"form": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    head, line = sheet.iter_rows()
    told = dict(zip((cell.value for cell in head), line, strict=True))
    assert [cell.value for cell in head] == [str(column) for column in COLUMNS]
    assert told["Fell due"].value.isoformat() == "2026-11-23T10:00:00"
    assert told["Minutes used"].value == 120
    assert told["Subject"].data_type == "s"
    assert all(cell.data_type != "f" for cell in line)


def test_a_long_list_is_written_by_the_worker(monkeypatch):
    monkeypatch.setattr(exports, "SHORT", 0)
    missed()
    manager = make.manager()
    client = signed_in(manager)
    answer = client.post(f"{CASES}export/?buckets=kept_late", {"form": "csv"})
    where = answer["Location"]
    html = client.get(where).content.decode()
    assert "1 promise is being written" in html
    assert "<progress" in html
    assert client.get(f"{where}file/").status_code == 404, "there is nothing to fetch yet"
    assert exports.write_all(now=NOW) == 1
    assert exports.write_all(now=NOW) == 0
    assert "is ready" in client.get(f"{where}progress/").content.decode()
    assert b"Waiting for a supplier" in b"".join(client.get(f"{where}file/").streaming_content)


def test_nobody_else_finds_a_file_whatever_their_role():
    missed()
    export = order()
    exports.write_all(now=NOW)
    stranger = signed_in(make.administrator())
    for part in ("", "progress/", "file/"):
        assert stranger.get(f"/desk/compliance/exports/{export.pk}/{part}").status_code == 404


def test_a_file_holds_what_its_maker_may_see_and_no_more():
    mine, theirs = missed(team=make.team()), missed(team=make.team())
    export = exports.order(asked(), "csv", 2, by=mine.ticket.team.lead, now=NOW)
    exports.write_all(now=NOW)
    text = Export.objects.get(pk=export.pk).file.read().decode()
    assert f"T-{mine.ticket.number}" in text
    assert f"T-{theirs.ticket.number}" not in text


def test_a_file_is_deleted_after_a_day():
    missed()
    export = order("xlsx")
    exports.write_all(now=NOW)
    name = Export.objects.get(pk=export.pk).file.name
    assert exports.forget(now=NOW + timedelta(hours=23)) == 0
    assert default_storage.exists(name)
    assert exports.forget(now=NOW + timedelta(hours=25)) == 1
    assert not default_storage.exists(name)


def test_a_file_whose_writer_died_is_begun_anew_and_given_up_the_second_time():
    missed()
    export = order()
    Export.objects.update(attempts=1, lease_until=NOW + timedelta(seconds=1))
    assert exports.write_all(now=NOW) == 0
    Export.objects.update(attempts=2)
    assert exports.write_all(now=NOW + timedelta(seconds=2)) == 0
    export.refresh_from_db()
    assert export.has_failed
    assert "could not be written" in page(export.made_by, f"/desk/compliance/exports/{export.pk}/")


def test_more_than_a_file_should_hold_is_refused():
    make.organisation()
    with pytest.raises(ValidationError, match="at most 100,000"):
        exports.order(asked(), "csv", exports.MOST + 1, by=make.manager(), now=NOW)


def test_a_longer_list_asks_the_database_no_more_often():
    missed()

    def asks() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert exports.write_all(now=NOW) == 1
        return len(queries)

    order()
    few = asks()
    for _ in range(5):
        missed()
    order()
    assert asks() == few
