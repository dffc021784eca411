"""The letters about calls, in the customer's language: nobody answered, and what was agreed. Drafts for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from followups.letters.placeholders import type_value, type_values
from followups.terms import MessagePurpose
from followups.wording import made
from people.models import Customer, User
from tickets.models import Message
from tickets.wording import zone_of
from ui.formats import clock_time, long_date, long_day, ticket_no, zone_in_words

# Every promise is told below what is written here, with its date: the letter ends with them.
_TOLD_BELOW = {
    MessagePurpose.CALLBACK_NOT_REACHED: {"next_date", "choose"},
    MessagePurpose.CALL_NOTE: {"promise", "not_right"},
}


def not_reached(customer: Customer, times: Sequence[datetime], *, number: int, subject: str, by: User) -> str:
    """That we called at these `times`, in their order, and nobody answered; what is promised next is told below it."""
    with translation.override(customer.language):
        tried_at = _moments(times, zone_of(customer))
    facts: dict[str, type_value] = {
        "attempts": len(times),
        "tried_at": tried_at,
        "number": ticket_no(number),
        "subject": subject,
    }
    return _filled(MessagePurpose.CALLBACK_NOT_REACHED, customer, facts, by=by)


def note(call: Message, *, by: User) -> str:
    """The beginning of the note after `call`: what it was, and a blank for what was agreed where nothing was promised.

    Of a message that was left it says when we called. The promises of the call are told below it.
    """
    ticket, customer = call.ticket, call.ticket.customer
    if call.result == Message.Result.MESSAGE_LEFT:
        return not_reached(customer, [call.at], number=ticket.number, subject=ticket.subject, by=by)
    without = {"summary"} if call.promises.exists() else set()
    facts: dict[str, type_value] = {"called_at": call.at, "number": ticket_no(ticket.number), "subject": ticket.subject}
    return _filled(MessagePurpose.CALL_NOTE, customer, facts, by=by, without=without)


def _moments(times: Sequence[datetime], zone: str) -> str:
    """ "Thursday 26 November 2026, 10:05 and 10:40 (Zagreb time)", in the language that is active."""
    days = {at.astimezone(ZoneInfo(zone)).date() for at in times}
    *earlier, last = [clock_time(at, zone) if len(days) == 1 else long_date(at, zone) for at in times]
    said = _("%(earlier)s and %(last)s") % {"earlier": ", ".join(earlier), "last": last} if earlier else last
    if len(days) > 1:
        return said
    return _("%(day)s, %(time)s (%(zone)s)") % {"day": long_day(days.pop()), "time": said, "zone": zone_in_words(zone)}


def _filled(
    purpose: MessagePurpose,
    customer: Customer,
    facts: type_values,
    *,
    by: User,
    without: set[str] | None = None,
) -> str:
    filled = made(purpose, customer, {**facts, "agent": by.name})
    left_out = _TOLD_BELOW[purpose] | (without or set())
    return "\n\n".join(words for slug, words in filled.parts.items() if slug not in left_out)
