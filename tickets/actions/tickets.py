"""What can happen to a ticket as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail import outbox
from mail.models import InboundMail
from people.folding import fold
from people.models import Customer, Organisation, Team, User
from people.terms import Channel
from standards.matching import Facts, match
from standards.models import Category, StandardVersion
from standards.terms import FULFILLED_BY_A_REPLY, Kind, Occasion, Priority, TicketType
from standards.working_time import add_working_time, working_time_between
from tickets.actions import commitments, handover
from tickets.actions.attachments import Brought, attach, attach_uploads
from tickets.actions.clocks import start_first
from tickets.actions.events import record
from tickets.actions.uploads import still_there
from tickets.certain import certain
from tickets.models import Commitment, HandOver, Message, Ticket, Upload

# What begins the moment a customer comes to us; the others begin with a message.
START_WITH_THE_TICKET = (Kind.ACKNOWLEDGE, Kind.FIRST_RESPONSE, Kind.ANSWER, Kind.RESOLUTION)
# A customer who comes back within this time was not helped: the resolution was not held.
HELD_FOR = timedelta(days=7)


@transaction.atomic
def open_ticket(
    customer: Customer,
    subject: str,
    body: str,
    *,
    channel: str,
    now: datetime,
    at: datetime | None = None,
    by: User | None = None,
    team: Team | None = None,
    owner: User | None = None,
    ticket_type: str = TicketType.QUESTION,
    category: Category | None = None,
    priority: str = Priority.NORMAL,
    expected_by: datetime | None = None,
    key: str | None = None,
    inbound: InboundMail | None = None,
    quoted_from: int | None = None,
    human: bool = True,
    files: Sequence[Brought] = (),
    uploads: Sequence[Upload] = (),
) -> Ticket:
    """Take down what a customer came with at `at`, and start the clocks of the standards that apply.

    Without a team the organisation's default team catches it. `key` is the form's: the same form
    sent twice opens one ticket. `uploads` are what its author put into that form. `inbound` is the mail
    it came as; from `quoted_from` on, `body` only repeats earlier mail. What a machine wrote (not
    `human`) gets no acknowledgement, nor does a mail that a person opened as a ticket, nor one whose From is forged.
    """
    if key and (known := opened_with(key)):
        return known
    at = at or now
    team = team or Organisation.objects.select_related("default_team__lead").get().default_team
    if team is None:
        raise ValidationError(_("Choose a team: the organisation has none that catches new tickets."))
    if not subject.strip():
        raise ValidationError({"subject": _("Say in a few words what it is about.")})
    ticket = Ticket(
        number=Ticket.objects.next_number(),
        customer=customer,
        team=team,
        owner=owner,
        type=ticket_type,
        category=category,
        priority=priority,
        channel=channel,
        subject=subject.strip(),
        asked_for=body.strip(),
        expected_by=expected_by,
        opened_at=at,
        # A customer who wrote is told that it is here; whoever calls was heard by a person.
        unplanned=channel == Channel.MAIL and by is None,
    )
    ticket.folded = folded_text(ticket)
    ticket.save(force_insert=True)
    message = Message.objects.create(
        ticket=ticket, direction=Message.Direction.IN, channel=channel, body=body.strip(), at=at, key=key,
        inbound=inbound, human=human, quoted_from=quoted_from,
    )  # fmt: skip
    attach(message, files)
    attach_uploads(message, still_there(uploads, owner=by))
    record(ticket, "ticket.opened", now=now, by=by, channel=channel)
    forged = inbound is not None and inbound.from_is == InboundMail.From.FORGED
    acknowledges = human and not (inbound and by) and not forged
    first = [
        version
        for kind, version in matching(ticket, at=at).items()
        if kind in START_WITH_THE_TICKET and (acknowledges or kind != Kind.ACKNOWLEDGE)
    ]
    start_first(ticket, first, accountable=commitments.who_answers(ticket), start=at, now=now)
    return ticket


def opened_with(key: str) -> Ticket | None:
    """The ticket that the form with this key has opened already."""
    message = Message.objects.filter(key=key).select_related("ticket").first()
    return message.ticket if message else None


def folded_text(ticket: Ticket) -> str:
    """What a search for `ticket` looks at."""
    return fold(f"{ticket.number} {ticket.subject} {ticket.customer.name} {ticket.customer.email}")


def facts(ticket: Ticket, occasion: str = Occasion.ORDINARY) -> Facts:
    """By what `ticket` is matched to standards."""
    return Facts(
        ticket.type, ticket.category_id, ticket.priority, ticket.channel, ticket.customer.group, occasion
    )  # fmt: skip


def matching(ticket: Ticket, *, at: datetime, occasion: str = Occasion.ORDINARY) -> dict[str, StandardVersion]:
    """The standards in force at `at` that apply to `ticket`, one a kind."""
    return match(StandardVersion.objects.in_force(at), facts(ticket, occasion))


@transaction.atomic
def assign(ticket: Ticket, owner: User | None, *, by: User, now: datetime) -> list[HandOver]:
    """Give `ticket` to `owner`, or to nobody (the lead answers then).

    What is calm goes along. Of what needs a yes (`handover.needs_a_yes`) the new one is asked; until
    they take it, it stays with the person who answers for it, and those questions are returned. Who
    takes a ticket for themselves takes all of it.
    """
    ticket = Ticket.objects.lock(ticket)
    before, ticket.owner = ticket.owner_id, owner
    ticket.save(update_fields=["owner"])
    record(ticket, "ticket.assigned", now=now, by=by, before=before, to=owner.pk if owner else None)
    receiver = commitments.who_answers(ticket)
    given = [
        handover.hand_over(commitment, receiver, by=by, now=now)
        for commitment in ticket.commitments.to_the_customer().open().select_related("accountable")
    ]
    return [asked for asked in given if asked is not None]


@transaction.atomic
def take(ticket: Ticket, *, by: User, now: datetime) -> None:
    """`by` takes a ticket that nobody has, with all that is owed on it. Refused where somebody else was faster."""
    ticket = Ticket.objects.lock(ticket)
    if ticket.owner is not None and ticket.owner_id != by.pk:
        raise ValidationError(_("%(name)s has taken it meanwhile and answers for it now.") % {"name": ticket.owner})
    assign(ticket, by, by=by, now=now)


@transaction.atomic
def change_state(ticket: Ticket, state: str, *, by: User, now: datetime) -> Ticket:
    """Say that an open ticket waits on others, or that it no longer does. No clock stops for that.

    Waiting on the customer begins with a question that goes out, resolving with a message.
    """
    ticket = Ticket.objects.lock(ticket)
    if state not in {Ticket.State.OPEN, Ticket.State.WAITING_ON_OTHERS} or not ticket.is_open:
        raise ValidationError(_("That state follows from a message to the customer. Write to them, or log a call."))
    before, ticket.state = ticket.state, state
    ticket.save(update_fields=["state"])
    record(ticket, "ticket.state_changed", now=now, by=by, before=before, to=state)
    return ticket


@transaction.atomic
def resolve(ticket: Ticket, *, at: datetime, now: datetime, by: User | None) -> Ticket:
    """The customer was told that it is solved, at `at`: what that message meets ends, follow-ups get to look at it."""
    ticket = Ticket.objects.lock(ticket)
    met = [*FULFILLED_BY_A_REPLY, Kind.RESOLUTION]
    owed = ticket.commitments.open().to_the_customer()
    for commitment in owed.filter(kind__in=met, started_at__lte=at):
        commitments.keep(commitment, at=at, now=now, by=by)
    ticket.state, ticket.resolved_at, ticket.unplanned = Ticket.State.RESOLVED, at, True
    ticket.save(update_fields=["state", "resolved_at", "unplanned"])
    record(ticket, "ticket.resolved", now=now, by=by, at=at)
    return ticket


@transaction.atomic
def reopen(ticket: Ticket, *, at: datetime, now: datetime, by: User | None = None) -> Ticket:
    """It was not solved after all: the resolution is owed again, linked to the one that did not hold.

    Within seven days it gets what was left of the window or half of it, whichever is longer;
    later a whole window.
    """
    ticket = Ticket.objects.lock(ticket)
    if ticket.is_open:
        return ticket
    resolved_at = ticket.resolved_at or at
    ticket.state, ticket.resolved_at, ticket.unplanned, ticket.set_aside_why = Ticket.State.OPEN, None, True, ""
    ticket.save(update_fields=["state", "resolved_at", "unplanned", "set_aside_why"])
    record(ticket, "ticket.reopened", now=now, by=by, at=at)
    outbox.cancel(ticket.about, "state_changed", now=now)
    version = matching(ticket, at=at).get(Kind.RESOLUTION)
    last = (
        ticket.commitments.filter(
            kind=Kind.RESOLUTION, source=Commitment.Source.STANDARD, ended_at__isnull=False, voided_at=None
        )
        .exclude(outcome=Commitment.Outcome.MOVED)
        .select_related("calendar_version", "standard_version")
        .order_by("-ended_at")
        .first()
    )
    if last is not None and last.standard_version is not None:
        due = None
        if at - resolved_at <= HELD_FOR:
            version = last.standard_version
            due = _due_after_reopening(last, at)
        if version is not None:
            commitments.start_standard(
                ticket, version, start=at, now=now, due=due, follows=last, follows_why=Commitment.FollowsWhy.REOPENED
            )
    elif version is not None:
        commitments.start_standard(ticket, version, start=at, now=now)
    return ticket


def _due_after_reopening(last: Commitment, at: datetime) -> datetime:
    calendar = last.calendar_version.working
    whole = working_time_between(calendar, certain(last.started_at), certain(last.first_due_at))
    left = working_time_between(calendar, certain(last.ended_at), certain(last.due_at))
    return add_working_time(calendar, at, max(left, whole / 2) or timedelta(hours=1))


@transaction.atomic
def close(ticket: Ticket, *, now: datetime, by: User | None = None) -> Ticket:
    """Put a resolved ticket away; the customer's next word opens it again."""
    ticket = Ticket.objects.lock(ticket)
    if ticket.state != Ticket.State.RESOLVED:
        raise ValidationError(_("Only a resolved ticket can be closed."))
    ticket.state = Ticket.State.CLOSED
    ticket.save(update_fields=["state"])
    record(ticket, "ticket.closed", now=now, by=by)
    return ticket


def follow_ups_planned(ticket: Ticket) -> None:
    """Follow-ups have looked at `ticket`, so the sweep need not find it again. Called inside their transaction."""
    Ticket.objects.filter(pk=ticket.pk).update(unplanned=False)
