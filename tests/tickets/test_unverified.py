"""Mail of unverified senders beside a ticket: what it moves (nothing), and what a person's decision does."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from mail.models import InboundMail
from standards.terms import Kind
from tests import make
from tests.mail.letters import letter, part, parts
from tests.make import MONDAY_9AM, hours
from tests.tickets import arriving
from tests.tickets.arriving import LATER, answered, arrives, everything, reply_to
from tickets import mailbox
from tickets.actions import intake, unverified
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Pause, Ticket, UnverifiedMail

pytestmark = pytest.mark.django_db
MUCH_LATER = LATER + hours(20)
SON = "Luka <luka@example.test>"


@pytest.fixture
def ticket():
    return arriving.anas_ticket()


@pytest.fixture
def agent(ticket):
    return ticket.team.lead


def beside(ticket: Ticket, body: str = "It is the blue one.", **headers: str) -> UnverifiedMail:
    """A mail of Ana's son, to her reply address."""
    mail = arrives(letter(body, **{"sender": SON, "to": reply_to(ticket), "message_id": "<7@luka.test>", **headers}))
    return UnverifiedMail.objects.get(inbound=mail)


def accept(entry: UnverifiedMail, agent, now=MUCH_LATER):
    return intake.accept(UnverifiedMail.objects.get(pk=entry.pk), by=agent, now=now)


def test_taken_in_it_ends_the_waiting_as_of_when_it_came(ticket, agent):
    answered(ticket, NextDate(wait_until=MONDAY_9AM + hours(50)))
    entry = beside(ticket)
    assert Pause.objects.get().ended_at is None
    message = accept(entry, agent)
    assert Pause.objects.get().ended_at == LATER
    assert (message.at, message.other_address) == (LATER, "luka@example.test")
    owed = ticket.commitments.running().get(kind=Kind.NEXT_RESPONSE)
    assert (owed.started_at, Ticket.objects.get(pk=ticket.pk).state) == (LATER, "open")


def test_taken_in_it_opens_what_was_resolved_before_it_came(ticket, agent):
    answered(ticket, NextDate(resolves=True))
    accept(beside(ticket), agent)
    assert Ticket.objects.get(pk=ticket.pk).is_open


def test_what_we_have_said_since_has_answered_it(ticket, agent):
    entry = beside(ticket)
    answered(ticket, NextDate(resolves=True), at=LATER + hours(1))
    before = everything(ticket)
    accept(entry, agent)
    assert everything(ticket) == before
    assert ticket.messages.filter(inbound=entry.inbound).exists()


def test_the_customers_own_is_taken_in_as_theirs_with_its_files_and_its_place_in_the_conversation(ticket, agent):
    ours = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    raw = parts(
        part("Here is the bill."), part("%PDF", "application/pdf", name="bill.pdf"),
        references=ours.message_id, message_id="<9@ana.test>",
    )  # fmt: skip
    mail = arrives(raw)
    assert mail.state == InboundMail.State.UNVERIFIED
    message = accept(UnverifiedMail.objects.get(), agent)
    assert (message.body, message.other_address) == ("Here is the bill.", "")
    assert message.attachments.get().name == "bill.pdf"
    mail.refresh_from_db()
    assert (mail.state, mail.message_id) == (InboundMail.State.FILED, "<9@ana.test>")


def test_as_a_ticket_of_its_own_it_is_its_senders_and_its_clocks_run_since_it_came(ticket, agent):
    before = everything(ticket)
    entry = beside(ticket, subject="Another printer")
    made = intake.open_from_unverified(entry, by=agent, now=MUCH_LATER)
    assert (made.customer.email, made.subject, made.opened_at) == ("luka@example.test", "Another printer", LATER)
    assert made.commitments.get(kind=Kind.FIRST_RESPONSE).started_at == LATER
    assert everything(ticket)[:3] == before[:3]


def test_a_decision_is_made_once_but_what_was_put_away_can_still_be_taken_in(ticket, agent):
    entry = beside(ticket)
    unverified.dismiss(entry, by=agent, now=MUCH_LATER)
    assert ticket.messages.count() == 1
    with pytest.raises(ValidationError):
        unverified.dismiss(entry, by=agent, now=MUCH_LATER)
    accept(entry, agent)
    for decide in (accept, lambda one, by: intake.open_from_unverified(one, by=by, now=MUCH_LATER)):
        with pytest.raises(ValidationError):
            decide(entry, agent)
    assert ticket.messages.count() == 2
    assert Ticket.objects.count() == 1


def test_what_only_refers_to_a_ticket_that_is_done_opens_a_new_one(ticket):
    ours = answered(ticket, NextDate(resolves=True))
    arrives(letter("Not at all.", references=ours.message_id))
    assert not UnverifiedMail.objects.exists()
    assert Ticket.objects.exclude(pk=ticket.pk).get().commitments.filter(state=Commitment.State.RUNNING).exists()


def test_an_answer_to_the_customers_own_mail_stands_beside_the_ticket_too(ticket):
    arrives(letter("First.", to=reply_to(ticket), message_id="<first@ana.test>"))
    arrives(letter("Me too.", sender=SON, in_reply_to="<first@ana.test>"))
    assert ticket.unverified.get().why == UnverifiedMail.Why.OTHER_REFERS


def test_a_machines_answer_from_another_address_does_not_stand_there(ticket):
    mail = arrives(letter("I am away.", sender=SON, to=reply_to(ticket), auto_submitted="auto-replied"))
    assert mail.state == InboundMail.State.PARKED


def test_so_many_wait_beside_one_ticket_and_no_more(ticket, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST_BESIDE", 2)
    for number in range(4):
        arrives(letter(f"{number}", sender=SON, to=reply_to(ticket), message_id=f"<{number}@luka.test>"))
    assert ticket.unverified.waiting().count() == 2
    assert InboundMail.objects.parked().count() == 2


def test_the_same_mail_by_a_better_way_still_joins(ticket):
    """A copy that lost its reply address came first; the one that kept it is no mere repetition."""
    ours = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    headers = {"references": ours.message_id, "message_id": "<same@ana.test>"}
    assert arrives(letter("It is blue.", **headers)).state == InboundMail.State.UNVERIFIED
    assert arrives(letter("It is blue.", to=reply_to(ticket), **headers)).state == InboundMail.State.FILED


def test_who_may_not_see_the_ticket_may_not_decide(ticket, client):
    entry = beside(ticket)
    client.force_login(make.team().lead)
    for what in ("accept", "ticket", "put-away"):
        assert client.post(f"/desk/unverified-mail/{entry.pk}/{what}/").status_code == 404
    assert client.get(f"/desk/unverified-mail/{entry.pk}/original/").status_code == 404
    entry.refresh_from_db()
    assert entry.is_waiting
