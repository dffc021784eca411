"""Every kind of mail that the product sends, with its links, and machines that open them before people do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from email.message import EmailMessage
from html import unescape
from itertools import cycle, islice, product
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from followups.actions import followups, thanking
from followups.models import FollowUp
from mail import actions_checking as checking
from mail import actions_mailboxes as mailboxes
from mail import building
from mail.models import Delivery
from mail.models.delivery import Purpose
from standards.terms import TicketType
from tests import make
from tests.followups.playing import accepted
from tests.knocking import row_hashes
from tests.stage import MINUTE, NOW, Stage
from tickets.actions import conversation, new_links, tickets, too_large, warning_mails, warnings
from tickets.actions.conversation import NextDate
from tickets.certain import certain

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Microsoft Office; Safe Links)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.5.0",
    "",
)
# The link that sets a password is opened by the sign-in library: it keeps the secret in the session, counts attempts
# in the cache, and makes its own note of an address that we have anyway. Nothing of ours reads any of them.
OF_THE_SIGN_IN_LIBRARY = {"django_session", "cache", "account_emailaddress"}


def one_of_each(stage: Stage) -> dict[str, EmailMessage]:
    """A mail of every kind as it leaves, by what it is."""
    question, leaving = stage.question.followup.delivery, Delivery.objects.exclude(state=Delivery.State.FAILED)
    new_links.send(stage.waiting, now=NOW)
    warnings.announce_all(now=NOW)
    warning_mails.tell_all(now=NOW)
    Client().post(reverse("account_reset_password"), {"email": stage.agent.email})
    reminder = _reminder(stage, question)
    too_large.tell(stage.waiting, came_at=NOW, now=NOW)
    account = {**ACCOUNT, "client_id": "", "token_url": "", "move_to": "", "password": "secret", "port": 143}
    mailboxes.connect(certain(question.mailbox), **account, by=stage.administrator, now=NOW)
    deliveries = {
        "reply": certain(stage.held.delivery),
        "acknowledgement": _acknowledgement(stage),
        "question": question,
        "reminder": reminder,
        "several questions": _several_questions(stage),
        "test mail": certain(checking.send(certain(question.mailbox), by=stage.administrator, now=NOW).delivery),
        **_by_playbooks(stage),
        **{purpose: certain(leaving.filter(purpose=purpose).first()) for purpose in _THE_OTHERS},
    }
    assert {delivery.purpose for delivery in deliveries.values()} == set(Purpose.values), "a kind of mail is missing"
    return {name: building.build(delivery, now=NOW).message() for name, delivery in deliveries.items()}


_THE_OTHERS = (
    Purpose.STAFF_WARNING, Purpose.NEW_LINK, Purpose.SIGN_IN, Purpose.TOO_LARGE, Purpose.SETTINGS_CHANGED,
)  # fmt: skip
ACCOUNT = {
    "host": "127.0.0.1", "security": "none", "user": "us", "sign_in": "password", "folder": "INBOX",
    "afterwards": "mark", "largest_mb": 25,
}  # fmt: skip


def _acknowledgement(stage: Stage) -> Delivery:
    ticket = make.ticket(customer=make.customer(), team=stage.team, now=NOW - MINUTE)
    return certain(followups.carry_out(certain(followups.plan(ticket, now=NOW)), now=NOW).delivery)


def _reminder(stage: Stage, question: Delivery) -> Delivery:
    Delivery.objects.filter(pk=question.pk).update(state=Delivery.State.SENT, ended_at=NOW)
    followups.finish(stage.question.followup, now=NOW)
    reminder = FollowUp.objects.get(ticket=stage.question.ticket, step=FollowUp.Step.SETTLED_REMINDER)
    return certain(followups.carry_out(reminder, now=NOW, by=stage.agent).delivery)


def _by_playbooks(stage: Stage) -> dict[str, Delivery]:
    """A reminder of our question, the question a month later, and thanks after a sale."""
    at = NOW - 60 * 24 * 60 * MINUTE
    asked = make.ticket(customer=make.customer(zone="UTC"), team=stage.team, now=at)
    wait = NextDate(wait_until=at + 20 * 24 * 60 * MINUTE)
    accepted(certain(conversation.reply(asked, "Is it blue or grey?", wait, by=stage.agent, now=at).delivery), at=at)
    reminder = certain(followups.plan(asked, now=at))
    complaint = make.ticket(
        customer=make.customer(zone="UTC"), team=stage.team, ticket_type=TicketType.COMPLAINT, now=at
    )
    tickets.resolve(complaint, at=at, now=at, by=None)
    followups.plan(complaint, now=at)
    check_in = complaint.followups.get(step=FollowUp.Step.CHECK_IN)
    thanks = certain(thanking.plan(make.customer(zone="UTC"), "a pump", delivered_at=at, by=stage.agent, now=at))
    return {
        row.step: certain(followups.carry_out(row, now=row.due_at, by=stage.agent).delivery)
        for row in (reminder, check_in, thanks)
    }


def _several_questions(stage: Stage) -> Delivery:
    customer, resolved = make.customer(zone="UTC"), NOW - 48 * 60 * MINUTE
    asked = []
    for _each in range(2):
        ticket = make.ticket(customer=customer, team=stage.team, now=resolved)
        tickets.resolve(ticket, at=resolved, now=resolved, by=None)
        asked.append(certain(followups.plan(ticket, now=resolved)))
    FollowUp.objects.filter(pk__in=[one.pk for one in asked]).update(due_at=NOW)
    return certain(followups.carry_out(asked[0], now=NOW).delivery)


def links_of(mail: EmailMessage) -> list[str]:
    """The paths of all links in all its parts; each once."""
    return list(dict.fromkeys([*links_in(mail, "text/plain"), *links_in(mail, "text/html")]))


def links_in(mail: EmailMessage, kind: str) -> list[str]:
    """The paths of the links in its part of that kind."""
    pattern = r"(https?://\S+)" if kind == "text/plain" else r'href="(http[^"]+)"'
    texts = [_text(part) for part in mail.walk() if part.get_content_type() == kind]
    found = [urlsplit(unescape(address)) for text in texts for address in re.findall(pattern, text)]
    return list(dict.fromkeys(address._replace(scheme="", netloc="").geturl() for address in found))


def _text(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    return content.decode() if isinstance(content, bytes) else ""


def fetch(addresses: Iterable[str], times: int) -> Counter[int]:
    """Open each so often by GET and HEAD in turn, as each of the agents; returns how often which status came."""
    answers: Counter[int] = Counter()
    for address in addresses:
        for agent, method in islice(cycle(product(AGENTS, ("get", "head"))), times):
            answer = getattr(Client(headers={"User-Agent": agent}), method)(address, follow=True)
            answers[answer.status_code] += 1
    return answers


def rows() -> dict[str, str]:
    """Everything that is stored, but for what the sign-in library notes for itself."""
    return {table: found for table, found in row_hashes().items() if table not in OF_THE_SIGN_IN_LIBRARY}
