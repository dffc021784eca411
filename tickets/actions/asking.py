"""What colleagues owe one another so that a customer's promise holds: asked, done, given back, objected to.

No customer reads a word of it, and nobody has to accept it first: whoever is asked answers for it at
once, and may give it back while there is time to find somebody else. Rules: docs/decisions/0033.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Team, User
from standards.due import Window
from standards.terms import Clock, Kind
from tickets.actions import commitments, moving, notes
from tickets.actions.events import record
from tickets.certain import certain
from tickets.clock import calendar_of, times
from tickets.models import Commitment, Ticket
from tickets.models.commitment import CommitmentQuerySet

State, Outcome, Source = Commitment.State, Commitment.Outcome, Commitment.Source
# So long who asked can say that what was ticked off is not what was asked for.
OBJECTED_WITHIN = Window("working_days", days=2)


def comes_too_late(due: datetime, serves: Commitment | None) -> bool:
    """Whether what is asked for by `due` cannot help to keep the customer's promise that it serves."""
    return serves is not None and serves.due_at is not None and due >= serves.due_at


@transaction.atomic
def ask(
    ticket: Ticket,
    words: str,
    due: datetime,
    *,
    of: User | Team,
    by: User,
    now: datetime,
    serves: Commitment | None = None,
    anyway: bool = False,
    key: UUID | None = None,
) -> Commitment:
    """`by` asks a colleague, or a team, to have done by `due` what `words` say; whoever is asked answers for it.

    Of a team that is its lead, until somebody of it takes it over. Its time counts by the hours of the
    team that does it. Refused where `due` is not before the promise that it serves, unless asked `anyway`.
    The same `key` again returns the commitment that it made, however close together the two come.
    """
    ticket = Ticket.objects.lock(ticket)
    if key and (known := Commitment.objects.filter(key=key).first()):
        return known
    if not ticket.is_open:
        raise ValidationError(_("The ticket is resolved, so nothing more can be asked on it."))
    if of == by:
        raise ValidationError({"whom": _("That is you yourself. Promise it to the customer, or write a note.")})
    if not words.strip():
        raise ValidationError({"words": _("Say what you ask for.")})
    if due <= now:
        raise ValidationError(_("That time has passed already. Choose one that is still ahead."))
    if serves is not None:
        serves = ticket.commitments.to_the_customer().open().filter(pk=serves.pk).first()
        if serves is None:
            raise ValidationError({"serves": _("That promise has ended meanwhile. Choose another one.")})
    if comes_too_late(due, serves) and not anyway:
        raise ValidationError(
            {
                "anyway": _(
                    "That is not before the customer's own time, so it comes too late for the promise that it serves."
                    " Choose an earlier time, or say that you ask for it all the same."
                )
            }
        )
    team = of if isinstance(of, Team) else team_of(of, ticket)
    doer = of if isinstance(of, User) else team.lead
    return _begin(ticket, words.strip(), due, team, doer, by=by, now=now, serves=serves, key=key)


def team_of(user: User, ticket: Ticket) -> Team:
    """The team by whose hours `user` does what is asked on `ticket`: that of the ticket where it is theirs, too."""
    teams = list(Team.objects.filter(memberships__user=user).select_related("lead").order_by("name"))
    if not teams:
        raise ValidationError(
            {"whom": _("%(name)s belongs to no team, so no hours count. Ask somebody else.") % {"name": user.name}}
        )
    return next((team for team in teams if team.pk == ticket.team_id), teams[0])


@transaction.atomic
def done(commitment: Commitment, words: str = "", *, by: User, now: datetime) -> Commitment:
    """Tick off what was asked: kept, or kept late. `words` on what was done become a note for all."""
    kept = commitments.keep(commitment, at=now, now=now, by=by)
    if words.strip():
        notes.note(kept.ticket, words, by=by, now=now)
    return kept


@transaction.atomic
def give_back(commitment: Commitment, why: str, *, by: User, now: datetime) -> Commitment:
    """The doer cannot do it, and says why: who asked answers for it again, by the same time.

    Only until the last call: later nobody else could be found in time.
    """
    commitment = _internal(commitment)
    if commitment.state != State.RUNNING:
        raise ValidationError(_("This promise has ended already."))
    if commitment.stage(now) not in {"on_track", "due_soon"}:
        raise ValidationError(_("It is too late to give it back: nobody else could be found in time."))
    if not why.strip():
        raise ValidationError({"why": _("Say why, so that another way can be found.")})
    if is_back(commitment):
        raise ValidationError(_("It is back with who asked for it already."))
    before, asker = commitment.accountable_id, certain(commitment.made_by)
    sees_it = Ticket.objects.visible_to(asker).filter(pk=commitment.ticket_id).exists()
    commitment.accountable = asker if asker.is_active and sees_it else commitments.who_answers(commitment.ticket)
    commitment.asked_of = commitment.ticket.team
    commitment.save(update_fields=["accountable", "asked_of"])
    notes.note(
        commitment.ticket,
        _("“%(what)s” is back with %(name)s: %(why)s")
        % {"what": commitment.promised_text, "name": commitment.accountable.name, "why": why.strip()},
        by=by,
        now=now,
    )
    record(commitment.ticket, "ask.given_back", now=now, by=by, commitment=commitment, before=before)
    return commitment


def is_back(commitment: Commitment) -> bool:
    """Whether it lies with who asked for it, because nobody else does it."""
    return commitment.is_internal and commitment.accountable_id == commitment.made_by_id


@transaction.atomic
def move(
    commitment: Commitment, due: datetime, why: str, *, by: User, now: datetime, anyway: bool = False
) -> Commitment:
    """Another time, told to who asked as a note; only before it is due. Refusals as `check_move` and `ask`."""
    commitment = _internal(commitment)
    moving.check_move(commitment, due, why, at=now)
    if comes_too_late(due, _current(commitment.serves)) and not anyway:
        raise ValidationError(
            {"anyway": _("That is not before the customer's own time. Move that one first, or say that it is so.")}
        )
    moved = moving.move(commitment, due, why, words=commitment.promised_text, by=by, at=now, now=now)
    told = _("New time for “%(what)s”: %(why)s") % {"what": moved.promised_text, "why": why.strip()}
    notes.note(commitment.ticket, told, by=by, now=now)
    return moved


@transaction.atomic
def withdraw(commitment: Commitment, why: str, *, by: User, now: datetime) -> Commitment:
    """Nobody has to do it any more; who was asked no longer sees the ticket for its sake."""
    return commitments.withdraw(_internal(commitment), why=why, by=by, now=now)


def objections_until(commitment: Commitment) -> datetime | None:
    """Up to when who asked can object; None where nothing was ticked off."""
    if not commitment.is_internal or commitment.outcome not in {Outcome.KEPT, Outcome.KEPT_LATE}:
        return None
    hours = commitment.calendar_version
    return OBJECTED_WITHIN.due(hours.working, certain(commitment.ended_at), ZoneInfo(hours.zone))


@transaction.atomic
def object_to(commitment: Commitment, why: str, due: datetime, *, by: User, now: datetime) -> Commitment:
    """What was ticked off is not what was asked for: owed anew by `due`, by the same person.

    The ended row stays as it is; that it was objected to, results read from the row that follows it.
    """
    commitment = _internal(commitment)
    until = objections_until(commitment)
    if until is None:
        raise ValidationError(_("Only what was ticked off can be objected to."))
    if now > until:
        raise ValidationError(_("The time for an objection is over. Ask for what is missing as something new."))
    if commitment.followed_by.filter(follows_why=Commitment.FollowsWhy.OBJECTED).exists():
        raise ValidationError(_("Somebody has objected to it already."))
    if by.pk == commitment.accountable_id:
        raise ValidationError(_("You answered for it yourself; who asked may object."))
    if not commitment.ticket.is_open:
        raise ValidationError(_("The ticket is resolved, so nothing more can be asked on it."))
    if not why.strip():
        raise ValidationError({"why": _("Say what is missing.")})
    if due <= now:
        raise ValidationError(_("That time has passed already. Choose one that is still ahead."))
    team = certain(commitment.asked_of)
    doer = commitment.accountable if commitment.accountable.is_active else team.lead
    again = _begin(
        commitment.ticket, commitment.promised_text, due, team, doer, by=by, now=now, serves=commitment.serves,
        follows=commitment, follows_why=Commitment.FollowsWhy.OBJECTED,
    )  # fmt: skip
    told = _("Not yet done: “%(what)s”. %(why)s") % {"what": commitment.promised_text.rstrip(" ."), "why": why.strip()}
    notes.note(commitment.ticket, told, by=by, now=now)
    return again


def ask_again(commitment: Commitment, ticket: Ticket, *, now: datetime) -> Commitment:
    """The same once more after `ticket` was taken up again; its time is still ahead. The caller holds the lock."""
    return _begin(
        ticket, commitment.promised_text, certain(commitment.due_at), certain(commitment.asked_of),
        commitment.accountable, by=certain(commitment.made_by), now=now, serves=None,
    )  # fmt: skip


def need_no_more(asked: CommitmentQuerySet, *, by: User | None, now: datetime) -> None:
    """The ticket is resolved without them: withdrawn, or not done where it is overdue. The caller holds the lock."""
    for row in asked.open().select_related("ticket").order_by("pk"):
        if row.is_overdue(now):
            commitments.give_up(row, by=by, now=now)
        else:
            commitments.withdraw(row, why="resolved_without", by=by, now=now)


def _current(commitment: Commitment | None) -> Commitment | None:
    """The row that stands for it now, at the end of its moves."""
    while commitment is not None and (after := Commitment.objects.filter(replaces=commitment).first()):
        commitment = after
    return commitment


def _internal(commitment: Commitment) -> Commitment:
    commitment = commitments.lock(commitment)
    if not commitment.is_internal:
        raise ValidationError(_("That was promised to the customer. Tell them."))
    return commitment


def _begin(
    ticket: Ticket, words: str, due: datetime, team: Team, doer: User, *, by: User, now: datetime, **more: Any
) -> Commitment:
    calendar = calendar_of(team)
    moments = times(Kind.CUSTOM, Clock.FIXED, calendar, now, due)
    made = Commitment.objects.create(
        ticket=ticket,
        kind=Kind.CUSTOM,
        source=Source.INTERNAL,
        calendar_version=calendar,
        clock=Clock.FIXED,
        made_by=by,
        accountable=doer,
        asked_of=team,
        promised_text=words,
        made_at=now,
        started_at=now,
        first_due_at=due,
        unpaused_due_at=due,
        counted_due_at=due,
        warn_at=moments.warn_at,
        last_call_at=moments.last_call_at,
        due_at=due,
        state=State.RUNNING,
        **more,
    )
    record(ticket, "commitment.asked", now=now, by=by, commitment=made, due=due, of=doer.pk, team=team.pk)
    return made
