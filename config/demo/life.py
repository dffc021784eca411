"""The life of one ticket, step by step: what each word does, it does as the actions would have done it.

Every step takes its moment, and moments only go forward. Mail is stored as sent, never queued.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from config.demo import letters
from config.demo.company import Company
from config.demo.followup import FollowUps
from config.demo.ledger import PROMISE, RUNNING, Ledger
from config.demo.matter import MAIL, Matter, Said
from config.demo.rows import Row, Rows
from mail.models import Delivery
from mail.models.delivery import Purpose
from people.models import User
from people.terms import Channel
from standards.matching import Facts
from standards.models import StandardVersion
from standards.terms import FULFILLED_BY_A_REPLY, Kind, Occasion
from standards.working_time import add_working_time, working_time_between
from tickets.actions.settling import LONGEST_PAUSE
from tickets.actions.tickets import HELD_FOR, START_WITH_THE_TICKET
from tickets.models import Message, MessagePromise, Note, Ticket

OPEN, WAITING, OTHERS, RESOLVED, CLOSED = (str(state) for state in Ticket.State)
IN, OUT = (str(direction) for direction in Message.Direction)
PHONE = str(Channel.PHONE)
REPLY, ACKNOWLEDGEMENT = str(Purpose.REPLY), str(Purpose.ACKNOWLEDGEMENT)
SENT = str(Delivery.State.SENT)
# A reply is held for ten seconds; then it takes the server two to accept it.
ACCEPTED_AFTER = timedelta(seconds=12)


class Life(Ledger):
    """One ticket from the customer's first word on."""

    def __init__(
        self,
        company: Company,
        rows: Rows,
        matter: Matter,
        number: int,
        at: datetime,
        *,
        owner: User | None = None,
        brief: bool = False,
    ):
        customer = matter.customer
        ticket = rows.add(
            Ticket,
            number=number,
            customer_id=customer.id,
            team_id=matter.crew.team.pk,
            owner_id=owner.pk if owner else None,
            type=matter.ticket_type,
            category_id=company.categories[matter.category],
            priority=matter.priority,
            channel=matter.channel,
            subject=matter.subject,
            asked_for=matter.asks,
            expected_by=matter.expected_by,
            state=OPEN,
            opened_at=at,
            resolved_at=None,
            folded=letters.folded(number, matter.subject, customer),
        )
        super().__init__(company, rows, ticket, matter.crew, brief=brief)
        self.customer = customer
        self.last_message_id = ""
        self.follow_ups = FollowUps(self)
        self._facts = {
            occasion: Facts(
                matter.ticket_type, ticket.category_id, matter.priority, matter.channel, customer.group, occasion
            )
            for occasion in (str(Occasion.ORDINARY), str(Occasion.NOT_SETTLED))
        }
        self.hears(matter.asks, matter.channel, at)
        self.record("ticket.opened", at, channel=matter.channel)
        for kind, version in self.matching(at).items():
            if kind in START_WITH_THE_TICKET:
                self.start(version, at, now=at)

    @property
    def is_open(self) -> bool:
        """Whether something is still owed or awaited."""
        return self.ticket.state not in {RESOLVED, CLOSED}

    def matching(self, at: datetime, occasion: str = "") -> dict[str, StandardVersion]:
        """The standards that apply, one a kind."""
        return self.company.matching(self._facts[occasion], at)

    def hears(self, body: str, channel: str, at: datetime) -> Row:
        """A word of the customer, as it stands in the conversation."""
        return self.rows.add(Message, ticket_id=self.ticket.id, direction=IN, channel=channel, body=body, at=at)

    def acknowledge(self, at: datetime) -> None:
        """Our server says that the message is here."""
        body = letters.acknowledgement(self.customer, self.ticket, self.company)
        self.send(ACKNOWLEDGEMENT, f"acknowledgement:{self.ticket.id}", body, at, at + timedelta(seconds=2))
        for commitment in self.owed(Kind.ACKNOWLEDGE):
            self.keep(commitment, at + timedelta(seconds=2))

    def send(self, purpose: str, key: str, body: str, at: datetime, accepted: datetime, subject: str = "") -> Row:
        """An automatic mail: the message and its delivery, sent."""
        message = self.rows.add(
            Message, ticket_id=self.ticket.id, direction=OUT, channel=MAIL, human=False, body=body, at=at
        )
        self.mail(message, key, purpose, body, accepted, subject)
        self.record("message.written", at, message=message.id, purpose=purpose)
        return message

    def mail(self, message: Row, key: str, purpose: str, body: str, accepted: datetime, subject: str = "") -> Row:
        """The delivery of `message`, accepted by our server at `accepted`."""
        automatic = purpose != REPLY
        ticket = self.ticket
        delivery = self.rows.add(
            Delivery,
            key=key, purpose=purpose, about=f"ticket:{ticket.number}", recipient=self.customer.email,
            recipient_name=self.customer.name, language=self.customer.language,
            subject=subject or f"[T-{ticket.number}] {ticket.subject}", body=body, automatic=automatic,
            at_least_once=purpose in {REPLY, ACKNOWLEDGEMENT}, state=SENT, made_at=message.at, next_at=accepted,
            attempts_made=1, message_id=f"<{key.replace(':', '.')}@demo.test>", ended_at=accepted,
            in_reply_to=self.last_message_id,
        )  # fmt: skip
        message.delivery_id = delivery.id
        self.last_message_id = delivery.message_id
        return delivery

    def assign(self, to: User, *, by: User, at: datetime) -> None:
        """`to` has the ticket from now on, and answers for what is owed on it."""
        before, self.ticket.owner_id = self.ticket.owner_id, to.pk
        self.record("ticket.assigned", at, by, before=before, to=to.pk)
        for commitment in self.open:
            if commitment.accountable_id != to.pk:
                former, commitment.accountable_id = commitment.accountable_id, to.pk
                if commitment.due_at and at > commitment.due_at:
                    commitment.accountable_at_due_id = former
                self.record("commitment.taken", at, by, commitment, before=former)

    def reply(
        self,
        body: str,
        *,
        by: User,
        at: datetime,
        contact_by: datetime | None = None,
        words: str = "",
        obstacle: str = "",
        told: tuple[Said, ...] = (),
        wait_until: datetime | None = None,
        resolves: bool = False,
        nothing_more: str = "",
        call: str = "",
        callback: Row | None = None,
    ) -> datetime:
        """Write to the customer, or with `call` (its result) log a call; returns when it counted.

        The call is one for the promised `callback`, where that is given.
        """
        accepted = at if call else at + ACCEPTED_AFTER
        message = self.rows.add(
            Message, ticket_id=self.ticket.id, direction=OUT, channel=PHONE if call else MAIL, author_id=by.pk,
            body=body, at=at, result=call, asks=bool(wait_until), wait_until=wait_until, resolves=resolves,
            nothing_more_because=nothing_more, callback_id=callback.id if callback else None,
        )  # fmt: skip
        self.record("call.logged" if call else "message.written", at, by, message=message.id)
        if call and call != "reached":
            return accepted
        if contact_by:
            told = (*told, Said(words, contact_by, obstacle=obstacle))
        for said in told:
            self.rows.append(
                MessagePromise, message_id=message.id, kind=said.moves.kind if said.moves else said.kind,
                words=said.words, due_at=said.due_at, slot_starts_at=said.slot_starts_at,
                moves_id=said.moves.id if said.moves else None,
                follows_id=said.follows.id if said.follows else None, reason=said.reason,
                may_get_in_the_way=said.obstacle, condition=said.condition, window_days=said.days,
            )  # fmt: skip
        if not call:
            text = body if self.brief else letters.letter(body, told, wait_until, resolves, self.customer, self.company)
            self.mail(message, f"message:{message.id}", REPLY, text, accepted)
        self._carry_out(message, told, accepted, by)
        return accepted

    def writes(self, text: str, *, by: User, at: datetime, **dates: Any) -> datetime:
        """A reply with a greeting; `dates` as for `reply`."""
        return self.reply(letters.greet(self.customer, text, by), by=by, at=at, **dates)

    def _carry_out(self, message: Row, told: tuple[Said, ...], at: datetime, by: User) -> None:
        """As `tickets.actions.settling.carry_out`: move, keep, promise, resolve, wait, owe the next update."""
        for said in told:
            if said.moves and said.due_at:
                self.move(said.moves, said.due_at, said.words, by=by, at=at)
        for commitment in self.owed(*FULFILLED_BY_A_REPLY):
            if commitment.started_at <= message.at and commitment.state == RUNNING:
                self.keep(commitment, at, by)
        for said in told:
            if said.condition:
                self.promise_when(said.condition, said.words, said.days or 1, by=by, at=at)
            elif said.due_at and not said.moves:
                self.promise(
                    said.kind, said.words, said.due_at, by=by, at=at, obstacle=said.obstacle, follows=said.follows,
                    slot_starts_at=said.slot_starts_at,
                )  # fmt: skip
        if message.resolves:
            self._resolve(at, by)
        if message.wait_until:
            longest = self.company.end_of_day(at, LONGEST_PAUSE.days or 0)
            self.pause(message, at, min(message.wait_until, longest))
            self.ticket.state = WAITING
            self.record("ticket.waits", at, by, until=message.wait_until)
        self._owe_an_update(at)

    def _resolve(self, at: datetime, by: User) -> None:
        for commitment in self.owed(Kind.RESOLUTION):
            self.keep(commitment, at, by)
        self.ticket.state, self.ticket.resolved_at = RESOLVED, at
        self.record("ticket.resolved", at, by, at=at)
        self.follow_ups.plan(at)

    def _owe_an_update(self, at: datetime) -> None:
        if not self.is_open or self.ticket.state == WAITING:
            return
        version = self.matching(at)[Kind.UPDATE]
        due = self.company.due(version, at)
        if not any(row.source == PROMISE and row.due_at <= due for row in self.owed(Kind.UPDATE)):
            self.start(version, at, now=at, due=due)

    def receive(
        self, body: str, at: datetime, *, channel: str = MAIL, occasion: str = "", reopens: bool = True
    ) -> None:
        """The customer says something: clocks run on, a resolved ticket opens, an answer is owed."""
        message = self.hears(body, channel, at)
        self.record("message.received", at, message=message.id, channel=channel)
        self.resume_all(at)
        if not self.is_open and reopens:
            self._reopen(at)
        elif self.ticket.state == WAITING:
            self.ticket.state = OPEN
        if occasion or not self.owed(Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE):
            self.start(self.matching(at, occasion)[Kind.NEXT_RESPONSE], at, now=at)

    def waited_in_vain(self, at: datetime) -> None:
        """The time up to which we said we would wait is over."""
        self.resume_all(at)
        self.ticket.state = OPEN
        self.record("ticket.waited_in_vain", at)

    def _reopen(self, at: datetime) -> None:
        resolved_at, self.ticket.state, self.ticket.resolved_at = self.ticket.resolved_at, OPEN, None
        self.record("ticket.reopened", at, at=at)
        self.follow_ups.skip(at, "The ticket was reopened.")
        version, due = self.matching(at)[Kind.RESOLUTION], None
        last = self.last_resolution
        if last is not None and at - resolved_at <= HELD_FOR:
            calendar = self.company.calendar
            whole = working_time_between(calendar, last.started_at, last.first_due_at)
            left = working_time_between(calendar, last.ended_at, last.due_at)
            due = add_working_time(calendar, at, max(left, whole / 2) or timedelta(hours=1))
            version = next(known for known in self.company.versions if known.pk == last.standard_version_id)
        self.start(version, at, now=at, due=due, follows=last, why="reopened")

    def note(self, body: str, *, by: User, at: datetime) -> None:
        """Something that only staff can see."""
        note = self.rows.add(Note, ticket_id=self.ticket.id, author_id=by.pk, body=body, at=at)
        self.record("note.written", at, by, note=note.id)

    def wait_on_others(self, *, by: User, at: datetime) -> None:
        """We wait for somebody else; no clock stops for that."""
        before, self.ticket.state = self.ticket.state, OTHERS
        self.record("ticket.state_changed", at, by, before=before, to=OTHERS)

    def close(self, at: datetime) -> None:
        """Put a resolved ticket away."""
        self.ticket.state = CLOSED
        self.record("ticket.closed", at)

    def finish(self, now: datetime) -> None:
        """Everything that was due to be announced or asked by `now` has been."""
        for commitment in self.open:
            self.announce(commitment, now)
