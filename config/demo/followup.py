"""Is it settled for the customer: planned, asked and answered, as `followups.actions` would do it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.demo import letters
from config.demo.rows import Row
from followups.models import FollowUp, SatisfactionAnswer, SatisfactionRequest
from mail.models.delivery import Purpose
from people.terms import Channel
from standards.terms import Occasion
from standards.working_time import next_opening

if TYPE_CHECKING:
    from config.demo.life import Life

SCHEDULED, DONE, SKIPPED = (str(FollowUp.State[name]) for name in ("SCHEDULED", "DONE", "SKIPPED"))
NO_ADDRESS = "The customer has no e-mail address. Ask when you next talk to them."
YES, NOT_QUITE, NO = (str(outcome) for outcome in SatisfactionAnswer.Outcome)
_SAID = {
    YES: "It is settled, but the handling was poor.",
    NOT_QUITE: "It is not quite settled.",
    NO: "It is not settled.",
}


class FollowUps:
    """The follow-ups of one ticket."""

    def __init__(self, life: Life):
        self.life = life
        self.planned: Row | None = None
        self.request: Row | None = None
        self._cycle = 0

    def plan(self, resolved_at: datetime) -> None:
        """Plan the question for the first opening after a day; a step of its own, a second later."""
        at = resolved_at + timedelta(seconds=1)
        self._cycle += 1
        self.planned = self.life.rows.add(
            FollowUp,
            ticket_id=self.life.ticket.id,
            step=str(FollowUp.Step.SETTLED_QUESTION),
            cycle=self._cycle,
            due_at=next_opening(self.life.company.calendar, resolved_at + timedelta(days=1)),
            state=SCHEDULED,
            made_at=at,
        )
        self.life.record("followup.planned", at, followup=self.planned.id, due=self.planned.due_at)

    def skip(self, at: datetime, reason: str) -> None:
        """What was planned and not asked is not true any more."""
        if self.planned is not None:
            self._end(SKIPPED, at, reason)

    def ask(self) -> datetime | None:
        """Ask when it is due; None for a customer without an address, who is asked in person."""
        followup, life = self.planned, self.life
        if followup is None:
            return None
        at = followup.due_at + timedelta(seconds=3)
        if not life.customer.email:
            self._end(SKIPPED, at, NO_ADDRESS)
            return None
        self.request = life.rows.add(SatisfactionRequest, ticket_id=life.ticket.id, followup_id=followup.id, made_at=at)
        accepted = at + timedelta(seconds=2)
        if life.brief:
            subject = body = "Is it settled?"
        else:
            subject, body = letters.question(life.customer, life.ticket, life.company, self.request.id)
        message = life.send(str(Purpose.SETTLED_QUESTION), f"followup:{followup.id}", body, at, accepted, subject)
        followup.delivery_id = message.delivery_id
        if not life.brief:
            life.record("followup.handed_over", at, followup=followup.id)
        self._end(DONE, accepted)
        return accepted

    def answer(self, outcome: str, handling: int | None, comment: str, at: datetime, *, may_call: bool = False) -> None:
        """What the customer answers on the page; "no", "not quite" and a poor handling need a person."""
        if self.request is None:
            return
        self.life.rows.append(
            SatisfactionAnswer, request_id=self.request.id, outcome=outcome, handling=handling, comment=comment,
            may_call=may_call, at=at,
        )  # fmt: skip
        self.life.record("satisfaction.answered", at, outcome=outcome, handling=handling)
        if outcome != YES or (handling is not None and handling <= 2):
            self.life.receive(
                f"{_SAID[outcome]}\n\n{comment}".strip(), at, channel=str(Channel.PAGE),
                occasion=str(Occasion.NOT_SETTLED), reopens=outcome != YES,
            )  # fmt: skip

    def _end(self, state: str, at: datetime, reason: str = "") -> None:
        followup = self.planned
        if followup is None:
            return
        followup.state, followup.reason, followup.ended_at = state, reason, at
        self.planned = None
        self.life.record(f"followup.{state}", at, followup=followup.id)
