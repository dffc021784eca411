"""A mail to a customer is in one language from its first line to its last, whichever of the five that is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from django.utils.translation import to_locale

from config.catalogues import LOCALE
from followups.actions import followups
from followups.letters.shipped import LANGUAGES
from mail import building
from mail.models import Delivery
from people.models import Customer
from tests import make
from tests.followups.playing import ASKED, RESOLVED, acknowledged, came_by_mail, resolved_ticket
from tests.followups.test_shipped_texts import ENGLISH
from tests.make import MONDAY_9AM, hours, zagreb
from tests.source import CHECKOUT
from tickets.actions import conversation
from tickets.actions.conversation import NextDate, Told
from tickets.certain import certain

pytestmark = pytest.mark.django_db
# What stands around the texts of messages, in mails to customers.
AROUND = (
    "tickets/wording.py",
    "followups/wording.py",
    "followups/wording_care.py",
    "followups/wording_calls.py",
    "mail/addresses.py",
)
# Staff set their password, and nobody else.
FOR_STAFF = {"Choose a new password"}


@pytest.fixture(params=sorted(set(LANGUAGES) - {"en"}))
def customer(request: pytest.FixtureRequest) -> Customer:
    make.organisation()
    return make.customer(name="Siti Aminah", language=request.param, zone="Europe/Zagreb")


def _acknowledgement(customer: Customer) -> Delivery | None:
    return acknowledged(came_by_mail(customer=customer, subject="Xq"), now=MONDAY_9AM + hours(1)).delivery


def _question(customer: Customer) -> Delivery | None:
    ticket = resolved_ticket(customer=customer, subject="Xq")
    return followups.carry_out(certain(followups.plan(ticket, now=RESOLVED)), now=ASKED).delivery


def _reply(customer: Customer) -> Delivery | None:
    ticket = make.ticket(customer=customer, subject="Xq")
    told = [Told(words="Xq", due_at=zagreb("2026-11-26 12:00"))]
    until = NextDate(contact_by=zagreb("2026-11-25 15:00"), words="Xq")
    return conversation.reply(ticket, "Xq", until, told=told, by=ticket.team.lead, now=MONDAY_9AM).delivery


@pytest.mark.parametrize("made", [_acknowledgement, _question, _reply])
def test_a_whole_mail_is_in_the_language_of_its_reader(customer: Customer, made) -> None:
    delivery = certain(made(customer))
    mail = building.build(delivery, now=ASKED)
    names = r"https?://\S+|Person \d+|Team \d+|City Help|" + re.escape(str(mail.extra_headers.get("From", "-")))
    said = re.sub(names, "", f"{mail.subject}\n{mail.body}")
    assert not ENGLISH.search(said), said


def _around() -> Iterator[tuple[str | None, str]]:
    keywords = {"_": None, "pgettext": ((1, "c"), 2)}
    for name in AROUND:
        for _line, text, _comments, context in extract_from_file("python", CHECKOUT / name, keywords=keywords):
            yield context, str(text)
    yield from ((None, text) for text in ("%(day)s, %(time)s (%(zone)s)", "%(city)s time"))
    yield None, "Write your answer above this line"


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_what_stands_around_a_text_is_translated(language: str) -> None:
    with (LOCALE / to_locale(language) / "LC_MESSAGES" / "django.po").open("rb") as text:
        catalogue = read_po(text)
    there = {(message.context, message.id) for message in catalogue if message.string}
    assert {pair for pair in _around() if pair[1] not in FOR_STAFF} - there == set()
