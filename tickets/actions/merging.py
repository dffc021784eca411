"""Two tickets of one customer become one: what was said is joined, and what is owed goes on in the one that stays.

What had ended stays where it ended: results, once counted, do not change. Rules: docs/decisions/0030.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail import outbox
from people.models import User
from standards.terms import Kind
from tickets.actions import commitments, handover, pauses
from tickets.actions.events import record
from tickets.actions.tickets import reopen
from tickets.certain import certain
from tickets.models import Commitment, Draft, Message, Ticket, UnverifiedMail

Outcome, Source, State = Commitment.Outcome, Commitment.Source, Commitment.State
# What these say is in their words; two of them due at one time are two promises.
_TOLD_BY_WORDS = {Kind.CUSTOM, Kind.CALLBACK}


@dataclass(frozen=True)
class Fate:
    """What becomes of one thing that is owed: it goes on (no `outcome`), or ends because `instead` stands for both."""

    commitment: Commitment
    outcome: str = ""
    instead: Commitment | None = None


def check(ticket: Ticket, into: Ticket) -> None:
    """Raise a `ValidationError` that says why `ticket` cannot be merged into `into`, if so."""
    numbers = {"ticket": f"T-{ticket.number}", "into": f"T-{into.number}"}
    if ticket.merged_into_id or into.merged_into_id:
        raise ValidationError(_("One of the two was merged into another ticket meanwhile. Look at them again."))
    if ticket.pk == into.pk:
        raise ValidationError(_("That is this ticket itself. Choose another one."))
    if ticket.customer_id != into.customer_id:
        raise ValidationError(
            _("%(ticket)s and %(into)s belong to two customers, and one would read the other's words. Both stay."),
            params=numbers,
        )
    if not ticket.is_open:
        raise ValidationError(
            _("%(ticket)s is resolved, and its customer was told so. Merge the other ticket into this one instead."),
            params=numbers,
        )
    if ticket.messages.filter(unsettled=True, resolves=True).exists():
        raise ValidationError(
            _("A message that resolves %(ticket)s is leaving. Wait until it has left, or take it back."), params=numbers
        )
    if not into.is_open and _came_back(ticket, into) is None:
        raise ValidationError(
            _("%(into)s is resolved, and the customer has not written since. Only what comes afterwards can join it."),
            params=numbers,
        )


def what_happens(ticket: Ticket, into: Ticket, *, now: datetime) -> list[Fate]:
    """What would become of everything that is owed on the two, the next due first.

    Of two standards of one kind the one due earlier goes on; the other ends as merged, or as not done
    where it is overdue. Promises in words go on side by side, unless they tell the same thing for the same time.
    """
    theirs, ours = list(_owed(ticket)), list(_owed(into))
    gone: dict[int, Fate] = {}
    for row in theirs:
        other = next((one for one in ours if _stand_for_one(row, one)), None)
        if other is not None:
            stays, goes = sorted((other, row), key=lambda one: (_due(one), one is row))
            gone[goes.pk] = Fate(goes, Outcome.NOT_DONE if goes.is_overdue(now) else Outcome.MERGED, stays)
    rows = sorted([*ours, *theirs], key=lambda row: (_due(row) is None, _due(row) or now, row.pk))
    return [gone.get(row.pk) or Fate(row) for row in rows]


@transaction.atomic
def merge(ticket: Ticket, into: Ticket, *, by: User, now: datetime) -> Ticket:
    """Let `ticket` go on in `into`, which is returned; refusals as `check`.

    Everything said, noted, drafted and owed goes along. The number and every link of `ticket` lead to
    `into` from then on. One that was resolved is opened again, as of when the customer came back.
    """
    locked = Ticket.objects.lock_two(ticket, into)
    ticket, into = locked[ticket.pk], locked[into.pk]
    check(ticket, into)
    if (came_back := _came_back(ticket, into)) is not None:
        into = reopen(into, at=came_back, now=now, by=by)
    _bring_what_was_said(ticket, into)
    _hear(ticket, into, now=now)
    fates = what_happens(ticket, into, now=now)
    for fate in fates:
        if fate.outcome:
            commitments.end_as_merged(fate.commitment, by=by, now=now)
    ticket.commitments.open().update(ticket=into)
    was = ticket.state
    ticket.state, ticket.resolved_at, ticket.unplanned, ticket.merged_into = Ticket.State.CLOSED, now, False, into
    ticket.save(update_fields=["state", "resolved_at", "unplanned", "merged_into"])
    Ticket.objects.filter(merged_into=ticket).update(merged_into=into)
    if into.state == Ticket.State.WAITING_ON_CUSTOMER != was:
        into.state = Ticket.State.OPEN
    into.unplanned = True
    into.save(update_fields=["state", "unplanned"])
    outbox.now_about(ticket.about, into.about)
    record(ticket, "ticket.merged", now=now, by=by, into=into.pk)
    record(into, "ticket.joined_by", now=now, by=by, merged=ticket.pk)
    for fate in fates:
        if fate.commitment.ticket_id == ticket.pk and not fate.outcome:
            _go_on(fate.commitment, into, by=by, now=now)
    return into


def _owed(ticket: Ticket) -> Iterator[Commitment]:
    return ticket.commitments.open().select_related("accountable", "calendar_version").order_by("pk").iterator()


def _stand_for_one(row: Commitment, other: Commitment) -> bool:
    if row.kind != other.kind or row.source != other.source:
        return False
    if row.source == Source.STANDARD:
        return Commitment.FollowsWhy.NOT_REACHED not in {row.follows_why, other.follows_why}
    same_words = row.kind not in _TOLD_BY_WORDS or row.promised_text == other.promised_text
    return row.source == Source.PROMISE and row.due_at is not None and row.due_at == other.due_at and same_words


def _due(row: Commitment) -> datetime | None:
    return row.due_at or row.unpaused_due_at


def _came_back(ticket: Ticket, into: Ticket) -> datetime | None:
    """When the customer first wrote on `ticket` after `into` was resolved; None where they have not, or it was not."""
    if into.is_open:
        return None
    said = ticket.messages.filter(direction=Message.Direction.IN, human=True, at__gt=into.resolved_at)
    return said.order_by("at").values_list("at", flat=True).first()


def _bring_what_was_said(ticket: Ticket, into: Ticket) -> None:
    """Messages with their files, notes, and what waits beside the ticket; of two drafts of one author one is made."""
    ticket.messages.update(ticket=into)
    ticket.notes.update(ticket=into)
    UnverifiedMail.objects.filter(ticket=ticket).update(ticket=into)
    there = {(draft.author_id, draft.kind): draft for draft in into.drafts.all()}
    for draft in ticket.drafts.all():
        other = there.get((draft.author_id, draft.kind))
        if other is None:
            draft.ticket = into
            draft.save(update_fields=["ticket"])
        else:
            _join(draft, other)


def _join(draft: Draft, other: Draft) -> None:
    other.body = f"{other.body}\n\n{draft.body}".strip()
    if draft.files_of and other.files_of:
        draft.author.uploads.filter(form=draft.files_of).update(form=other.files_of)
    other.files_of = other.files_of or draft.files_of
    # It is nobody's prepared text any more.
    other.fields.pop("prepared_for", None)
    other.save(update_fields=["body", "files_of", "fields"])
    draft.delete()


def _hear(ticket: Ticket, into: Ticket, *, now: datetime) -> None:
    """What the customer wrote on either ends the pauses that began before: it was the answer, or came after it."""
    said = into.messages.filter(direction=Message.Direction.IN, human=True).order_by("at")
    for one in (ticket, into):
        for paused in one.commitments.filter(state=State.PAUSED).select_related("ticket"):
            begun = paused.pauses.get(ended_at=None).started_at
            heard = said.filter(at__gt=begun).values_list("at", flat=True).first()
            if heard is not None:
                pauses.end(paused, at=heard, now=now)


def _go_on(row: Commitment, into: Ticket, *, by: User, now: datetime) -> None:
    """It is owed on `into`. Who answers there gets what is calm; the rest stays with who has it, if they may see it.

    What a colleague was asked for stays with the colleague.
    """
    row.ticket = into
    record(into, "commitment.joined", now=now, by=by, commitment=row)
    receiver = commitments.who_answers(into)
    if row.accountable_id == receiver.pk or row.is_internal:
        return
    sees_it = Ticket.objects.visible_to(certain(row.accountable)).filter(pk=into.pk).exists()
    if not sees_it or row.stage(now) not in {"due_soon", "last_call", "overdue"}:
        handover.take(row, by=receiver, now=now, given_by=by)
