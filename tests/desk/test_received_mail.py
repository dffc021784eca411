"""A mail as it came, at the desk: who may see how much of it, and in what shape."""

from __future__ import annotations

import pytest
from django.db import connection

from mail import inbound
from mail.models import InboundMail
from mail.parsing import parse
from tests import make
from tests.desk.looking import page, signed_in
from tests.mail.letters import letter, part, parts
from tests.make import MONDAY_9AM
from tickets.actions import intake, unverified
from tickets.models import Message, UnverifiedMail

pytestmark = pytest.mark.django_db
HTML = '<p>On the <b>second</b>.</p><script>alert(1)</script><img src="http://evil.test/p.gif" alt="Our logo">'
BOTH = parts(part("On the second."), part(HTML, "text/html; charset=utf-8"), kind="alternative", subject="Re: Printer")


@pytest.fixture
def team():
    team = make.team()
    make.organisation(support_address="support@example.test", default_team=team)
    return team


def came(raw: bytes) -> Message:
    mail = inbound.ingest(raw, now=MONDAY_9AM)
    intake.file_all(now=MONDAY_9AM)
    return Message.objects.get(inbound=mail)


def test_it_is_shown_as_it_was_formatted_in_a_frame_that_may_nothing(team):
    message = came(BOTH)
    shown = signed_in(team.lead).get(f"/desk/mails/{message.inbound_id}/")
    assert f'src="/desk/mails/{message.inbound_id}/formatted/"' in shown.content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown.content.decode()
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]


def test_the_frame_says_what_was_written_and_loads_and_runs_nothing(team):
    framed = signed_in(team.lead).get(f"/desk/mails/{came(BOTH).inbound_id}/formatted/")
    html = framed.content.decode()
    assert "<p>On the <b>second</b>.</p>" in html
    assert 'alt="Our logo"' in html
    for gone in ("script", "alert", "evil.test", "src="):
        assert gone not in html
    policy = framed.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_mail_of_text_alone_is_shown_as_that(team):
    shown = page(team.lead, f"/desk/mails/{came(letter('On the second.')).inbound_id}/")
    assert "On the second." in shown
    assert "<iframe" not in shown


def test_what_is_too_entangled_says_so(team):
    message = came(letter("<div>" * 5000 + "x", kind="text/html"))
    assert "Its text stands beside it" in page(team.lead, f"/desk/mails/{message.inbound_id}/formatted/")


def test_headers_and_the_original_are_for_administrators_as_they_name_secret_addresses(team):
    message = came(BOTH)
    path = f"/desk/mails/{message.inbound_id}/"
    assert "Message-ID: &lt;1@example.test&gt;" in page(make.administrator(), f"{path}?as=headers")
    assert signed_in(make.administrator()).get(f"{path}original/").getvalue() == BOTH
    for user in (team.lead, make.manager()):
        assert "Message-ID" not in page(user, f"{path}?as=headers")
        assert signed_in(user).get(f"{path}original/").status_code == 404


def test_nobody_else_sees_it(team):
    message = came(BOTH)
    other = signed_in(make.team().lead)
    for path in ("", "formatted/", "original/"):
        assert other.get(f"/desk/mails/{message.inbound_id}/{path}").status_code == 404


def test_the_ticket_leads_to_it_and_folds_what_repeats(team):
    message = came(letter("On the second.\n\nOn 12/11/2026 10:14, City Services Desk wrote:\n> On which floor?"))
    shown = page(team.lead, f"/desk/tickets/{message.ticket.number}/")
    assert f'<a href="/desk/mails/{message.inbound_id}/">as it came</a>' in shown
    new, repeated = shown.split('<details class="repeated">')
    assert "On the second." in new
    assert "On which floor?" in repeated
    assert "On which floor?" not in new


def test_a_conversation_is_read_without_its_mails(team):
    """What repeats was found when the mail came in: a page of two hundred messages only cuts."""
    message = came(BOTH)
    with connection.execute_wrapper(_refuse_originals):
        assert "On the second." in page(team.lead, f"/desk/tickets/{message.ticket.number}/?all")


def _refuse_originals(execute, sql, params, many, context):
    assert '"raw"' not in sql
    return execute(sql, params, many, context)


def test_what_was_parked_or_stands_beside_a_ticket_is_shown_to_whoever_sees_it_there(team):
    parked = inbound.ingest(
        letter(HTML, kind="text/html; charset=utf-8", list_id="<news.example.test>"), now=MONDAY_9AM
    )
    intake.file_all(now=MONDAY_9AM)
    ticket = make.ticket(team=team)
    raw = letter(HTML, kind="text/html; charset=utf-8", sender="son@example.test", message_id="<2@example.test>")
    beside = InboundMail.objects.create(raw=raw, sha256=b"2", received_at=MONDAY_9AM)
    why = UnverifiedMail.Why.OTHER_ADDRESS
    unverified.put_beside(ticket, beside, parse(raw), "On the second.", why=why, now=MONDAY_9AM)
    for mail, back in ((parked, f"/desk/parked-mail/{parked.pk}/"), (beside, f"/desk/tickets/{ticket.number}/")):
        assert f'href="{back}"' in page(team.lead, f"/desk/mails/{mail.pk}/")
        assert "<b>second</b>" in page(team.lead, f"/desk/mails/{mail.pk}/formatted/")
        assert signed_in(make.team().lead).get(f"/desk/mails/{mail.pk}/").status_code == 404


def test_what_nobody_has_filed_yet_is_shown_to_nobody(team):
    mail = InboundMail.objects.create(raw=BOTH, sha256=b"3", received_at=MONDAY_9AM)
    assert signed_in(make.administrator()).get(f"/desk/mails/{mail.pk}/").status_code == 404
