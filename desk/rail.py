"""What the frame of a page counts: what is overdue, what needs a person, what is to be read. Reads only.

Parts of one query, over rows that partial indexes hold; `condition` asks them with its own for a whole page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower

from compliance.models import AuditFinding
from followups.models import CallTask, SatisfactionAnswer
from mail.models import Delivery, InboundMail
from people.models import User
from standards.models import StandardVersion
from tickets.actions import absences
from tickets.models import Commitment, DelayNotice, Message, UnverifiedMail


@dataclass(frozen=True)
class Counts:
    """What the viewer may see of it."""

    overdue: int = 0
    mails: int = 0
    calls: int = 0
    parked: int = 0
    staff_mails: int = 0
    unverified: int = 0
    unread: int = 0
    # Of the shared delays of which customers have yet to be told, by the viewer or for them: those, and all.
    to_tell: int = 0
    told: int = 0
    of_delays: int = 0
    left_behind: int = 0
    answers: int = 0
    # What the last audit found; for administrators.
    broken: int = 0

    @property
    def to_look_at(self) -> int:
        """All in the outbox that waits for somebody to look."""
        return self.mails + self.calls + self.parked + self.staff_mails + self.unverified


def counted(user: User, *, now: datetime) -> dict[str, Combinable]:
    """The counts for `user` as annotations, in the order of `Counts`."""
    parked = InboundMail.objects.to_look_at().visible_to(user)
    concerning = DelayNotice.objects.concerning(user)
    to_tell = concerning.to_tell(now)
    open_delays = concerning.filter(delay__in=to_tell.values("delay"))
    visible = Message.objects.visible_to(user).filter(delivery=OuterRef("pk"))
    return {
        "overdue": _number(Commitment.objects.visible_to(user).overdue(now)),
        "mails": _number(Delivery.objects.in_trouble().filter(Exists(visible))),
        "calls": _number(CallTask.objects.to_make().visible_to(user)),
        "parked": _number(parked.filter(held_back=False)) + _number(parked.filter(held_back=True), of=Lower("sender")),
        "staff_mails": _number(staff_mails(user)),
        "unverified": _number(UnverifiedMail.objects.waiting().visible_to(user)),
        "unread": _number(StandardVersion.objects.to_know(now).unread_by(user)),
        "to_tell": _number(to_tell),
        "told": _number(open_delays.told()),
        "of_delays": _number(open_delays),
        "left_behind": _number(absences.left_behind(user, now)),
        "answers": _number(SatisfactionAnswer.objects.unread().concerning(user), of=F("request")),
        "broken": _number(AuditFinding.objects.standing() if user.is_administrator else AuditFinding.objects.none()),
    }


def staff_mails(user: User) -> QuerySet[Delivery]:
    """Mails to staff that did not leave: warnings, sign-in links. For administrators."""
    troubled = Delivery.objects.in_trouble().filter(message=None)
    return troubled if user.is_administrator else troubled.none()


def _number(rows: QuerySet[Any], *, of: Combinable | None = None) -> Coalesce:
    """How many rows, or how many different `of` there are in them, as part of another query."""
    one = rows.order_by().annotate(one=Value(1)).values("one")
    number = Count(of or "pk", distinct=of is not None)
    return Coalesce(Subquery(one.annotate(number=number).values("number")), 0, output_field=IntegerField())
