"""Addresses that get no mail: why, since when, and who lets mail leave to them again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from mail import actions, inbound, sending
from mail.models import Delivery, Report, Suppression
from mail.models.delivery import Purpose
from mail.reports import Reported
from tests import make
from tests.mail.posting import after, again, planned, question, state
from tests.make import MONDAY_9AM as NOW

pytestmark = pytest.mark.django_db


def told(of: Delivery, status: str, *, kind: str = "failed", at=NOW) -> Report:
    """As if a report had come to the return address."""
    mail = inbound.ingest(f"{of.pk} {status} {kind} {at}".encode(), now=at)
    return actions.take_down(Reported(kind, status, f"{status} so it is"), of, inbound=mail, now=at)


def sent(**fields) -> Delivery:
    mail = planned(recipient="Ana@example.test", **fields)
    Delivery.objects.filter(pk=mail.pk).update(state="sent", ended_at=NOW)
    return mail


def send() -> int:
    return sending.send_due(now=NOW)


def stopped() -> list[tuple[str, str]]:
    return list(Suppression.objects.in_force().values_list("purpose", "cause"))


def test_to_an_address_that_is_not_known_nothing_leaves_unless_a_person_sends_it_anyway(server):
    mail = sent()
    told(mail, "5.1.1")
    assert (again(mail).state, again(mail).bounced_at) == ("sent", NOW)
    assert planned(recipient="ana@EXAMPLE.test", automatic=True).state == "cancelled"
    with pytest.raises(ValidationError) as refused:
        planned(recipient="ana@example.test")
    assert refused.value.code == "bounced"
    anyway = planned(recipient="ana@example.test", anyway=True)
    assert send() == 1
    assert state(anyway) == "sent"


def test_what_waits_when_the_address_turns_out_to_be_none_does_not_leave(server):
    waiting = planned(recipient="ana@example.test")
    told(sent(), "5.1.1")
    assert send() == 0
    assert (state(waiting), again(waiting).reason) == ("cancelled", "The other mail server does not know this address.")


def test_what_may_pass_is_waited_for_four_times_in_fourteen_days():
    for day in (0, 1, 15, 16, 17):
        told(sent(), "4.2.2" if day % 2 else "5.2.2", at=after(days=day))
        assert not stopped()
    for day in (18, 19):
        told(sent(), "5.4.4", at=after(days=day))
    assert stopped() == [("", "bounced")]


def test_what_waits_or_says_nothing_stops_nothing():
    told(sent(), "4.4.1", kind="delayed")
    told(sent(), "")
    assert not stopped()


def test_whoever_marks_our_mail_as_unwanted_gets_no_optional_mail_and_still_gets_answers(server):
    told(sent(), "", kind="complaint")
    assert stopped() == [("optional", "complaint")]
    waiting = question(recipient="ana@example.test")
    assert waiting.state == "cancelled"
    with pytest.raises(ValidationError):
        question(recipient="ana@example.test", automatic=False, anyway=True)
    planned(recipient="ana@example.test")
    assert send() == 1


def test_optional_mail_that_waits_does_not_leave_after_a_complaint(server):
    waiting = question(recipient="ana@example.test")
    told(sent(), "", kind="complaint")
    assert send() == 0
    assert state(waiting) == "cancelled"


def test_mail_to_staff_that_comes_back_is_shown_and_keeps_nobody_from_signing_in():
    mail = sent(purpose=Purpose.SIGN_IN, automatic=True)
    told(mail, "5.1.1")
    assert not stopped()
    assert list(Delivery.objects.in_trouble()) == [again(mail)]


def test_lifted_it_stays_on_record_and_what_came_back_before_counts_no_more(server):
    for _each in range(5):
        told(sent(), "5.2.2")
    by = make.administrator()
    suppression = Suppression.objects.in_force().get()
    with pytest.raises(ValidationError):
        actions.lift(suppression, because=" ", by=by, now=NOW)
    lifted = actions.lift(suppression, because="She has emptied it.", by=by, now=NOW)
    with pytest.raises(ValidationError):
        actions.lift(suppression, because="Me too.", by=by, now=NOW)
    assert (lifted.lifted_by, lifted.lifted_at) == (by, NOW)
    told(sent(), "5.2.2", at=NOW + timedelta(hours=1))
    assert not stopped()
    planned(recipient="ana@example.test")
    assert send() == 1
    told(sent(), "5.1.1")
    assert Suppression.objects.count() == 2


def test_of_which_nothing_was_known_it_is_known_now():
    mail = planned()
    Delivery.objects.filter(pk=mail.pk).update(state="unknown")
    told(mail, "5.1.1")
    assert (again(mail).state, again(mail).bounced_at) == ("failed", None)
    assert again(mail).reason == "5.1.1 so it is"
