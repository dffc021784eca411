"""F17: one mail in the middle of a thousand cannot be fetched, or cannot be read.

Elsewhere one unreadable mail ended the loop, and the newest mails of busy mailboxes were never seen. Here it is tried
three times in all and then parked with what could be had of it; all others come in meanwhile.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mail import fetching, imap
from mail import inbound as store
from mail.models import Account, InboundMail, Unfetched
from tests.faults.cut import Line
from tests.faults.dovecot import account_at, dovecot
from tests.mail.letters import letter
from tickets.actions import intake

__all__ = ["dovecot"]
pytestmark = pytest.mark.django_db

NUMBER = 1000
POISON = b"This one is poison."


def mails(number: int = NUMBER) -> list[bytes]:
    plain = [letter(f"Number {n}.", message_id=f"<{n}@example.test>", subject=f"No {n}") for n in range(number)]
    plain[number // 2] = letter(POISON, message_id="<poison@example.test>", subject="Poison")
    return plain


def run(account: Account, now: datetime) -> int:
    Account.objects.filter(pk=account.pk).update(next_at=now)
    return fetching.fetch(account.pk, now=now, budget=300)


def test_what_cannot_be_stored_is_parked_and_the_others_come_in_at_once(dovecot, monkeypatch):
    user, now = dovecot.a_user(), datetime.now(UTC)
    dovecot.deliver(*mails(), user=user)
    account = account_at(dovecot.port, user=user, now=now)
    tries, ingest = [], store.ingest

    def refuses(raw, **given):
        if POISON in raw:
            tries.append(given["uid"])
            raise ValueError("not this one")
        return ingest(raw, **given)

    monkeypatch.setattr(store, "ingest", refuses)
    assert run(account, now) == NUMBER - 1
    for minutes in (6, 12, 18, 24):
        run(account, now + timedelta(minutes=minutes))
    parked = InboundMail.objects.get(state="parked")
    assert (len(tries), parked.subject, parked.is_whole) == (3, "Poison", False)
    assert "three tries" in parked.why_parked
    assert not Unfetched.objects.exists()
    flags = dovecot.flags(user=user)
    assert (flags.count(True), flags[NUMBER // 2]) == (NUMBER - 1, False)


def test_what_breaks_the_line_each_time_is_parked_and_the_others_come_in_at_once(dovecot):
    user, now = dovecot.a_user(), datetime.now(UTC)
    dovecot.deliver(*mails(60), user=user)
    line = Line(dovecot.port)
    line.cuts = lambda who, said: who == "theirs" and POISON in said
    account = account_at(line.port, user=user, now=now)
    assert run(account, now) == 59
    for minutes in (6, 12, 18):
        run(account, now + timedelta(minutes=minutes))
    assert line.times_cut == 3
    assert InboundMail.objects.get(state="parked").why_parked.startswith("It could not be fetched in three tries")
    assert Account.objects.get().trouble == ""
    line.close()


def test_what_cannot_be_read_is_parked_with_its_bytes(dovecot, monkeypatch):
    user, now = dovecot.a_user(), datetime.now(UTC)
    dovecot.deliver(*mails(9), user=user)
    account = account_at(dovecot.port, user=user, now=now)
    run(account, now)
    read = intake.parse

    def stumbles(raw):
        if POISON in raw:
            raise RuntimeError("a mistake of ours")
        return read(raw)

    monkeypatch.setattr(intake, "parse", stumbles)
    intake.file_all(now=now)
    assert InboundMail.objects.filter(state="filed").count() == 8
    assert POISON in bytes(InboundMail.objects.get(state="parked").raw)


def test_a_mail_that_is_too_large_is_parked_with_its_headers_and_stays_unread(dovecot):
    user, now = dovecot.a_user(), datetime.now(UTC)
    dovecot.deliver(letter("x" * 3_000_000, subject="Large"), letter("Small."), user=user)
    account = account_at(dovecot.port, user=user, largest_mb=2, now=now)
    assert run(account, now) == 1
    parked = InboundMail.objects.get(state="parked")
    assert parked.subject == "Large"
    assert "at most 2.0" in parked.why_parked.replace("\xa0", " ")
    assert len(parked.raw) < 1000
    assert dovecot.flags(user=user) == [False, True]


def test_what_the_server_lists_and_does_not_give_is_parked_and_what_is_gone_is_not(dovecot, monkeypatch):
    user, now = dovecot.a_user(), datetime.now(UTC)
    dovecot.deliver(*mails(5), user=user)
    account = account_at(dovecot.port, user=user, now=now)
    fetch, gone = imap.Session._fetch, []

    def keeps_one(self, uids, what):
        if "BODY.PEEK[]" in what and uids == [3]:
            return [b"3 (UID 3 BODY[]<0> NIL)"]
        if "RFC822.SIZE" in what and not gone:
            gone.append("5")
            with dovecot.inbox(user) as other:
                other.store("5", "+FLAGS", r"(\Deleted)")
                other.expunge()
        return fetch(self, uids, what)

    monkeypatch.setattr(imap.Session, "_fetch", keeps_one)
    assert run(account, now) == 3
    for minutes in (6, 12, 18):
        run(account, now + timedelta(minutes=minutes))
    assert "does not give it" in InboundMail.objects.get(state="parked").why_parked
    assert InboundMail.objects.count() == 4
    assert not Unfetched.objects.exists()
