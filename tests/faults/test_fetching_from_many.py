"""Many mailboxes: a server that hangs, refuses or shows a false certificate holds up its own mail and nobody else's."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connections

from mail import actions_mailboxes as mailboxes
from mail import egress, fetching, imap, inbound, trying
from mail.models import Account, InboundMail
from tests import make
from tests.faults.dovecot import PASSWORD, account_at, dovecot
from tests.mail.letters import letter

__all__ = ["dovecot"]


def another(name: str, port: int, *, user: str, **fields) -> Account:
    by, now = make.administrator(), datetime.now(UTC)
    mailbox = mailboxes.make(name=name, address=f"{name}@example.test", team=None, by=by, now=now)
    given = {
        "host": "127.0.0.1", "port": port, "security": "none", "user": user, "sign_in": "password", "client_id": "",
        "token_url": "", "folder": "INBOX", "afterwards": "mark", "move_to": "", "largest_mb": 25,
        "password": PASSWORD, **fields,
    }  # fmt: skip
    return mailboxes.start(mailboxes.connect(mailbox, **given, by=by, now=now), back=timedelta(), by=by, now=now)


@pytest.fixture
def silent():
    """The port of a server that takes every connection and says nothing."""
    door, kept = socket.create_server(("127.0.0.1", 0)), []

    def serve() -> None:
        while True:
            try:
                kept.append(door.accept())
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield door.getsockname()[1]
    door.close()


def test_a_server_that_hangs_keeps_no_other_waiting(dovecot, silent, monkeypatch, transactional_db):
    monkeypatch.setattr(imap, "CONNECT_WITHIN", 3.0)
    hanging = [another(f"hanging{n}", silent, user="somebody") for n in range(3)]
    user = dovecot.a_user()
    account_at(dovecot.port, user=user, now=datetime.now(UTC))
    dovecot.deliver(*[letter(message_id=f"<{n}@example.test>", subject=f"No {n}") for n in range(50)], user=user)
    began = time.monotonic()
    runs = threading.Thread(target=lambda: (fetching.fetch_all(), connections.close_all()))
    runs.start()
    while InboundMail.objects.count() < 50:
        assert time.monotonic() - began < 3, "it waits for those that hang"
        time.sleep(0.05)
    runs.join()
    assert time.monotonic() - began < 15
    rows = Account.objects.filter(pk__in=[account.pk for account in hanging])
    assert {(row.trouble, row.failures) for row in rows} == {("The mail server did not answer in time.", 1)}


def test_a_line_that_drips_is_cut(dovecot, monkeypatch, db):
    """Byte for byte, each in time: such a server could keep a worker for ever."""
    monkeypatch.setattr(imap, "HANG_UP_AFTER", 1.0)
    door = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _address = door.accept()
        line.sendall(b"* OK ready\r\n")
        with suppress(OSError):
            while True:
                line.sendall(b"* CAPABILITY IMAP4rev1\r\n")
                time.sleep(0.1)

    threading.Thread(target=drip, daemon=True).start()
    account = another("dripping", door.getsockname()[1], user="somebody")
    began = time.monotonic()
    fetching.fetch(account.pk)
    assert time.monotonic() - began < 8
    assert Account.objects.get(pk=account.pk).failures == 1
    door.close()


def test_a_refused_password_is_tried_once_and_then_left_alone(dovecot, db):
    now, user = datetime.now(UTC), dovecot.a_user()
    account = account_at(dovecot.port, user=user, password="not this", now=now)
    for minutes in range(0, 60, 5):
        fetching.fetch(account.pk, now=now + timedelta(minutes=minutes))
    assert dovecot.log().count(f"user=<{user}>") == 1
    stands = Account.objects.get()
    assert "AUTHENTICATIONFAILED" in stands.paused_why
    assert Account.objects.needing_somebody(now).exists()
    for secret in ("not this", PASSWORD):
        assert secret not in repr(stands.__dict__)
    by = make.administrator()
    mailboxes.connect(account.mailbox, **as_it_is(account), password=PASSWORD, by=by, now=now)
    dovecot.deliver(letter(), user=user)
    assert fetching.fetch(account.pk, now=now) == 1
    assert not Account.objects.needing_somebody(now + timedelta(days=1)).exists()


def as_it_is(account: Account) -> dict:
    names = ("host", "port", "security", "user", "sign_in", "client_id", "token_url", "folder", "afterwards", "move_to")
    return {name: getattr(account, name) for name in (*names, "largest_mb")}


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_is_looked_at_and_nothing_falls_back_to_plain_text(dovecot, settings, db, security):
    user, now = dovecot.a_user(), datetime.now(UTC)
    port = dovecot.tls_port if security == "tls" else dovecot.port
    account = account_at(port, user=user, security=security, host="localhost", now=now)
    fetching.fetch(account.pk, now=now)
    stands = Account.objects.get()
    assert "certificate is not valid" in stands.paused_why
    assert f"user=<{user}>" not in dovecot.log()
    dovecot.deliver(letter(), user=user)
    settings.MAIL_CA_FILE = str(dovecot.ca)
    mailboxes.resume(account, by=make.administrator(), now=now)
    assert fetching.fetch(account.pk, now=now) == 1
    # The certificate is that of localhost, not of whatever else leads to this machine.
    elsewhere = {**as_it_is(account), "host": "127.0.0.2"}
    mailboxes.connect(account.mailbox, **elsewhere, password=PASSWORD, by=make.administrator(), now=now)
    (step,) = trying.try_out(Account.objects.get(), now=now)
    assert "not valid for '127.0.0.2'" in step.said


def test_trying_out_says_each_step_and_changes_nothing(dovecot, db):
    now, user = datetime.now(UTC), dovecot.a_user()
    dovecot.deliver(letter(), user=user)
    account = account_at(dovecot.port, user=user, afterwards="move", move_to="Nowhere", now=now)
    steps = trying.try_out(account, now=now)
    assert [step.went_well for step in steps] == [True, True, True, False]
    assert "1 mail lies there." in steps[2].said
    assert dovecot.flags(user=user) == [False]
    account = another("wrong", dovecot.port, user=user, password="not this")
    *_well, failed = trying.try_out(account, now=now)
    assert "AUTHENTICATIONFAILED" in failed.said


def test_what_cannot_be_stored_is_not_marked(dovecot, monkeypatch, db):
    """F25: a full disk. What is at the server stays there as new, and comes in once there is room."""
    now, user = datetime.now(UTC), dovecot.a_user()
    dovecot.deliver(letter("One."), letter("Two."), user=user)
    account = account_at(dovecot.port, user=user, now=now)

    def full(raw, **given):
        raise OperationalError("could not extend file: No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(inbound, "ingest", full)
        with pytest.raises(OperationalError):
            fetching.fetch(account.pk, now=now)
    assert dovecot.flags(user=user) == [False, False]
    later = now + timedelta(minutes=3)
    assert fetching.fetch(account.pk, now=later) == 2
    assert dovecot.flags(user=user) == [True, True]


def test_with_a_token_of_the_provider_it_is_let_in_until_that_ends(dovecot, monkeypatch, db):
    now, user = datetime.now(UTC), dovecot.a_user()
    dovecot.deliver(letter("One."), user=user)
    given = []

    def provider(url, fields):
        token = dovecot.token(user, ends_at=now + timedelta(hours=1 if len(given) < 2 else -1))
        given.append(fields["refresh_token"])
        return 200, json.dumps({"access_token": token, "expires_in": 3600}).encode()

    monkeypatch.setattr(egress, "post_form", provider)
    account = account_at(
        dovecot.port, user=user, sign_in="xoauth2", client_id="us", refresh_token="kept", password="",
        token_url="https://tokens.example.org/", now=now,
    )  # fmt: skip
    assert fetching.fetch(account.pk, now=now) == 1
    dovecot.deliver(letter("Two."), user=user)
    assert fetching.fetch(account.pk, now=now + timedelta(minutes=2)) == 1
    assert given == ["kept"]
    # From the third on the provider gives tokens that have ended: it is asked for one more, and that is all.
    given.append("")
    for minutes in range(60, 180, 10):
        fetching.fetch(account.pk, now=now + timedelta(minutes=minutes))
    assert len(given) == 4
    assert Account.objects.get().paused_why


def test_what_a_run_has_no_time_for_is_said_with_its_age(dovecot, db):
    now, user = datetime.now(UTC), dovecot.a_user()
    account = account_at(dovecot.port, user=user, now=now)
    for minutes in (30, 20, 10):
        dovecot.deliver(letter(f"{minutes} minutes ago."), user=user, at=now - timedelta(minutes=minutes))
    assert fetching.fetch(account.pk, now=now, budget=0) == 0
    stands = Account.objects.get()
    assert (stands.waiting, (now - stands.oldest_waiting_at) // timedelta(minutes=1)) == (3, 30)
    assert fetching.fetch(account.pk, now=now) == 3
    assert (Account.objects.get().waiting, Account.objects.get().oldest_waiting_at) == (0, None)
