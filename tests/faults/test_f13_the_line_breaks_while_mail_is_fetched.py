"""F13: the IMAP server drops the line in FETCH, at STORE, at MOVE or at EXPUNGE.

Elsewhere a mail was marked as read before it was stored, or was stored again because marking it failed. Here its bytes
are committed first and marked after that; a run that breaks off is taken up by the next one, which asks the database
what is here already.
"""

from __future__ import annotations

import imaplib
from datetime import UTC, datetime

import pytest

from mail import fetching
from mail.models import Account, InboundMail
from tests.faults.cut import Line, once
from tests.faults.dovecot import Dovecot, account_at, dovecot
from tests.mail.letters import letter

__all__ = ["dovecot"]
pytestmark = pytest.mark.django_db

MAILS = [letter(f"Number {number}.", message_id=f"<{number}@example.test>") for number in range(45)]


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """A user of its own for each case, with 45 mails."""
    name = dovecot.a_user()
    dovecot.deliver(*MAILS, user=name)
    return name


@pytest.fixture
def line(dovecot: Dovecot):
    line = Line(dovecot.port)
    yield line
    line.close()


def run(account: Account) -> None:
    """What the worker does each minute."""
    fetching.fetch(account.pk, now=datetime.now(UTC))
    Account.objects.filter(pk=account.pk).update(next_at=datetime.now(UTC))


BREAKS = {
    "when a mail is asked for": once(b"BODY.PEEK[]"),
    "in the middle of a mail": once(b"BODY[]", who="theirs"),
    "when mails are listed": once(b"RFC822.SIZE"),
    "when they are marked": once(b"STORE"),
    "after they were marked": once(b"Store completed", who="theirs"),
}


@pytest.mark.parametrize("where", BREAKS)
def test_each_mail_is_stored_once_and_marked_in_the_end(dovecot, line, user, where):
    account = account_at(line.port, user=user, now=datetime.now(UTC))
    line.cuts = BREAKS[where]
    for _minute in range(3):
        run(account)
    assert line.times_cut == 1
    assert sorted(bytes(mail.raw) for mail in InboundMail.objects.all()) == sorted(MAILS)
    assert not InboundMail.objects.filter(state="parked").exists()
    assert dovecot.flags(user=user) == [True] * 45
    assert Account.objects.get().trouble == ""


MOVES = {
    "when they are moved": once(b"MOVE"),
    "after they were moved": once(b"COPYUID", who="theirs"),
}


@pytest.mark.parametrize("where", MOVES)
def test_each_mail_is_stored_once_and_moved_in_the_end(dovecot, line, user, where):
    dovecot.make_folder("Done", user=user)
    account = account_at(line.port, user=user, afterwards="move", move_to="Done", now=datetime.now(UTC))
    line.cuts = MOVES[where]
    for _minute in range(3):
        run(account)
    assert line.times_cut == 1
    assert InboundMail.objects.count() == 45
    assert (len(dovecot.flags(user=user)), len(dovecot.flags("Done", user=user))) == (0, 45)


@pytest.mark.parametrize("word", [b"COPY", b"EXPUNGE"])
def test_where_the_server_cannot_move_it_copies_and_removes_these_only(dovecot, line, user, word, monkeypatch):
    with dovecot.inbox(user) as other:
        other.store("45", "+FLAGS", r"(\Deleted)")  # somebody else's business
    in_full = imaplib.IMAP4.capability

    def capability(client):
        status, said = in_full(client)
        return status, [line.replace(b" MOVE ", b" ") for line in said]

    monkeypatch.setattr(imaplib.IMAP4, "capability", capability)
    dovecot.make_folder("Done", user=user)
    account = account_at(line.port, user=user, afterwards="move", move_to="Done", now=datetime.now(UTC))
    line.cuts = once(word)
    for _minute in range(3):
        run(account)
    assert line.times_cut == 1
    assert InboundMail.objects.count() == 44
    assert len(dovecot.flags(user=user)) == 1
    assert len(dovecot.flags("Done", user=user)) >= 44


def test_a_folder_that_is_missing_keeps_no_mail_out(dovecot, user):
    account = account_at(dovecot.port, user=user, afterwards="move", move_to="Nowhere", now=datetime.now(UTC))
    run(account)
    assert InboundMail.objects.count() == 45
    assert "Nowhere" in Account.objects.get().trouble
    dovecot.make_folder("Nowhere", user=user)
    run(account)
    assert len(dovecot.flags("Nowhere", user=user)) == 45
    assert Account.objects.get().trouble == ""
