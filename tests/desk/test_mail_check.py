"""The page that sends a test mail and says what became of it."""

from __future__ import annotations

import pytest

from desk import mail_check
from mail import actions_checking as checking
from mail.building import Letter, build
from mail.models import Delivery, Mailbox, MailCheck
from tests import make
from tests.desk.looking import page, signed_in
from tests.make import MONDAY_9AM, hours
from tests.tickets.arriving import LATER, OUR_SERVER, arrives, our_mailbox
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
BAD, GOOD, OPEN = mail_check.BAD, mail_check.GOOD, mail_check.OPEN


@pytest.fixture
def administrator():
    return make.administrator()


@pytest.fixture
def mailbox(administrator, settings) -> Mailbox:
    settings.MAIL_TO_CATCHER = False
    make.organisation(support_address="support@example.test", default_team=make.team())
    return our_mailbox()


def sent(mailbox: Mailbox, administrator) -> MailCheck:
    check = checking.send(mailbox, by=administrator, now=MONDAY_9AM)
    Delivery.objects.filter(pk=check.delivery_id).update(state="sent", ended_at=MONDAY_9AM)
    return MailCheck.objects.get()


def back(check: MailCheck, results: str = "") -> dict[str, str]:
    """It has come back with those results above it: each line's verdict by its title."""
    raw = Letter.of(build(check.delivery, now=MONDAY_9AM)).content
    headers = f"Authentication-Results: {results}\r\n".encode() if results else b""
    raw = b"\r\n".join(line for line in raw.split(b"\r\n") if not line.startswith(b"Authentication-Results"))
    arrives(headers + raw, mailbox=check.mailbox, at=MONDAY_9AM + hours(0.01))
    return verdicts(MailCheck.objects.select_related("delivery", "mailbox").get())


def verdicts(check: MailCheck, now=LATER) -> dict[str, str]:
    return {line.title: line.verdict for line in mail_check.of(check, now=now).lines}


def test_where_all_is_well_it_says_so(mailbox, administrator):
    found = back(sent(mailbox, administrator), f"{OUR_SERVER}; spf=pass; dkim=pass; dmarc=pass")
    assert set(found.values()) == {GOOD}
    assert "Nothing is wrong with it" in page(administrator, f"/desk/settings/mailboxes/{mailbox.pk}/check/")


@pytest.mark.parametrize(
    ("server", "results", "bad"),
    [
        ("mx.example.test", "mx.example.test; spf=pass; dkim=fail; dmarc=fail", {"DKIM", "DMARC"}),
        ("mx.example.test", "mx.other.test; spf=pass", {"The receiving server says what it found"}),
        ("mx.example.test", "", {"The receiving server says what it found"}),
        ("", "mx.other.test; spf=pass", {"The receiving server says what it found"}),
    ],
)
def test_what_is_wrong_says_what_to_do(mailbox, administrator, server, results, bad):
    Mailbox.objects.update(authserv_id=server)
    found = back(sent(mailbox, administrator), results)
    assert {title for title, verdict in found.items() if verdict == BAD} == bad
    report = mail_check.of(MailCheck.objects.get(), now=LATER)
    assert all(line.todo for line in report.lines if line.verdict == BAD)


def test_it_is_waited_for_ten_minutes_and_then_called_missing(mailbox, administrator):
    check = sent(mailbox, administrator)
    assert verdicts(check, MONDAY_9AM + hours(0.1))["It comes back"] == OPEN
    assert verdicts(check, MONDAY_9AM + hours(0.2))["It comes back"] == BAD


def test_what_never_left_says_what_the_server_said(mailbox, administrator):
    check = sent(mailbox, administrator)
    Delivery.objects.update(state="failed", reason="550 5.1.1 no such user")
    (line,) = mail_check.of(MailCheck.objects.get(pk=check.pk), now=LATER).lines
    assert (line.verdict, line.said) == (BAD, "550 5.1.1 no such user")


def test_what_waits_too_long_to_leave_is_to_be_put_right(mailbox, administrator):
    check = checking.send(mailbox, by=administrator, now=MONDAY_9AM)
    assert verdicts(check, MONDAY_9AM + hours(0.1)) == {"It leaves": OPEN}
    assert verdicts(check, MONDAY_9AM + hours(0.2)) == {"It leaves": BAD}


def test_what_the_demos_catcher_cannot_show_is_said(mailbox, administrator, settings):
    settings.MAIL_TO_CATCHER = True
    found = back(sent(mailbox, administrator))
    assert found["SPF, DKIM and DMARC"] == OPEN
    assert BAD not in found.values()


def test_the_page_sends_it_and_asks_until_it_is_back(mailbox, administrator, time_machine):
    time_machine.move_to(MONDAY_9AM)
    client, path = signed_in(administrator), f"/desk/settings/mailboxes/{mailbox.pk}/check/"
    assert client.post(f"{path}send/").status_code == 302
    assert client.get(f"{path}result/").status_code == 204
    back(MailCheck.objects.get(), f"{OUR_SERVER}; spf=pass")
    assert "36 seconds" in client.get(f"{path}result/").content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(("name", "kept"), [(" mx.new.test ", "mx.new.test"), ("", ""), ("mx; dmarc=pass", OUR_SERVER)])
def test_whose_word_counts_is_named_there(mailbox, administrator, name, kept):
    path = f"/desk/settings/mailboxes/{mailbox.pk}/check/server/"
    signed_in(administrator).post(path, {"authserv_id": name})
    mailbox.refresh_from_db()
    assert mailbox.authserv_id == kept
