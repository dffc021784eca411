"""The letters that follow-ups are, in the customer's language; links stand as placeholders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from people.models import Customer, Organisation, User
from standards.terms import Kind
from tickets.certain import certain
from tickets.models import Commitment, Message, Ticket
from tickets.wording import page_link, told_as_promise, zone_of
from ui.formats import long_date, ticket_no

# Later than that, an acknowledgement says when the message arrived.
ARRIVED_LONG_AGO = timedelta(minutes=15)
# So much of a subject, or of what a customer wrote, stands inside a sentence.
SUBJECT_SHOWN = 70
# The longest that a customer reads in an acknowledgement.
MOST_WORDS = 90
# What a question can be answered with, as links of a mail.
ANSWERS = ("answer_yes", "answer_not_quite", "answer_no")
# So much of what happened stands in a prepared update; the rest stands on the customer's page.
FACTS = 3

type_letter = tuple[str, str]


def acknowledgement(
    ticket: Ticket, contact: Commitment | None, opens_at: datetime | None, *, now: datetime
) -> type_letter:
    """Subject and text: it is here, who has it, when a person answers, and how to add something.

    What the standard does not cover may get in the way; it is said where the letter stays short.
    """
    zone = zone_of(ticket.customer)
    with translation.override(ticket.customer.language):
        here = [
            _("your message “%(subject)s” is here. Its number is %(number)s, and the team %(team)s looks after it.")
            % {"subject": short(ticket.subject), "number": ticket_no(ticket.number), "team": ticket.team.name}
        ]
        if now - ticket.opened_at > ARRIVED_LONG_AGO:
            here.append(_("It arrived: %(date)s.") % {"date": long_date(ticket.opened_at, zone)})
        then = []
        if contact is not None:
            then.append(
                _("A person answers you by %(date)s.") % {"date": long_date(certain(contact.due_at), zone, by=True)}
            )
        if opens_at is not None:
            then.append(_("We are open again from %(date)s.") % {"date": long_date(opens_at, zone, by=True)})
        parts = [
            hello(ticket.customer.name) + "\n\n" + " ".join(here),
            " ".join(then),
            _("To add something, just reply to this message. How it stands:") + f"\n{page_link(ticket)}",
        ]
        in_the_way = _in_the_way(contact, ticket.customer.language)
        if in_the_way and len(" ".join([*parts, in_the_way]).split()) <= MOST_WORDS:
            parts.insert(2, in_the_way)
        return numbered(ticket.number, ticket.subject), "\n\n".join(part for part in parts if part)


def choices(about: str) -> str:
    """The answers to the question `about`, each a link, one in each line."""
    return "\n".join(f"[[link:{answer}:{about}]]" for answer in ANSWERS)


def question(
    customer: Customer,
    *,
    number: int,
    subject: str,
    links: str,
    who: str,
    asks_rating: bool = True,
    again: bool = False,
) -> type_letter:
    """Subject and text of the question whether it is settled; `again` after the customer had said that it was not."""
    with translation.override(customer.language):
        if again:
            asked = _("you told us that “%(subject)s” was not settled. Is it settled for you now?")
        else:
            asked = _("your request “%(subject)s” is marked as resolved. Is it really settled for you?")
        asked %= {"subject": short(subject)}
        more = (
            _("The page has two short questions. A person reads every answer.")
            if asks_rating
            else _("The page has this one question. A person reads every answer.")
        )
        title = _("Is it settled? %(subject)s") % {"subject": numbered(number, subject)}
        return title, f"{hello(customer.name)}\n\n{asked}\n\n{links}\n\n{more}\n\n{who}"


def reminder(
    customer: Customer, *, number: int, subject: str, links: str, who: str, closes_at: datetime
) -> type_letter:
    """Subject and text of the one reminder: the question again, and what happens without an answer."""
    with translation.override(customer.language):
        asked = _("is your request “%(subject)s” settled for you? One answer is enough:") % {"subject": short(subject)}
        closes = long_date(closes_at, zone_of(customer))
        then = _("Without an answer we close it: %(date)s. A reply opens it again at any time.") % {"date": closes}
        title = _("Is it settled? %(subject)s") % {"subject": numbered(number, subject)}
        return title, f"{hello(customer.name)}\n\n{asked}\n\n{links}\n\n{then}\n\n{who}"


def several_questions(
    customer: Customer, asked: Sequence[tuple[int, str, str, datetime | None]], *, who: str
) -> type_letter:
    """Subject and text of one mail about several requests: of each its number, subject and link.

    And when it is closed without an answer, where it was asked about before.
    """
    with translation.override(customer.language):
        parts = [hello(customer.name), _("are these requests settled for you? One answer to each is enough.")]
        for number, subject, link, closes_at in asked:
            lines = [f"{ticket_no(number)}: {short(subject)}", link]
            if closes_at is not None:
                closes = long_date(closes_at, zone_of(customer))
                lines.append(
                    _("Without an answer we close it: %(date)s. A reply opens it again at any time.") % {"date": closes}
                )
            parts.append("\n".join(lines))
        parts += [_("A person reads every answer."), who]
        numbers = ", ".join(ticket_no(number) for number, *_others in asked)
        return _("Are they settled? %(numbers)s") % {"numbers": numbers}, "\n\n".join(parts)


def progress(ticket: Ticket, update: Commitment, *, by: User) -> str:
    """The beginning of a progress update: facts since the last one, and blanks for `by` to fill in.

    Only what the customer knows or was told: never a word of an internal note.
    """
    zone = zone_of(ticket.customer)
    with translation.override(ticket.customer.language):
        parts = [hello(ticket.customer.name), *_facts(ticket, certain(update.started_at), zone)]
        parts.append(_("‹What has happened since we last wrote?›"))
        ahead = ticket.commitments.running().filter(source=Commitment.Source.PROMISE).exclude(kind=Kind.UPDATE)
        promised = list(ahead.order_by("due_at")[:FACTS])
        parts += [told_as_promise(row.promised_text, certain(row.due_at), zone) for row in promised]
        parts += [] if promised else [_("‹What happens next, and who does it?›")]
        new = [row for row in promised if row.may_get_in_the_way and row.made_at > certain(update.started_at)]
        parts += [
            _("What may get in the way: %(what)s.") % {"what": row.may_get_in_the_way.rstrip(" .")} for row in new
        ]
        return "\n\n".join([*parts, by.name])


def not_settled(ticket: Ticket, *, settled: bool, comment: str, by: User) -> str:
    """The beginning of an answer to "not settled", or to a poor rating of something settled, for `by` to finish.

    Thanks, what the customer said, a blank for what is done now and by when, and who can be called.
    """
    with translation.override(ticket.customer.language):
        thanks = (
            _("thank you for telling us openly how we handled “%(subject)s”.")
            if settled
            else _("thank you for telling us that “%(subject)s” is not settled.")
        )
        said = [thanks % {"subject": short(ticket.subject)}]
        if comment:
            said.append(_("You wrote: “%(comment)s”") % {"comment": short(comment)})
        parts = [hello(ticket.customer.name), " ".join(said), _("‹What do you do about it now, and by when?›")]
        phone = Organisation.objects.the().phone
        if phone:
            parts.append(_("You also reach me by phone: %(phone)s.") % {"phone": phone})
        return "\n\n".join([*parts, by.name])


def _in_the_way(contact: Commitment | None, language: str) -> str:
    version = contact.standard_version if contact else None
    return version.exclusions.get(language, "").strip() if version else ""


def _facts(ticket: Ticket, since: datetime, zone: str) -> list[str]:
    """The newest of what happened since then, in the customer's words, one line each; in one paragraph."""
    lines = []
    for message in ticket.messages.filter(at__gt=since).order_by("at", "pk"):
        when = long_date(message.at, zone)
        if not message.is_ours and message.human:
            lines.append((message.at, _("%(date)s: you wrote to us.") % {"date": when}))
        elif message.result in {Message.Result.NOT_REACHED, Message.Result.MESSAGE_LEFT}:
            lines.append((message.at, _("%(date)s: we tried to call you.") % {"date": when}))
    kept = ticket.commitments.filter(ended_at__gt=since, source=Commitment.Source.PROMISE).exclude(kind=Kind.UPDATE)
    for row in kept.filter(outcome__in=[Commitment.Outcome.KEPT, Commitment.Outcome.KEPT_LATE]):
        ended_at = certain(row.ended_at)
        said = {"date": long_date(ended_at, zone), "words": row.promised_text.rstrip(" .")}
        lines.append((ended_at, _("%(date)s: done, as promised: %(words)s.") % said))
    waits = (
        [_("We wait for others who have to do their part.")] if ticket.state == Ticket.State.WAITING_ON_OTHERS else []
    )
    text = "\n".join([*[line for _at, line in sorted(lines)[-FACTS:]], *waits])
    return [text] if text else []


def hello(name: str) -> str:
    """The greeting, in the language that is active."""
    return _("Hello %(name)s,") % {"name": name}


def numbered(number: int, subject: str) -> str:
    """The customer's subject with the ticket's number before it, in one line."""
    return f"[{ticket_no(number)}] {' '.join(subject.split())}"


def short(subject: str) -> str:
    """So much of what a customer wrote as stands inside a sentence."""
    return Truncator(" ".join(subject.split())).chars(SUBJECT_SHOWN)
