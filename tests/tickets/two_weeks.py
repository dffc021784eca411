"""Two teams work through random days, the worker sweeps, and what it told is held against what it had to tell."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from random import Random

from django.core.exceptions import ValidationError

from mail.models import Delivery
from people.models import User
from people.terms import Channel
from standards.terms import Kind
from standards.working_time import WorkingCalendar, is_open
from tests import make
from tests.make import MONDAY_9AM, OFFICE_HOURS
from tickets.actions import conversation, handover, moving, tickets, warning_mails, warnings
from tickets.actions.conversation import NextDate
from tickets.at_work import staff_at
from tickets.models import Commitment, Message, Warning

MINUTE = timedelta(minutes=1)
APART = 15 * MINUTE
LATE = {day: [["14:00", "22:00"]] for day in OFFICE_HOURS}


class TwoWeeks:
    """Ivana and Petra, who leads, work by day; Mato in another team, late. Mara manages and is in no team."""

    def __init__(self, seed: int):
        self.random = Random(seed)
        self.now = MONDAY_9AM
        make.standard(window_minutes=240)
        make.standard(kind=Kind.RESOLUTION, window_minutes=600, name="Resolution")
        self.petra, self.ivana, self.mato = (make.user(name=name) for name in ("Petra", "Ivana", "Mato"))
        self.mara = make.manager(name="Mara")
        by_day, late = make.calendar(), make.calendar(hours=LATE)
        self.team = make.team(lead=self.petra, members=[self.petra, self.ivana], calendar=by_day)
        make.team(lead=self.mato, members=[self.mato], calendar=late)
        self.hours: dict[int, WorkingCalendar] = {
            person.pk: (late if person == self.mato else by_day).current.working
            for person in (self.petra, self.ivana, self.mato, self.mara)
        }
        self.took: set[tuple[int, int]] = set()  # who took it knows where it stands

    def live(self, steps: int) -> None:
        """So many things happen, each after some time; the worker sweeps, at times twice at one moment."""
        happens = [self.open, self.open, self.promise, self.move, self.ask, self.answer, self.take, self.keep]
        happens += [self.none] * 3
        for _ in range(steps):
            self.now += self.random.choice([2, 7, 16, 40, 90, 200, 500]) * MINUTE
            try:
                self.random.choice(happens)()
            except ValidationError:
                continue
            self.sweep()
            self.check_who_heard()
        self.check_mails()

    def sweep(self) -> None:
        missed = list(Warning.objects.to_be_owned_before(self.now))
        staff = staff_at(self.now)
        stale = warning_mails.still_to_tell(staff, self.now)
        for _ in range(self.random.choice([1, 2])):
            warnings.announce_all(now=self.now)
            warning_mails.tell_all(now=self.now)
        # What another sweep had read before us, and carries out only now.
        for miss in missed:
            assert warnings.announce_unowned(miss, now=self.now) is None
        for person, told in stale.items():
            assert not staff.is_at_work(person) or warning_mails.tell(person, told, now=self.now) is None

    # What happens

    def none(self) -> None:
        """Time alone."""

    def open(self) -> None:
        make.ticket(team=self.team, owner=self.random.choice([None, self.ivana]), now=self.now)

    def promise(self) -> None:
        due = self.now + self.random.choice([30, 120, 600]) * MINUTE
        make.promise(self.any().ticket, at=self.now, due=due, by=self.ivana)

    def move(self) -> None:
        promise = self.any()
        due = self.now + self.random.choice([45, 240]) * MINUTE
        moving.move(
            promise, due, "The part is late.", words="", by=promise.accountable, at=self.now, now=self.now
        )  # fmt: skip

    def ask(self) -> None:
        wait_until = self.now + timedelta(days=3)
        conversation.log_call(
            self.any().ticket, "Which one?", Message.Result.REACHED, NextDate(wait_until=wait_until), by=self.ivana,
            now=self.now,
        )  # fmt: skip

    def answer(self) -> None:
        conversation.receive(
            self.any().ticket, "The blue one.", channel=Channel.MAIL, at=self.now, now=self.now
        )  # fmt: skip

    def take(self) -> None:
        promise, person = self.any(), self.random.choice([self.mato, self.ivana, self.petra])
        handover.take(promise, by=person, now=self.now)
        self.took.add((promise.pk, person.pk))

    def keep(self) -> None:
        ticket = self.any().ticket
        tickets.resolve(ticket, at=self.now, now=self.now, by=None)

    def any(self) -> Commitment:
        found = list(Commitment.objects.open().select_related("ticket__team__lead", "accountable").order_by("pk"))
        if not found:
            raise ValidationError("Nothing is owed.")
        return self.random.choice(found)

    # What has to be true

    def check_who_heard(self) -> None:
        """Whoever is at work and had no mail just now has heard of each stage that is their business."""
        for promise in Commitment.objects.running().select_related("ticket__team"):
            stage = promise.stage(self.now)
            if stage == "on_track":
                continue
            warning = Warning.objects.get(commitment=promise, stage=stage)
            heard = set(warning.told.values_list("pk", flat=True))
            concerned = {promise.accountable_id} | ({promise.ticket.team.lead_id} if stage != "due_soon" else set())
            for person in concerned - heard:
                had_one = self.last_mail(person) > self.now - APART
                excused = (promise.pk, person) in self.took or not self.is_at_work(person) or had_one
                assert excused, f"{User.objects.get(pk=person)} has not heard that {promise.pk} is {stage}"
        for warning in Warning.objects.true_at(self.now).filter(stage="unowned").exclude(told=self.mara):
            assert not self.is_at_work(self.mara.pk) or self.last_mail(self.mara.pk) > self.now - APART, warning

    def check_mails(self) -> None:
        """Nobody read of a stage twice, at night, or twice within a quarter of an hour."""
        for person in User.objects.filter(pk__in=self.hours):
            mails = list(Delivery.objects.filter(purpose="staff_warning", recipient=person.email).order_by("made_at"))
            times = [mail.made_at for mail in mails]
            assert all(later - earlier >= APART for earlier, later in itertools.pairwise(times))
            assert all(is_open(self.hours[person.pk], at) for at in times)
            for promise in Commitment.objects.all():
                read = sum(mail.body.count(f"#commitment-{promise.pk}\n") for mail in mails)
                assert read == Warning.objects.filter(commitment=promise, told=person).count()
        assert not [
            commitment
            for commitment in Commitment.objects.filter(state="ended")
            if Warning.objects.filter(commitment=commitment, untold=True).exists()
        ], "what is over is told to nobody"

    def is_at_work(self, person: int) -> bool:
        return is_open(self.hours[person], self.now)

    def last_mail(self, person: int) -> datetime:
        mails = Delivery.objects.filter(key__startswith=f"warnings:{person:010}:").order_by("-made_at")
        return mails.values_list("made_at", flat=True).first() or MONDAY_9AM - timedelta(days=9)
