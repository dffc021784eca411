"""The short note after a call: it repeats what was promised there, and nothing is promised twice."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from followups import wording_calls
from standards.terms import Kind
from tests import make
from tests.followups.playing import accepted
from tests.make import zagreb
from tickets.actions import call_notes, conversation
from tickets.actions.conversation import NextDate
from tickets.callbacks import Slot
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
NOW = zagreb("2026-11-25 10:00")
SLOT = Slot(zagreb("2026-11-26 10:00"), zagreb("2026-11-26 10:30"))


def ticket(**customer: str) -> Ticket:
    given = {"name": "Ana Kovač", "email": "ana@example.test", "phone": "01 555 0142", "language": "en", **customer}
    make.standard(kind=Kind.UPDATE, window_minutes=960, name="Progress update")
    return make.ticket(customer=make.customer(**given), now=zagreb("2026-11-25 09:00"))


def a_call(about: Ticket, next_date: NextDate | None = None, result: str = Message.Result.REACHED) -> Message:
    said = next_date or NextDate(call=SLOT)
    return conversation.log_call(about, "She is cross.", result, said, by=about.team.lead, now=NOW)


def wanted(now: datetime = NOW) -> list[Message]:
    return list(Message.objects.filter(call_notes.wanted(now)))


def test_it_is_offered_after_a_call_that_reached_somebody_or_left_a_message_and_not_for_ever() -> None:
    about = ticket()
    reached, left = a_call(about), a_call(about, result=Message.Result.MESSAGE_LEFT)
    a_call(about, result=Message.Result.NOT_REACHED)
    assert wanted() == [reached, left]
    assert wanted(NOW + call_notes.OFFERED_FOR) == []


def test_it_repeats_the_promise_of_the_call_and_makes_no_second_one() -> None:
    call = a_call(ticket())
    by, before = call.ticket.team.lead, call.ticket.commitments.count()
    note = call_notes.send(call, wording_calls.note(call, by=by), by=by, now=NOW)
    assert note.delivery is not None
    body = note.delivery.body
    assert body.startswith(
        "Hello Ana Kovač,\n\nthis is what we talked about on the phone: "
        "Wednesday 25 November 2026, 10:00 (Zagreb time)."
    )
    assert "I call you on 01 555 0142: Thursday 26 November 2026 between 10:00 and 10:30 (Zagreb time)." in body
    assert "She is cross" not in body
    accepted(note.delivery, at=NOW)
    assert call.ticket.commitments.count() == before
    assert call.ticket.commitments.running().filter(kind=Kind.CALLBACK).count() == 1


def test_it_keeps_nothing_that_is_owed() -> None:
    call = a_call(ticket(), NextDate(contact_by=zagreb("2026-11-26 12:00")))
    by = call.ticket.team.lead
    note = call_notes.send(call, "As agreed.", by=by, now=NOW)
    assert note.delivery is not None
    accepted(note.delivery, at=NOW)
    assert call.ticket.commitments.running().filter(kind=Kind.UPDATE).count() == 1


def test_where_nothing_was_promised_what_was_said_has_to_be_filled_in() -> None:
    call = a_call(ticket(), NextDate(nothing_more_because="All is said."))
    by = call.ticket.team.lead
    with pytest.raises(ValidationError, match="Fill in"):
        call_notes.send(call, wording_calls.note(call, by=by), by=by, now=NOW)


def test_after_a_message_left_it_says_when_we_called() -> None:
    call = a_call(ticket(), result=Message.Result.MESSAGE_LEFT)
    assert "we called you once and did not reach you: Wednesday 25 November 2026, 10:00 (Zagreb time)." in (
        wording_calls.note(call, by=call.ticket.team.lead)
    )


def test_a_second_note_is_refused_in_words_and_a_double_click_sends_one() -> None:
    call, key = a_call(ticket()), uuid4()
    by = call.ticket.team.lead
    first = call_notes.send(call, "As agreed.", by=by, now=NOW, key=key)
    assert call_notes.send(call, "As agreed.", by=by, now=NOW, key=key) == first
    with pytest.raises(ValidationError, match=f"{by.name} has sent the note already"):
        call_notes.send(call, "As agreed.", by=by, now=NOW)


def test_taken_back_it_is_offered_again() -> None:
    call = a_call(ticket())
    note = call_notes.send(call, "As agreed.", by=call.ticket.team.lead, now=NOW)
    assert wanted() == []
    conversation.undo(note, by=call.ticket.team.lead, now=NOW)
    assert wanted() == [call]


def test_that_the_customer_wants_none_stays_on_the_call() -> None:
    call = a_call(ticket())
    call_notes.skip(call, by=call.ticket.team.lead, now=NOW)
    assert wanted() == []
    call.refresh_from_db()
    assert call.no_note_because == "not_wanted"
    assert call.ticket.events.filter(kind="call.no_note").exists()
    with pytest.raises(ValidationError, match="wants no note"):
        call_notes.send(call, "As agreed.", by=call.ticket.team.lead, now=NOW)


def test_without_an_address_nothing_is_offered_and_the_call_says_why() -> None:
    call = a_call(ticket(email=""))
    assert (wanted(), call.no_note_because) == ([], "no_address")


def test_a_letter_that_somebody_is_writing_stays() -> None:
    call = a_call(ticket())
    by = call.ticket.team.lead
    call.ticket.drafts.create(author=by, kind="reply", body="Half a sent", at=NOW)
    call_notes.send(call, "As agreed.", by=by, now=NOW)
    assert call.ticket.drafts.count() == 1
