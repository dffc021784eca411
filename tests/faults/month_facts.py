"""What has to be true of a month: looked at in the mails as they were received, in rows and in what the town remembers.

Each is a fact by itself and returns what is wrong, in words; nothing of what keeps it in the product is asked.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.utils import translation

from followups.models import FollowUp, SatisfactionRequest
from mail.models import Delivery
from mail.models.delivery import REFUSABLE, TO_STAFF, Purpose
from mail.models.suppression import OPTIONAL
from people.models import Customer
from tests.faults.simulated import Taken
from tests.faults.town_month import Month
from tests.make import OFFICE_HOURS, ZAGREB
from tickets.models import Event
from ui.formats import long_date

DAY = timedelta(days=1)
State, Step = FollowUp.State, FollowUp.Step
# What a customer did not ask for by writing to us.
ANSWERS_THEM = {Purpose.ACKNOWLEDGEMENT, Purpose.NEW_LINK}


@dataclass(frozen=True)
class Received:
    """A mail to a customer that nobody wrote by hand: as it was taken, and what it follows from."""

    taken: Taken
    delivery: Delivery
    followups: tuple[FollowUp, ...]

    @property
    def at(self) -> datetime:
        return self.taken.at

    def __str__(self) -> str:
        return f"{self.delivery.purpose} to {self.taken.recipient} on {self.at:%a %d %b %H:%M}"


def received(month: Month) -> list[Received]:
    """All of them, in the order of time."""
    rows = Delivery.objects.filter(automatic=True).exclude(purpose__in=TO_STAFF)
    known = {row.message_id: row for row in rows.prefetch_related("followups__ticket__customer")}
    mails = [mail for mail in month.outside.taken if mail.message_id in known]
    return [
        Received(mail, known[mail.message_id], tuple(known[mail.message_id].followups.all()))
        for mail in sorted(mails, key=lambda one: one.at)
    ]


def each_ends_once_with_a_reason() -> Iterator[str]:
    ends = ["followup.done", "followup.skipped", "followup.failed"]
    told = Counter(
        (pk, kind) for pk, kind in Event.objects.filter(kind__in=ends).values_list("detail__followup", "kind")
    )
    for row in FollowUp.objects.select_related("ticket"):
        if row.step == Step.RECOVERY and row.state == State.DRAFTED:
            continue  # A missed promise stays with its owner until they own it; nobody does so in this town.
        if row.state not in {State.DONE, State.SKIPPED, State.FAILED}:
            yield f"{row} is {row.state} at the end"
        if row.state in {State.SKIPPED, State.FAILED} and not row.reason:
            yield f"{row} is {row.state} without a reason"
        ended = [kind for kind in ends if told[row.pk, kind]]
        if row.ticket and (ended != [f"followup.{row.state}"] or told[row.pk, ended[0]] != 1):
            yield f"{row} is {row.state}, and has ended as {[(kind, told[row.pk, kind]) for kind in ended]}"


def nothing_is_doubled(month: Month) -> Iterator[str]:
    for message_id, number in Counter(mail.message_id for mail in month.outside.taken).items():
        if number > 1:
            yield f"{message_id} left {number} times"
    steps = Counter(
        (one.ticket_id, one.customer_id, one.step, one.cycle) for mail in received(month) for one in mail.followups
    )
    yield from (f"{step} was sent {number} times" for step, number in steps.items() if number > 1)


def caps_hold(mails: list[Received]) -> Iterator[str]:
    """One a day, three a week over all tickets, as the customer finds them in the inbox."""
    theirs = defaultdict(list)
    for mail in mails:
        if mail.delivery.purpose not in ANSWERS_THEM:
            theirs[mail.taken.recipient].append(mail)
    for got in theirs.values():
        for place, mail in enumerate(got):
            if place >= 1 and mail.at - got[place - 1].at < DAY:
                yield f"{mail} came less than a day after {got[place - 1]}"
            if place >= 3 and mail.at - got[place - 3].at < 7 * DAY:
                yield f"{mail} was the fourth within a week"


def one_rating_in_thirty_days(mails: list[Received]) -> Iterator[str]:
    left = {one.pk: mail for mail in mails for one in mail.followups}
    last: dict[int, datetime] = {}
    asked = SatisfactionRequest.objects.filter(asks_rating=True, followup__in=left).select_related("ticket")
    for request in sorted(asked, key=lambda one: left[one.followup_id].at):
        at, customer = left[request.followup_id].at, request.ticket.customer_id
        if customer in last and timedelta() < at - last[customer] < 30 * DAY:
            yield f"{left[request.followup_id]} asks for a rating, and so did one on {last[customer]:%d %b %H:%M}"
        last[customer] = at


def quiet_hours_hold(mails: list[Received]) -> Iterator[str]:
    """Nobody is disturbed at night by their own clock, or while nobody is at the desk."""
    zones = dict(Customer.objects.values_list("email", "zone"))
    for mail in mails:
        if mail.delivery.purpose in ANSWERS_THEM:
            continue
        theirs = mail.at.astimezone(ZoneInfo(zones[mail.taken.recipient] or "Europe/Zagreb"))
        ours = mail.at.astimezone(ZAGREB)
        if not time(8) <= theirs.time() < time(19):
            yield f"{mail} came at {theirs:%H:%M} by the customer's clock"
        if f"{ours:%a}".lower() not in OFFICE_HOURS or not time(8) <= ours.time() < time(16):
            yield f"{mail} came while the desk was closed"


def no_mail_names_a_past_time(mails: list[Received]) -> Iterator[str]:
    """The day a request arrived is told where its confirmation is late; every other time is still to come."""
    customers = {row.email: row for row in Customer.objects.exclude(email="")}
    for mail in mails:
        customer = customers[mail.taken.recipient]
        zone = customer.zone or "Europe/Zagreb"
        body = " ".join(mail.taken.body.split())
        arrived = [one.ticket.opened_at for one in mail.followups if one.ticket and one.step == Step.ACKNOWLEDGEMENT]
        today = mail.at.astimezone(ZoneInfo(zone)).date()
        for days in range(40):
            for moment in _told(body, customer.language, zone, today - days * DAY):
                if moment <= mail.at and not any(moment <= at < moment + timedelta(minutes=1) for at in arrived):
                    yield f"{mail} names {moment:%a %d %b %H:%M}"


def _told(body: str, language: str, zone: str, day: date) -> Iterator[datetime]:
    """The moments of `day` that `body` names, as our letters write them."""
    for words in _day_in_words(language, zone, day):
        for hour, minute in re.findall(re.escape(words) + r"\D{0,20}(\d\d):(\d\d)", body):
            yield datetime.combine(day, time(int(hour), int(minute)), ZoneInfo(zone))


@cache
def _day_in_words(language: str, zone: str, day: date) -> set[str]:
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    with translation.override(language):
        return {long_date(noon, zone, by=by).partition(", 12:00")[0] for by in (True, False)}


def nothing_comes_after_its_stop(month: Month, mails: list[Received]) -> Iterator[str]:
    told = month.told
    merged = {name: at for at, name in told.merged}
    aside = {name: at for at, name in told.set_aside}
    opened = {name: at for at, name in told.opened}
    resolved = defaultdict(list)
    for name, at in Event.objects.filter(kind="ticket.resolved").values_list("ticket__subject", "detail__at"):
        resolved[name].append(datetime.fromisoformat(at))
    human = Delivery.objects.filter(automatic=False, state=Delivery.State.SENT, message__isnull=False)
    replied = defaultdict(list)
    for name, at in human.values_list("message__ticket__subject", "ended_at"):
        replied[name].append(at)

    def between(log: list[tuple[datetime, str]], name: str, since: datetime, until: datetime) -> bool:
        return any(since < at <= until for at, about in log if about == name)

    for mail in mails:
        for followup in mail.followups:
            if followup.ticket is None:
                continue
            name, at, step = followup.ticket.subject, mail.at, followup.step
            if name in merged and merged[name] <= at:
                yield f"{mail} is about {name}, which was merged"
            if name in aside and aside[name] <= at:
                yield f"{mail} is about {name}, which was set aside"
            solved = max((one for one in resolved[name] if one <= at), default=None)
            if step in {Step.SETTLED_QUESTION, Step.SETTLED_REMINDER}:
                if solved is None or between(told.wrote, name, solved, at):
                    yield f"{mail} asks about {name}, which is not resolved or which they have written about"
                elif step == Step.SETTLED_REMINDER and between(told.answered, name, solved, at):
                    yield f"{mail} reminds of what is answered about {name}"
            elif step == Step.CHECK_IN:
                others = [
                    one for one, when in opened.items()
                    if solved and solved < when <= at and one != name and one not in aside
                    and month.customer_of(one) == followup.ticket.customer_id
                ]  # fmt: skip
                if solved is None or others:
                    yield f"{mail} asks about {name}, although {others or 'it is open'}"
            elif step in {Step.SILENCE_REMINDER, Step.SILENCE_SECOND, Step.SILENCE_LAST}:
                question = max((when for when, about in told.asked if about == name and when <= at), default=None)
                if question is None or between(told.wrote, name, question, at):
                    yield f"{mail} repeats a question about {name} that is answered"
                if solved and question and solved > question:
                    yield f"{mail} repeats a question about {name}, which is resolved"
            elif step == Step.ACKNOWLEDGEMENT and any(one < at for one in replied[name]):
                yield f"{mail} confirms {name}, which a person has answered"


def nobody_is_written_to_against_their_wish(month: Month, mails: list[Received]) -> Iterator[str]:
    for when, address, purpose in month.told.stopped:
        for mail in mails:
            wanted = purpose not in {"", mail.delivery.purpose}
            wanted = wanted and not (purpose == OPTIONAL and mail.delivery.purpose in REFUSABLE)
            if mail.taken.recipient == address and mail.at >= when and not wanted:
                yield f"{mail}, who has stopped {purpose or 'all mail'} on {when:%d %b %H:%M}"
    came_back = {address: at for at, address in reversed(month.told.came_back)}
    yield from (
        f"{mail} left, although mail had come back" for mail in mails
        if mail.taken.recipient in came_back and mail.at >= came_back[mail.taken.recipient]
    )  # fmt: skip
    first: dict[str, datetime] = {}
    for one in month.outside.refused:
        if one.at > first.setdefault(one.recipient, one.at):
            yield f"{one.recipient} was tried again on {one.at:%d %b %H:%M}, refused since {first[one.recipient]}"


def in_short(month: Month) -> list[str]:
    """Everything that happened, without what may differ from run to run: numbers, links, ids."""
    rows = [
        f"{row.ticket.subject if row.ticket else row.customer} {row.step} {row.cycle} {row.state} {row.reason}"
        f" {row.due_at} {row.ended_at}"
        for row in FollowUp.objects.select_related("ticket", "customer")
    ]
    mails = [f"{mail.at} {mail.recipient} {mail.subject} {mail.body}" for mail in month.outside.taken]
    return sorted(re.sub(r"https?://\S+|T-\d+", "", " ".join(line.split())) for line in [*rows, *mails])
