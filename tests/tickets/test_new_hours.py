"""Hours were changed: nothing that runs moves before somebody decides it, and nothing that ended ever does."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.forms import model_to_dict

from compliance import audit
from standards.actions import calendars
from standards.models import Calendar, CalendarVersion
from standards.terms import Clock, Kind
from tests import make
from tests.make import MONDAY_9AM, OFFICE_HOURS, hours, zagreb
from tickets.actions import commitments, new_hours, pauses
from tickets.models import Commitment, Event, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    """Due by rule: a first response on Tuesday at 9:00, a resolution on Wednesday at 16:00."""
    make.standard()
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=2)
    return make.ticket()


def change(calendar: Calendar, now: datetime = MONDAY_9AM, **fields: Any) -> CalendarVersion:
    given = {"name": calendar.name, "zone": "Europe/Zagreb", "hours": OFFICE_HOURS}
    return calendars.change(calendar, **{**given, **fields}, now=now)


def closed_on_tuesday(ticket: Ticket) -> Calendar:
    calendar = ticket.team.team_calendar.calendar
    change(calendar, date_hours={"2026-11-24": []})
    return calendar


def owed(ticket: Ticket, kind: str = Kind.FIRST_RESPONSE) -> Commitment:
    return ticket.commitments.get(kind=kind)


def test_changed_hours_move_nothing_that_runs(ticket: Ticket):
    before = list(Commitment.objects.order_by("pk").values())
    calendar = closed_on_tuesday(ticket)
    assert list(Commitment.objects.order_by("pk").values()) == before
    assert new_hours.would_move(calendar, now=MONDAY_9AM)
    assert list(Commitment.objects.order_by("pk").values()) == before


def test_what_would_move_is_shown_and_then_moved_on_purpose(ticket: Ticket):
    calendar, now = closed_on_tuesday(ticket), MONDAY_9AM + hours(1)
    shown = {one.commitment.kind: (one.before, one.due) for one in new_hours.would_move(calendar, now=now)}
    assert shown == {
        Kind.FIRST_RESPONSE: (zagreb("2026-11-24 09:00"), zagreb("2026-11-25 09:00")),
        Kind.RESOLUTION: (zagreb("2026-11-25 16:00"), zagreb("2026-11-26 16:00")),
    }
    admin = make.administrator()
    moved = new_hours.follow(calendar, seen=2, by=admin, now=now)
    assert len(moved) == 2
    response = owed(ticket)
    assert response.due_at == zagreb("2026-11-25 09:00")
    assert response.calendar_version.number == 2
    assert response.warn_at < response.last_call_at < response.due_at
    event = Event.objects.get(kind="commitment.new_hours", commitment=response)
    assert (event.by, event.detail["old_due"]) == (admin, zagreb("2026-11-24 09:00").astimezone(make.UTC).isoformat())
    assert new_hours.would_move(calendar, now=now) == []
    assert list(audit.run(now)) == []


def test_a_later_time_does_not_make_a_result_better(ticket: Ticket):
    calendar = closed_on_tuesday(ticket)
    new_hours.follow(calendar, seen=2, by=make.administrator(), now=MONDAY_9AM)
    response = owed(ticket)
    assert response.first_due_at == response.counted_due_at == zagreb("2026-11-24 09:00")


def test_an_earlier_time_counts_from_then_on(ticket: Ticket):
    calendar = ticket.team.team_calendar.calendar
    change(calendar, hours={**OFFICE_HOURS, "mon": [["08:00", "20:00"]]})
    new_hours.follow(calendar, seen=2, by=make.administrator(), now=MONDAY_9AM)
    response = owed(ticket)
    assert response.counted_due_at == response.due_at == zagreb("2026-11-23 17:00")
    assert response.first_due_at == zagreb("2026-11-24 09:00")


def test_a_time_that_shrank_into_the_past_is_due_shortly_and_flagged(ticket: Ticket):
    calendar, now = ticket.team.team_calendar.calendar, zagreb("2026-11-24 08:30")
    change(calendar, hours={**OFFICE_HOURS, "mon": [["08:00", "20:00"]]}, now=now)
    (one,) = new_hours.follow(calendar, seen=2, by=make.administrator(), now=now)
    assert one.tightened
    assert owed(ticket).due_at > now
    assert list(audit.run(now)) == []


def test_what_is_overdue_or_ended_or_was_told_stays_as_it_is(ticket: Ticket):
    told = make.promise(ticket, due=zagreb("2026-11-24 12:00"))
    late = zagreb("2026-11-24 10:00")
    commitments.keep(owed(ticket, Kind.RESOLUTION), at=late, now=late, by=None)
    before = {row.pk: model_to_dict(row) for row in Commitment.objects.all()}
    calendar = closed_on_tuesday(ticket)
    assert owed(ticket).is_overdue(late)
    assert new_hours.follow(calendar, seen=2, by=make.administrator(), now=late) == []
    assert {row.pk: model_to_dict(row) for row in Commitment.objects.all()} == before
    assert told.pk in before


def test_a_clock_that_stands_still_goes_on_by_the_newest_hours(ticket: Ticket):
    question = Message.objects.create(
        ticket=ticket, direction="out", channel="phone", body="Which?", at=MONDAY_9AM, author=ticket.team.lead
    )
    pauses.begin(ticket, question, at=MONDAY_9AM + hours(1), ends_by=MONDAY_9AM + hours(99), now=MONDAY_9AM + hours(1))
    calendar = closed_on_tuesday(ticket)
    new_hours.follow(calendar, seen=2, by=make.administrator(), now=MONDAY_9AM + hours(2))
    resolution = owed(ticket, Kind.RESOLUTION)
    assert resolution.unpaused_due_at == zagreb("2026-11-26 16:00")
    assert (resolution.due_at, resolution.calendar_version.number) == (None, 2)


def test_who_looked_at_older_hours_looks_again(ticket: Ticket):
    calendar = closed_on_tuesday(ticket)
    change(calendar, date_hours={})
    with pytest.raises(ValidationError, match="changed once more"):
        new_hours.follow(calendar, seen=2, by=make.administrator(), now=MONDAY_9AM)


def test_the_number_of_questions_does_not_grow_with_what_would_move(ticket: Ticket, django_assert_num_queries: Any):
    calendar = closed_on_tuesday(ticket)
    with django_assert_num_queries(5):
        assert len(new_hours.would_move(calendar, now=MONDAY_9AM)) == 2
    for _ in range(3):
        ticket.pk = make.ticket(customer=ticket.customer).pk
    Commitment.objects.update(calendar_version=calendar.versions.get(number=1))
    with django_assert_num_queries(5):
        new_hours.would_move(calendar, now=MONDAY_9AM)
