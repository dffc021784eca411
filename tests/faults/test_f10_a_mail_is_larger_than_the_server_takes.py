"""F10. A server says how large a mail may be, and ours is larger; or says nothing and refuses it afterwards.

Elsewhere such a mail was tried again for days, or dropped with a line in a log, while the ticket said
"sent". Here it is not tried: the reason stands at the mail, its files go as a link to the customer's
private page at once, and where there are no files its author has the text again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile

from mail import sending
from mail.models import Attempt, Delivery
from tests import make
from tests.mail.post_office import PostOffice
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation, settling, uploads
from tickets.actions.attachments import Brought
from tickets.actions.conversation import NextDate
from tickets.models import Attachment, Draft

pytestmark = pytest.mark.django_db
FORM = "5f3f5a52-1111-4a4a-8b8b-0123456789ab"
LEAVES = MONDAY_9AM + conversation.HOLD
Outcome = Attempt.Outcome


@pytest.fixture
def office(settings) -> Iterator[PostOffice]:
    """A mail server that takes a hundred kilobytes at a time."""
    office = PostOffice()
    office.largest = 100_000
    office.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    yield office
    office.stop()


def reply(*, words="The plan.", with_file=True):
    ticket = make.ticket()
    by = ticket.team.lead
    plan = Brought("plan.pdf", "application/pdf", ContentFile(b"x" * 200_000, name="x"))
    taken = [uploads.take(FORM, plan, by=by, now=MONDAY_9AM)] if with_file else []
    return conversation.reply(
        ticket, words, NextDate(contact_by=MONDAY_9AM + hours(24)), by=by, now=MONDAY_9AM, uploads=taken
    )


def tried(message) -> list[tuple[str, str]]:
    return list(message.delivery.attempts.values_list("outcome", "reply"))


def left_with_a_link(office, message) -> None:
    (taken,) = office.taken
    assert not list(taken.mail.iter_attachments())
    assert "plan.pdf" in taken.text
    assert "/r/" in taken.text
    settling.settle_all(now=LEAVES)
    assert Attachment.objects.of_customers_page(message.ticket).get().name == "plan.pdf"


def test_a_mail_that_is_too_large_is_not_tried_and_leaves_at_once_with_a_link(office):
    message = reply()
    assert not message.delivery.files_as_links
    assert sending.send_due(now=LEAVES) == 1
    (first, why), (second, _none) = tried(message)
    assert (first, second) == (Outcome.RETRY, Outcome.SENT)
    assert re.fullmatch(r"It has 2\d\d\.\d\sKB, and the mail server takes at most 97\.7\sKB\.", why)
    assert office.commands.count("MAIL") == 1
    left_with_a_link(office, message)


@pytest.mark.parametrize("answer", ["552 5.3.4 message too big", "552 too large", "550 5.2.3 over the limit"])
def test_a_server_that_says_so_only_afterwards_gets_the_link_next(office, answer):
    office.largest = 0
    office.says(answer, at=".", times=1)
    message = reply()
    assert sending.send_due(now=LEAVES) == 1
    assert [outcome for outcome, _reply in tried(message)] == [Outcome.RETRY, Outcome.SENT]
    left_with_a_link(office, message)


def test_a_full_mailbox_is_no_matter_of_size(office):
    office.largest = 0
    office.says("552 5.2.2 mailbox full", at="RCPT")
    message = reply()
    sending.send_due(now=LEAVES)
    assert [outcome for outcome, _reply in tried(message)] == [Outcome.REFUSED]
    assert not Delivery.objects.get().files_as_links


def test_a_text_that_is_too_large_by_itself_is_given_back_with_the_reason(office):
    message = reply(words="x " * 100_000, with_file=False)
    sending.send_due(now=LEAVES)
    assert office.commands.count("MAIL") == 0
    settling.settle_all(now=LEAVES)
    draft = Draft.objects.get(author=message.author)
    assert draft.came_back_why.startswith("It has ")
    assert len(draft.body) > 100_000
