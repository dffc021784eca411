"""What is planned for customers: on a ticket, for a customer, and for the whole team by day. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Q, Subquery

from desk import keyset
from followups import ways
from followups.actions.deciding import EDITABLE
from followups.models import FollowUp
from followups.models.followup import FollowUpQuerySet
from followups.playbook_terms import Mode
from people.models import Customer, User
from people.terms import Channel
from tickets.certain import certain
from tickets.models import Message

PAGE = 50
# So long back skips are counted.
COUNTED = timedelta(days=30)
# Which way the ticket's last question went.
ASKED_BY = Subquery(
    Message.objects.filter(ticket=OuterRef("ticket"), asks=True).order_by("-at", "-pk").values("channel")[:1]
)


@dataclass(frozen=True)
class Planned:
    """One that will come: why, which way, and what a person can do about it."""

    followup: FollowUp

    @property
    def customer(self) -> Customer:
        """Whom it is for."""
        return self.followup.ticket.customer if self.followup.ticket else certain(self.followup.customer)

    @property
    def why(self) -> str:
        """What began the playbook that it belongs to; empty where that was not written down yet."""
        step = self.followup.playbook_step
        return str(step.version.get_trigger_display()) if step is not None else ""

    @property
    def way(self) -> str:
        """Which way it goes as far as the customer's facts tell; the worker looks again."""
        step = self.followup.playbook_step
        if step is not None and step.mode == Mode.CLOSE:
            return ""
        in_a_call = getattr(self.followup, "asked_by", "") == Channel.PHONE
        asked_by_phone = in_a_call and self.followup.step in ways.OF_A_QUESTION and not self.followup.body
        return str(ways.likely(step, self.customer, asked_by_phone=asked_by_phone).label)

    @property
    def can_be_written(self) -> bool:
        """Whether its text may be changed for this one."""
        return self.followup.step in EDITABLE and self.followup.state == FollowUp.State.SCHEDULED


@dataclass(frozen=True)
class Day:
    """All of one day."""

    day: date
    planned: list[Planned]


@dataclass(frozen=True)
class Calendar:
    """A page of all that is planned; `after` leads on where there is more."""

    days: list[Day]
    after: str
    skipped: list[tuple[str, int]]


def with_all_shown(followups: FollowUpQuerySet) -> FollowUpQuerySet:
    """With what a row shows of each, in the query that reads them."""
    return followups.annotate(asked_by=ASKED_BY).select_related(
        "ticket__customer", "ticket__owner", "ticket__team__lead", "customer", "contact", "held_by",
        "playbook_step__version__playbook",
    )  # fmt: skip


def of_customer(customer: Customer, *, user: User) -> list[Planned]:
    """What `customer` will get, the next first, as far as `user` may see it."""
    theirs = FollowUp.objects.visible_to(user).filter(Q(ticket__customer=customer) | Q(customer=customer))
    planned = theirs.filter(state=FollowUp.State.SCHEDULED).order_by("due_at", "pk")
    return [Planned(followup) for followup in with_all_shown(planned)[:PAGE]]


def calendar(user: User, *, mine: bool, after: str, zone: ZoneInfo, now: datetime) -> Calendar:
    """All that is planned from the place `after` on, by day; `mine` are those that `user` answers for."""
    planned = FollowUp.objects.visible_to(user).filter(state=FollowUp.State.SCHEDULED)
    if mine:
        theirs = Q(ticket__owner=user) | Q(ticket__owner=None, ticket__team__lead=user) | Q(contact=user)
        planned = planned.filter(theirs)
    rows, goes_on = keyset.page(with_all_shown(planned), "due_at", after, PAGE)
    days = [
        Day(day, [Planned(row) for row in group])
        for day, group in groupby(rows, key=lambda row: row.due_at.astimezone(zone).date())
    ]
    return Calendar(days, goes_on, _skipped(user, now))


def _skipped(user: User, now: datetime) -> list[tuple[str, int]]:
    """How many of each kind people have skipped lately, the most first."""
    skipped = FollowUp.objects.visible_to(user).filter(skipped_by__isnull=False, ended_at__gt=now - COUNTED)
    counts = skipped.order_by().values("step").annotate(number=Count("pk")).order_by("-number", "step")
    return [(str(FollowUp.Step(row["step"]).label), row["number"]) for row in counts]
