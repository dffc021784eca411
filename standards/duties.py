"""What a standard asks of each role, in sentences: for the extract that goes into job descriptions. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from standards.terms import Kind, Occasion

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from standards.models import StandardVersion


class Role(StrEnum):
    """By what somebody has to do with a standard; a lead is whoever leads a team."""

    AGENT = "agent"
    LEAD = "lead"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


NAMES: dict[Role, StrPromise] = {
    Role.AGENT: _("Agent"),
    Role.LEAD: _("Lead"),
    Role.MANAGER: _("Manager"),
    Role.ADMINISTRATOR: _("Administrator"),
}

_BY_KIND: dict[str, StrPromise] = {
    Kind.ACKNOWLEDGE: _("You do nothing: the desk confirms by itself. On the phone you confirm by listening."),
    Kind.FIRST_RESPONSE: _("You answer yourself, in writing or by phone. An automatic mail does not count."),
    Kind.NEXT_RESPONSE: _("You answer; the time counts from the oldest message that nobody has answered yet."),
    Kind.UPDATE: _("You say what was done, what comes next, and when the customer hears from you again."),
    Kind.ANSWER: _("You tell the customer the decision and its reason, and where else they can turn."),
    Kind.RESOLUTION: _("You resolve it with a message. Who comes back within seven days was not helped yet."),
}
_NOT_SETTLED = _("You contact the customer yourself, and begin with what is not settled.")
# What holds for every standard, by role.
_ALWAYS: dict[Role, list[StrPromise]] = {
    Role.AGENT: [
        _("You see before it is due that you cannot keep it: then you tell the customer the reason and a new time."),
        _("It was missed: you tell the customer so yourself, without being asked, and name a new time."),
    ],
    Role.LEAD: [
        _("You answer for what nobody of your team has taken yet."),
        _("You are told at the last call: you help, hand over, or see to it that the customer hears in time."),
        _("You see to it that everybody in your team has read the standards."),
    ],
    Role.MANAGER: [
        _("You read the results each month, the misses with their reasons first, and stand by them in public."),
        _("You declare exception days, beforehand or within two working days, with a reason the public reads."),
        _("You look at each standard by its review day: whether customers need it, and whether we can keep it."),
    ],
    Role.ADMINISTRATOR: [
        _("You see to it that mail leaves and comes in, and that the worker runs."),
        _("You keep opening hours and holidays right, before they come."),
        _("You draft and publish standards; what is published never changes."),
    ],
}


def duty(version: StandardVersion, role: Role) -> str:
    """What that version asks of an agent or lead on a ticket; nothing of others, who work on none."""
    if role not in {Role.AGENT, Role.LEAD}:
        return ""
    if version.occasion == Occasion.NOT_SETTLED:
        return str(_NOT_SETTLED)
    return str(_BY_KIND.get(version.kind, ""))


def always(role: Role) -> list[str]:
    """What every standard asks of that role."""
    return [str(sentence) for sentence in _ALWAYS[role]]
