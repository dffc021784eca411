"""Ten thousand mails full of markup that has run elsewhere, read at the desk in a real browser (G04).

Each is read out of a mail, and what is left of it stands in a frame that forbids nothing; two thousand stand, as they
came, where the desk shows them. Two thousand are looked at as words and names of files on the pages of the desk, some
of them as subjects and names of people, too, and a thousand are filed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest
from playwright.sync_api import Browser, Page

from mail import formatting, inbound
from mail.parsing import parse
from tests import make
from tests.mail.letters import letter
from tests.make import MONDAY_9AM
from tests.security import hostile, watched
from tickets.actions import intake
from tickets.models import Attachment, Message, Ticket

BODIES, AS_THEY_CAME, NAMES = 10_000, 2_000, 2_000
ON_A_PAGE = 200


def test_ten_thousand_bodies_run_nothing_and_ask_nobody(browser: Browser) -> None:
    shown = (formatting.clean(_came(body)) for body in hostile.bodies(BODIES))
    seen = watched.side_by_side(browser, shown)
    assert (seen.shown, seen.ran, seen.asked, seen.left[:3]) == (BODIES, 0, [], [])


def test_nor_do_those_that_nobody_cleaned_where_the_desk_shows_them(browser: Browser) -> None:
    seen = watched.on_our_page(browser, hostile.bodies(AS_THEY_CAME, seed=2))
    assert (seen.shown, seen.ran, seen.asked[:3]) == (AS_THEY_CAME, 0, [])


@pytest.mark.django_db(transaction=True)
def test_two_thousand_words_and_names_are_no_markup_on_any_page(visit: Callable[..., Page]) -> None:
    team = make.team()
    make.organisation(support_address="support@example.test", default_team=team)
    names = hostile.bodies(NAMES, seed=3)
    page = visit(team.lead)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for _page in range(NAMES // ON_A_PAGE):
        some = [_storable(name) for name in islice(names, ON_A_PAGE)]
        ticket = make.ticket(team=team, subject=some[0][:200] or "x", customer=make.customer(name=some[0][:120] or "x"))
        messages = Message.objects.bulk_create(
            Message(ticket=ticket, direction="in", channel="mail", body=name, at=MONDAY_9AM) for name in some
        )
        Attachment.objects.bulk_create(
            Attachment(
                message=message, position=1, name=name[:150] or "x", size=1, sha256=b"x", file=f"{message.pk}"
            )
            for message, name in zip(messages, some, strict=True)
        )  # fmt: skip
        for path in (f"/desk/tickets/{ticket.number}/?all", "/desk/tickets/", "/desk/customers/", "/desk/"):
            page.goto(path)
            assert page.evaluate("window.__ran || 0") == 0
    assert Message.objects.filter(ticket__in=Ticket.objects.all()).count() >= NAMES
    assert [url for url in asked if hostile.ELSEWHERE in url] == []


@pytest.mark.django_db
def test_a_thousand_of_them_are_filed_and_read_like_any_mail() -> None:
    team = make.team()
    make.organisation(support_address="support@example.test", default_team=team)
    for number, body in enumerate(hostile.bodies(1_000, seed=4)):
        sender = f"n{number}@example.test"
        inbound.ingest(letter(body, sender=sender, message_id=f"<{number}@x>", kind="text/html"), now=MONDAY_9AM)
    while intake.file_all(now=MONDAY_9AM):
        pass
    assert Message.objects.count() == 1_000
    assert not Message.objects.filter(body="").exists()


def _came(body: str) -> str:
    """`body` as it comes out of a mail."""
    return parse(letter(body.encode("utf-8", "surrogatepass"), kind="text/html; charset=utf-8")).html


def _storable(name: str) -> str:
    return name.replace("\x00", "")
