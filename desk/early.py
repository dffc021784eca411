"""Promises to look at early: not due soon, and yet they will probably be missed. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from compliance.at_risk import AtRisk, at_risk
from desk.horizon import PER_PAGE
from desk.row_facts import shown_in_rows
from people.models import User
from tickets.models import Commitment


@dataclass(frozen=True)
class Early:
    """One promise, and how probably it is missed."""

    commitment: Commitment
    risk: AtRisk

    @property
    def of_ten(self) -> int | None:
        """In how many of ten such cases it is missed; None where it is open for longer than all that were done."""
        return None if self.risk.chance is None else round(self.risk.chance * 10)


@dataclass(frozen=True)
class Board:
    """Those that are shown, the next due first, of so many."""

    shown: list[Early]
    total: int


def look(user: User, *, mine: bool, now: datetime) -> Board:
    """The promises at risk that `user` answers for, or all that they may see."""
    visible = Commitment.objects.visible_to(user)
    found = {one.pk: one for one in at_risk(visible.filter(accountable=user) if mine else visible, now=now)}
    first = list(found)[:PER_PAGE]
    rows = shown_in_rows(Commitment.objects.filter(pk__in=first))
    return Board([Early(row, found[row.pk]) for row in rows], len(found))
