"""I09: markup of a mail or its subject ran at the desk, in several help desks, some of them in notification mails.

Here a mail is read as text. As its sender formatted it, it stands in a frame, and two things make it harmless, each
alone: what is left of its markup can do nothing, and neither frame nor policy lets anything run or load. Ten thousand
bodies: tests/faults/test_ten_thousand_hostile_bodies.py.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from mail import formatting, inbound
from mail.building import build
from tests import make
from tests.desk.looking import page
from tests.mail.letters import letter, part, parts
from tests.make import MONDAY_9AM
from tests.security import hostile, watched
from tickets.actions import intake
from tickets.models import Message

MARKUP = "\"><script>top.__ran=1</script><img src=x onerror=top.__ran=1>'"


def test_the_trap_catches_what_nobody_cleaned(browser: Browser) -> None:
    seen = watched.side_by_side(browser, hostile.SEEDS[:12])
    assert seen.ran > 3
    assert any(hostile.ELSEWHERE in asked for asked in seen.asked)
    assert seen.left


def test_what_is_left_of_hostile_markup_does_nothing_anywhere(browser: Browser) -> None:
    seen = watched.side_by_side(browser, map(formatting.clean, hostile.SEEDS))
    assert (seen.shown, seen.ran, seen.asked, seen.left) == (len(hostile.SEEDS), 0, [], [])


def test_what_nobody_cleaned_does_nothing_in_our_frame(browser: Browser) -> None:
    seen = watched.on_our_page(browser, hostile.SEEDS)
    assert (seen.shown, seen.ran, seen.asked) == (len(hostile.SEEDS), 0, [])


@pytest.mark.django_db
def test_subjects_names_files_and_words_are_no_markup_at_the_desk_or_in_mails() -> None:
    team = make.team()
    make.organisation(support_address="support@example.test", default_team=team)
    raw = parts(
        part(f"Words {MARKUP}\n\n> quoted {MARKUP}"), part("x", name=f"file {MARKUP.replace(chr(34), '')}"),
        sender=f"Ana {MARKUP.translate({34: None, 60: None, 62: None})} <ana@example.test>",
        subject=f"Subject {MARKUP}",
    )  # fmt: skip
    mail = inbound.ingest(raw, now=MONDAY_9AM)
    inbound.ingest(letter("Go", subject=f"Parked {MARKUP}", list_id=f"<{MARKUP}>"), now=MONDAY_9AM)
    intake.file_all(now=MONDAY_9AM)
    message = Message.objects.get(inbound=mail)
    make.customer(name=f"Name {MARKUP}")
    seen = [
        page(team.lead, path)
        for path in (
            f"/desk/tickets/{message.ticket.number}/", f"/desk/mails/{mail.pk}/?as=text", "/desk/tickets/",
            "/desk/parked-mail/", "/desk/customers/", "/desk/",
        )
    ]  # fmt: skip
    told = make.delivery(subject=f"Subject {MARKUP}", body=f"You wrote {MARKUP}", recipient_name=f"Ana {MARKUP}")
    seen.append(build(told, now=MONDAY_9AM).alternatives[0].content)
    assert sum("__ran" in shown for shown in seen) >= 5
    for shown in seen:
        assert "<script>top" not in shown
        assert "<img src=x" not in shown
