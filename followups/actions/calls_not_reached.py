"""After two attempts of a promised call that reached nobody: a message with both times and the next try, as a draft.

It is at once for whoever answers for the call, and ends when the customer is reached or written to, or writes
(playbook L).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from followups import playbooks, rules, wording_calls
from followups.actions import calls, updates
from followups.models import FollowUp
from followups.models.call_task import by_mail, by_phone
from followups.playbook_terms import Code
from standards.terms import Kind
from tickets.actions import callbacks, drafts
from tickets.actions.events import record
from tickets.callbacks import USUAL_SLOT, tried_twice
from tickets.certain import certain
from tickets.clock import calendar_of
from tickets.models import Commitment, Message, Ticket

Step, State = FollowUp.Step, FollowUp.State
# The next day's try: early, but not the first thing in the morning.
NEXT_TRY_AT = time(9)


def look(ticket: Ticket, *, now: datetime) -> FollowUp | None:
    """Prepare the message for each promised call that was tried twice, once; the caller holds the lock.

    Where the customer has no e-mail address, a call is what remains, and somebody is asked for it.
    """
    if rules.step_in_use(Code.CALLBACK, Step.CALLBACK_DRAFT) is None:
        return None
    prepared = None
    known = FollowUp.objects.filter(commitment=OuterRef("pk"), step=Step.CALLBACK_DRAFT)
    tried = Exists(Message.objects.filter(callback=OuterRef("pk")))
    rows = ticket.commitments.filter(tried, ~Exists(known), kind=Kind.CALLBACK)
    for callback in rows.select_related("accountable", "calendar_version").order_by("pk"):
        times = tried_twice(callbacks.attempts_at(callback))
        if times is not None:
            callback.ticket = ticket
            prepared = _prepare(ticket, callback, times, now)
    return prepared


def to_finish() -> QuerySet[FollowUp]:
    """Drafts that nobody needs any more: the customer was reached, was written to or wrote, or the ticket is closed."""
    since = Message.objects.filter(ticket=OuterRef("ticket"), at__gte=OuterRef("made_at"))
    spoken = Exists(since.filter(by_phone() | by_mail() | Q(direction=Message.Direction.IN, human=True)))
    over = Q(ticket__state__in=[Ticket.State.RESOLVED, Ticket.State.CLOSED])
    return FollowUp.objects.filter(spoken | over, step=Step.CALLBACK_DRAFT, state=State.DRAFTED).order_by("pk")


@transaction.atomic
def finish(followup: FollowUp, *, now: datetime) -> FollowUp:
    """Take over how it ended: done where somebody has written, skipped with the reason where that is not needed."""
    ticket = Ticket.objects.lock(certain(followup.ticket))
    followup = FollowUp.objects.select_related("commitment").select_for_update(of=("self",)).get(pk=followup.pk)
    if followup.state != State.DRAFTED:
        return followup
    since = ticket.messages.filter(at__gte=followup.made_at)
    wrote = since.filter(by_mail()).exists()
    drafts.take_away(certain(followup.commitment))
    followup.state, followup.ended_at = (State.DONE if wrote else State.SKIPPED), now
    followup.reason = "" if wrote else _why_not(ticket, since)
    followup.save(update_fields=["state", "ended_at", "reason"])
    record(ticket, f"followup.{followup.state}", now=now, commitment=followup.commitment, followup=followup.pk)
    return followup


def next_try(ticket: Ticket, now: datetime) -> datetime:
    """When to call again: the next day at nine by the customer's clock, or the first polite moment after it."""
    zone = calendar_of(ticket.team).working.zone
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return playbooks.polite(ticket.team, ticket.customer, datetime.combine(tomorrow, NEXT_TRY_AT, zone))


def _prepare(ticket: Ticket, callback: Commitment, times: tuple[datetime, datetime], now: datetime) -> FollowUp:
    by = callback.accountable
    body = wording_calls.not_reached(ticket.customer, times, number=ticket.number, subject=ticket.subject, by=by)
    again, zone = next_try(ticket, now), ZoneInfo(by.zone) if by.zone else calendar_of(ticket.team).working.zone
    local = again.astimezone(zone)
    begins, ends = local.time(), (local + USUAL_SLOT).time()
    fields = {
        "next": "call",
        "call_date": local.date().isoformat(),
        "call_from": begins.isoformat("minutes"),
        "call_until": ends.isoformat("minutes"),
    }
    why_not = _why_no_draft(ticket)
    followup = updates.draft(callback, Step.CALLBACK_DRAFT, body, why_not=why_not, now=now, fields=fields)
    if not ticket.customer.email and ticket.is_open:
        calls.ask_for_one(ticket, followup=followup, is_the_step=True, now=now)
    return followup


def _why_no_draft(ticket: Ticket) -> str:
    if not ticket.is_open:
        return _("The ticket is resolved already.")
    if not ticket.customer.email:
        return _("The customer has no e-mail address.")
    return ""


def _why_not(ticket: Ticket, since: QuerySet[Message]) -> str:
    if since.filter(by_phone()).exists():
        return _("The customer has been reached.")
    if since.filter(direction=Message.Direction.IN, human=True).exists():
        return _("The customer has written since.")
    return _("The ticket is resolved already.")
