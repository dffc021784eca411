"""The letters that follow-ups are, in the customer's language, from the texts in use; links stand as placeholders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from followups import texts
from followups.letters.checking import Facts, check_filled, stops
from followups.letters.filling import Filled, Text, fill
from followups.letters.parts import PLANS
from followups.letters.placeholders import type_value, type_values
from followups.letters.shipped import spoken
from followups.terms import MessagePurpose
from people.models import Customer, Organisation, User
from standards.terms import Kind
from tickets.certain import certain
from tickets.models import Commitment, Message, Ticket
from tickets.wording import page_link, told_as_promise, zone_of
from ui.formats import long_date, ticket_no

# Later than that, an acknowledgement says when the message arrived.
ARRIVED_LONG_AGO = timedelta(minutes=15)
# So much of a subject stands in a list of several.
SUBJECT_SHOWN = 70
# What a question can be answered with, as links of a mail.
ANSWERS = ("answer_yes", "answer_not_quite", "answer_no")
# So much of what happened stands in a prepared update; the rest stands on the customer's page.
FACTS = 3

type_letter = tuple[str, str]


def made(purpose: MessagePurpose, customer: Customer, values: type_values, *, text: Text | None = None) -> Filled:
    """The message for `purpose` to `customer`, from the text in use or from `text`; nothing is checked yet."""
    organisation = Organisation.objects.the()
    language = spoken(customer.language)
    everywhere = {
        "customer": greeted(customer),
        "organisation": organisation.name,
        "phone": organisation.phone,
    }
    return fill(
        text or texts.in_use(purpose, language),
        PLANS[purpose],
        {**everywhere, **values},
        language=language,
        zone=customer.zone or organisation.zone,
    )


def ready(purpose: MessagePurpose, customer: Customer, values: type_values) -> type_letter:
    """Subject and text of a message that leaves by itself; refused, in words for a person, where it lacks something."""
    return checked(purpose, customer, made(purpose, customer, values))


def checked(purpose: MessagePurpose, customer: Customer, filled: Filled) -> type_letter:
    """Subject and text of `filled`; refused, in words for a person, where it lacks something."""
    lacks = stops(check_filled(purpose, spoken(customer.language), filled, Facts(customer.name)))
    if lacks:
        raise ValidationError([remark.words for remark in lacks])
    return filled.subject, filled.body


def greeted(customer: Customer) -> str:
    """The name that a greeting has: with the form of address in Malay, where it belongs to the name; never bent."""
    with_form = customer.language == "ms" and customer.form_of_address
    return f"{customer.form_of_address} {customer.name}" if with_form else customer.name


def of_ticket(number: int, subject: str, who: str) -> dict[str, type_value]:
    """What every message about a request can name."""
    return {"number": ticket_no(number), "subject": " ".join(subject.split()), "agent": who}


def acknowledgement(
    ticket: Ticket, contact: Commitment | None, opens_at: datetime | None, *, now: datetime
) -> type_letter:
    """Subject and text: it is here, who has it, when a person answers, and how to add something.

    What the standard does not cover may get in the way; it is said where the letter stays short.
    """
    values = {
        **of_ticket(ticket.number, ticket.subject, ""),
        "team": ticket.team.name,
        "arrived": ticket.opened_at if now - ticket.opened_at > ARRIVED_LONG_AGO else None,
        "next_date": contact.due_at if contact else None,
        "opens_at": opens_at,
        "obstacle": _in_the_way(contact, ticket.customer.language),
        "link_status": page_link(ticket),
    }
    return ready(MessagePurpose.ACKNOWLEDGEMENT, ticket.customer, values)


def choices(about: str) -> str:
    """The answers to the question `about`, each a link, one in each line."""
    return "\n".join(_answers(about).values())


def question_values(
    *, number: int, subject: str, about: str, who: str, asks_rating: bool = True, again: bool = False
) -> dict[str, type_value]:
    """What the question whether it is settled is made of."""
    questions = 2 if asks_rating else 1
    told = {"questions": questions, "asked_again": 1 if again else None}
    return {**of_ticket(number, subject, who), **_link_answers(about), **told}


def question(
    customer: Customer,
    *,
    number: int,
    subject: str,
    about: str,
    who: str,
    asks_rating: bool = True,
    again: bool = False,
) -> type_letter:
    """Subject and text of the question whether it is settled; `again` after the customer had said that it was not."""
    values = question_values(number=number, subject=subject, about=about, who=who, asks_rating=asks_rating, again=again)
    return ready(MessagePurpose.SATISFACTION_QUESTION, customer, values)


def reminder(
    customer: Customer, *, number: int, subject: str, about: str, who: str, closes_at: datetime
) -> type_letter:
    """Subject and text of the one reminder: the question again, and what happens without an answer."""
    values = {**of_ticket(number, subject, who), **_link_answers(about), "closes_at": closes_at}
    return ready(MessagePurpose.SATISFACTION_REMINDER, customer, values)


def several_questions(
    customer: Customer, asked: Sequence[tuple[int, str, str, datetime | None]], *, who: str
) -> type_letter:
    """Subject and text of one mail about several requests: of each its number, subject and link.

    And when it is closed without an answer, where it was asked about before.
    """
    reminds = texts.in_use(MessagePurpose.SATISFACTION_REMINDER, customer.language)
    requests = []
    for number, subject, link, closes_at in asked:
        lines = [f"{ticket_no(number)}: {short(subject)}", link]
        if closes_at is not None:
            said = made(MessagePurpose.SATISFACTION_REMINDER, customer, {"closes_at": closes_at}, text=reminds)
            lines.append(said.parts["closes"])
        requests.append("\n".join(lines))
    values: dict[str, type_value] = {
        "agent": who,
        "requests": len(asked),
        "numbers": ", ".join(ticket_no(number) for number, *_others in asked),
        "list": "\n\n".join(requests),
    }
    return ready(MessagePurpose.SATISFACTION_SEVERAL, customer, values)


def progress(ticket: Ticket, update: Commitment, *, by: User) -> str:
    """The beginning of a progress update: facts since the last one, and blanks for `by` to fill in.

    Only what the customer knows or was told: never a word of an internal note.
    """
    zone = zone_of(ticket.customer)
    ahead = ticket.commitments.running().filter(source=Commitment.Source.PROMISE).exclude(kind=Kind.UPDATE)
    promised = list(ahead.order_by("due_at")[:FACTS])
    new = [row for row in promised if row.may_get_in_the_way and row.made_at > certain(update.started_at)]
    with translation.override(ticket.customer.language):
        values = {
            **of_ticket(ticket.number, ticket.subject, by.name),
            "happened": _facts(ticket, certain(update.started_at), zone),
            "next_step": "\n\n".join(told_as_promise(row.promised_text, certain(row.due_at), zone) for row in promised),
            "obstacle": "; ".join(row.may_get_in_the_way.rstrip(" .") for row in new),
        }
    return made(MessagePurpose.PROGRESS_UPDATE, ticket.customer, values).body


def not_settled(ticket: Ticket, *, settled: bool, comment: str, by: User) -> str:
    """The beginning of an answer to "not settled", or to a poor rating of something settled, for `by` to finish.

    Thanks, what the customer said, a blank for what is done now and by when, and who can be called.
    """
    about = of_ticket(ticket.number, ticket.subject, by.name)
    values = {**about, "comment": comment, "settled": 1 if settled else None}
    return made(MessagePurpose.NOT_SETTLED, ticket.customer, values).body


def short(subject: str) -> str:
    """So much of what a customer wrote as stands in a line of a list."""
    return Truncator(" ".join(subject.split())).chars(SUBJECT_SHOWN)


def _answers(about: str) -> dict[str, str]:
    return {answer: f"[[link:{answer}:{about}]]" for answer in ANSWERS}


def _link_answers(about: str) -> Mapping[str, str]:
    return {f"link_{answer}": link for answer, link in _answers(about).items()}


def _in_the_way(contact: Commitment | None, language: str) -> str:
    version = contact.standard_version if contact else None
    return version.exclusions.get(language, "").strip() if version else ""


def _facts(ticket: Ticket, since: datetime, zone: str) -> str:
    """The newest of what happened since then, in the customer's words, one line each."""
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
    return "\n".join([*[line for _at, line in sorted(lines)[-FACTS:]], *waits])
