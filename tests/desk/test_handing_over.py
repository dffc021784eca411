"""Asked of you, on Horizon and on the ticket: a yes, a no with its reason, and words for whoever was slower."""

import pytest
from django.urls import reverse

from tests import make
from tests.desk.looking import signed_in
from tests.make import MONDAY_9AM, hours
from tickets.actions import handover
from tickets.models import Commitment, HandOver

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(5.7)


@pytest.fixture
def crew(time_machine):
    """Ivana has a promise that is due at three; it is a quarter to, and Marko sits beside her."""
    time_machine.move_to(NOW, tick=False)
    team = make.team()
    ivana, marko = make.user(name="Ivana", teams=[team]), make.user(name="Marko", teams=[team])
    promise = make.promise(make.ticket(team=team, owner=ivana), by=ivana)
    return ivana, marko, promise


def test_a_promise_is_asked_for_seen_on_horizon_and_taken(crew):
    ivana, marko, promise = crew
    page = signed_in(ivana).post(reverse("desk:commitment-hand-over", args=[promise.pk]), {"to": marko.pk}, follow=True)
    assert "Marko is asked to take it. Until then nothing changes." in page.text
    assert "Marko is asked to take it, since" in page.text
    horizon = signed_in(marko).get(reverse("desk:horizon"), {"whose": "mine"}).text
    assert "Asked of you" in horizon
    assert "Ivana asks, since" in horizon
    assert "Asked of you" not in signed_in(ivana).get(reverse("desk:horizon")).text
    asked = HandOver.objects.get()
    page = signed_in(marko).post(reverse("desk:hand-over-take", args=[asked.pk]), {"back": "horizon"}, follow=True)
    assert page.redirect_chain == [(reverse("desk:horizon"), 302)]
    assert "You answer for it now." in page.text
    assert Commitment.objects.get(pk=promise.pk).accountable == marko


def test_a_question_that_came_meanwhile_is_a_change_on_horizon(crew):
    ivana, marko, promise = crew
    client = signed_in(marko)
    tag = client.get(reverse("desk:horizon"), {"whose": "mine"}).context["seen"].tag
    handover.ask(promise, marko, by=ivana, now=NOW)
    assert client.get(reverse("desk:horizon-rows"), {"whose": "mine", "tag": tag}).status_code == 200


def test_a_no_is_read_on_the_ticket_with_its_reason(crew):
    ivana, marko, promise = crew
    asked = handover.ask(promise, marko, by=ivana, now=NOW)
    address = reverse("desk:hand-over-decline", args=[asked.pk])
    assert "Say why" in signed_in(marko).post(address, {}, follow=True).text
    signed_in(marko).post(address, {"reason": "I leave at three."})
    page = signed_in(ivana).get(reverse("desk:ticket", args=[promise.ticket.number])).text
    assert "Marko was asked to take it and declined: “I leave at three.”" in page


def test_what_is_calm_is_handed_over_at_once(crew):
    ivana, marko, promise = crew
    calm = make.promise(promise.ticket, due=NOW + hours(100), by=ivana)
    signed_in(ivana).post(reverse("desk:commitment-hand-over", args=[calm.pk]), {"to": marko.pk})
    assert Commitment.objects.get(pk=calm.pk).accountable == marko
    assert not HandOver.objects.exists()


def test_who_clicks_on_an_old_page_reads_who_has_it(crew):
    ivana, marko, promise = crew
    nina = make.user(name="Nina", teams=[promise.ticket.team])
    address = reverse("desk:commitment-take", args=[promise.pk])
    signed_in(marko).post(address, {"seen": ivana.pk})
    page = signed_in(nina).post(address, {"seen": ivana.pk}, follow=True).text
    assert "Marko has taken it meanwhile and answers for it now." in page
    assert Commitment.objects.get(pk=promise.pk).accountable == marko


def test_whoever_chooses_somebody_sees_who_is_away(crew):
    ivana, marko, promise = crew
    make.absence(marko, starts_at=NOW - hours(1), ends_at=NOW + hours(48))
    page = signed_in(ivana).get(reverse("desk:commitment-hand-over", args=[promise.pk])).text
    assert "Marko (away from Mon 23 Nov, back on Wed 25 Nov)" in page


def test_what_an_absence_leaves_stands_below_three_and_is_taken_at_once(crew):
    ivana, marko, promise = crew
    nina = make.user(name="Nina", teams=[promise.ticket.team])
    asked = [handover.ask(promise, marko, by=ivana, now=NOW)]
    for _ in range(4):
        other = make.promise(make.ticket(team=promise.ticket.team, owner=ivana), by=ivana)
        asked.append(handover.ask(other, marko, by=ivana, now=NOW))
    client = signed_in(marko)
    page = client.get(reverse("desk:horizon"), {"whose": "mine"}).text
    assert "2 more are asked of you" in page
    assert "Take these 5 that Ivana answers for" in page
    handover.take(asked[2].commitment, by=nina, now=NOW)
    said = client.post(reverse("desk:hand-overs-take"), {"asked": [one.pk for one in asked]}, follow=True).text
    assert "You answer for 4 now." in said
    assert "That is answered already: Nina answers for it." in said
    assert Commitment.objects.filter(accountable=marko).count() == 4


def test_several_are_taken_only_by_whoever_was_asked(crew):
    ivana, marko, promise = crew
    asked = handover.ask(promise, marko, by=ivana, now=NOW)
    said = signed_in(ivana).post(reverse("desk:hand-overs-take"), {"asked": [asked.pk]}, follow=True).text
    assert "Marko was asked, not you." in said
    assert Commitment.objects.get(pk=promise.pk).accountable == ivana
