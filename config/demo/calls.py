"""Today's promised calls: one for the next hour, one that nobody has answered yet, one tried twice with its letter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import translation

from config.demo.matter import Said
from config.demo.rows import Row
from config.demo.scenarios.water import METER, PRESSURE, READING
from followups import wording_calls
from followups.models import FollowUp
from standards.terms import Kind
from standards.working_time import add_working_time, next_opening
from tickets.callbacks import WITHIN
from tickets.models import Draft

if TYPE_CHECKING:
    from config.demo.life import Life
    from config.demo.today import Scene

CALLBACK = str(Kind.CALLBACK)
MINUTE = timedelta(minutes=1)
NOBODY, LEFT = "not_reached", "message_left"
_ON = {"en": "I call you on {phone}", "hr": "Zovem Vas na broj {phone}"}


def soon(scene: Scene, number: int) -> None:
    """A call that is promised for the next half hour: last call."""
    life, words = scene.open(number, READING, scene.days_ago(2, "14:22"), scene.ivana, has_a_phone=True)
    due = scene.soon(25)
    _promise(scene, life, words.begins, due - 30 * MINUTE, due, at=scene.days_ago(1, "09:05"))


def tried_once(scene: Scene, number: int) -> None:
    """Nobody has answered in the slot: a second try counts from now on, and nobody calls it overdue yet."""
    life, words = scene.open(number, METER, scene.days_ago(2, "11:40"), scene.ivana, has_a_phone=True)
    due, first = scene.ago(20), scene.ago(35)
    call = _promise(scene, life, words.begins, min(due - 30 * MINUTE, first - 5 * MINUTE), due, at=_yesterday(scene))
    life.reply("No answer, no voicemail.", by=scene.ivana, at=first, call=NOBODY, callback=call)
    call.second_try_by = add_working_time(scene.company.calendar, first, WITHIN)


def not_reached(scene: Scene, number: int) -> None:
    """Tried twice, with a message left: kept at the first attempt; the letter with the next try waits for Ivana."""
    life, words = scene.open(number, PRESSURE, scene.days_ago(2, "12:15"), scene.ivana, has_a_phone=True)
    first, second, due = scene.ago(120), scene.ago(75), scene.ago(105)
    call = _promise(scene, life, words.begins, min(due - 30 * MINUTE, first - 5 * MINUTE), due, at=_yesterday(scene))
    life.reply("No answer.", by=scene.ivana, at=first, call=NOBODY, callback=call)
    life.reply("Asked on the voicemail to be called back.", by=scene.ivana, at=second, call=LEFT, callback=call)
    life.keep(call, first, scene.ivana)
    _letter(scene, life, call, (first, second), second + MINUTE)


def _promise(scene: Scene, life: Life, body: str, starts_at: datetime, due: datetime, *, at: datetime) -> Row:
    words = _ON[life.customer.language].format(phone=life.customer.phone)
    life.writes(body, by=scene.ivana, at=at, told=(Said(words, due, kind=CALLBACK, slot_starts_at=starts_at),))
    return life.owed(Kind.CALLBACK)[0]


def _yesterday(scene: Scene) -> datetime:
    return min(scene.days_ago(1, "09:20"), scene.ago(300))


def _letter(scene: Scene, life: Life, call: Row, times: tuple[datetime, datetime], at: datetime) -> None:
    customer: Any = life.customer
    with translation.override(customer.language):
        body = wording_calls.not_reached(
            customer, times, number=life.ticket.number, subject=life.ticket.subject, by=scene.ivana
        )
    again = next_opening(scene.company.calendar, scene.tomorrow + 9 * 60 * MINUTE).astimezone(scene.company.zone)
    fields = {
        "next": "call",
        "call_date": again.date().isoformat(),
        "call_from": again.time().isoformat("minutes"),
        "call_until": (again + 30 * MINUTE).time().isoformat("minutes"),
        "prepared_for": call.id,
    }
    scene.rows.append(
        Draft, ticket_id=life.ticket.id, author_id=scene.ivana.pk, kind=str(Draft.Kind.REPLY), at=at, body=body,
        fields=fields,
    )  # fmt: skip
    followup = scene.rows.add(
        FollowUp, ticket_id=life.ticket.id, commitment_id=call.id, step=str(FollowUp.Step.CALLBACK_DRAFT), cycle=1,
        due_at=call.due_at, state=str(FollowUp.State.DRAFTED), made_at=at,
    )  # fmt: skip
    life.record("followup.drafted", at, None, call, followup=followup.id)
