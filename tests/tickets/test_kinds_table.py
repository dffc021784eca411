"""The table of kinds of the design, row by row: what starts each, what keeps it, and whether it pauses."""

from datetime import timedelta

import pytest

from mail.models import Delivery
from mail.models.delivery import Purpose
from people.terms import Channel
from standards.terms import Clock, Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import commitments, conversation, notes, settling
from tickets.actions.conversation import NextDate
from tickets.models import Commitment

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(2)
SOON, LATER = NOW + timedelta(seconds=20), NOW + timedelta(days=1)
DAYS = {"clock": Clock.WORKING_DAYS, "window_days": 5}
SAID = NextDate(nothing_more_because="All is said.")


def accepted(message):
    Delivery.objects.filter(pk=message.delivery_id).update(state="sent", ended_at=SOON)
    settling.settle(message, now=SOON)


def mail(ticket, next_date=SAID, **fields):
    accepted(conversation.reply(ticket, "It is ordered.", next_date, by=ticket.team.lead, now=NOW, **fields))


def call(ticket, result="reached", next_date=SAID):
    conversation.log_call(ticket, "We spoke.", result, next_date, by=ticket.team.lead, now=SOON)


def machine(ticket):
    accepted(
        conversation.send_automatically(
            ticket, "It is here.", purpose=Purpose.ACKNOWLEDGEMENT, subject="Here", key=f"test:{ticket.pk}", now=NOW,
            stop_on=[], at_least_once=True, expires_at=None,
        )
    )  # fmt: skip


ACTS = {
    "machine": machine,
    "mail": mail,
    "receipt": lambda ticket: mail(ticket, only_a_receipt=True),
    "call": call,
    "nobody": lambda ticket: call(ticket, "not_reached", None),
    "note": lambda ticket: notes.note(ticket, "She is away.", by=ticket.team.lead, now=SOON),
    "decides": lambda ticket: mail(ticket, decides=True),
    "resolves": lambda ticket: mail(ticket, NextDate(resolves=True, left=_stay(ticket))),
}


def _stay(ticket):
    return {row.pk: "stays" for row in ticket.commitments.open()}


# What keeps it, of all that can be said and done:
#                    machine mail receipt call nobody note decides resolves   pauses
KINDS = """
    acknowledge      yes     yes  -       yes  -      -    yes     yes        -
    first_response   -       yes  -       yes  -      -    yes     yes        -
    next_response    -       yes  -       yes  -      -    yes     yes        -
    update           -       yes  -       yes  -      -    yes     yes        -
    answer           -       -    -       -    -      -    yes     -          yes
    resolution       -       -    -       -    -      -    -       yes        yes
    custom           -       -    -       -    -      -    -       -          -
"""
ROWS = [row.split() for row in KINDS.strip().splitlines()]


def owed(kind):
    """One of that kind, owed on a ticket of its own since Monday at nine, or since the customer wrote."""
    if kind == Kind.CUSTOM:
        return make.promise(due=LATER)
    if kind == Kind.UPDATE:
        return make.promise(kind=kind, due=LATER)
    ticket = make.ticket()
    if kind == Kind.NEXT_RESPONSE:
        conversation.receive(ticket, "And now?", channel=Channel.MAIL, at=MONDAY_9AM, now=MONDAY_9AM)
    return ticket.commitments.get(kind=kind)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_kind_is_kept_by_what_its_row_says_and_by_nothing_else(row):
    kind, *says = row
    if kind not in {Kind.CUSTOM, Kind.UPDATE}:
        make.standard(kind=kind, **(DAYS if kind in {Kind.ANSWER, Kind.RESOLUTION} else {}))
    found = []
    for act in ACTS.values():
        commitment = owed(kind)
        act(commitment.ticket)
        commitment.refresh_from_db()
        found.append("yes" if commitment.outcome == Commitment.Outcome.KEPT else "-")
    commitment = owed(kind)
    call(commitment.ticket, next_date=NextDate(wait_until=NOW + timedelta(days=3)))
    commitment.refresh_from_db()
    found.append("yes" if commitment.state == Commitment.State.PAUSED else "-")
    assert dict(zip([*ACTS, "pauses"], found, strict=True)) == dict(zip([*ACTS, "pauses"], says, strict=True))


def test_acknowledgement_first_response_decision_and_resolution_start_the_moment_the_ticket_is_opened():
    for kind in (Kind.ACKNOWLEDGE, Kind.FIRST_RESPONSE):
        make.standard(name=kind, kind=kind)
    for kind in (Kind.ANSWER, Kind.RESOLUTION):
        make.standard(name=kind, kind=kind, **DAYS)
    started = make.ticket(at=MONDAY_9AM, now=NOW).commitments.values_list("kind", "started_at")
    assert dict(started) == dict.fromkeys(["acknowledge", "first_response", "answer", "resolution"], MONDAY_9AM)


def test_a_next_response_counts_from_the_oldest_unanswered_message_and_starts_anew_after_each_answer():
    make.standard(kind=Kind.NEXT_RESPONSE)
    ticket = make.ticket()
    for at in (MONDAY_9AM, MONDAY_9AM + hours(1)):
        conversation.receive(ticket, "And now?", channel=Channel.MAIL, at=at, now=at)
    first = ticket.commitments.get()
    assert first.started_at == MONDAY_9AM
    mail(ticket)
    conversation.receive(ticket, "And now?", channel=Channel.MAIL, at=LATER, now=LATER)
    assert ticket.commitments.exclude(pk=first.pk).get().started_at == LATER


def test_each_word_of_ours_sets_the_next_update():
    make.standard(kind=Kind.UPDATE, clock=Clock.WORKING_DAYS, window_days=2)
    ticket = make.ticket()
    mail(ticket)
    first = ticket.commitments.get()
    call(ticket)
    first.refresh_from_db()
    assert (first.started_at, first.outcome) == (SOON, "kept")
    assert ticket.commitments.open().get().kind == Kind.UPDATE


def test_a_promise_starts_when_it_is_said_and_is_kept_when_somebody_says_that_it_is_done():
    promise = make.promise()
    assert promise.started_at == MONDAY_9AM
    assert commitments.keep(promise, at=NOW, now=NOW, by=promise.made_by).outcome == Commitment.Outcome.KEPT
