"""A no to a customer: why, what is possible instead and when, or why nothing is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Alternative:
    """Another way, and by when it can be had."""

    words: str
    by: datetime


@dataclass(frozen=True)
class No:
    """What a customer is told who does not get what they asked for, in their language."""

    reason: str
    alternatives: tuple[Alternative, ...] = ()
    none_because: str = ""

    def check(self, now: datetime) -> None:
        """Refuse a no without a reason, and one that leads nowhere without saying why."""
        if not self.reason.strip():
            raise ValidationError({"reason": _("Say why, in words the customer reads.")})
        if not self.alternatives and not self.none_because.strip():
            raise ValidationError(
                {"first_words": _("Offer at least one other way with a time, or say why there is none.")}
            )
        if self.alternatives and self.none_because.strip():
            raise ValidationError({"none_because": _("You offer another way. Leave this empty.")})
        if any(other.by <= now for other in self.alternatives):
            raise ValidationError({"first_date": _("That time has passed. Name one that lies ahead.")})
