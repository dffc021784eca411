"""What is written, waiting, in trouble: every mail to a customer that has not simply arrived. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from followups.models import FollowUp
from mail.models import Delivery
from people.models import User
from tickets.models import Draft, Message, Ticket

State = Delivery.State
# What failed, expired or was cancelled longer ago than this stands on its ticket only.
RECENT = timedelta(days=14)
MOST = 100


@dataclass(frozen=True)
class Outbox:
    """The mails that `user` may see, by what they need."""

    unknown: list[Message]
    failed: list[Message]
    waiting: list[Message]
    cancelled: list[Message]
    drafts: list[Draft]
    planned: list[FollowUp]

    @property
    def is_empty(self) -> bool:
        """Whether everything has simply arrived."""
        return not (self.unknown or self.failed or self.waiting or self.cancelled or self.drafts or self.planned)


def read(user: User, *, now: datetime) -> Outbox:
    """Five questions, however many mails there are; the newest hundred of each."""
    tickets = Ticket.objects.visible_to(user)
    mails = Message.objects.filter(ticket__in=tickets).select_related("ticket__customer", "author", "delivery")
    recent = mails.filter(delivery__ended_at__gt=now - RECENT).order_by("-at")
    drafts = Draft.objects.filter(author=user, ticket__in=tickets).select_related("ticket__customer").order_by("-at")
    planned = FollowUp.objects.filter(ticket__in=tickets, state=FollowUp.State.SCHEDULED)
    return Outbox(
        unknown=list(mails.filter(delivery__state=State.UNKNOWN).order_by("-at")[:MOST]),
        failed=list(recent.filter(delivery__state__in=[State.FAILED, State.EXPIRED])[:MOST]),
        waiting=list(
            mails.filter(delivery__state__in=[State.QUEUED, State.CLAIMED, State.SENDING]).order_by(
                "delivery__next_at"
            )[:MOST]
        ),
        cancelled=list(recent.filter(delivery__state=State.CANCELLED, human=False)[:MOST]),
        drafts=list(drafts[:MOST]),
        planned=list(planned.select_related("ticket__customer").order_by("due_at")[:MOST]),
    )
