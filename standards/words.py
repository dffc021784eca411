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
    facts = applies_to_whom(version)
    if version.priority:
        facts.append(_("Priority: %(priority)s") % {"priority": version.get_priority_display()})
    if version.occasion:
        facts.append(str(version.get_occasion_display()))
    return facts


def applies_to_whom(version: StandardVersion) -> list[str]:
    """Those of the facts that a customer knows: never how pressing staff find it."""
    facts = []
    if version.ticket_type:
        facts.append(str(version.get_ticket_type_display()))
    if version.category:
        facts.append(version.category.name)
    if version.channel:
        facts.append(str(version.get_channel_display()))
    if version.customer_group:
        group = version.get_customer_group_display()
        facts.append(_("Customer group: %(group)s") % {"group": group})
    return facts
