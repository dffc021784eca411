"""The worker was off for three days: what it says then is true, and nobody is flooded.

It stopped on Monday at half past nine, and starts again on Thursday at the same time.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pydoc import locate

import pytest

from config.schedule import EVERY_MINUTE
from followups.actions import followups, holding
from followups.models import FollowUp, Hold
from mail.models import Delivery
from people.models import Customer, User
from tests import make
from tests.clock import worker_knows_our_time
from tests.followups.playing import accepted, came_by_mail
from tests.mail.running import server
from tests.make import ZAGREB, hours, zagreb
from tickets.actions import conversation, tickets
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Draft, Message, Ticket

__all__ = ["server"]

pytestmark = pytest.mark.django_db
OFF, BACK = zagreb("2026-11-23 09:30"), zagreb("2026-11-26 09:30")
Step, State = FollowUp.Step, Delivery.State
# A time as our mails tell it.
TOLD = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day (\d+ \w+ \d{4}), (\d\d:\d\d)")


class Worker:
    """Runs every minute what the worker runs, at the times of the test."""

    def __init__(self, time_machine) -> None:
        self._time_machine = time_machine

    def run(self, *moments: datetime) -> None:
        for now in moments:
            self._time_machine.move_to(now, tick=False)
            # What one sweep leaves to another is done at once: the supervisor hurries it.
            for task in EVERY_MINUTE * 2:
                locate(task)()


@pytest.fixture
def worker(time_machine, monkeypatch, server) -> Worker:
    worker_knows_our_time(monkeypatch)
    return Worker(time_machine)


@dataclass
class Desk:
    """What stood there when the worker stopped, and what came while it was off."""

    agent: User
    passed: Commitment
    today: Commitment
    later: Commitment
    reply_too_late: Message
    reply_in_time: Message


@pytest.fixture
def desk() -> Desk:
    agent = make.user(name="Petra Novak", email="petra@example.test")
    team = make.team(lead=agent)
    make.organisation(default_team=team, support_address="support@example.test")

    def came(at, **more):
        return came_by_mail(now=at, **more)

    written = came(zagreb("2026-11-23 09:28"), customer=person("acknowledged too late"))
    assert written.unplanned
    owed = came(zagreb("2026-11-23 08:10"), customer=person("promised"))
    promised = {
        words: make.promise(owed, at=zagreb("2026-11-23 09:10"), due=due, words=words, by=agent)
        for words, due in (
            ("The plumber calls", zagreb("2026-11-24 10:00")),
            ("The part is here", zagreb("2026-11-26 15:00")),
            ("It is warm again", zagreb("2026-11-30 12:00")),
        )
    }
    replies = [
        conversation.reply(
            came(zagreb("2026-11-23 08:20"), customer=person(name)), "We look at it.",
            NextDate(contact_by=zagreb(due), words="You hear what we found"), by=agent, now=OFF,
        )
        for name, due in (("answered too late", "2026-11-25 10:00"), ("answered in time", "2026-11-27 12:00"))
    ]  # fmt: skip

    resolved(person("asked"), at=zagreb("2026-11-23 08:30"))
    resolved(person("asked far too late"), at=zagreb("2026-11-17 08:30"))
    remind(person("reminded"), at=zagreb("2026-11-20 08:30"), asked="2026-11-20 15:00")
    remind(person("reminded after closing"), at=zagreb("2026-11-16 09:00"), asked="2026-11-19 14:00")
    wrote = resolved(person("wrote meanwhile"), at=zagreb("2026-11-23 08:30"))
    conversation.receive(
        wrote, "It is cold again.", channel="mail", at=zagreb("2026-11-25 12:00"), now=zagreb("2026-11-25 12:00")
    )
    busy = person("asked twice and writes")
    for _ in range(2):
        resolved(busy, at=zagreb("2026-11-23 08:30"))
    came(BACK - timedelta(minutes=5), customer=busy)
    return Desk(agent, *promised.values(), *replies)


def person(name: str) -> Customer:
    return make.customer(name=name, email=f"{name.replace(' ', '.')}@example.test")


def resolved(customer: Customer, *, at: datetime) -> Ticket:
    """Resolved before the worker stopped; the question is planned."""
    ticket = tickets.resolve(make.ticket(customer=customer, now=at - hours(1)), at=at, now=at, by=None)
    followups.plan(ticket, now=at)
    return Ticket.objects.get(pk=ticket.pk)


def remind(customer: Customer, *, at: datetime, asked: str) -> None:
    """Asked before the worker stopped; the reminder falls due while it is off."""
    ticket = resolved(customer, at=at)
    question = ticket.followups.get(step=Step.SETTLED_QUESTION)
    accepted(followups.carry_out(question, now=zagreb(asked), by=ticket.team.lead).delivery, at=zagreb(asked))
    followups.finish(question, now=zagreb(asked))


def to(name: str) -> Delivery:
    return Delivery.objects.filter(recipient=f"{name.replace(' ', '.')}@example.test").latest("pk")


def ended(name: str) -> dict[str, tuple[str, str]]:
    rows = FollowUp.objects.filter(ticket__customer__name=name)
    return {row.step: (row.state, row.reason) for row in rows}


def test_what_it_says_is_still_true(desk, worker, server):
    worker.run(BACK)
    assert {mail["To"].addresses[0].display_name for mail in server.mails} == {
        "answered in time", "asked", "reminded", "asked twice and writes", "Petra Novak",
    }  # fmt: skip
    for letter in server.mails:
        text = letter.get_body(("plain",)).get_content()
        for line in text.splitlines():
            for day, clock in TOLD.findall(line):
                told = datetime.strptime(f"{day} {clock}", "%d %B %Y %H:%M").replace(tzinfo=ZAGREB)
                assert told > BACK or line.startswith("It was due:") or "It arrived:" in line, text
    assert "Without an answer we close it: Tuesday 1 December 2026" in text_to(server, "reminded")


def text_to(server, name: str) -> str:
    (letter,) = [mail for mail in server.mails if mail["To"].addresses[0].display_name == name]
    return letter.get_body(("plain",)).get_content()


def test_what_is_not_said_has_its_reason(desk, worker):
    worker.run(BACK)
    late = "It would have come too late."
    # Nobody has answered, either: that is owned by a person.
    assert ended("acknowledged too late") == {"acknowledgement": ("skipped", late), "recovery": ("drafted", "")}
    assert ended("asked far too late")["settled_question"] == ("skipped", late)
    assert ended("reminded after closing")["settled_reminder"] == (
        "skipped", "The time that it would name has passed already.",
    )  # fmt: skip
    assert ended("reminded after closing")["closing"][0] == "done"
    assert ended("wrote meanwhile")["settled_question"] == ("skipped", "The ticket was reopened.")
    unsent = FollowUp.objects.filter(state__in=["skipped", "failed"]) | FollowUp.objects.filter(
        delivery__state__in=[State.CANCELLED, State.EXPIRED, State.FAILED]
    )
    assert all(followup.reason for followup in unsent)
    assert all(mail.reason for mail in Delivery.objects.exclude(state=State.SENT))


def test_a_reply_that_would_name_a_time_that_has_passed_goes_back_to_its_author(desk, worker):
    worker.run(BACK)
    assert (to("answered too late").state, to("answered in time").state) == (State.EXPIRED, State.SENT)
    draft = Draft.objects.get(ticket=desk.reply_too_late.ticket)
    assert (draft.author, draft.body, draft.came_back_why) == (
        desk.agent, "We look at it.", "It would have come too late.",
    )  # fmt: skip
    assert not desk.reply_too_late.ticket.commitments.filter(source="promise").exists()
    promised = desk.reply_in_time.ticket.commitments.get(source="promise")
    assert promised.due_at == zagreb("2026-11-27 12:00")


def test_promises_stand_as_they_were_made(desk, worker):
    worker.run(BACK)
    for promise in (desk.passed, desk.today, desk.later):
        promise.refresh_from_db()
    assert (desk.passed.stage(BACK), desk.today.stage(BACK)) == ("overdue", "due_soon")
    assert {promise.state for promise in (desk.passed, desk.today, desk.later)} == {"running"}


def test_everybody_on_the_staff_gets_one_mail_that_names_all_of_it(desk, worker, server):
    worker.run(*(BACK + timedelta(minutes=minute) for minute in range(10)))
    text = text_to(server, "Petra Novak")
    assert "The plumber calls" in text
    overdue = Commitment.objects.running().filter(due_at__lt=BACK, accountable=desk.agent)
    assert overdue.count() > 1
    assert all(f"/desk/tickets/{promise.ticket.number}/" in text for promise in overdue.select_related("ticket"))
    assert "It is warm again" not in text


def test_no_customer_gets_two_automatic_mails_in_the_first_hour(desk, worker, server):
    worker.run(*(BACK + timedelta(minutes=minute) for minute in (0, 1, 2, 20, 40, 59)))
    got = Counter(mail["To"].addresses[0].display_name for mail in server.mails if mail["Auto-Submitted"])
    got.pop("Petra Novak")
    assert set(got.values()) == {1}
    # Who has just written is told that first; the two questions wait, one of them for a day.
    assert "“Printer does not print since Monday” is here" in text_to(server, "asked twice and writes")
    waiting = FollowUp.objects.filter(ticket__customer__name="asked twice and writes", step=Step.SETTLED_QUESTION)
    assert {followup.state for followup in waiting} == {"scheduled"}


def test_much_that_piled_up_waits_for_a_manager(desk, worker, server, monkeypatch):
    monkeypatch.setattr(holding, "SO_MANY", 12)
    for number in range(holding.SO_MANY + 1):
        resolved(person(f"one of many {number}"), at=zagreb("2026-11-23 08:45"))
    worker.run(BACK, BACK + timedelta(minutes=3))
    held = holding.held(Hold.objects.get())
    assert held.count() > holding.SO_MANY
    automatic = [mail for mail in server.mails if mail["Auto-Submitted"]]
    assert {mail["To"].addresses[0].display_name for mail in automatic} == {"Petra Novak"}
    holding.decide(Hold.objects.get(), Hold.Decision.SEND, by=make.manager(), now=BACK + timedelta(minutes=5))
    worker.run(BACK + timedelta(minutes=6), BACK + timedelta(minutes=7))
    got = Counter(mail["To"].addresses[0].display_name for mail in server.mails if mail["Auto-Submitted"])
    assert {name for name in got if name.startswith("one of many")} == {
        f"one of many {number}" for number in range(holding.SO_MANY + 1)
    }
    got.pop("Petra Novak")
    assert set(got.values()) == {1}
