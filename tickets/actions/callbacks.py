"""A call that was promised: the attempts at it, and when it counts as made."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from standards.terms import Kind
from tickets import callbacks
from tickets.actions import commitments
from tickets.actions.looking import follow_ups_look_again
from tickets.callbacks import Attempt, Standing
from tickets.certain import certain
from tickets.models import Commitment, Message, Ticket
from ui.formats import clock_time

# Who has called writes it down within this time; later on a call counts from when it was written down.
LOGGED_WITHIN = timedelta(hours=2)


def to_log(callback: Commitment, ticket: Ticket, *, at: datetime, now: datetime) -> Commitment:
    """The promised call under the lock, so that a call that began at `at` can be logged for it.

    Refused where somebody else has done so and reached the customer, where it is not owed any more, and where
    the moment cannot be right. The caller holds the lock of `ticket`.
    """
    callback = commitments.lock(callback)
    if callback.ticket != ticket or callback.kind != Kind.CALLBACK:
        raise ValidationError(_("This call was promised on another ticket."))
    if callback.state != Commitment.State.RUNNING:
        raise ValidationError({"callback": _why_not_owed(callback)})
    if not now - LOGGED_WITHIN <= at <= now:
        raise ValidationError(
            {"began": _("A call that began more than two hours ago, or later than now, is not taken.")}
        )
    if at <= certain(callback.started_at):
        raise ValidationError(
            {"began": _("The call was promised later than that. Give the time of a call made since.")}
        )
    return callback


def logged(call: Message, callback: Commitment, *, now: datetime) -> Standing:
    """What the logged `call` does for the promised one: it counts as made, or may still do so up to a time.

    One that reached the customer does so for every other call promised on the ticket whose slot has begun: they
    were spoken to. Returns how `callback` stands. The caller holds the lock.
    """
    stands = look(callback, now=now, by_call=call)
    if call.result == Message.Result.REACHED:
        begun = Q(slot_starts_at__lte=call.at) | Q(slot_starts_at=None, due_at__lte=call.at)
        others = call.ticket.commitments.running().filter(begun, kind=Kind.CALLBACK).exclude(pk=callback.pk)
        for other in others.select_related("calendar_version").order_by("pk"):
            look(other, now=now, by_call=call)
    elif stands.made_at is None:
        Commitment.objects.filter(pk=callback.pk).update(second_try_by=stands.by)
    follow_ups_look_again(call.ticket)
    return stands


def look(callback: Commitment, *, now: datetime, by_call: Message) -> Standing:
    """Keep the promised call where its attempts make it kept, dated as they say. The caller holds the lock."""
    stands = standing_of(callback)
    if stands.made_at is not None:
        commitments.keep(callback, at=stands.made_at, now=now, by=by_call.author)
    return stands


def standing_of(callback: Commitment) -> Standing:
    """Where it stands after the attempts that were logged."""
    return callbacks.standing(
        callback.slot_starts_at, certain(callback.due_at), attempts_at(callback), callback.calendar_version.working
    )


def attempts_at(callback: Commitment) -> list[Attempt]:
    """Each call logged for it, and each for another of its ticket that reached the customer since its slot began."""
    since = callback.slot_starts_at or certain(callback.due_at)
    of_others = Q(callback__ticket=callback.ticket_id, result=Message.Result.REACHED, at__gte=since)
    of_others &= Q(at__gt=callback.started_at)
    calls = Message.objects.filter(Q(callback=callback) | of_others).order_by("at", "pk")
    return [Attempt(at, result) for at, result in calls.values_list("at", "result")]


def _why_not_owed(callback: Commitment) -> str:
    """Who was quicker, or that nobody waits for this call any more."""
    last = callback.calls.select_related("author").order_by("at", "pk").last()
    if last is None or last.author is None or callback.outcome not in {"kept", "kept_late"}:
        return _("Nobody waits for this call any more. If you did call, choose “another call” and save it again.")
    return _(
        "%(name)s has logged this call already, at %(time)s: %(result)s. If yours was another one, choose “another"
        " call” and save it again."
    ) % {"name": last.author.name, "time": clock_time(last.at), "result": last.get_result_display()}
