"""One cause, many promises: whoever has customers to tell sees it on Horizon until each of them knows."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from mail.models import Delivery
from tests import make
from tests.desk.looking import NOW, page, signed_in
from tests.make import hours
from tickets.actions import conversation, settling, shared_delays
from tickets.models import DelayNotice, SharedDelay

pytestmark = pytest.mark.django_db
LORRY = {"en": "The lorry broke down."}


@pytest.fixture(autouse=True)
def _nine_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def delay() -> SharedDelay:
    """Two customers of an agent have to be told by tomorrow; the lead has written why."""
    make.organisation(support_address="support@example.test")
    lead = make.user(name="Petra Lead")
    team, agent = make.team(lead=lead), make.user(name="Ivana Agent")
    agent.memberships.create(team=team)
    rows = [
        make.promise(make.ticket(team=team, owner=agent), by=agent, at=NOW, due=NOW + timedelta(hours=4))
        for _ in range(2)
    ]
    return shared_delays.open_delay(LORRY, NOW + hours(30), rows, by=lead, now=NOW)


def tell(notice: DelayNotice, **how):
    by = notice.commitment.accountable
    return shared_delays.tell(notice, "Hello", NOW + hours(30), "It broke down.", by=by, now=NOW, **how)


def horizon_of(who) -> str:
    return page(who, "/desk/")


def test_who_has_customers_to_tell_and_who_opened_it_see_how_many_know(delay):
    first, _second = delay.notices.all()
    agent, told = first.commitment.accountable, "A shared delay concerns 2 customers: 0 of 2 told."
    assert told in horizon_of(agent)
    assert told in horizon_of(delay.opened_by)
    assert "shared delay concerns" not in horizon_of(make.manager())
    tell(first, by_phone=True)
    assert "A shared delay concerns 2 customers: 1 of 2 told." in horizon_of(agent)


def test_when_each_customer_knows_nothing_is_said_any_more(delay):
    for notice in delay.notices.all():
        tell(notice, by_phone=True)
    assert "shared delay concerns" not in horizon_of(delay.opened_by)
    assert "2 of 2 told" in page(delay.opened_by, f"/desk/delays/{delay.pk}/")


def test_a_notice_leaves_as_a_mail_with_the_move_and_one_that_was_taken_back_is_to_be_told_again(delay):
    first, second = delay.notices.all()
    message, taken_back = tell(first), tell(second)
    conversation.undo(taken_back, by=second.commitment.accountable, now=NOW)
    assert "0 of 2 told." in horizon_of(delay.opened_by)
    for address in ("/desk/delays/", f"/desk/delays/{delay.pk}/"):
        assert "0 of 2 told, 1 on its way" in page(delay.opened_by, address)
    Delivery.objects.filter(message=message).update(state="sent", ended_at=NOW + hours(1))
    settling.settle_all(now=NOW + hours(1))
    assert "1 of 2 told." in horizon_of(delay.opened_by)
    first.commitment.refresh_from_db()
    assert first.commitment.replaced_by.due_at == NOW + hours(30)
    ticket = page(second.commitment.accountable, f"/desk/tickets/{second.commitment.ticket.number}/")
    assert f"/desk/delays/notices/{second.pk}/" in ticket


def test_a_search_for_promises_keeps_the_reason_and_what_was_chosen_and_opens_nothing(delay):
    chosen = delay.notices.first().commitment
    typed = {"reason_en": "Snow.", "date": "2026-11-24", "promises": chosen.pk, "find": "no such words", "show": "1"}
    shown = signed_in(delay.opened_by).post("/desk/delays/new/", typed)
    form = shown.context["form"]
    assert (shown.status_code, form.errors) == (200, {})
    assert "Snow." in shown.text
    assert 'value="2026-11-24"' in shown.text
    assert list(form.fields["promises"].queryset) == [chosen]
    assert form["promises"].value() == [chosen.pk]
    assert SharedDelay.objects.count() == 1


def test_what_is_left_blank_in_a_notice_is_said_at_its_field(delay):
    notice = delay.notices.first()
    typed = {"key": uuid4(), "body": "Hello ‹name›", "reason": "Snow.", "date": "2026-11-24", "time": "15:00"}
    shown = signed_in(notice.commitment.accountable).post(f"/desk/delays/notices/{notice.pk}/", typed)
    assert "Fill in what stands between" in str(shown.context["form"].errors["body"])
    assert 'aria-describedby="id_body_error"' in str(shown.context["form"]["body"])
