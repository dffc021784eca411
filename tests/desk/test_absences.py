"""Marking an absence, and handing over what falls due in it with one submit."""

import pytest
from django.urls import reverse

from people.models import Absence
from tests import make
from tests.desk.looking import signed_in
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import absences, handover
from tickets.models import HandOver

pytestmark = pytest.mark.django_db
WEDNESDAY = {"first_day": "2026-11-25", "last_day": "2026-11-26"}


@pytest.fixture
def crew(time_machine):
    """Ivana has two promises for Wednesday; Marko has one of his own then, Nina none."""
    time_machine.move_to(MONDAY_9AM, tick=False)
    team = make.team(lead=make.user(name="Petra"))
    ivana, marko, nina = (make.user(name=name, teams=[team]) for name in ("Ivana", "Marko", "Nina"))
    make.promise(make.ticket(team=team, owner=marko), due=zagreb("2026-11-25 09:00"), by=marko)
    ticket = make.ticket(team=team, owner=ivana)
    due = [make.promise(ticket, due=zagreb(f"2026-11-25 1{hour}:00"), by=ivana) for hour in (0, 1)]
    make.absence(team.lead, starts_at=zagreb("2026-11-25 00:00"), ends_at=zagreb("2026-11-28 00:00"))
    return ivana, marko, nina, due


def test_an_absence_is_marked_and_what_falls_due_is_asked_of_whoever_has_least(crew):
    ivana, marko, nina, due = crew
    page = signed_in(ivana).post(reverse("desk:absences"), {"user": ivana.pk, **WEDNESDAY}, follow=True)
    absence = Absence.objects.get(user=ivana)
    assert (absence.starts_at, absence.ends_at) == (zagreb("2026-11-25 00:00"), zagreb("2026-11-27 00:00"))
    rows = page.context["form"].rows
    # Petra is away herself; Nina has nothing that day, Marko has one, and then each has one.
    assert [(row.commitment, row.proposed) for row in rows] == [(due[0], nina), (due[1], marko)]
    assert "Petra (away from Wed 25 Nov, back on Sat 28 Nov)" in page.text
    chosen = {f"ask_{due[0].pk}": nina.pk, f"ask_{due[1].pk}": ""}
    page = signed_in(ivana).post(reverse("desk:absence-hand-over", args=[absence.pk]), chosen, follow=True)
    assert "1 promise is asked for." in page.text
    assert [(asked.commitment, asked.asked_of) for asked in HandOver.objects.waiting()] == [(due[0], nina)]


def test_who_has_declined_is_not_proposed_again_and_who_is_asked_stays_chosen(crew):
    ivana, marko, nina, due = crew
    absence = make.absence(ivana, starts_at=zagreb("2026-11-25 00:00"), ends_at=zagreb("2026-11-27 00:00"))
    first, _second = absences.ask_all(absence, {due[0].pk: nina, due[1].pk: nina}, by=ivana, now=MONDAY_9AM)
    handover.decline(first, reason="Two are too many.", by=nina, now=MONDAY_9AM)
    page = signed_in(ivana).get(reverse("desk:absence-hand-over", args=[absence.pk]))
    assert [row.proposed for row in page.context["form"].rows] == [marko, nina]


def test_what_falls_due_before_they_go_is_theirs_and_proposed_to_nobody(crew):
    ivana, marko, nina, due = crew
    before = make.promise(due[0].ticket, due=zagreb("2026-11-24 10:00"), by=ivana)
    absence = make.absence(ivana, starts_at=zagreb("2026-11-25 00:00"), ends_at=zagreb("2026-11-27 00:00"))
    page = signed_in(ivana).get(reverse("desk:absence-hand-over", args=[absence.pk]))
    assert [(row.commitment, row.proposed) for row in page.context["form"].rows] == [
        (before, None),
        (due[0], nina),
        (due[1], marko),
    ]
    assert set(absences.left_behind(ivana, MONDAY_9AM)) == set(due)
    assert before in absences.left_behind(ivana, zagreb("2026-11-24 11:00"))


def test_an_absence_is_for_oneself_and_for_those_one_leads(crew):
    ivana, marko, *_ = crew
    refused = signed_in(ivana).post(reverse("desk:absences"), {"user": marko.pk, **WEDNESDAY})
    assert refused.status_code == 422
    absence = make.absence(ivana)
    for name in ("absence-hand-over", "absence-end"):
        assert signed_in(marko).post(reverse(f"desk:{name}", args=[absence.pk])).status_code == 404
    lead = marko.memberships.get().team.lead
    assert signed_in(lead).post(reverse("desk:absences"), {"user": marko.pk, **WEDNESDAY}).status_code == 302
    signed_in(lead).post(reverse("desk:absence-end", args=[absence.pk]))
    assert list(Absence.objects.exclude(user=lead).values_list("user__name", flat=True)) == ["Marko"]


def test_days_are_those_of_whoever_is_away(crew):
    _ivana, marko, *_ = crew
    marko.zone = "America/New_York"
    marko.save()
    manager = make.manager()
    signed_in(manager).post(reverse("desk:absences"), {"user": marko.pk, **WEDNESDAY})
    absence = Absence.objects.get(user=marko)
    assert absence.starts_at == zagreb("2026-11-25 06:00")
    assert absence.ends_at - absence.starts_at == hours(48)
    assert "Wed 25 Nov" in signed_in(manager).get(reverse("desk:absences")).text


def test_whoever_goes_within_two_days_is_reminded_of_what_nobody_is_asked_to_take(crew, time_machine):
    ivana, marko, _nina, due = crew
    absence = make.absence(ivana, starts_at=zagreb("2026-11-25 00:00"), ends_at=zagreb("2026-11-27 00:00"))
    reminder = "2 promises of yours fall due while you are away"
    assert reminder in signed_in(ivana).get(reverse("desk:preferences")).text
    assert "while you are away" not in signed_in(marko).get(reverse("desk:preferences")).text
    absences.ask_all(absence, {one.pk: marko for one in due}, by=ivana, now=MONDAY_9AM)
    assert "while you are away" not in signed_in(ivana).get(reverse("desk:preferences")).text
