"""After two attempts that reached nobody: the draft with both times and the next try, and what ends it."""

from datetime import datetime

import pytest
import time_machine
from django.db.models import QuerySet

from followups import tasks
from followups.models import CallTask, FollowUp
from standards.terms import Kind
from tests import make
from tests.followups.playing import accepted
from tests.make import zagreb
from tickets.actions import conversation, tickets
from tickets.actions.conversation import NextDate
from tickets.callbacks import Slot
from tickets.models import Commitment, Draft, Message

pytestmark = pytest.mark.django_db
REACHED, NOBODY, LEFT = Message.Result.REACHED, Message.Result.NOT_REACHED, Message.Result.MESSAGE_LEFT
State = FollowUp.State


def thursday(hour: str) -> datetime:
    return zagreb(f"2026-11-26 {hour}")


def promised(**customer: str) -> Commitment:
    """A call for Thursday between ten and half past."""
    given = {"name": "Ana Kovač", "email": "ana@example.test", "phone": "01 555 0142", "language": "en", **customer}
    ticket = make.ticket(customer=make.customer(**given), now=zagreb("2026-11-25 09:00"))
    return make.promise(
        ticket, kind=Kind.CALLBACK, words="I call you on 01 555 0142", at=zagreb("2026-11-25 09:30"),
        slot_starts_at=thursday("10:00"), due=thursday("10:30"),
    )  # fmt: skip


def call(callback: Commitment, at: datetime, result: str) -> None:
    """One that was logged at `at`, and what the worker makes of it a moment later."""
    by, said = callback.ticket.team.lead, NextDate(nothing_more_because="All is said.")
    owed = callback if callback.state == Commitment.State.RUNNING else None
    conversation.log_call(callback.ticket, "Rang.", result, said, by=by, now=at, callback=owed)
    callback.refresh_from_db()
    work(at)


def work(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        tasks.plan()
        tasks.finish()


def tried_twice(**customer: str) -> Commitment:
    callback = promised(**customer)
    call(callback, thursday("10:05"), NOBODY)
    call(callback, thursday("10:40"), LEFT)
    return callback


def drafts() -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(step=FollowUp.Step.CALLBACK_DRAFT)


def the_draft() -> FollowUp:
    return drafts().get()


def test_one_attempt_prepares_nothing() -> None:
    call(promised(), thursday("10:05"), NOBODY)
    assert not drafts().exists()


def test_after_two_a_draft_names_both_times_and_proposes_the_next_try() -> None:
    tried_twice()
    draft = Draft.objects.get()
    assert draft.body == (
        "Hello Ana Kovač,\n\nwe called you 2 times and did not reach you: "
        f"Thursday 26 November 2026, 10:05 and 10:40 (Zagreb time).\n\n{draft.author.name}"
    )
    assert {name: draft.fields[name] for name in ("next", "call_date", "call_from", "call_until")} == {
        "next": "call", "call_date": "2026-11-27", "call_from": "09:00", "call_until": "09:30",
    }  # fmt: skip
    assert the_draft().state == State.DRAFTED


def test_it_is_prepared_once_however_often_somebody_calls() -> None:
    callback = tried_twice()
    call(callback, thursday("13:00"), NOBODY)
    assert drafts().count() == 1


def test_a_call_that_is_overdue_is_written_about_as_well() -> None:
    callback = promised()
    call(callback, thursday("11:00"), NOBODY)
    call(callback, thursday("11:30"), NOBODY)
    assert callback.state == "running"
    assert the_draft().state == State.DRAFTED


def test_reached_after_all_nobody_needs_the_draft() -> None:
    callback = tried_twice()
    call(callback, thursday("14:00"), REACHED)
    assert (the_draft().state, the_draft().reason) == (State.SKIPPED, "The customer has been reached.")
    assert not Draft.objects.exists()


def test_a_customer_who_writes_ends_it() -> None:
    callback = tried_twice()
    conversation.receive(
        callback.ticket, "Call me at two.", channel="mail", at=thursday("11:00"), now=thursday("11:00")
    )  # fmt: skip
    work(thursday("11:01"))
    assert (the_draft().state, the_draft().reason) == (State.SKIPPED, "The customer has written since.")


def test_sent_it_promises_the_next_call_and_is_done() -> None:
    callback = tried_twice()
    draft, now = Draft.objects.get(), thursday("10:50")
    slot = Slot(zagreb("2026-11-27 09:00"), zagreb("2026-11-27 09:30"))
    message = conversation.reply(callback.ticket, draft.body, NextDate(call=slot), by=draft.author, now=now)
    assert message.delivery is not None
    assert "I call you on 01 555 0142: Friday 27 November 2026 between 09:00 and 09:30" in message.delivery.body
    assert "If another time suits you better, just reply with it." in message.delivery.body
    accepted(message.delivery, at=now)
    work(now)
    assert the_draft().state == State.DONE
    again = callback.ticket.commitments.running().get(kind=Kind.CALLBACK)
    assert (again.slot_starts_at, again.due_at) == (slot.starts_at, slot.ends_at)


def test_resolved_meanwhile_it_is_skipped() -> None:
    callback = tried_twice()
    tickets.resolve(callback.ticket, at=thursday("10:50"), now=thursday("10:50"), by=None)
    work(thursday("11:00"))
    assert the_draft().reason == "The ticket is resolved already."


def test_without_an_address_somebody_is_asked_to_call_again() -> None:
    callback = tried_twice(email="")
    assert (the_draft().state, the_draft().reason) == (State.SKIPPED, "The customer has no e-mail address.")
    assert CallTask.objects.get().followup == the_draft()
    call(callback, thursday("14:00"), REACHED)
    assert not CallTask.objects.to_make().exists()


def test_in_croatian_it_is_croatian() -> None:
    tried_twice(language="hr")
    assert "zvali smo Vas 2 puta, bez javljanja: četvrtak" in Draft.objects.get().body
