"""A mail did not reach the customer: what it did is void, owed again with its times, and marked with the reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance import audit
from mail import inbound
from mail.building import build
from mail.models import Delivery, InboundMail, Report, Suppression
from standards.terms import Kind
from tests import make
from tests.mail.letters import complaint, report
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation, intake, pauses, settling
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Message, Ticket

pytestmark = pytest.mark.django_db
AN_HOUR_LATER = MONDAY_9AM + hours(1)
TWO_DAYS_LATER = MONDAY_9AM + timedelta(days=2)
AGAIN = NextDate(contact_by=MONDAY_9AM + timedelta(days=4))


@pytest.fixture(autouse=True)
def organisation():
    return make.organisation(support_address="support@example.test")


@pytest.fixture
def ticket():
    make.standard(window_minutes=240)
    make.standard(kind=Kind.RESOLUTION, window_minutes=960, name="Resolution")
    return make.ticket(customer=make.customer(name="Ana Kovač", email="ana@example.test"))


def written(ticket: Ticket, next_date: NextDate = AGAIN, at=AN_HOUR_LATER, **more) -> Message:
    """We have written, and it was accepted at `at`."""
    message = conversation.reply(ticket, "Hello.", next_date, by=ticket.team.lead, now=at, **more)
    Delivery.objects.filter(pk=message.delivery_id).update(state="sent", ended_at=at)
    settling.settle_all(now=at)
    return Message.objects.select_related("delivery").get(pk=message.pk)


def comes_back(message: Message, status: str = "5.1.1", *, action="failed", at=TWO_DAYS_LATER, said="") -> InboundMail:
    """A mail server reports so at the return address of that mail, and the worker has looked."""
    sender = build(message.delivery, now=at - timedelta(days=1)).from_email
    return arrives(report(action, status, to=sender, said=said, message_id=f"<{status}{at}@mx.test>"), at=at)


def arrives(raw: bytes, *, at=TWO_DAYS_LATER) -> InboundMail:
    mail = inbound.ingest(raw, now=at)
    intake.file_all(now=at)
    return InboundMail.objects.get(pk=mail.pk)


def rows(ticket: Ticket, kind: str) -> list[tuple[str, str, bool]]:
    """State, outcome and whether it is void, in the order in which they were made."""
    found = ticket.commitments.filter(kind=kind).order_by("pk")
    return [(row.state, row.outcome, row.voided_at is not None) for row in found]


def audit_is_empty() -> bool:
    return not [finding.check.name for finding in audit.run(TWO_DAYS_LATER)]


def test_what_it_had_fulfilled_is_void_and_owed_again_with_the_same_times(ticket):
    message = written(ticket)
    mail = comes_back(message, said="550 5.1.1 user unknown")
    first, again = ticket.commitments.filter(kind=Kind.FIRST_RESPONSE).order_by("pk")
    assert (first.outcome, first.ended_at, first.voided_at) == ("kept", AN_HOUR_LATER, TWO_DAYS_LATER)
    assert (again.follows, again.follows_why, again.state) == (first, "not_reached", "running")
    for name in ("started_at", "first_due_at", "counted_due_at", "due_at", "warn_at", "last_call_at", "accountable"):
        assert getattr(again, name) == getattr(first, name), name
    assert again.is_overdue(TWO_DAYS_LATER)
    assert again in Commitment.objects.needing_attention(TWO_DAYS_LATER)
    marked = ticket.events.filter(kind="commitment.not_reached")
    assert [(event.commitment, event.detail["status"]) for event in marked] == [(first, "5.1.1")]
    assert mail.state == InboundMail.State.NOTED
    assert Suppression.objects.get().address == "ana@example.test"
    assert audit_is_empty()


def test_it_opens_no_ticket_writes_no_mail_and_tells_the_same_twice_only_to_the_log(ticket):
    message = written(ticket)
    for hour in (0, 1):
        comes_back(message, at=TWO_DAYS_LATER + hours(hour))
    assert (Ticket.objects.count(), Delivery.objects.count(), Message.objects.count()) == (1, 1, 2)
    assert Report.objects.filter(delivery=message.delivery).count() == 2
    assert rows(ticket, Kind.FIRST_RESPONSE) == [("ended", "kept", True), ("running", "", False)]


def test_what_may_pass_stops_no_mail_and_yet_this_one_did_not_arrive(ticket):
    comes_back(written(ticket), "4.4.7")
    assert not Suppression.objects.exists()
    assert rows(ticket, Kind.FIRST_RESPONSE)[1][0] == "running"


def test_what_is_delayed_or_unwanted_is_only_written_down(ticket):
    message = written(ticket)
    comes_back(message, "4.4.1", action="delayed")
    arrives(complaint(to=build(message.delivery, now=AN_HOUR_LATER).from_email))
    assert [one.kind for one in Report.objects.all()] == ["delayed", "complaint"]
    assert rows(ticket, Kind.FIRST_RESPONSE) == [("ended", "kept", False)]


@pytest.mark.parametrize(
    "to", ["support@example.test", f"support+b.{'a' * 26}@example.test", "support+r.x@example.test"]
)
def test_a_report_that_comes_anywhere_else_is_not_believed(ticket, to):
    written(ticket)
    mail = arrives(report("failed", "5.1.1", to=to))
    assert (mail.state, Report.objects.count()) == (InboundMail.State.PARKED, 0)
    assert rows(ticket, Kind.FIRST_RESPONSE) == [("ended", "kept", False)]


def test_a_report_that_comes_after_fourteen_days_is_not_believed(ticket):
    message = written(ticket)
    sender = build(message.delivery, now=AN_HOUR_LATER).from_email
    assert arrives(report(to=sender), at=AN_HOUR_LATER + timedelta(days=14)).state == InboundMail.State.PARKED


def test_a_report_that_cannot_be_read_is_for_a_person_to_look_at(ticket):
    message = written(ticket)
    sender = build(message.delivery, now=AN_HOUR_LATER).from_email
    mail = arrives(report("", "", to=sender))
    assert mail in InboundMail.objects.to_look_at()
    assert "was not delivered" in mail.why_parked


@pytest.mark.parametrize(("called_after", "outcome"), [(hours(2), "kept"), (hours(20), "kept_late")])
def test_what_something_else_has_kept_counts_by_that_moment(ticket, called_after, outcome):
    message = written(ticket)
    called = MONDAY_9AM + called_after
    conversation.log_call(ticket, "Told her.", "reached", AGAIN, by=ticket.team.lead, now=called)
    comes_back(message)
    assert rows(ticket, Kind.FIRST_RESPONSE) == [("ended", "kept", True), ("ended", outcome, False)]
    assert ticket.commitments.filter(kind=Kind.FIRST_RESPONSE).last().ended_at == called
    assert audit_is_empty()


def test_another_mail_that_came_back_as_well_has_kept_nothing(ticket):
    first, second = written(ticket), written(ticket, at=AN_HOUR_LATER + hours(1))
    comes_back(second)
    comes_back(first, at=TWO_DAYS_LATER + hours(1))
    assert rows(ticket, Kind.FIRST_RESPONSE)[-1][0] == "running"


def test_nobody_was_told_that_it_is_resolved(ticket):
    comes_back(written(ticket, NextDate(resolves=True)))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved_at, ticket.unplanned) == (Ticket.State.OPEN, None, True)
    assert rows(ticket, Kind.RESOLUTION) == [("ended", "kept", True), ("running", "", False)]
    assert audit_is_empty()


def test_it_stays_resolved_where_a_call_has_told_so(ticket):
    message = written(ticket, NextDate(resolves=True))
    later = AN_HOUR_LATER + hours(1)
    conversation.log_call(ticket, "It works.", "reached", NextDate(resolves=True), by=ticket.team.lead, now=later)
    comes_back(message)
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.RESOLVED
    assert rows(ticket, Kind.RESOLUTION)[-1] == ("ended", "kept", False)


def test_clocks_do_not_stand_still_for_a_question_that_nobody_has_read(ticket):
    comes_back(written(ticket, NextDate(wait_until=MONDAY_9AM + timedelta(days=4))))
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.OPEN
    assert rows(ticket, Kind.RESOLUTION) == [("running", "", False)]
    assert audit_is_empty()


def test_a_ticket_waits_no_longer_for_a_question_that_nobody_has_read_than_for_one_that_was_heard():
    ticket = make.ticket(customer=make.customer(email="ana@example.test"))
    heard = NextDate(wait_until=MONDAY_9AM + timedelta(days=3))
    conversation.log_call(ticket, "Which one?", Message.Result.REACHED, heard, by=ticket.team.lead, now=MONDAY_9AM)
    comes_back(written(ticket, NextDate(wait_until=MONDAY_9AM + timedelta(days=7))))
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.WAITING_ON_CUSTOMER
    pauses.end_those_run_out(now=MONDAY_9AM + timedelta(days=4))
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.OPEN


def test_a_report_that_is_faster_than_the_worker_finds_what_the_mail_did(ticket):
    message = conversation.reply(ticket, "Hello.", AGAIN, by=ticket.team.lead, now=AN_HOUR_LATER)
    Delivery.objects.filter(pk=message.delivery_id).update(state="sent", ended_at=AN_HOUR_LATER)
    comes_back(Message.objects.select_related("delivery").get(pk=message.pk))
    assert rows(ticket, Kind.FIRST_RESPONSE) == [("ended", "kept", True), ("running", "", False)]


def test_of_which_nothing_was_known_fails_and_its_author_has_the_text_again(ticket):
    message = conversation.reply(ticket, "Hello.", AGAIN, by=ticket.team.lead, now=AN_HOUR_LATER)
    Delivery.objects.filter(pk=message.delivery_id).update(state="unknown")
    comes_back(Message.objects.select_related("delivery").get(pk=message.pk))
    message.refresh_from_db()
    assert (message.delivery.state, message.not_reached_at) == ("failed", TWO_DAYS_LATER)
    assert ticket.drafts.get().body == "Hello."


@pytest.mark.parametrize(("said", "stopped"), [("550 5.1.1 unknown", True), ("550 5.7.1 relaying denied", False)])
def test_what_another_server_refuses_at_once_is_marked_on_what_it_was_meant_to_fulfil(ticket, said, stopped):
    message = conversation.reply(ticket, "Hello.", AGAIN, by=ticket.team.lead, now=AN_HOUR_LATER)
    Delivery.objects.filter(pk=message.delivery_id).update(state="failed", ended_at=AN_HOUR_LATER, reason=said)
    settling.settle_all(now=AN_HOUR_LATER)
    assert rows(ticket, Kind.FIRST_RESPONSE) == [("running", "", False)]
    assert ticket.events.get(kind="commitment.not_reached").commitment.kind == Kind.FIRST_RESPONSE
    # A relay that does not know us must not stop the mail of every customer.
    assert Suppression.objects.exists() == stopped
