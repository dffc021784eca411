"""What is written, waiting, in trouble: every mail to a customer that has not simply arrived. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext_lazy as _

from desk.rail import staff_mails
from followups.models import CallTask, FollowUp
from mail import meaning
from mail.models import Delivery
from people.models import User
from tickets.certain import certain
from tickets.models import Draft, Message, Ticket, UnverifiedMail

State = Delivery.State
# What was cancelled longer ago than this stands on its ticket only.
RECENT = timedelta(days=14)
# So many of each kind on the page, and so many where one kind is looked at.
FEW, MOST = 10, 100

UNKNOWN, FAILED, CAME_BACK, CALLS, UNVERIFIED, STAFF, WAITING, DRAFTS, PLANNED, CANCELLED = (
    "unknown", "failed", "came_back", "calls", "unverified", "staff", "waiting", "drafts", "planned", "cancelled",
)  # fmt: skip
MAILS = (UNKNOWN, FAILED, CAME_BACK, WAITING, CANCELLED)
# What needs somebody stands first.
TITLES: dict[str, StrPromise] = {
    UNKNOWN: _("Not known whether it arrived"),
    FAILED: _("Did not leave"),
    CAME_BACK: _("Came back"),
    CALLS: _("Calls to make"),
    UNVERIFIED: _("Mail of unverified senders"),
    STAFF: _("Mail that is about no ticket and did not leave"),
    WAITING: _("Waiting to leave"),
    DRAFTS: _("Your drafts"),
    PLANNED: _("Planned follow-ups"),
    CANCELLED: _("Not sent, because it was no longer true"),
}


@dataclass(frozen=True)
class Mail:
    """One mail on the page, with what can be done about it."""

    delivery: Delivery
    message: Message | None
    meaning: str
    can_retry: bool
    is_mine: bool

    @property
    def is_held(self) -> bool:
        """Whether a person's reply waits out the seconds in which it can be undone."""
        return self.is_mine and self.delivery.state in {State.QUEUED, State.CLAIMED} and not self.delivery.attempts_made


@dataclass(frozen=True)
class Section:
    """The newest of one kind, and how many there are."""

    key: str
    rows: list[Any]
    total: int

    @property
    def title(self) -> StrPromise:
        """What stands above them."""
        return TITLES[self.key]

    @property
    def rest(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)


def read(user: User, *, now: datetime, only: str = "") -> list[Section]:
    """What is there, kind by kind; with `only` the newest hundred of that kind. As many queries for few as for many."""
    most = MOST if only else FEW
    tickets = Ticket.objects.visible_to(user)
    found: list[Section] = []
    if not only or only in MAILS:
        found += _mails(user, tickets, now, most)
    lists: dict[str, QuerySet[Any]] = {
        CALLS: CallTask.objects.to_make().visible_to(user).select_related("ticket__customer", "followup", "answer"),
        UNVERIFIED: UnverifiedMail.objects.waiting().visible_to(user).select_related("ticket").order_by("-at", "-pk"),
        DRAFTS: Draft.objects.filter(author=user, ticket__in=tickets)
        .select_related("ticket__customer")
        .order_by("-at"),
        PLANNED: FollowUp.objects.filter(ticket__in=tickets, state=FollowUp.State.SCHEDULED)
        .select_related("ticket__customer")
        .order_by("due_at", "pk"),
    }
    found += [_section(key, rows, most) for key, rows in lists.items() if only in {"", key}]
    if user.is_administrator and only in {"", STAFF}:
        staff = _section(STAFF, staff_mails(user).order_by("-made_at"), most)
        found.append(Section(STAFF, [_mail(row, None, user, now) for row in staff.rows], staff.total))
    order = list(TITLES)
    shown = [section for section in found if section.rows and only in {"", section.key}]
    return sorted(shown, key=lambda section: order.index(section.key))


def _section(key: str, rows: QuerySet[Any], most: int) -> Section:
    """The first of `rows`, and their number in the same query."""
    shown = list(rows.annotate(total=Window(Count("pk")))[:most])
    return Section(key, shown, shown[0].total if shown else 0)


def _mails(user: User, tickets: QuerySet[Ticket], now: datetime, most: int) -> Iterable[Section]:
    """The mails to customers in one query, the newest of each kind."""
    trouble = Q(delivery__in=Delivery.objects.in_trouble())
    kind = Case(
        When(trouble & Q(delivery__state=State.UNKNOWN), then=Value(UNKNOWN)),
        When(trouble & Q(delivery__bounced_at__isnull=False), then=Value(CAME_BACK)),
        When(trouble, then=Value(FAILED)),
        When(delivery__state__in=[State.QUEUED, State.CLAIMED, State.SENDING], then=Value(WAITING)),
        When(human=False, delivery__state__in=[State.CANCELLED, State.EXPIRED], then=Value(CANCELLED)),
    )
    mails = Message.objects.filter(delivery__in=Delivery.objects.not_simply_sent(now - RECENT), ticket__in=tickets)
    sorted_out = mails.annotate(kind=kind).filter(kind__isnull=False).annotate(
        place=Window(RowNumber(), partition_by=F("kind"), order_by=[F("at").desc(), F("pk").desc()]),
        total=Window(Count("pk"), partition_by=F("kind")),
    )  # fmt: skip
    rows = sorted_out.filter(place__lte=most).select_related("ticket__customer", "author", "delivery").order_by("place")
    found: dict[str, Section] = {}
    for row in rows:
        section = found.setdefault(row.kind, Section(row.kind, [], row.total))
        section.rows.append(_mail(certain(row.delivery), row, user, now))
    return found.values()


def _mail(delivery: Delivery, message: Message | None, user: User, now: datetime) -> Mail:
    timely = delivery.expires_at is None or delivery.expires_at > now
    return Mail(
        delivery=delivery,
        message=message,
        meaning=meaning.in_words(delivery.reason),
        can_retry=delivery.state == State.UNKNOWN or (delivery.state == State.FAILED and delivery.automatic and timely),
        is_mine=message is not None and message.author_id == user.pk and message.human,
    )
