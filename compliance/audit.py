"""Invariants that no constraint of the database can hold: each a named query that should find nothing.

Reads only. Runs every night and by `manage.py audit`; every question is asked of all rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext_lazy as _

from compliance.models import ClosedPeriod
from compliance.results import Bucket
from followups.models import FollowUp
from followups.playbook_terms import Code
from followups.playbooks import UNTIL_CLOSED
from followups.rules import step_in_use
from mail.models import Delivery, InboundMail
from people.actions.customers import folded as folded_customer
from people.models import Customer, Organisation
from standards.due import Window, shift, worked_inside
from standards.terms import FULFILLED_BY_A_REPLY, Clock, Kind
from tickets.actions import absences
from tickets.actions.callbacks import standing_of
from tickets.actions.tickets import folded_text
from tickets.models import Commitment, Draft, Event, Message, MessagePromise, Pause, Ticket

# The sweeps run every minute; what they have not seen after this time is stuck.
STUCK = timedelta(minutes=15)
State, Outcome, Source = Commitment.State, Commitment.Outcome, Commitment.Source
_DONE = [Ticket.State.RESOLVED, Ticket.State.CLOSED]


@dataclass(frozen=True)
class Check:
    """One invariant: its name, what is wrong where it is broken, and where it is."""

    name: str
    sentence: StrPromise
    broken: Callable[[datetime], Iterable[Model]]


@dataclass(frozen=True)
class Finding:
    """An invariant that is broken, and the rows that break it."""

    check: Check
    rows: list[Model]


CHECKS: list[Check] = []
Query = TypeVar("Query", bound=Callable[[datetime], Iterable[Model]])


def check(name: str, sentence: StrPromise) -> Callable[[Query], Query]:
    """Make a query one of `CHECKS`."""

    def known(broken: Query) -> Query:
        CHECKS.append(Check(name, sentence, broken))
        return broken

    return known


def run(now: datetime) -> Iterator[Finding]:
    """Everything that is broken at `now`, check by check; nothing when all is well."""
    for known in CHECKS:
        rows = list(known.broken(now))
        if rows:
            yield Finding(known, rows)


@check("open-without-calendar", _("An open ticket's team has no calendar, so nothing can fall due."))
def open_without_calendar(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.open().filter(team__team_calendar=None)


@check("answered-by-nobody", _("Something is owed by a person who can no longer sign in."))
def answered_by_nobody(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.open().filter(accountable__is_active=False)


@check("left-with-somebody-away", _("Somebody who is away still answers for what falls due before they are back."))
def left_with_somebody_away(now: datetime) -> QuerySet[Commitment]:
    """A sweep gives it to the lead within a minute."""
    return absences.untended(now).filter(accountable__absences__starts_at__lt=now - STUCK, made_at__lt=now - STUCK)


@check("question-not-planned", _("A resolved ticket has no question planned or asked."))
def question_not_planned(now: datetime) -> QuerySet[Ticket]:
    """Also what the nightly run heals: the marker is set again, and the sweep plans the question.

    Nothing where the playbook asks no question at all.
    """
    if step_in_use(Code.RESOLVED, FollowUp.Step.SETTLED_QUESTION) is None:
        return Ticket.objects.none()
    planned = FollowUp.objects.filter(
        ticket=OuterRef("pk"), step=FollowUp.Step.SETTLED_QUESTION, made_at__gte=OuterRef("resolved_at")
    )
    return Ticket.objects.filter(~Exists(planned), state=Ticket.State.RESOLVED, unplanned=False)


@check("question-on-open-ticket", _("A question is planned on a ticket that is open."))
def question_on_open_ticket(now: datetime) -> QuerySet[FollowUp]:
    planned = FollowUp.objects.filter(state=FollowUp.State.SCHEDULED, step__in=UNTIL_CLOSED, ticket__unplanned=False)
    return planned.exclude(ticket=None).exclude(ticket__state__in=_DONE)


@check("handed-over-without-mail", _("A follow-up was handed over, but there is no mail."))
def handed_over_without_mail(now: datetime) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(state=FollowUp.State.HANDED_OVER, delivery=None)


@check("handed-over-and-forgotten", _("A follow-up's mail has ended, and nobody noted it."))
def handed_over_and_forgotten(now: datetime) -> QuerySet[FollowUp]:
    return FollowUp.objects.to_finish().filter(delivery__ended_at__lt=now - STUCK)


@check("still-owed-after-resolving", _("Something that resolving ends is still owed on a resolved ticket."))
def still_owed_after_resolving(now: datetime) -> QuerySet[Commitment]:
    """A next response may be owed on a resolved ticket: the handling was poor, and a person answers that."""
    ends = [Kind.ACKNOWLEDGE, Kind.FIRST_RESPONSE, Kind.UPDATE, Kind.RESOLUTION]
    return Commitment.objects.open().filter(ticket__state__in=_DONE, kind__in=ends).exclude(source=Source.INTERNAL)


@check("moved-without-successor", _("A promise was moved, but nothing took its place."))
def moved_without_successor(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.filter(outcome=Outcome.MOVED, replaced_by=None)


@check("replaced-but-not-moved", _("A promise took the place of one that was not moved."))
def replaced_but_not_moved(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.exclude(replaces=None).exclude(replaces__outcome=Outcome.MOVED)


@check("first-due-changed", _("The first due time was lost along a chain of moves."))
def first_due_changed(now: datetime) -> QuerySet[Commitment]:
    moved = Commitment.objects.filter(replaces__first_due_at__isnull=False)
    return moved.filter(~Q(first_due_at=F("replaces__first_due_at")) | Q(first_due_at=None))


@check("never-counted", _("A promise has a due time, but counts in no period."))
def never_counted(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.exclude(state=State.PAUSED).filter(due_at__isnull=False, counted_due_at=None)


@check("paused-without-pause", _("A clock stands still, but no pause says why."))
def paused_without_pause(now: datetime) -> QuerySet[Commitment]:
    open_pause = Pause.objects.filter(commitment=OuterRef("pk"), ended_at=None)
    return Commitment.objects.filter(~Exists(open_pause), state=State.PAUSED)


@check("pause-without-paused", _("A pause is open, but the clock is not standing still."))
def pause_without_paused(now: datetime) -> QuerySet[Pause]:
    return Pause.objects.filter(ended_at=None).exclude(commitment__state=State.PAUSED)


@check("waits-for-ever", _("A ticket waits for the customer longer than we said, and nothing will end that."))
def waits_for_ever(now: datetime) -> QuerySet[Ticket]:
    asked = Message.objects.filter(ticket=OuterRef("pk"), wait_until__gt=now - STUCK)
    return Ticket.objects.filter(~Exists(asked), state=Ticket.State.WAITING_ON_CUSTOMER)


@check("not-settled", _("A message has left or failed, and what it says was not carried out."))
def not_settled(now: datetime) -> QuerySet[Message]:
    return Message.objects.to_settle().filter(delivery__ended_at__lt=now - STUCK)


@check("mail-without-delivery", _("A message says it went by mail, but there is no mail."))
def mail_without_delivery(now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(direction=Message.Direction.OUT, channel="mail", delivery=None)


@check("mail-not-filed", _("A mail came in, and nobody has looked where it belongs."))
def mail_not_filed(now: datetime) -> QuerySet[InboundMail]:
    return InboundMail.objects.to_file().filter(received_at__lt=now - STUCK).defer("raw")


@check("filed-nowhere", _("A mail counts as filed, but it stands in no conversation."))
def filed_nowhere(now: datetime) -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(state=InboundMail.State.FILED, message=None).defer("raw")


@check("kept-by-what-came-back", _("A promise counts as kept by a mail that came back."))
def kept_by_what_came_back(now: datetime) -> QuerySet[Commitment]:
    """What a mail keeps ends at the very moment when it was accepted."""
    came_back = Q()
    for mail in ("ticket__messages__delivery", "ticket__merged_into__messages__delivery"):
        came_back |= Q(**{f"{mail}__bounced_at__lt": now - STUCK, f"{mail}__ended_at": F("ended_at")})
    kept = Commitment.objects.filter(came_back, voided_at=None, outcome__in=[Outcome.KEPT, Outcome.KEPT_LATE])
    return kept.filter(kind__in=FULFILLED_BY_A_REPLY).distinct()


@check("told-and-not-recorded", _("A date was told to a customer, and no promise stands for it."))
def told_and_not_recorded(now: datetime) -> QuerySet[MessagePromise]:
    """A call does what it says at once, a mail when it was accepted."""
    counts = Q(message__delivery=None) | Q(message__delivery__state=Delivery.State.SENT, message__unsettled=False)
    recorded = Commitment.objects.filter(
        Q(ticket=OuterRef("message__ticket"))
        | Q(ticket__merged_into=OuterRef("message__ticket"))
        | Q(ticket__split_from=OuterRef("message__ticket"))
        | Q(ticket=OuterRef("message__ticket__split_from")),
        kind=OuterRef("kind"),
        source=Source.PROMISE,
        first_due_at=OuterRef("due_at"),
    )
    moved = Q(moves__isnull=False) & ~Q(moves__outcome=Outcome.MOVED)
    new = Q(moves=None) & ~Exists(recorded)
    return MessagePromise.objects.filter(counts, moved | new, due_at__isnull=False, refused_why="")


@check("merged-into-merged", _("A ticket was merged into one that is merged itself."))
def merged_into_merged(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(merged_into__merged_into__isnull=False)


@check("merged-across-customers", _("A ticket was merged into one of another customer."))
def merged_across_customers(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(merged_into__isnull=False).exclude(customer=F("merged_into__customer"))


@check("left-on-merged", _("Something is owed, said or prepared on a ticket that lives on in another one."))
def left_on_merged(now: datetime) -> QuerySet[Ticket]:
    gone = Ticket.objects.filter(merged_into__isnull=False)
    owed = Commitment.objects.open().filter(ticket=OuterRef("pk"))
    said = Message.objects.filter(ticket=OuterRef("pk"))
    written = Draft.objects.filter(ticket=OuterRef("pk"))
    return gone.filter(Exists(owed) | Exists(said) | Exists(written))


@check("call-kept-otherwise", _("A promised call was made at another time than the calls logged for it say."))
def call_kept_otherwise(now: datetime) -> Iterator[Commitment]:
    """Kept, and not when its attempts say; or still owed, though they have kept it."""
    rows = Commitment.objects.filter(Q(outcome=Outcome.KEPT) | Q(state=State.RUNNING), kind=Kind.CALLBACK)
    tried = rows.filter(Exists(Message.objects.filter(callback=OuterRef("pk"))))
    for row in tried.select_related("calendar_version").order_by("pk"):
        if standing_of(row).made_at != row.ended_at:
            yield row


@check("due-does-not-follow", _("A due time doesn't follow from its window, start and pauses."))
def due_does_not_follow(now: datetime) -> Iterator[Commitment]:
    """Of what is running: its window from its start, moved on by its pauses; a re-match keeps its own time.

    So does what newer hours had shrunk into the past.
    """
    zone = Organisation.objects.the().zone_info if Organisation.objects.exists() else None
    rows = Commitment.objects.running().exclude(clock=Clock.FIXED).select_related("calendar_version")
    new_hours = Q(kind="commitment.new_hours", detail__tightened=True)
    rematched = Event.objects.filter(Q(kind="commitment.rematched") | new_hours, commitment=OuterRef("pk"))
    for row in rows.annotate(rematched=Exists(rematched)).prefetch_related("pauses").order_by("pk"):
        calendar = row.calendar_version.working
        spans = [(pause.started_at, pause.ended_at) for pause in row.pauses.all() if pause.ended_at]
        if row.started_at is None or row.unpaused_due_at is None:
            continue
        if row.due_at != shift(calendar, row.unpaused_due_at, worked_inside(calendar, spans)):
            yield row
        elif row.source == Source.STANDARD and row.replaces_id is None and not row.follows_why and not row.rematched:
            window = Window(row.clock, row.window_minutes, row.window_days)
            if zone and row.unpaused_due_at != window.due(calendar, row.started_at, zone):
                yield row


@check("counted-too-late", _("A promise counts by a later time than its first due and its pauses give."))
def counted_too_late(now: datetime) -> Iterator[Commitment]:
    """Later than the first due only by pauses, of this row or of those whose place it took, or by a re-match."""
    rematched = Event.objects.filter(commitment=OuterRef("pk"), kind="commitment.rematched")
    rows = Commitment.objects.filter(~Exists(rematched), counted_due_at__gt=F("first_due_at"))
    for row in rows.select_related("calendar_version").order_by("pk"):
        calendar, spans = row.calendar_version.working, []
        link: Commitment | None = row
        while link is not None:
            spans += [(pause.started_at, pause.ended_at or now) for pause in link.pauses.all()]
            took_over = link.follows_why in {Commitment.FollowsWhy.NOT_REACHED, Commitment.FollowsWhy.SPLIT}
            link = link.follows if took_over else link.replaces
        if row.counted_due_at and row.first_due_at:
            latest = shift(calendar, row.first_due_at, worked_inside(calendar, spans))
            if row.counted_due_at > latest:
                yield row


@check("published-and-corrected", _("What was published of a closed month and its corrections don't add up."))
def published_and_corrected(now: datetime) -> QuerySet[ClosedPeriod]:
    stands = sum((F(bucket) for bucket in Bucket), Value(0))
    corrected = {name: Coalesce(Sum(f"corrections__{name}"), 0) for name in ("kept", "due")}
    rows = ClosedPeriod.objects.filter(final_at__isnull=False).annotate(
        more_kept=corrected["kept"], more_due=corrected["due"], stands=stands
    )
    wrong = ~Q(kept=F("published_kept") + F("more_kept")) | ~Q(stands=F("published_due") + F("more_due"))
    return rows.filter(wrong)


@check("customer-not-found", _("A search does not find a customer by their present name."))
def customer_not_found(now: datetime) -> Iterator[Customer]:
    for customer in Customer.objects.only("name", "email", "phone", "folded").iterator():
        if customer.folded != folded_customer(customer.name, customer.email, customer.phone):
            yield customer


@check("ticket-not-found", _("A search does not find a ticket by its present words."))
def ticket_not_found(now: datetime) -> Iterator[Ticket]:
    shown = ("number", "subject", "folded", "customer__name", "customer__email")
    for ticket in Ticket.objects.select_related("customer").only(*shown).iterator():
        if ticket.folded != folded_text(ticket):
            yield ticket
