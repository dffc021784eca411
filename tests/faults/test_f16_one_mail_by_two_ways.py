"""F16: the same mail is fetched by IMAP and handed over by a webhook, each time with other lines above it.

Elsewhere such a mail stood twice in its conversation and was answered twice. Here it is known by its Message-ID,
date, author and words: one message; the second mail is kept, marked as a copy, and shown to administrators as such.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from mail import inbound
from mail.models import InboundMail
from tests.mail.letters import letter
from tests.mail.signing import hand_over
from tests.tickets import arriving
from tests.tickets.arriving import everything, reply_to
from tickets.actions import intake

DATE = "Mon, 23 Nov 2026 09:00:00 +0100"
State = InboundMail.State


def by_imap(raw: bytes) -> InboundMail:
    return inbound.ingest(
        raw, mailbox=inbound.support_mailbox(), uidvalidity=1, uid=7, now=datetime.now(UTC)
    )  # fmt: skip


def by_webhook(raw: bytes) -> InboundMail:
    answer = hand_over(b"Received: from edge.example.test\r\n" + raw.replace(b"\r\n", b"\n"))
    return InboundMail.objects.get(pk=int(answer.json()["id"]))


@pytest.mark.django_db
@pytest.mark.parametrize("ways", [(by_imap, by_webhook), (by_webhook, by_imap)])
def test_it_is_one_message_whichever_comes_first(ways):
    ticket = arriving.anas_ticket()
    raw = letter("It is blue.", to=reply_to(ticket), date=DATE)
    first, second = (way(raw) for way in ways)
    assert intake.file_all(now=datetime.now(UTC)) == 2
    after_both = everything(ticket)
    assert ticket.messages.filter(inbound__isnull=False).count() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.copy_of) == (State.FILED, State.DUPLICATE, first)
    assert bytes(second.raw) != bytes(first.raw)
    third = way_again(raw)
    assert (third.state, third.copy_of, everything(ticket)) == (State.DUPLICATE, first, after_both)


def way_again(raw: bytes) -> InboundMail:
    mail = inbound.ingest(b"X-Seen: again\r\n" + raw, mailbox=inbound.support_mailbox(), now=datetime.now(UTC))
    return intake.file(mail, now=datetime.now(UTC))


@pytest.mark.django_db
def test_to_the_addresses_of_two_tickets_it_belongs_into_both():
    one = arriving.anas_ticket()
    other = arriving.make.ticket(customer=one.customer)
    to = f"{reply_to(one)}, {reply_to(other)}"
    for address in to.split(", "):
        raw = f"Delivered-To: {address}\r\n".encode() + letter("For both.", to=to, date=DATE)
        inbound.ingest(raw, mailbox=inbound.support_mailbox(), now=datetime.now(UTC))
    intake.file_all(now=datetime.now(UTC))
    assert [ticket.messages.filter(body="For both.").count() for ticket in (one, other)] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_looked_at_side_by_side_it_still_is_one_message():
    ticket = arriving.anas_ticket()
    raw = letter("It is blue.", to=reply_to(ticket), date=DATE)
    copies = [by_imap(raw), by_webhook(raw)]
    begin = threading.Barrier(2)

    def look(mail: InboundMail) -> None:
        begin.wait()
        intake.file(mail, now=datetime.now(UTC))
        connection.close()

    threads = [threading.Thread(target=look, args=(mail,)) for mail in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = sorted(InboundMail.objects.filter(pk__in=[mail.pk for mail in copies]).values_list("state", flat=True))
    assert states == ["duplicate", "filed"]
    assert ticket.messages.filter(body="It is blue.").count() == 1
