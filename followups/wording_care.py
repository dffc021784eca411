"""The letters of silence, of the check-in and of thanks, in the customer's language (domain.md 5.3)."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from followups.wording import hello, numbered, short, type_letter
from people.models import Customer, Organisation
from tickets.models import Message
from tickets.wording import zone_of
from ui.formats import long_date

# Stands where the answers that the customer may press will stand; whoever edits the text leaves it where it is.
ANSWERS_STAND_HERE = "{answers}"
# So much of our question is said again.
QUESTION_SHOWN = 300


def question_in(message: Message) -> str:
    """The question that `message` asks: its sentences with a question mark, or else its words without greeting."""
    lines = [" ".join(line.split()) for line in message.text.splitlines() if line.strip()]
    said = " ".join(lines[1:-1] if len(lines) > 2 else lines)
    asked = " ".join(re.findall(r"[^.!?]*\?", " ".join(lines)))
    return (asked or said).strip()[:QUESTION_SHOWN]


def silence_reminder(
    customer: Customer, *, number: int, subject: str, question: str, closes_at: datetime | None, who: str
) -> type_letter:
    """Subject and text: the one question again, what happens without an answer and when, any reply reopens."""
    with translation.override(customer.language):
        parts = [
            hello(customer.name),
            _("to go on with “%(subject)s” we need one thing from you: %(question)s")
            % {"subject": short(subject), "question": question},
            _without_an_answer(customer, closes_at),
            who,
        ]
        title = _("We need your answer: %(subject)s") % {"subject": numbered(number, subject)}
        return title, "\n\n".join(part for part in parts if part)


def silence_last(
    customer: Customer, *, number: int, subject: str, question: str, closes_at: datetime | None, who: str
) -> type_letter:
    """Subject and text of the last notice: it is closed on that date, and any reply opens it again."""
    with translation.override(customer.language):
        parts = [
            hello(customer.name),
            _("we have no answer from you about “%(subject)s”. Our question was: %(question)s")
            % {"subject": short(subject), "question": question},
            _without_an_answer(customer, closes_at),
            who,
        ]
        title = _("We close your request without an answer: %(subject)s") % {"subject": numbered(number, subject)}
        return title, "\n\n".join(part for part in parts if part)


def check_in(customer: Customer, *, number: int, subject: str, who: str) -> type_letter:
    """Subject and text of the one question a month later; the answers stand where they are marked."""
    with translation.override(customer.language):
        parts = [
            hello(customer.name),
            _("does all still work as it should with “%(subject)s”?") % {"subject": short(subject)},
            ANSWERS_STAND_HERE,
            who,
        ]
        title = _("Does it still work? %(subject)s") % {"subject": numbered(number, subject)}
        return title, "\n\n".join(parts)


def thank_you(customer: Customer, *, what: str, who: str) -> type_letter:
    """Subject and text of thanks for something bought or done: for what, and who to turn to. Nothing is sold."""
    with translation.override(customer.language):
        phone = Organisation.objects.the().phone
        turn_to = (
            _("If anything is not as it should be, reply to this message or call %(phone)s: it reaches me.")
            % {"phone": phone}
            if phone
            else _("If anything is not as it should be, reply to this message: it reaches me.")
        )
        parts = [hello(customer.name), _("thank you for your trust: %(what)s.") % {"what": short(what)}, turn_to, who]
        return _("Thank you: %(what)s") % {"what": short(what)}, "\n\n".join(parts)


def _without_an_answer(customer: Customer, closes_at: datetime | None) -> str:
    if closes_at is None:
        return _("A short reply to this message is enough.")
    closes = long_date(closes_at, zone_of(customer))
    return _("Without an answer we close it: %(date)s. A reply opens it again at any time.") % {"date": closes}
