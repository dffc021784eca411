"""Asking a colleague at the desk: on the ticket, on the doer's Horizon, and never where a customer reads."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from threading import Barrier
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from mail import addresses
from mail.models import Delivery
from people.models import Team, User
from tests import make
from tests.desk.looking import look, page, signed_in
from tests.make import MONDAY_9AM, hours
from tickets.actions import asking, conversation, merging, setting_aside, settling, splitting
from tickets.actions.conversation import NextDate
from tickets.certain import certain
from tickets.models import Commitment, Message, Note, Ticket

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(1)
DUE = NOW + hours(4)
WORDS = "Is the quartz pump in stock?"


class Desk:
    """A ticket of one team, and a colleague in another."""

    def __init__(self) -> None:
        make.standard()
        self.ivana, self.zdenka = make.user(name="Ivana Horvat"), make.user(name="Zdenka Zvonar")
        self.ticket: Ticket = make.ticket(owner=self.ivana)
        self.ivana.memberships.create(team=self.ticket.team)
        self.stores: Team = make.team(name="Stores")
        self.zdenka.memberships.create(team=self.stores)

    def ask(self, of: User | Team | None = None) -> Commitment:
        return asking.ask(self.ticket, WORDS, DUE, of=of or self.zdenka, by=self.ivana, now=NOW)

    @property
    def address(self) -> str:
        return reverse("desk:ticket", args=[self.ticket.number])


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(autouse=True)
def on_monday(desk):
    with time_machine.travel(NOW, tick=False):
        yield


def form(desk: Desk, **given: str) -> dict[str, object]:
    return {
        "key": uuid4(), "words": WORDS, "whom": f"user:{desk.zdenka.pk}", "date": "2026-11-23", "time": "14:00", **given
    }  # fmt: skip


def test_it_is_asked_on_the_ticket_and_stands_on_the_horizon_of_who_does_it(desk):
    signed_in(desk.ivana).post(reverse("desk:ticket-ask", args=[desk.ticket.number]), form(desk))
    asked = Commitment.objects.internal().get()
    assert [row.pk for row in look(desk.zdenka, "mine").rows] == [asked.pk]
    assert "Asked by Ivana Horvat" in page(desk.zdenka)
    assert asked.pk not in [row.pk for row in look(desk.ivana, "mine").rows]


def test_the_customers_time_comes_first_or_it_is_asked_all_the_same(desk):
    served = make.promise(desk.ticket, at=NOW, due=NOW + hours(3))
    address, client = reverse("desk:ticket-ask", args=[desk.ticket.number]), signed_in(desk.ivana)
    refused = client.post(address, form(desk, serves=str(served.pk)))
    assert refused.status_code == 422
    assert "too late for the promise" in refused.content.decode()
    assert not Commitment.objects.internal().exists()
    client.post(address, form(desk, serves=str(served.pk), anyway="on"))
    assert Commitment.objects.internal().get().serves == served
    assert "does not help to keep it" in client.get(desk.address).content.decode()


def test_who_was_asked_reads_and_notes_and_speaks_to_no_customer(desk):
    client = signed_in(desk.zdenka)
    assert client.get(desk.address).status_code == 404
    asked = desk.ask()
    shown = client.get(f"{desk.address}?write=reply").content.decode()
    assert "What we promised" in shown
    assert 'name="contact_date"' not in shown
    for act in ("ticket-reply", "ticket-call", "ticket-assign", "ticket-state", "ticket-facts", "ticket-draft"):
        assert client.post(reverse(f"desk:{act}", args=[desk.ticket.number]), {}).status_code == 404
    for act in ("commitment-withdraw", "asked-object"):
        assert client.post(reverse(f"desk:{act}", args=[asked.pk]), {}).status_code == 404
    promised = make.promise(desk.ticket, at=NOW)
    for act in ("commitment-move", "commitment-done", "commitment-take", "commitment-withdraw"):
        assert client.post(reverse(f"desk:{act}", args=[promised.pk]), {}).status_code == 404
    note = {"key": uuid4(), "body": "Only two are left."}
    client.post(reverse("desk:ticket-note", args=[desk.ticket.number]), note)
    assert Note.objects.get().author == desk.zdenka


def test_it_is_ticked_off_with_a_word_on_what_was_done(desk):
    asked = desk.ask()
    signed_in(desk.zdenka).post(reverse("desk:commitment-done", args=[asked.pk]), {"words": "Two, on shelf 4."})
    asked.refresh_from_db()
    assert asked.outcome == Commitment.Outcome.KEPT
    shown = page(desk.ivana, desk.address)
    openly = (
        shown.partition('id="asks-of-ticket"')[2]
        .partition("</section>")[0]
        .partition('<details class="strip__ended')[0]
    )
    assert "says: “Two, on shelf 4.”" in openly
    assert "It is not what was asked for" in openly


def test_once_nobody_can_object_any_more_it_is_among_what_has_ended(desk):
    asked = desk.ask()
    signed_in(desk.zdenka).post(reverse("desk:commitment-done", args=[asked.pk]))
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        shown = page(desk.ivana, desk.address)
    assert "1 of these has ended" in shown
    assert "It is not what was asked for" not in shown


def test_given_back_whoever_gave_it_no_longer_sees_the_ticket(desk):
    asked = desk.ask()
    answer = signed_in(desk.zdenka).post(reverse("desk:asked-give-back", args=[asked.pk]), {"why": "We moved out."})
    assert answer.url == reverse("desk:horizon")
    assert signed_in(desk.zdenka).get(desk.address).status_code == 404
    assert [row.pk for row in look(desk.ivana, "mine").rows if row.is_internal] == [asked.pk]


def test_an_answer_that_lacks_its_reason_comes_back_with_what_was_typed(desk):
    asked = desk.ask()
    refused = signed_in(desk.zdenka).post(reverse("desk:asked-give-back", args=[asked.pk]), {"why": ""})
    assert refused.status_code == 422


def test_the_team_that_was_asked_has_it_among_its_own_and_the_other_has_not(desk):
    asked, manager = desk.ask(of=desk.stores), make.manager()
    key = f"team:{desk.stores.pk}"
    assert [row.pk for row in look(manager, key).rows] == [asked.pk]
    assert asked.pk not in [row.pk for row in look(manager, f"team:{desk.ticket.team_id}").rows]


def test_moving_it_never_opens_a_letter_to_the_customer(desk):
    asked = desk.ask()
    answer = signed_in(desk.ivana).get(reverse("desk:commitment-move", args=[asked.pk]))
    assert answer.url == reverse("desk:asked-move", args=[asked.pk])
    with time_machine.travel(NOW + hours(5), tick=False):
        call = page(desk.ivana, f"{desk.address}?write=call&sorry={asked.pk}")
    assert "About the missed promise" not in call


def acts(desk: Desk, rng: Random, now: datetime) -> None:
    """One thing that may happen to a ticket on which colleagues ask of one another; refusals change nothing."""
    rows = list(Commitment.objects.internal().select_related("ticket"))
    row, ticket, by = (rng.choice(rows) if rows else None), desk.ticket, desk.ivana
    later = now + hours(rng.choice([1, 5, 30]))
    act = rng.randrange(12 if row else 1)
    match act:
        case 0 | 1:
            served = rng.choice([None, *ticket.commitments.to_the_customer().open()])
            of = rng.choice([desk.zdenka, desk.stores])
            asking.ask(ticket, WORDS, later, of=of, by=by, now=now, serves=served, anyway=True)
        case 2:
            asking.done(certain(row), "Quartz it is.", by=desk.zdenka, now=now)
        case 3:
            asking.move(certain(row), later, "The quartz is late.", by=desk.zdenka, now=now, anyway=True)
        case 4:
            asking.give_back(certain(row), "No quartz here.", by=desk.zdenka, now=now)
        case 5:
            asking.object_to(certain(row), "That is no quartz.", later, by=by, now=now)
        case 6:
            asking.withdraw(certain(row), "not_needed", by=by, now=now)
        case 7:
            message = conversation.reply(ticket, "Hello.", NextDate(contact_by=later), by=by, now=now)
            leave(message, now)
        case 8:
            message = conversation.reply(ticket, "It works.", NextDate(resolves=True), by=by, now=now)
            leave(message, now)
        case 9:
            conversation.receive(ticket, "And now?", channel="mail", at=now, now=now)
        case 10:
            other = make.ticket(customer=ticket.customer, team=ticket.team, owner=by, now=now)
            desk.ticket = merging.merge(ticket, other, by=by, now=now)
        case 11:
            aside = setting_aside.set_aside(ticket, Ticket.SetAside.TEST, by=by, now=now)
            desk.ticket = setting_aside.take_up_again(aside, by=by, now=now)


def leave(message: Message, now: datetime) -> None:
    Delivery.objects.filter(pk=message.delivery_id).update(state=Delivery.State.SENT, ended_at=now)
    settling.settle(message, now=now)


@pytest.mark.parametrize("seed", range(12))
def test_no_customer_ever_reads_a_word_of_it(desk, client, seed):
    rng, now, customer = Random(seed), NOW, desk.ticket.customer
    for _ in range(15):
        now += hours(rng.choice([0.1, 1, 3]))
        with suppress(ValidationError):
            acts(desk, rng, now)
    with suppress(ValidationError):
        going, owed = list(desk.ticket.messages.filter(direction="in"))[:1], list(desk.ticket.commitments.open())
        splitting.split(desk.ticket, "Another matter", going, owed, by=desk.ivana, now=now)
    assert Commitment.objects.internal().exists()
    read = []
    with time_machine.travel(now, tick=False):
        for ticket in Ticket.objects.filter(customer=customer, merged_into=None):
            secret = addresses.issue("ticket", ticket.about, customer.email, now=now)
            read.append(client.get(f"/r/{secret}/").content.decode())
        read += [client.get(reverse(f"portal:{feed}", args=["en"])).content.decode() for feed in FEEDS]
    mails = Delivery.objects.filter(recipient=customer.email)
    read += [mail.subject + mail.body for mail in mails]
    assert mails.exists() or seed
    for text in read:
        assert "uartz" not in strip_tags(text)
        assert "Zdenka" not in text


FEEDS = ("front", "standards-json", "standards-csv", "standards-txt", "wait-json")


@pytest.mark.django_db(transaction=True)
def test_ticked_off_twice_at_once_it_ends_once_and_both_are_told(desk):
    asked = desk.ask()
    ready, address = Barrier(2), reverse("desk:commitment-done", args=[asked.pk])

    def tick(_number: int) -> int:
        client = signed_in(desk.zdenka)
        ready.wait()
        try:
            return client.post(address, {"words": "Two."}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(tick, range(2))) == [302, 302]
    assert Note.objects.count() == 1
    assert Client().get(address).status_code == 302
