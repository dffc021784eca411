"""What is owed: it ends once, as its events say, and what follows from it really does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from compliance.audit.checks import STUCK, WORKER, check
from mail.models import Delivery
from standards.terms import FULFILLED_BY_A_REPLY, Kind
from tickets.actions.callbacks import standing_of
from tickets.models import Commitment, Event, Message, Ticket

State, Outcome, Source, Follows = Commitment.State, Commitment.Outcome, Commitment.Source, Commitment.FollowsWhy
DONE = [Ticket.State.RESOLVED, Ticket.State.CLOSED]
_KEPT = [Outcome.KEPT, Outcome.KEPT_LATE]


def endings() -> QuerySet[Event]:
    """The events that say how the commitment of the query around them ended; a successor's own is no ending."""
    kinds = [f"commitment.{outcome}" for outcome in Outcome.values]
    of_it = Event.objects.filter(commitment=OuterRef("pk"), kind__in=kinds)
    return of_it.exclude(kind="commitment.moved", detail__has_key="old_due").order_by()


@check("ends-otherwise-than-recorded", _("A promise ended otherwise than what was recorded says, or more than once."))
def ends_otherwise_than_recorded(now: datetime) -> QuerySet[Commitment]:
    times = endings().values("commitment").annotate(times=Count("pk")).values("times")
    when = Coalesce(Cast(KT("detail__ended"), DateTimeField()), F("at"))
    as_it_is = endings().annotate(when=when).filter(
        kind=Concat(Value("commitment."), OuterRef("outcome")), when=OuterRef("ended_at")
    )  # fmt: skip
    rows = Commitment.objects.annotate(times=Coalesce(Subquery(times), 0))
    ended = Q(state=State.ENDED)
    return rows.filter(ended & (~Q(times=1) | ~Exists(as_it_is)) | ~ended & Q(times__gt=0)).order_by("pk")


@check("began-unrecorded", _("Something is owed, and nothing says how it came to be."))
def began_unrecorded(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.filter(~Exists(Event.objects.filter(commitment=OuterRef("pk")))).order_by("pk")


@check("void-without-a-word", _("A promise doesn't count, and nobody said so."))
def void_without_a_word(now: datetime) -> QuerySet[Commitment]:
    """A mail that came back says so, a person by name, or what the customer's word turned out to be."""
    again = Commitment.objects.filter(follows=OuterRef("pk"), follows_why=Follows.NOT_REACHED)
    said = Event.objects.filter(commitment=OuterRef("pk"), kind="commitment.voided")
    return Commitment.objects.filter(~Exists(again), ~Exists(said), voided_at__isnull=False, approved_by=None)


@check("void-while-owed", _("A promise doesn't count, but it is still owed."))
def void_while_owed(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.open().filter(voided_at__isnull=False)


@check("owed-again-and-counted-twice", _("A promise is owed again after a mail came back, and both of them count."))
def owed_again_and_counted_twice(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.filter(follows_why=Follows.NOT_REACHED, follows__voided_at=None)


@check("follows-something-else", _("What is owed again is not what was owed before."))
def follows_something_else(now: datetime) -> QuerySet[Commitment]:
    """A resolution that did not hold, the same after a mail came back, or the same on both parts of what was split."""
    other_kind = ~Q(kind=F("follows__kind")) & ~Q(follows_why=Follows.AFTER_A_MISS)
    other_times = ~Q(started_at=F("follows__started_at")) | ~Q(first_due_at=F("follows__first_due_at"))
    the_same = Q(follows_why__in=[Follows.NOT_REACHED, Follows.SPLIT])
    reopened = Q(follows_why=Follows.REOPENED) & (~Q(kind=Kind.RESOLUTION) | ~Q(follows__state=State.ENDED))
    return Commitment.objects.exclude(follows=None).filter(other_kind | the_same & other_times | reopened)


@check("followed-no-miss", _("A new promise was made after a miss, but nothing was missed."))
def followed_no_miss(now: datetime) -> QuerySet[Commitment]:
    follows = Commitment.objects.filter(follows_why=Follows.AFTER_A_MISS)
    not_over = ~Q(follows__state=State.ENDED) & Q(follows__due_at__gt=F("made_at"))
    return follows.filter(Q(follows__outcome__in=[Outcome.KEPT, Outcome.MOVED, Outcome.MERGED]) | not_over)


@check("standard-of-another-kind", _("Something is owed by a standard that promises something else."))
def standard_of_another_kind(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.exclude(standard_version=None).exclude(kind=F("standard_version__kind"))


@check("ended-and-nobodys", _("A promise has ended, and nobody answered for it."))
def ended_and_nobodys(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.filter(state=State.ENDED, accountable_at_due=None)


@check("still-owed-after-resolving", _("Something that resolving ends is still owed on a resolved ticket."))
def still_owed_after_resolving(now: datetime) -> QuerySet[Commitment]:
    """A next response may be owed on a resolved ticket: the handling was poor, and a person answers that.

    So may what a person has promised since it was resolved.
    """
    ends = [Kind.ACKNOWLEDGE, Kind.FIRST_RESPONSE, Kind.UPDATE, Kind.RESOLUTION]
    owed = Commitment.objects.open().to_the_customer().filter(ticket__state__in=DONE, kind__in=ends)
    return owed.exclude(source=Source.PROMISE, started_at__gt=F("ticket__resolved_at"))


@check("owed-on-set-aside", _("Something is owed on a ticket that never was a request."))
def owed_on_set_aside(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.open().filter(ticket__set_aside_why__gt="")


@check("kept-by-what-came-back", _("A promise counts as kept by a mail that came back."), WORKER)
def kept_by_what_came_back(now: datetime) -> QuerySet[Commitment]:
    """What a mail keeps ends at the very moment when it was accepted."""
    came_back = Q()
    for mail in ("ticket__messages__delivery", "ticket__merged_into__messages__delivery"):
        came_back |= Q(**{f"{mail}__bounced_at__lt": now - STUCK, f"{mail}__ended_at": F("ended_at")})
    kept = Commitment.objects.filter(came_back, voided_at=None, outcome__in=_KEPT)
    return kept.filter(kind__in=FULFILLED_BY_A_REPLY).distinct()


@check("kept-by-a-machine", _("A promise that a person has to keep counts as kept by an automatic mail."))
def kept_by_a_machine(now: datetime) -> QuerySet[Commitment]:
    """What a mail keeps ends at the very moment when it was accepted, of whatever ticket it stands on by now."""
    mails = Message.objects.filter(
        Q(ticket=OuterRef("ticket")) | Q(ticket=OuterRef("ticket__merged_into")),
        delivery__state=Delivery.State.SENT,
        delivery__ended_at=OuterRef("ended_at"),
    )
    kept = Commitment.objects.to_the_customer().filter(outcome__in=_KEPT, voided_at=None)
    kept = kept.filter(kind__in=[Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE, Kind.UPDATE])
    return kept.filter(Exists(mails.filter(human=False)), ~Exists(mails.filter(human=True)))


@check("call-kept-otherwise", _("A promised call was made at another time than the calls logged for it say."))
def call_kept_otherwise(now: datetime) -> Iterator[Commitment]:
    """Kept, and not when its attempts say; or still owed, though they have kept it."""
    rows = Commitment.objects.filter(Q(outcome=Outcome.KEPT) | Q(state=State.RUNNING), kind=Kind.CALLBACK)
    tried = rows.filter(Exists(Message.objects.filter(callback=OuterRef("pk"))))
    for row in tried.select_related("calendar_version").order_by("pk"):
        if standing_of(row).made_at != row.ended_at:
            yield row
