"""Windows, clocks and matches in words, for staff and for customers."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standards.models import StandardVersion
from standards.terms import Clock


def window(clock: str, minutes: int | None, days: int | None) -> str:
    """The time allowed: "8 working hours", "2 working days", "15 minutes"."""
    if clock == Clock.WORKING_DAYS:
        return ngettext("%(n)d working day", "%(n)d working days", days or 0) % {"n": days or 0}
    if clock == Clock.CALENDAR_DAYS:
        return ngettext("%(n)d calendar day", "%(n)d calendar days", days or 0) % {"n": days or 0}
    hours, rest = divmod(minutes or 0, 60)
    if clock == Clock.WORKING_TIME:
        if rest == 0:
            return ngettext("%(n)d working hour", "%(n)d working hours", hours) % {"n": hours}
        return ngettext("%(n)d working minute", "%(n)d working minutes", minutes or 0) % {"n": minutes or 0}
    if rest == 0:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes or 0) % {"n": minutes or 0}


def applies_to(version: StandardVersion) -> list[str]:
    """The facts that a ticket must have for this version, in words; none means every ticket."""
    facts = [
        version.get_ticket_type_display(),  # type: ignore[attr-defined]
        version.category.name if version.category else "",
        _("Priority: %(priority)s") % {"priority": version.get_priority_display()} if version.priority else "",  # type: ignore[attr-defined]
        version.get_channel_display() if version.channel else "",  # type: ignore[attr-defined]
        _("Customer group: %(group)s") % {"group": version.get_customer_group_display()}  # type: ignore[attr-defined]
        if version.customer_group
        else "",
        version.get_occasion_display() if version.occasion else "",  # type: ignore[attr-defined]
    ]
    return [str(fact) for fact in facts if fact]
