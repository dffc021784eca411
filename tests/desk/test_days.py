"""Whoever promises something sees what that day holds already, and is warned where it can hold no more."""

import pytest
from django.urls import reverse

from desk import scope, week
from tests import make
from tests.desk.looking import signed_in
from tests.make import MONDAY_9AM, hours, zagreb

pytestmark = pytest.mark.django_db
TUESDAY = zagreb("2026-11-24 12:00")


@pytest.fixture
def ivana(time_machine):
    """It is Monday at nine; her team is open from eight to four, so a day holds 32 promises."""
    time_machine.move_to(MONDAY_9AM, tick=False)
    return make.user(name="Ivana", teams=[make.team()])


def day(user, ticket, field="contact_date", on="2026-11-24") -> str:
    return " ".join(signed_in(user).get(reverse("desk:ticket-day", args=[ticket.number]), {field: on}).text.split())


def ticket_with(ivana, promises: int):
    ticket = make.ticket(team=ivana.memberships.get().team, owner=ivana)
    for number in range(promises):
        make.promise(ticket, words=f"Thing {number}", due=TUESDAY, by=ivana)
    return ticket


def test_what_is_due_on_that_day_is_told_and_a_day_that_can_hold_it_warns_of_nothing(ivana):
    ticket = ticket_with(ivana, 31)
    assert "Ivana has 31 promises due on Tue 24 Nov." in day(ivana, ticket)
    assert "more than this day can hold" not in day(ivana, ticket)
    assert "Nothing else that Ivana answers for falls due on Wed 25 Nov." in day(ivana, ticket, on="2026-11-25")
    assert not day(ivana, ticket, on="soon")


def test_one_more_than_the_day_can_hold_is_warned_of(ivana):
    ticket = ticket_with(ivana, 32)
    assert "That is more than this day can hold: 8 h 15 m of work with this one, and 8 h to do it in." in day(
        ivana, ticket, field="promise_date"
    )
    assert "no opening hours left" in day(ivana, ticket, on="2026-11-28")


def test_hours_away_are_no_hours(ivana):
    ticket = ticket_with(ivana, 20)
    make.absence(ivana, starts_at=TUESDAY, ends_at=TUESDAY + hours(24))
    assert "5 h 15 m of work with this one, and 4 h to do it in." in day(ivana, ticket)
    make.absence(ivana, starts_at=TUESDAY + hours(24), ends_at=TUESDAY + hours(60))
    assert "Ivana is away on that day." in day(ivana, ticket, on="2026-11-26")


def test_without_scripts_the_warning_comes_after_sending_and_the_promise_is_made_all_the_same(ivana):
    ticket = ticket_with(ivana, 32)
    sent = {
        "key": "5f3f5a52-1111-4a4a-8b8b-0123456789ab", "body": "We look into it.", "next": "contact",
        "contact_date": "2026-11-24", "contact_time": "15:00",
    }  # fmt: skip
    page = signed_in(ivana).post(reverse("desk:ticket-reply", args=[ticket.number]), sent, follow=True).text
    assert "Ivana has 32 promises due on Tue 24 Nov. That is more than this day can hold" in page
    assert ticket.messages.filter(direction="out").count() == 1


def test_a_promise_that_is_moved_within_its_day_is_not_counted_twice(ivana):
    ticket = ticket_with(ivana, 32)
    moved = ticket.commitments.first()
    page = signed_in(ivana).get(reverse("desk:commitment-day", args=[moved.pk]), {"date": "2026-11-24"}).text
    assert "Ivana has 31 promises due on Tue 24 Nov." in page
    assert "hint--trouble" not in page
    assert 'id="day-load"' in signed_in(ivana).get(reverse("desk:commitment-move", args=[moved.pk])).text


def test_the_coming_days_of_each_colleague_stand_side_by_side(ivana):
    ticket = ticket_with(ivana, 33)
    missed = make.promise(ticket, words="At once", at=MONDAY_9AM - hours(2), due=MONDAY_9AM - hours(1), by=ivana)
    make.absence(ivana, starts_at=zagreb("2026-11-25 00:00"), ends_at=zagreb("2026-11-26 00:00"))
    seen = week.read(ivana, now=MONDAY_9AM, zone=make.ZAGREB)
    (line,) = [line for line in seen.lines if line.person == ivana]
    assert (line.overdue, missed.accountable) == (1, ivana)
    assert [(cell.due, cell.minutes_have, cell.is_away) for cell in line.cells] == [
        (0, 420, False), (33, 480, False), (0, 0, True), (0, 480, False), (0, 480, False), (0, 0, False), (0, 0, False),
    ]  # fmt: skip
    assert [cell.is_too_full for cell in line.cells].index(True) == 1
    page = signed_in(ivana).get(reverse("desk:load")).text
    assert "495 of 480" in page
    assert "too full" in page


def test_who_is_away_today_is_no_hand_on_horizon(ivana):
    (crew,) = scope.crews_of(ivana, now=MONDAY_9AM)
    scopes = scope.scopes(ivana, [crew])
    assert ivana.pk in scopes[0].people()
    make.absence(ivana, starts_at=MONDAY_9AM - hours(1), ends_at=MONDAY_9AM + hours(10))
    assert ivana.pk not in scope.scopes(ivana, scope.crews_of(ivana, now=MONDAY_9AM))[0].people()
