"""What the nightly audit found: an administrator reads it in words, and has it run again."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from compliance import tasks
from compliance.actions import auditing
from compliance.audit import CHECKS
from compliance.models import AuditFinding, AuditRun
from standards.models import TeamCalendar
from tests import make
from tests.compliance.planting import NOW, conversations
from tests.desk.looking import page, signed_in
from tests.make import hours
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
PATH = "/desk/settings/audit/"


def night(now=NOW) -> None:
    with time_machine.travel(now, tick=False):
        tasks.audit()


def something_is_broken() -> Ticket:
    conversations.a_team_without_calendar()
    return Ticket.objects.get(team__team_calendar=None)


def test_before_the_first_night_it_says_so_and_can_be_run():
    make.organisation()
    shown = page(make.administrator(), PATH)
    assert "has not run yet" in shown
    assert "Run it now" in shown


def test_where_all_holds_it_says_how_many_checks_were_made():
    make.organisation()
    night()
    assert f"All {len(CHECKS)} checks held." in page(make.administrator(), PATH)


def test_a_finding_stands_there_in_words_with_its_ticket_and_what_to_do():
    ticket = something_is_broken()
    night()
    shown = page(make.administrator(), PATH)
    assert "An open ticket&#x27;s team has no calendar" in shown
    assert "Choose a calendar for the team in the settings." in shown
    assert f'href="/desk/tickets/{ticket.number}/"' in shown
    assert "check found something" in page(make.administrator(), "/desk/settings/")
    assert "found by the audit" in page(make.administrator(), "/desk/")
    assert "found by the audit" not in page(make.manager(), "/desk/")


def test_what_is_found_again_is_found_since_the_first_time_and_what_was_mended_is_gone():
    ticket = something_is_broken()
    night()
    night(NOW + hours(24))
    assert set(AuditFinding.objects.standing().values_list("check_name", "since")) >= {("open-without-calendar", NOW)}
    TeamCalendar.objects.create(team=ticket.team, calendar=make.calendar())
    night(NOW + hours(48))
    assert not AuditFinding.objects.standing().filter(check_name="open-without-calendar").exists()


def test_asked_for_twice_it_runs_once_and_says_who_asked():
    make.organisation()
    ada = make.administrator(name="Ada Admin")
    browser = signed_in(ada)
    for _ in range(2):
        assert "as soon as the worker is free" in browser.post(f"{PATH}run/", follow=True).content.decode()
    assert "It waits for the worker." in page(ada, PATH)
    tasks.audit_asked_for()
    tasks.audit_asked_for()
    run = AuditRun.objects.get()
    assert run.asked_by == ada
    assert run.ended_at is not None
    assert "asked for by Ada Admin" in page(ada, PATH)


def test_a_month_of_runs_is_kept():
    for number in range(auditing.KEPT + 3):
        at = NOW + number * hours(1)
        auditing.end(auditing.begin(now=at), [], now=at)
    assert AuditRun.objects.count() == auditing.KEPT
    newest = AuditRun.objects.newest()
    assert newest is not None
    assert newest.began_at == at


def test_a_run_that_broke_off_is_not_waited_for():
    make.organisation()
    auditing.begin(now=timezone.now() - hours(1))
    assert "Run it now" in page(make.administrator(), PATH)
