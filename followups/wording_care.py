"""The letters of silence, of the check-in and of thanks, in the customer's language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from followups.letters.filling import Filled
from followups.terms import MessagePurpose
from followups.wording import ANSWERS, made, of_ticket, ready, type_letter
from people.models import Customer
from tickets.models import Message

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


def silence(
    purpose: MessagePurpose,
    customer: Customer,
    number: int,
    subject: str,
    who: str,
    *,
    question: str,
    closes_at: datetime | None,
) -> Filled:
    """The one question again, what happens without an answer and when, any reply reopens."""
    values = {**of_ticket(number, subject, who), "question": question, "closes_at": closes_at}
    return made(purpose, customer, values)


def check_in(customer: Customer, number: int, subject: str, who: str) -> Filled:
    """The one question a month later; the answers stand where they are marked."""
    marked = {f"link_{answer}": ANSWERS_STAND_HERE for answer in ANSWERS}
    filled = made(MessagePurpose.CHECK_IN, customer, {**of_ticket(number, subject, who), **marked})
    return replace(filled, parts={**filled.parts, "answers": ANSWERS_STAND_HERE})


def thank_you(customer: Customer, *, what: str, who: str) -> type_letter:
    """Subject and text of thanks for something bought or done: for what, and who to turn to. Nothing is sold."""
    return ready(MessagePurpose.THANK_YOU, customer, {"thing": what, "agent": who})
