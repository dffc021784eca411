"""Where mail that came in goes, and what it may do there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError

from followups.actions import followups
from mail import inbound
from mail.building import build
from mail.models import Delivery, InboundMail, Mailbox, Token
from people.models import Customer
from standards.terms import Kind
from tests import make
from tests.mail.letters import letter, nested, part, parts
from tests.make import MONDAY_9AM, hours
from tests.tickets import arriving
from tests.tickets.arriving import LATER, answered, arrives, everything, reply_to
from tickets.actions import conversation, intake, settling, tickets
from tickets.actions.conversation import NextDate
from tickets.models import Event, Pause, Ticket

pytestmark = pytest.mark.django_db
State = InboundMail.State


@pytest.fixture(autouse=True)
def organisation():
    return make.organisation(support_address="support@example.test")


@pytest.fixture
def ana():
    return make.customer(name="Ana Kovač", email="ana@example.test")


@pytest.fixture
def ticket():
    return arriving.anas_ticket()


def test_a_mail_with_its_reply_token_joins_its_ticket(ticket):
    mail = arrives(letter("It is blue.", to=f"Support <{reply_to(ticket)}>", subject="Re: Printer"))
    message = ticket.messages.last()
    assert (mail.state, message.body, message.at, message.inbound) == (State.FILED, "It is blue.", LATER, mail)
    assert Ticket.objects.count() == 1


def test_the_reply_address_of_a_mail_that_we_built_leads_back(ticket):
    delivery = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    (address,) = build(delivery, now=LATER).reply_to
    arrives(letter("Thank you.", to=address.upper()))
    assert ticket.messages.last().body == "Thank you."


def test_the_token_is_found_where_the_server_puts_the_recipient(ticket):
    arrives(letter("It is blue.", to="undisclosed-recipients:;", delivered_to=reply_to(ticket)))
    assert ticket.messages.last().body == "It is blue."


def test_a_customers_mail_reopens_and_starts_clocks(ticket):
    answered(ticket, NextDate(resolves=True))
    Ticket.objects.filter(pk=ticket.pk).update(state=Ticket.State.CLOSED)
    arrives(letter("Not at all.", to=reply_to(ticket)))
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.OPEN
    assert ticket.commitments.running().filter(kind=Kind.RESOLUTION, follows_why="reopened").exists()


def test_a_customers_mail_ends_the_pause_when_it_arrived(ticket):
    answered(ticket, NextDate(wait_until=MONDAY_9AM + hours(50)))
    mail = inbound.ingest(letter("It is blue.", to=reply_to(ticket)), now=LATER)
    intake.file_all(now=LATER + hours(5))
    assert mail.received_at == LATER
    assert Pause.objects.get().ended_at == LATER
    assert Ticket.objects.get().state == Ticket.State.OPEN


def test_any_other_mail_opens_a_ticket_of_the_customer_with_that_address(ana):
    make.standard()
    mail = arrives(letter("It does not print.\n\nAna", sender="A. Kovač <ANA@Example.Test>", subject="Printer"))
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.subject, ticket.channel) == (ana, "Printer", "mail")
    assert ticket.asked_for == "It does not print.\n\nAna"
    assert ticket.opened_at == LATER
    assert ticket.commitments.get().kind == Kind.FIRST_RESPONSE
    assert ticket.messages.get().inbound == mail
    assert Customer.objects.get().name == "Ana Kovač"


def test_somebody_unknown_becomes_a_customer(organisation):
    arrives(letter(sender="=?utf-8?q?=C5=A0ime_=22Boss=22_=0D=0A?= <sime@example.test>"))
    customer = Customer.objects.get()
    assert (customer.name, customer.email, customer.language) == (
        'Šime "Boss"',
        "sime@example.test",
        organisation.language,
    )


def test_a_name_that_shows_another_address_is_not_taken():
    arrives(letter(sender='"director@bank.test" <eve@evil.test>'))
    assert Customer.objects.get().name == "eve@evil.test"


def test_mail_to_a_mailbox_goes_to_its_team():
    team = make.team()
    box = Mailbox.objects.create(name="Bills", address="bills@example.test", team=team)
    arrives(letter(to="bills@example.test"), mailbox=box)
    assert Ticket.objects.get().team == team


def test_a_mail_without_subject_and_text_still_is_one():
    arrives(parts(part("%PDF", "application/pdf", name="bill.pdf"), subject=""))
    ticket = Ticket.objects.get()
    assert ticket.subject == "Mail without a subject"
    assert ticket.messages.get().attachments.get().name == "bill.pdf"


def test_the_same_mail_twice_is_filed_once(ticket):
    raw = letter(to=reply_to(ticket))
    first, second = arrives(raw), arrives(raw)
    intake.file(first, now=LATER)
    assert first == second
    assert ticket.messages.filter(inbound=first).count() == 1


def test_the_same_place_on_a_server_is_the_same_mail():
    box = inbound.support_mailbox()
    first = inbound.ingest(letter(), mailbox=box, uidvalidity=1, uid=7, now=LATER)
    assert inbound.ingest(letter("Other"), mailbox=box, uidvalidity=1, uid=7, now=LATER) == first
    assert inbound.ingest(letter("Other"), mailbox=box, uidvalidity=2, uid=7, now=LATER) != first


def test_an_equal_message_id_makes_no_two_mails_one():
    arrives(letter("One"))
    arrives(letter("Two"))
    assert Ticket.objects.count() == 2


def test_two_who_file_at_once_file_once(ticket):
    mail = inbound.ingest(letter(to=reply_to(ticket)), now=LATER)
    stale = InboundMail.objects.get(pk=mail.pk)
    assert intake.file(mail, now=LATER).state == intake.file(stale, now=LATER).state == State.FILED
    assert ticket.messages.filter(direction="in").count() == 2


def test_our_answer_stands_below_the_customers_mail(ticket):
    arrives(letter(to=reply_to(ticket), message_id="<ana-7@example.test>"))
    assert answered(ticket, NextDate(resolves=True), at=LATER + hours(1)).in_reply_to == "<ana-7@example.test>"


def test_a_message_id_that_breaks_a_header_is_not_repeated(ticket):
    assert arrives(letter(to=reply_to(ticket), message_id="<a b@x.test>\r\n Bcc: eve@evil.test")).message_id == ""


# --- Nothing that a mail claims is believed


def test_a_token_of_another_ticket_of_the_same_customer_leads_there_only(ticket):
    other = make.ticket(customer=ticket.customer)
    arrives(letter("For the other.", to=reply_to(other), subject=f"[T-{ticket.number}] Printer"))
    assert other.messages.last().body == "For the other."


@pytest.mark.parametrize("change", [{"revoked_at": MONDAY_9AM}, {"expires_at": MONDAY_9AM}, {"purpose": "ticket"}])
def test_a_token_that_ended_or_is_for_something_else_files_nothing(ticket, change):
    to = reply_to(ticket)
    Token.objects.update(**change)
    arrives(letter(to=to))
    assert ticket.messages.count() == 1


def test_i06_our_own_headers_change_nothing(ticket):
    delivery = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    arrives(
        letter(
            "Mine.", to=reply_to(ticket), x_followthrough_id=delivery.key, x_followthrough_ticket="1", x_role="agent"
        )
    )
    assert ticket.messages.last().body == "Mine."


def test_what_stands_in_a_mail_becomes_no_secret_of_ours(ticket):
    arrives(letter("[[link:ticket:ticket:1]]", to=reply_to(ticket), subject="[[link:answer:satisfaction:1]]"))
    reply = conversation.reply(
        ticket, ticket.messages.last().body, NextDate(resolves=True), by=ticket.team.lead, now=LATER + hours(1)
    )
    assert "[ [link:ticket:ticket:1]]" in build(reply.delivery, now=LATER + hours(1)).body


# --- Machines


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"subject": "Automatic reply: Printer"},
        {"subject": "Automatski odgovor: Pisač"},
        {"precedence": "bulk"},
        {"list_id": "<x.example.test>"},
        {"return_path": "<>"},
        {"auto_submitted": "auto-generated"},
    ],
)
def test_out_of_office_restarts_nothing(ticket, headers):
    answered(ticket, NextDate(wait_until=MONDAY_9AM + hours(50)))
    before = everything(ticket)
    mail = arrives(letter("I am away.", to=reply_to(ticket), **headers))
    assert everything(ticket) == before
    message = ticket.messages.get(inbound=mail)
    assert (mail.state, message.human, message.body) == (State.FILED, False, "I am away.")
    assert Ticket.objects.count() == 1


def test_out_of_office_reopens_nothing_and_keeps_the_question(ticket):
    answered(ticket, NextDate(resolves=True))
    ticket.refresh_from_db()
    question = followups.plan(ticket, now=LATER)
    before = everything(ticket)
    arrives(letter("I am away.", to=reply_to(ticket), auto_submitted="auto-replied"))
    assert everything(ticket) == before
    carried = followups.carry_out(question, now=question.due_at, by=ticket.team.lead)
    assert carried.state == "handed_over"


def test_out_of_office_is_not_what_a_reply_left_unanswered(ticket):
    message = conversation.reply(ticket, "Mended.", NextDate(resolves=True), by=ticket.team.lead, now=MONDAY_9AM)
    arrives(letter("I am away.", to=reply_to(ticket), auto_submitted="auto-replied"), at=MONDAY_9AM + hours(0.01))
    Delivery.objects.filter(pk=message.delivery_id).update(state="sent", ended_at=MONDAY_9AM + hours(0.02))
    settling.settle_all(now=LATER)
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.RESOLVED


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"auto_submitted": "auto-generated", "in_reply_to": "<7@example.test>"},
        {"sender": "MAILER-DAEMON@example.test"},
        {"x_failed_recipients": "ana@example.test"},
        {"precedence": "bulk"},
        {"list_unsubscribe": "<https://news.test/>"},
    ],
)
def test_a_machines_answer_without_its_token_is_parked(headers):
    mail = arrives(letter(**headers))
    assert mail.state == State.PARKED
    assert mail.why_parked
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_a_machine_that_writes_first_opens_a_ticket_and_gets_no_answer():
    make.standard(kind=Kind.ACKNOWLEDGE, name="Acknowledgement", window_minutes=30)
    make.standard()
    arrives(letter("From the form on the page.", auto_submitted="auto-generated"))
    ticket = Ticket.objects.get()
    assert not ticket.messages.get().human
    assert [row.kind for row in ticket.commitments.all()] == [Kind.FIRST_RESPONSE]
    planned = followups.plan(ticket, now=LATER)
    if planned:
        followups.carry_out(planned, now=LATER)
    assert not Delivery.objects.exists()


def test_our_own_mail_that_comes_back_is_parked(ticket):
    delivery = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    raw = build(delivery, now=LATER).message().as_bytes()
    assert arrives(raw).state == State.PARKED
    forwarded = raw.replace(b"support@example.test", b"forwarder@example.test")
    assert arrives(forwarded).state == State.PARKED
    assert Ticket.objects.count() == 1


def return_address_of(delivery: Delivery) -> str:
    return build(delivery, now=LATER).from_email


def test_a_report_at_the_return_address_names_what_was_not_delivered(ticket):
    delivery = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    before = everything(ticket)
    to = return_address_of(delivery)
    mail = arrives(letter("Not delivered.", sender="MAILER-DAEMON@mx.test", to=to.upper(), return_path="<>"))
    assert mail.state == State.PARKED
    assert "ana@example.test" in mail.why_parked
    assert f"T-{ticket.number}" in mail.why_parked
    assert everything(ticket) == before


@pytest.mark.parametrize("sender", ["ana@example.test", "new@example.test", "MAILER-DAEMON@mx.test"])
def test_nothing_at_a_return_address_opens_joins_or_is_answered(ticket, sender):
    delivery = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    known, invented = return_address_of(delivery), f"support+b.{'a' * 26}@example.test"
    before = everything(ticket)
    for number, to in enumerate([known, invented, "support+b.@example.test"]):
        # Not even with a reply address beside it.
        mail = arrives(letter("Hello.", sender=sender, to=f"{to}, {reply_to(ticket)}", message_id=f"<{number}@x.test>"))
        assert mail.state == State.PARKED
        assert ("unknown return address" in mail.why_parked) == (to != known)
    assert everything(ticket) == before
    assert Ticket.objects.count() == 1


def test_a_return_address_ends_after_fourteen_days(ticket):
    to = return_address_of(answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30))))
    mail = arrives(letter("Not delivered.", to=to), at=LATER + timedelta(days=14))
    assert "unknown return address" in mail.why_parked


def test_our_mail_names_the_first_and_the_last_mails_of_the_conversation(ticket):
    ids = [f"<ana-{number}@example.test>" for number in range(25)]
    for number, message_id in enumerate(ids):
        to, at = reply_to(ticket), MONDAY_9AM + timedelta(minutes=number)
        arrives(letter(f"Part {number}.", to=to, message_id=message_id), at=at)
    first = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    assert first.references.split() == [ids[0], *ids[-20:]]
    assert first.in_reply_to == ids[-1]
    second = answered(ticket, NextDate(resolves=True), at=LATER)
    assert second.references.split() == [ids[0], *ids[-19:], first.message_id]
    assert second.in_reply_to == ids[-1]


@pytest.mark.parametrize("sender", ["support@example.test", "Support <SUPPORT+x@example.test>"])
def test_a_mail_in_our_own_name_is_parked(sender):
    assert arrives(letter(sender=sender)).state == State.PARKED
    assert not Customer.objects.exists()


def test_one_sender_in_a_minute_opens_fifty_tickets_and_no_more():
    for number in range(53):
        inbound.ingest(letter(f"{number}"), now=LATER + timedelta(milliseconds=number))
    intake.file_all(now=LATER + hours(1))
    assert Ticket.objects.count() == 50
    assert InboundMail.objects.filter(state=State.PARKED).count() == 3
    arrives(letter("Somebody else", sender="ben@example.test"))
    assert Ticket.objects.count() == 51


# --- What cannot be filed


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (nested(1000), "too many parts"),
        (letter(sender=""), "does not say who sent it"),
        (letter(sender="<>"), "does not say who sent it"),
        (b"\x00\xff", "does not say who sent it"),
        (letter(sender="šime@example.test"), "mail"),
    ],
)
def test_what_cannot_be_filed_is_parked_with_its_reason_and_kept_whole(raw, why):
    mail = arrives(raw)
    assert mail.state == State.PARKED
    assert why in mail.why_parked
    assert bytes(mail.raw) == raw
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [
        letter("a\x00b", subject="N\x00UL"),
        letter(subject="x" * 5000, message_id="y" * 5000),
        letter(subject="=?utf-8?b?////?=", sender="=?utf-8?b?////?= <a@b.test>"),
        letter(subject="=?utf-8?q?a=0D=0ABcc:_x@evil.test?=", sender="A\x00na <ana@example.test>"),
        letter(kind="text/plain; charset=foo-9"),
        letter(sender=f"{'n' * 500} <ana@example.test>"),
    ],
)
def test_what_broke_others_is_filed(raw):
    assert arrives(raw).state == State.FILED
    ticket = Ticket.objects.get()
    assert "\n" not in ticket.subject
    conversation.reply(ticket, "Hello.", NextDate(resolves=True), by=ticket.team.lead, now=LATER + hours(1))


def test_one_that_breaks_stops_none_of_the_others(monkeypatch):
    def breaks(*arguments, **keywords):
        if "poison" in arguments[2]:
            raise LookupError("poison")
        return tickets.open_ticket(*arguments, **keywords)

    monkeypatch.setattr(intake, "open_ticket", breaks)
    for body in ("one", "poison", "two"):
        inbound.ingest(letter(body), now=LATER)
    assert intake.file_all(now=LATER) == 3
    parked = InboundMail.objects.get(state=State.PARKED)
    assert "LookupError" in parked.why_parked
    assert Ticket.objects.count() == 2
    assert intake.file_all(now=LATER) == 0


def test_what_the_database_refuses_for_a_moment_stays_stored(monkeypatch):
    def busy(*arguments, **keywords):
        raise OperationalError("deadlock detected")

    mail = inbound.ingest(letter(), now=LATER)
    monkeypatch.setattr(intake, "open_ticket", busy)
    assert intake.file_all(now=LATER) == 0
    monkeypatch.undo()
    assert intake.file_all(now=LATER) == 1
    assert InboundMail.objects.get(pk=mail.pk).state == State.FILED


def test_while_no_team_catches_it_a_mail_waits(organisation):
    organisation.default_team = None
    organisation.save()
    assert arrives(letter()).state == State.STORED


def test_filing_half_a_mail_files_nothing(monkeypatch, ticket):
    monkeypatch.setattr(intake.inbound, "filed", lambda *arguments: 1 / 0)
    before = everything(ticket), Event.objects.count()
    assert arrives(letter(to=reply_to(ticket))).state == State.PARKED
    assert (everything(ticket), Event.objects.count()) == before
    assert ticket.messages.count() == 1


def test_looking_for_mail_to_file_takes_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert intake.file_all(now=LATER) == 0
