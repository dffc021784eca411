"""Mails through the real door: stored, filed one by one, and counted afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from mail import inbound
from mail.models import InboundMail
from tests import make
from tests.make import MONDAY_9AM
from tickets.actions import intake
from tickets.models import Message, UnverifiedMail

# Slow enough for the limits of one sender.
BETWEEN = timedelta(seconds=10)


@dataclass(frozen=True)
class Taken:
    """One mail as it was handed over, what became of it, and how long it was looked at."""

    raw: bytes
    mail: InboundMail
    seconds: float


def take_in(mails: Iterable[bytes]) -> list[Taken]:
    """Every one stored and then filed, one after the other, some seconds apart."""
    make.organisation(support_address="support@example.test")
    make.standard()
    mailbox = inbound.support_mailbox()
    taken = []
    for place, raw in enumerate(mails):
        at = MONDAY_9AM + place * BETWEEN
        began = perf_counter()
        stored = inbound.ingest(raw, mailbox=mailbox, now=at)
        mail = intake.file(InboundMail.objects.defer("raw").get(pk=stored.pk), now=at)
        taken.append(Taken(raw, mail, perf_counter() - began))
    return taken


def accounted(taken: list[Taken]) -> tuple[list[str], Counter[str]]:
    """What is wrong with how they stand, and how many are in each state."""
    rows = {mail.pk: mail for mail in InboundMail.objects.all()}
    messages = Counter(Message.objects.exclude(inbound=None).values_list("inbound", flat=True))
    beside = Counter(UnverifiedMail.objects.values_list("inbound", flat=True))
    wrong = []
    for one in taken:
        mail = rows[one.mail.pk]
        state = InboundMail.State(mail.state)
        if bytes(mail.raw) != one.raw:
            wrong.append(f"{mail.pk} is not kept as it came")
        if state == InboundMail.State.STORED:
            wrong.append(f"{mail.pk} was not looked at")
        if messages[mail.pk] != (state == InboundMail.State.FILED):
            wrong.append(f"{mail.pk} is {state} with {messages[mail.pk]} messages")
        if beside[mail.pk] != (state == InboundMail.State.UNVERIFIED):
            wrong.append(f"{mail.pk} is {state} with {beside[mail.pk]} entries beside a ticket")
        if mail.why_parked.startswith("It could not be filed"):
            wrong.append(f"{mail.pk} made the program fail: {mail.why_parked}")
    return wrong, Counter(str(InboundMail.State(mail.state)) for mail in rows.values())
