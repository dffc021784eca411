"""Two misses that are owned: one from before that is told, fixed and at its end, and one of today, thought through.

Told by the actions themselves, at the times at which it happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from config.demo.company import Company
from followups.actions import owning, preventing, recoveries
from followups.models import PreventionAction, Recovery
from standards.terms import TicketType
from tickets.certain import certain
from tickets.models import Commitment, MessagePromise

_WHY = {
    "en": "The day's route was full, and nobody moved your street.",
    "hr": "Dnevna ruta bila je puna, a Vašu ulicu nitko nije premjestio.",
}
_FIX = {"en": "Your street is first on the next route.", "hr": "Vaša je ulica prva na idućoj ruti."}
_PREVENTION = {
    "en": "From today the route has room for what was left the day before.",
    "hr": "Od danas na ruti ima mjesta za ono što je dan prije ostalo.",
}
_MINUTE = timedelta(minutes=1)


def tell(company: Company, numbers: Sequence[int], now: datetime) -> None:
    """The finished one is told once; today's belongs to the scene with these `numbers`."""
    if not Recovery.objects.filter(ended_how=Recovery.How.OWNED).exists():
        _finished(company)
    today = Commitment.objects.running().filter(ticket__number__in=numbers, due_at__lt=now, source="promise")
    missed = today.select_related("ticket__customer", "ticket__team").order_by("due_at", "pk").first()
    if missed is not None:
        opened_at = certain(missed.due_at).astimezone(UTC) + _MINUTE
        recovery = recoveries.open_now(missed, now=opened_at)
        _write_down(recovery, "too_much_work", "Leave two stops free on each route", company.before(now, 9))


def _finished(company: Company) -> None:
    """The newest miss after which a new promise was told and kept."""
    told = MessagePromise.objects.filter(follows__followed_by__outcome="kept", message__delivery__state="sent")
    found = told.exclude(follows__ticket__type=TicketType.COMPLAINT).select_related("message", "follows__ticket__team")
    last = found.order_by("-message__at").first()
    if last is None:
        return
    missed, written_at = certain(last.follows), last.message.at.astimezone(UTC)
    again = missed.followed_by.filter(outcome="kept").latest("ended_at")
    recovery = recoveries.open_now(missed, now=written_at - 40 * _MINUTE)
    _write_down(recovery, "forgotten", "A second person reads the list at noon", written_at - 20 * _MINUTE)
    ended_at = certain(again.ended_at).astimezone(UTC)
    recoveries.look(missed.ticket, now=ended_at)
    action = PreventionAction.objects.get(recovery=recovery)
    preventing.done(action, by=action.owner, now=company.after(ended_at, 90))


def _write_down(recovery: Recovery, cause: str, change: str, at: datetime) -> None:
    language, by = recovery.ticket.customer.language, recovery.owner
    prepared = owning.Prepared(cause=cause, action=change, action_owner=by, action_due=at.date() + timedelta(days=7))
    parts = owning.Parts(
        why=_WHY[language], fix=_FIX[language], prevention=_PREVENTION[language],
        promise_words=recovery.promise_words,
    )  # fmt: skip
    owning.write_down(recovery, prepared, parts, by=by, now=at)
