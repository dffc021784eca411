"""Who is told of what, and when: in their own hours, and somebody else where they are away."""

import pytest

from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tests.tickets.telling import LAST_CALL, MINUTE, OVERDUE, SOON, ivanas_ticket, mails, recipients, sweep
from tickets.models import Warning

pytestmark = pytest.mark.django_db

NIGHT = {day: [["00:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def ticket():
    return ivanas_ticket()


def test_each_is_told_in_the_hours_of_their_own_team():
    make.standard(window_minutes=240)
    lead, owner = make.user(name="Petra"), make.user(name="Ivana")
    make.team(lead=make.user(), members=[owner], calendar=make.calendar(hours=NIGHT))
    make.ticket(team=make.team(lead=lead), owner=owner)
    assert recipients(sweep(LAST_CALL)) == ["Petra"]
    assert recipients(sweep(OVERDUE)) == ["Petra", "Petra"], "Ivana sleeps"
    assert recipients(sweep(zagreb("2026-11-24 00:00"))) == ["Ivana", "Petra", "Petra"]
    assert mails()[-1].subject.startswith("Overdue since Mon 13:00: First response")


def test_whoever_is_in_two_teams_is_told_when_one_of_them_works(ticket):
    make.team(lead=make.user(), members=[ticket.owner], calendar=make.calendar(hours=NIGHT))
    make.promise(ticket, at=MONDAY_9AM, due=zagreb("2026-11-24 02:00"), by=ticket.owner)
    found = sweep(zagreb("2026-11-24 01:30"))
    assert recipients(found) == ["Ivana"]


def test_whoever_is_in_no_team_works_when_the_default_team_does():
    organisation = make.organisation(default_team=make.team(calendar=make.calendar(hours=NIGHT)))
    make.standard(window_minutes=240)
    owner = make.user(name="Ivana")
    make.ticket(team=make.team(), owner=owner)
    assert "Ivana" not in recipients(sweep(OVERDUE))
    organisation.default_team.team_calendar.delete()
    assert "Ivana" in recipients(sweep(OVERDUE + MINUTE)), "no hours are known at all, so it is said at once"


def test_a_team_that_lost_its_calendar_stops_nobodys_mail(ticket):
    ticket.team.team_calendar.delete()
    make.organisation().default_team.memberships.create(user=ticket.owner)
    assert recipients(sweep(SOON)) == ["Ivana"]


def test_for_whoever_is_away_their_lead_is_told(ticket):
    make.absence(ticket.owner, starts_at=MONDAY_9AM, ends_at=MONDAY_9AM + hours(48))
    assert recipients(sweep(SOON)) == ["Petra"]
    assert not Warning.objects.filter(untold=True).exists()


def test_where_the_lead_is_away_as_well_the_managers_are_told(ticket):
    make.manager(name="Mara")
    for person in (ticket.owner, ticket.team.lead):
        make.absence(person, starts_at=MONDAY_9AM, ends_at=MONDAY_9AM + hours(48))
    assert recipients(sweep(LAST_CALL)) == ["Mara"]


def test_where_nobody_at_all_is_there_it_waits_for_the_first_who_comes_back(ticket):
    back = MONDAY_9AM + hours(4.5)
    make.absence(ticket.owner, starts_at=MONDAY_9AM, ends_at=back)
    make.absence(ticket.team.lead, starts_at=MONDAY_9AM, ends_at=back + hours(24))
    assert sweep(OVERDUE) == []
    assert recipients(sweep(back)) == ["Ivana"]


def test_whoever_is_lead_and_answers_for_it_gets_one_mail():
    make.standard(window_minutes=240)
    make.ticket(team=make.team(lead=make.user(name="Petra")))
    assert recipients(sweep(LAST_CALL)) == ["Petra"]
    assert not Warning.objects.filter(untold=True).exists()


def test_managers_are_told_once_the_time_to_own_it_is_over(ticket):
    make.manager(name="Mara"), make.manager(name="Left", is_active=False), make.administrator(name="Ada")
    sweep(OVERDUE)
    assert "Mara" not in recipients(sweep(zagreb("2026-11-24 09:00")))
    found = sweep(zagreb("2026-11-24 09:01"))
    assert recipients(found) == ["Ivana", "Mara", "Petra"]
    assert found[-1].subject.startswith("No new time given, overdue since Mon 13:00: First response, T-")
    assert "It was due: Monday 23 November 2026, 13:00" in found[-1].body


def test_a_house_without_managers_tells_its_administrators(ticket):
    make.administrator(name="Ada")
    sweep(OVERDUE)
    assert recipients(sweep(zagreb("2026-11-24 09:01"))) == ["Ada", "Ivana", "Petra"]


def test_what_was_owned_while_the_managers_slept_is_not_told(ticket):
    make.manager(name="Mara", teams=[make.team(calendar=make.calendar(hours=NIGHT))])
    sweep(OVERDUE)
    sweep(zagreb("2026-11-24 09:01"))
    promise = ticket.commitments.get()
    at = zagreb("2026-11-24 10:00")
    make.promise(ticket, at=at, due=zagreb("2026-11-25 12:00"), follows=promise)
    assert "Mara" not in recipients(sweep(zagreb("2026-11-25 01:00")))
    assert not Warning.objects.filter(untold=True).exists()


def test_mail_about_what_is_due_soon_can_be_switched_off_and_about_the_rest_cannot(ticket):
    type(ticket.owner).objects.filter(pk=ticket.owner.pk).update(mail_due_soon=False)
    assert sweep(SOON) == []
    assert not Warning.objects.filter(untold=True).exists()
    assert "Ivana" in recipients(sweep(LAST_CALL))
    assert recipients(sweep(OVERDUE + 15 * MINUTE)).count("Ivana") == 2


def test_a_call_that_was_tried_in_its_slot_is_on_last_call_until_its_second_try(ticket):
    call = make.promise(ticket, kind="callback", at=MONDAY_9AM, due=SOON, by=ticket.owner)
    type(call).objects.filter(pk=call.pk).update(second_try_by=SOON + 30 * MINUTE)
    assert call.warnings.count() == 0
    mail = next(mail for mail in sweep(SOON + 10 * MINUTE) if mail.recipient_name == "Petra")
    assert mail.subject.startswith("Last call, due 12:00: Callback")
    sweep(SOON + 31 * MINUTE)
    assert mails()[-1].subject.startswith("Overdue since 12:00: Callback")
