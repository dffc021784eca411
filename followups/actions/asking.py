"""The mails that ask: about one request, or about several of a customer that are due together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from followups import brakes, playbooks, rules, wording
from followups.models import FollowUp, SatisfactionRequest
from mail.models import Delivery
from mail.models.delivery import Purpose
from people.models import User
from tickets.actions import conversation
from tickets.certain import certain
from tickets.models import Message, Ticket

Step, State, StopOn = FollowUp.Step, FollowUp.State, Delivery.StopOn
ASKS = (Step.SETTLED_QUESTION, Step.CHECK_BACK, Step.SETTLED_REMINDER)
# More requests than that make no letter that anybody reads.
MOST_TOGETHER = 10


@dataclass(frozen=True)
class _Asked:
    """One request in a mail that asks."""

    ticket: Ticket
    followup: FollowUp
    request: SatisfactionRequest
    closes_at: datetime | None

    @property
    def expires_at(self) -> datetime | None:
        return self.closes_at or playbooks.latest_of(self.followup)


def due_beside(followup: FollowUp, now: datetime) -> list[FollowUp]:
    """What else `followup`'s customer is to be asked now, about other tickets: one mail is enough. The oldest first."""
    if followup.step not in ASKS:
        return []
    others = FollowUp.objects.due(now).filter(step__in=ASKS, ticket__customer=certain(followup.ticket).customer_id)
    return list(others.exclude(ticket=followup.ticket).select_related("ticket")[: MOST_TOGETHER - 1])


def still_true(followups: Iterable[FollowUp], now: datetime) -> list[FollowUp]:
    """Those that nobody has carried out meanwhile and that may be asked; the caller has locked their tickets."""
    mine = FollowUp.objects.select_for_update(of=("self",)).filter(
        pk__in=[one.pk for one in followups], state=State.SCHEDULED
    )
    found = list(mine.select_related("ticket__customer", "ticket__team").order_by("due_at", "pk"))
    return [one for one in found if not playbooks.why_not(certain(one.ticket), one, now)]


def ask(followups: Sequence[FollowUp], *, by: User | None, now: datetime) -> Message:
    """One mail about all of them, with the answers as links. It stands on the ticket of the first."""
    asked = [_about(followup, now) for followup in followups]
    # What cannot leave by then waits for another day instead of waking somebody.
    polite_until = None if by else playbooks.polite_until(asked[0].ticket.team, asked[0].ticket.customer, now)
    first, ticket = asked[0], asked[0].ticket
    who = (ticket.owner or ticket.team.lead).name
    if len(asked) > 1:
        links = [f"answer:{one.request.about}" for one in asked]
        subject, body = wording.several_questions(
            ticket.customer,
            [
                (one.ticket.number, one.ticket.subject, f"[[link:answer:{one.request.about}]]", one.closes_at)
                for one in asked
            ],
            who=who,
        )
    else:
        links = [f"{answer}:{first.request.about}" for answer in wording.ANSWERS]
        subject, body = _letter(first, who)
    return conversation.send_automatically(
        ticket,
        body,
        purpose=Purpose.SETTLED_QUESTION,
        subject=subject,
        key=first.followup.mail_key,
        links=links,
        now=now,
        stop_on=[StopOn.CUSTOMER_WROTE, StopOn.STATE_CHANGED],
        at_least_once=False,
        expires_at=min(filter(None, [polite_until, *(one.expires_at for one in asked)]), default=None),
        by=by,
        also_about=[one.ticket.about for one in asked[1:]],
    )


def write_down_beside(ticket: Ticket, mail: Delivery, *, now: datetime) -> None:
    """A mail about several requests has left: it stands on each of them. The caller holds the lock."""
    if ticket.about in mail.also_about:
        conversation.note_sent(ticket, mail, now=now)


def untrue_only_beside(ticket: Ticket, followup: FollowUp, now: datetime) -> bool:
    """Whether a mail about several requests was taken back because of another one: this one is still to be asked."""
    beside = FollowUp.objects.filter(delivery=followup.delivery).exclude(pk=followup.pk)
    others = list(beside.select_related("ticket__customer", "ticket__team"))
    if not others or playbooks.why_not(ticket, followup, now) or brakes.stopped(ticket.customer, followup.step):
        return False
    return any(one.state == State.SKIPPED or playbooks.why_not(certain(one.ticket), one, now) for one in others)


def _about(followup: FollowUp, now: datetime) -> _Asked:
    ticket = certain(followup.ticket)
    if followup.step == Step.SETTLED_REMINDER:
        request = certain(ticket.satisfaction_requests.order_by("-pk").first())
        by = rules.step_of(followup)
        return _Asked(ticket, followup, request, playbooks.close_at(ticket, certain(ticket.resolved_at), by))
    rated = brakes.asks_rating(ticket.customer, followup, now)
    told = {"ticket": ticket, "asks_rating": rated, "made_at": now}
    request, _made = SatisfactionRequest.objects.update_or_create(followup=followup, defaults=told)
    return _Asked(ticket, followup, request, None)


def _letter(asked: _Asked, who: str) -> wording.type_letter:
    ticket, about = asked.ticket, asked.request.about
    if asked.closes_at is not None:
        return wording.reminder(
            ticket.customer, number=ticket.number, subject=ticket.subject, about=about, who=who,
            closes_at=asked.closes_at,
        )  # fmt: skip
    return wording.question(
        ticket.customer, number=ticket.number, subject=ticket.subject, about=about, who=who,
        asks_rating=asked.request.asks_rating, again=playbooks.was_not_settled(ticket),
    )  # fmt: skip
