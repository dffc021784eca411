"""Six people who click on the same tickets at once, and two workers beside them: each with a connection of its own.

Over the pages, as people do it. What is refused is refused with a sentence; nothing may answer with a fault.
"""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Event as Flag
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followups import tasks as followup_tasks
from mail.models import Delivery
from people.models import User
from standards.terms import Clock, Kind
from tests import make
from tickets import tasks as ticket_tasks
from tickets.models import Commitment, Ticket

PEOPLE, WORKERS = 6, 2
# How a page says no: in what is to be corrected above a form, or instead of the form.
SAYS = re.compile(r'id="form-errors"|class="sheet.*banner--trouble', re.DOTALL)


class Crowd:
    """Counts what was answered, by what was clicked and the status; keeps what looks like a fault."""

    def __init__(self) -> None:
        now = timezone.now() - timedelta(minutes=1)
        for number, fields in enumerate(
            [
                {"window_minutes": 480},
                {"kind": Kind.NEXT_RESPONSE, "window_minutes": 480},
                {"kind": Kind.UPDATE, "clock": Clock.WORKING_DAYS, "window_days": 2},
                {"kind": Kind.RESOLUTION, "clock": Clock.WORKING_DAYS, "window_days": 5},
            ]
        ):
            make.standard(name=f"Standard {number}", now=now, **fields)
        self.team = make.organisation().default_team
        self.people: list[User] = [make.user(teams=[self.team]) for _ in range(PEOPLE)]
        self.customer = make.customer()
        self.answers: Counter[tuple[str, int]] = Counter()
        self.faults: list[str] = []
        self.over = Flag()

    def open(self) -> Ticket:
        now = timezone.now()
        ticket = make.ticket(customer=self.customer, team=self.team, now=now)
        make.promise(ticket, at=now, due=now + timedelta(days=3))
        return ticket

    def clicks(self, rng: Random) -> tuple[str, str, dict[str, Any]]:
        """What one person presses: its name, its address and the form."""
        tomorrow = timezone.localdate() + timedelta(days=rng.randrange(1, 9))
        tickets = list(Ticket.objects.filter(merged_into=None).order_by("-pk")[:2])
        ticket, other = rng.choice(tickets), rng.choice(tickets)
        rows = list(ticket.commitments.order_by("-pk")[:6])
        row = rng.choice(rows).pk if rows else 0
        word = {"key": str(uuid4()), "body": "We look into it."}
        wait = {"next": "wait", "wait_date": tomorrow.isoformat(), "wait_time": "11:00"}
        contact = {"next": "contact", "contact_date": tomorrow.isoformat(), "contact_time": "11:00"}
        later = {"date": tomorrow.isoformat(), "time": "12:00", "reason": "The part is late"}
        told = {"next": "nothing", "because": "All is said."}
        forms = {
            "ticket-reply": {**word, **rng.choice([wait, contact])},
            "ticket-call": {**word, **rng.choice([wait, contact, told]), "result": "reached"},
            "ticket-assign": {"owner": rng.choice(self.people).pk},
            "ticket-state": {"state": rng.choice(["open", "waiting_on_others"])},
            "commitment-move": {**word, **later, "by_phone": "on"},
            "commitment-done": {},
            "commitment-take": {},
            "commitment-withdraw": {"why": "customer_said_so"},
            "ticket-merge-into": {},
        }
        name = rng.choice(list(forms)) if rng.random() < 0.9 else "ticket-call"
        where = [row] if name.startswith("commitment-") else [ticket.number]
        where += [other.number] if name == "ticket-merge-into" else []
        return name, reverse(f"desk:{name}", args=where), forms[name]

    def click(self, number: int, rounds: int) -> None:
        client, rng = Client(raise_request_exception=False), Random(f"person {number}")
        client.force_login(self.people[number])
        try:
            for _ in range(rounds):
                name, address, form = self.clicks(rng)
                answer = client.post(address, form)
                self.answers[name, answer.status_code] += 1
                if answer.status_code >= 500 or (answer.status_code == 422 and not SAYS.search(answer.text)):
                    self.faults.append(f"{name} {answer.status_code} {answer.text[:300]}")
        finally:
            connection.close()

    def work(self, _number: int) -> None:
        """A worker that is never tired: what was written leaves at once, and every sweep runs."""
        try:
            while not self.over.is_set():
                now = timezone.now()
                Delivery.objects.filter(state="queued").update(state="sent", ended_at=now)
                ticket_tasks.settle_messages()
                ticket_tasks.end_pauses()
                ticket_tasks.warn()
                followup_tasks.plan()
                followup_tasks.carry_out()
                followup_tasks.finish()
                self.over.wait(0.2)
        except ValidationError as refusal:
            self.faults.append(f"worker: {refusal.messages}")
        finally:
            connection.close()

    def press(self, rounds: int, *, tickets: int) -> None:
        """So many clicks of each, on the few tickets that are there; a new one whenever two were merged."""
        for _ in range(tickets):
            self.open()
        with ThreadPoolExecutor(PEOPLE + WORKERS) as all_of_them:
            workers = [all_of_them.submit(self.work, number) for number in range(WORKERS)]
            clicking = [all_of_them.submit(self.click, number, rounds) for number in range(PEOPLE)]
            try:
                for one in clicking:
                    one.result()
            finally:
                self.over.set()
            for one in workers:
                one.result()
        now = timezone.now()
        Delivery.objects.filter(state="queued").update(state="sent", ended_at=now)
        ticket_tasks.settle_messages()
        followup_tasks.plan()

    def ended_twice(self) -> list[Commitment]:
        """Those whose events tell two outcomes, or none: asked apart from the audit, in plain Python."""
        kinds = {f"commitment.{outcome}" for outcome in Commitment.Outcome.values}
        twice = []
        for row in Commitment.objects.prefetch_related("events"):
            ends = [event for event in row.events.all() if event.kind in kinds and "old_due" not in event.detail]
            if len(ends) != (row.state == Commitment.State.ENDED):
                twice.append(row)
        return twice
