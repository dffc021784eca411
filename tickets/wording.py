"""The letter that a reply becomes: what its author wrote, and every date it tells, in the customer's words."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from mail.parsing import LARGEST, MEGABYTE
from people.models import Customer, Organisation, User
from standards.terms import Kind
from tickets.certain import certain
from tickets.models import Message, MessagePromise, Ticket
from ui.formats import long_date, long_slot


def zone_of(customer: Customer) -> str:
    """The zone in which a customer reads times: their own, or else the organisation's."""
    return customer.zone or Organisation.objects.the().zone


def letter(message: Message) -> str:
    """The whole text of a reply, in the customer's language: the author's words, then the dates told.

    Where the words end with their author's name, that stays below what is told.
    """
    customer = message.ticket.customer
    zone = zone_of(customer)
    with translation.override(customer.language):
        lines = told_lines(message, zone)
        for row in message.withdraws.to_the_customer().order_by("pk"):
            what = row.promised_text or in_their_words(row.kind)
            lines.append(_("No longer planned: %(what)s.") % {"what": what.rstrip(".")})
        if message.wait_until:
            until = long_date(message.wait_until, zone, by=True)
            lines.append(_("We wait for your answer until %(date)s.") % {"date": until})
        if message.resolves:
            lines.append(_("If something is still not right, just reply to this message. It comes back to us."))
        footer = _("Your request at a glance, and a place to add something:") + f"\n{page_link(message.ticket)}"
    words, name = _without_name(message)
    return "\n\n".join([words, *lines, *name, footer])


def told_lines(message: Message, zone: str) -> list[str]:
    """A sentence for each date that `message` tells; for what repeats a call, each that was told on it."""
    tells = (message.confirms or message).promises.select_related("moves").order_by("pk")
    lines = [told_in_words(told, zone) for told in tells if not told.refused_why]
    if message.confirms and lines:
        lines.append(_("If you remember something differently, just reply to this message."))
    return lines


def page_link(ticket: Ticket) -> str:
    """Stands in a mail's text for the link to the customer's page; made anew for each mail."""
    return f"[[link:ticket:{ticket.about}]]"


def new_link(ticket: Ticket) -> tuple[str, str]:
    """Subject and text of the mail that brings a fresh link, in the customer's language."""
    with translation.override(ticket.customer.language):
        subject = _("A new link to your request")
        said = _("Here is the new link to your request “%(subject)s”; it works for 30 days.")
        return f"[T-{ticket.number}] {subject}", f"{said % {'subject': ticket.subject}}\n\n{page_link(ticket)}"


def too_large(ticket: Ticket, came_at: datetime) -> tuple[str, str]:
    """Subject and text of the mail that says that one of theirs is too large to be read, in the customer's language."""
    with translation.override(ticket.customer.language):
        subject = _("Your mail is too large to be read")
        when = long_date(came_at, zone_of(ticket.customer))
        said = _(
            "Your mail of %(date)s is larger than %(number)d MB, which is the most that we can read. Nobody has seen"
            " what stands in it. Please send it again with smaller files, or in several mails."
        ) % {"date": when, "number": LARGEST // MEGABYTE}
        return f"[T-{ticket.number}] {subject}", f"{said}\n\n{page_link(ticket)}"


def next_contact(customer: Customer) -> str:
    """What is promised by a reply that names only when we write next, in the customer's language."""
    with translation.override(customer.language):
        return _("You hear from us again")


def call_in_words(ticket: Ticket, by: User | None) -> str:
    """What is promised with a call, without its time, in the customer's language: who calls, and on which number."""
    who = ticket.owner or by
    with translation.override(ticket.customer.language):
        if who is None or who == by:
            return _("I call you on %(phone)s") % {"phone": ticket.customer.phone}
        return _("%(name)s calls you on %(phone)s") % {"name": who.name, "phone": ticket.customer.phone}


def in_their_words(kind: str) -> str:
    """What a promise of `kind` is called towards a customer, in the language that is active."""
    return {
        Kind.ACKNOWLEDGE: _("Confirmation that your message is here"),
        Kind.FIRST_RESPONSE: _("First answer"),
        Kind.NEXT_RESPONSE: _("Answer to your message"),
        Kind.UPDATE: _("News from us"),
        Kind.CALLBACK: pgettext("a step for the customer", "Call"),
        Kind.ANSWER: _("Our decision"),
        Kind.RESOLUTION: _("Solution"),
    }.get(Kind(kind), _("What we promised"))


def told_in_words(told: MessagePromise, zone: str) -> str:
    """One sentence with the date that `told` gives, in the language that is active."""
    if told.moves and told.slot_starts_at and told.moves.due_at and told.due_at:
        return _("We had promised a call on %(first)s. The new time is %(slot)s. The reason: %(reason)s") % {
            "first": _slot(told.moves.slot_starts_at, told.moves.due_at, zone),
            "slot": _slot(told.slot_starts_at, told.due_at, zone),
            "reason": told.reason,
        }
    if told.moves and told.moves.first_due_at and told.due_at:
        return _("We had promised this by %(first)s: %(words)s. The new time is %(date)s. The reason: %(reason)s") % {
            "first": long_date(told.moves.first_due_at, zone, by=True),
            "words": _open_ended(told.words) or in_their_words(told.moves.kind),
            "date": long_date(told.due_at, zone),
            "reason": told.reason,
        }
    if told.slot_starts_at and told.due_at:
        return _("%(words)s: %(slot)s. If another time suits you better, just reply with it.") % {
            "words": _open_ended(told.words),
            "slot": _slot(told.slot_starts_at, told.due_at, zone),
        }
    if told.condition:
        return _promise_after(told)
    date = long_date(certain(told.due_at), zone, by=True)
    if told.kind == "update":
        return _("You hear from us by %(date)s.") % {"date": date}
    return _promise_of(told.words, date)


def _slot(starts_at: datetime | None, ends_at: datetime, zone: str) -> str:
    return long_slot(starts_at, ends_at, zone) if starts_at else long_date(ends_at, zone)


def _promise_after(told: MessagePromise) -> str:
    """The sentence of a promise that waits for what the customer does first."""
    if told.window_days:
        number = told.window_days
        said = ngettext(
            "What we promise: %(words)s, within %(n)d working day after %(condition)s.",
            "What we promise: %(words)s, within %(n)d working days after %(condition)s.",
            number,
        )
    else:
        number = max((told.window_minutes or 0) // 60, 1)
        said = ngettext(
            "What we promise: %(words)s, within %(n)d working hour after %(condition)s.",
            "What we promise: %(words)s, within %(n)d working hours after %(condition)s.",
            number,
        )
    return said % {"words": _open_ended(told.words), "n": number, "condition": _open_ended(told.condition)}


def starts_when(condition: str, minutes: int | None, days: int | None) -> str:
    """When a promise falls due that waits for what the customer does first, in the language that is active."""
    if days:
        said = ngettext(
            "Within %(n)d working day after %(condition)s.", "Within %(n)d working days after %(condition)s.", days
        )
        return said % {"n": days, "condition": _open_ended(condition)}
    hours = max((minutes or 0) // 60, 1)
    said = ngettext(
        "Within %(n)d working hour after %(condition)s.", "Within %(n)d working hours after %(condition)s.", hours
    )
    return said % {"n": hours, "condition": _open_ended(condition)}


def told_as_promise(words: str, due_at: datetime, zone: str) -> str:
    """One sentence that repeats a promise, in the language that is active."""
    return _promise_of(words, long_date(due_at, zone, by=True))


def has_blanks(body: str) -> bool:
    """Whether something in a prepared text still waits to be filled in: it stands between ‹ and ›."""
    return "‹" in body and "›" in body


def _without_name(message: Message) -> tuple[str, list[str]]:
    """The author's words, and apart from them the name that they end with, if they do."""
    body = message.body.rstrip()
    name = message.author.name if message.author else ""
    words, newline, last = body.rpartition("\n")
    return (words.rstrip(), [last]) if newline and name and last.strip() == name else (body, [])


def _promise_of(words: str, date: str) -> str:
    return _("What we promise: %(words)s, by %(date)s.") % {"words": _open_ended(words), "date": date}


def _open_ended(words: str) -> str:
    """`words` without a full stop of their own, to stand inside a sentence."""
    return words.rstrip(" .")
