"""What customers answered, for people to read: what nobody has read yet first, the oldest first. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch

from compliance import ratings
from compliance.questions import Question
from compliance.results import Period
from compliance.satisfaction import Satisfaction
from desk import keyset
from followups.actions import not_settled
from followups.models import SatisfactionAnswer
from people.models import User

PAGE = 50
# So far back the figures above the list reach.
COUNTED = timedelta(days=30)


@dataclass(frozen=True)
class Answered:
    """What one customer says of one ticket now, and what they had said before they changed it, the newest first."""

    answer: SatisfactionAnswer
    before: Sequence[SatisfactionAnswer]

    @property
    def starts_something(self) -> bool:
        """Whether a person has to get in touch because of it."""
        return not_settled.needs_somebody(self.answer)


@dataclass(frozen=True)
class Page:
    """A part of the list; `after` leads on where there is more. `figures` are of the last thirty days."""

    rows: Sequence[Answered]
    after: str
    unread: int
    figures: Satisfaction


def read(user: User, *, everything: bool, after: str, now: datetime) -> Page:
    """What `user` may see and nobody has read, the oldest first; with `everything` all of it, the newest first."""
    later = SatisfactionAnswer.objects.filter(request=OuterRef("request"), at__gt=OuterRef("at"))
    visible = SatisfactionAnswer.objects.visible_to(user)
    found = visible if everything else visible.unread()
    given = Prefetch("request__answers", SatisfactionAnswer.objects.order_by("-at", "-pk"))
    now_said = found.filter(~Exists(later)).select_related(
        "request__ticket__customer", "request__ticket__owner", "request__ticket__team", "read_by"
    )
    rows, goes_on = keyset.page(now_said.prefetch_related(given), "-at" if everything else "at", after, PAGE)
    question = Question(Period(now - COUNTED, now))
    return Page(
        [Answered(row, [one for one in row.request.answers.all() if one.pk != row.pk]) for row in rows],
        goes_on,
        visible.unread().filter(~Exists(later)).count(),
        ratings.ratings(question, viewer=user, now=now),
    )
