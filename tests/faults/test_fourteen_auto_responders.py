"""Fourteen kinds of automatic answerers, each tied to the product in a closed loop for a day.

Elsewhere two such programs wrote to each other through a night, thousands of mails, each of which opened a ticket
anew or set a clock running. Eight of these say in a header or in the subject that they are machines; six say nothing.
Each had one person write to us before, and answers whatever we send from then on, a few seconds later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.utils.timezone import now

from followups import tasks as followup_tasks
from mail import inbound, outbox, sending
from mail.models import InboundMail
from standards.terms import Kind
from tests import make
from tests.mail.letters import letter
from tests.mail.post_office import post_office
from tests.make import MONDAY_9AM
from tickets import tasks as ticket_tasks
from tickets.actions import conversation
from tickets.actions.writing import NextDate
from tickets.models import Commitment, Event, Message, Ticket

__all__ = ["post_office"]
pytestmark = pytest.mark.django_db
DAY, STEP = timedelta(hours=24), timedelta(seconds=10)
AWAY = "I am away until Monday and read your mail then."


@dataclass
class Responder:
    """What it adds to an answer, and where to it sends it."""

    headers: dict[str, str] = field(default_factory=dict)
    subject: Callable[[str, int], str] = lambda subject, _number: f"Re: {subject}"
    body: Callable[[int], str] = lambda _number: AWAY
    to_from: bool = False  # to the From of our mail, whatever Reply-To says
    threads: bool = True
    seconds: float = 5


def own_subject(words: str) -> Callable[[str, int], str]:
    return lambda _subject, number: words.format(number=number)


RESPONDERS = {
    # They say so.
    "exchange": Responder({"auto_submitted": "auto-replied", "x_auto_response_suppress": "All"}, own_subject("Away")),
    "vacation": Responder({"auto_submitted": "auto-replied (vacation)", "precedence": "bulk"}),
    "autoreply": Responder({"x_autoreply": "yes"}),
    "precedence": Responder({"precedence": "auto_reply"}, to_from=True),
    "null-sender": Responder({"return_path": "<>"}),
    "other-desk": Responder({"auto_submitted": "auto-generated"}, own_subject("[#{number}] received"), to_from=True),
    "list": Responder({"list_id": "<all.example.test>", "precedence": "list"}, to_from=True),
    "subject": Responder({}, lambda subject, _number: f"Automatische Antwort: {subject}"),
    # They don't.
    "silent": Responder(),
    "silent-to-from": Responder(to_from=True),
    "silent-without-thread": Responder(threads=False),
    "silent-slow": Responder(seconds=90),
    "silent-counting": Responder(body=lambda number: f"This is my answer number {number}.", seconds=12),
    "silent-desk": Responder(
        subject=own_subject("Your request {number} was received"), to_from=True, threads=False,
        body=lambda number: f"We have given your request the number {number}.", seconds=20,
    ),
}  # fmt: skip


def answer(name: str, responder: Responder, mail: EmailMessage, number: int) -> bytes:
    to = mail["From"] if responder.to_from else mail["Reply-To"] or mail["From"]
    thread = {"in_reply_to": mail["Message-ID"], "references": mail["Message-ID"]} if responder.threads else {}
    return letter(
        responder.body(number), sender=f"{name}@example.test", to=str(to), message_id=f"<{name}-{number}@example.test>",
        subject=responder.subject(str(mail["Subject"]), number), **thread, **responder.headers,
    )  # fmt: skip


def work() -> None:
    """Everything that the worker does for mail, by the time that it is."""
    ticket_tasks.file_mail()
    ticket_tasks.settle_messages()
    followup_tasks.plan()
    followup_tasks.carry_out()
    sending.send_due(now=now())
    outbox.expire(now=now())
    ticket_tasks.settle_messages()
    followup_tasks.finish()


def standing(ticket: Ticket) -> list[tuple]:
    """What the clocks of a ticket show, and its state."""
    rows = Commitment.objects.filter(ticket=ticket).order_by("pk")
    return [(ticket.state, row.kind, row.state, row.started_at, row.due_at, row.outcome) for row in rows]


def test_no_loop_lasts_and_nothing_of_a_ticket_moves(post_office, settings) -> None:
    team = make.team()
    make.organisation(support_address="support@example.test", default_team=team)
    make.standard(kind=Kind.ACKNOWLEDGE, clock="wall", window_minutes=15, name="Confirmation")
    for kind in (Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE, Kind.RESOLUTION):
        make.standard(kind=kind, window_minutes=960, name=str(kind))
    with time_machine.travel(MONDAY_9AM, tick=False) as clock:
        for name in RESPONDERS:
            inbound.ingest(
                letter(
                    f"Please look at my printer, says {name}.",
                    sender=f"{name}@example.test",
                    subject=f"Printer of {name}",
                ),
                now=now(),
            )
        work()
        first = {ticket.customer.email: ticket for ticket in Ticket.objects.select_related("customer")}
        assert len(first) == len(RESPONDERS)

        on_their_way: list[tuple[datetime, bytes]] = []
        answered: dict[str, int] = defaultdict(int)
        seen, resolved, before = 0, False, {}
        end = MONDAY_9AM + DAY
        while now() < end:
            work()
            for taken in post_office.taken[seen:]:
                name = taken.recipient.partition("@")[0]
                answered[name] += 1
                responder = RESPONDERS[name]
                on_their_way.append(
                    (now() + timedelta(seconds=responder.seconds), answer(name, responder, taken.mail, answered[name]))
                )
            seen = len(post_office.taken)
            for item in [item for item in on_their_way if item[0] <= now()]:
                on_their_way.remove(item)
                inbound.ingest(item[1], now=now())
            if not resolved and now() >= MONDAY_9AM + timedelta(hours=1):
                # A person answers all of them for good; the machines answer that, too.
                for ticket in first.values():
                    conversation.reply(ticket, "It is mended.", NextDate(resolves=True), by=team.lead, now=now())
                resolved = True
            if resolved and not before and now() >= MONDAY_9AM + timedelta(hours=1, seconds=30):
                before = {ticket.pk: standing(Ticket.objects.get(pk=ticket.pk)) for ticket in first.values()}
            # Nothing happens between two mails: the hours in between are passed over.
            idle = not on_their_way and resolved
            clock.shift(timedelta(minutes=10) if idle else STEP)
        work()

    automatic = Message.objects.filter(direction=Message.Direction.OUT, human=False, delivery__state="sent")
    per_address = {
        name: automatic.filter(ticket__customer__email=f"{name}@example.test").count() for name in RESPONDERS
    }
    reopened = Event.objects.filter(kind="ticket.reopened")
    moved = [
        ticket.customer.email
        for ticket in first.values()
        if standing(Ticket.objects.get(pk=ticket.pk)) != before[ticket.pk]
    ]
    print(
        f"\n14 responders, {len(post_office.taken)} mails out, {sum(answered.values())} answers; automatic mails each:"
        f" {per_address}; {Ticket.objects.count()} tickets, {reopened.count()} reopened, clocks moved: {moved}"
    )
    assert max(per_address.values()) <= 3, per_address
    assert not reopened.exists()
    assert moved == []
    assert InboundMail.objects.filter(state=InboundMail.State.STORED).count() == 0
