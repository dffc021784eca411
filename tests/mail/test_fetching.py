"""Who has an account in hand, and what is written down about it; what servers do to it stands in tests/faults."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mail import actions_fetching as fetching
from mail import actions_mailboxes as mailboxes
from mail.models import Account
from tests import make
from tests.make import MONDAY_9AM

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM


def connected(**more) -> Account:
    by = make.administrator()
    there = Account.objects.first()
    mailbox = there.mailbox if there else mailboxes.make(
        name="Bills", address="bills@example.test", team=None, by=by, now=NOW
    )  # fmt: skip
    given = {
        "host": "localhost", "port": 143, "security": "none", "user": "bills", "sign_in": "password", "client_id": "",
        "token_url": "", "folder": "INBOX", "afterwards": "mark", "move_to": "", "largest_mb": 25, "password": "x",
        **more,
    }  # fmt: skip
    return mailboxes.start(mailboxes.connect(mailbox, **given, by=by, now=NOW), back=timedelta(), by=by, now=NOW)


def claimed(account: Account, *, at=NOW) -> Account:
    mine = fetching.claim(account.pk, now=at)
    assert mine is not None
    return mine


def test_two_never_have_the_same_account_in_hand():
    account = connected()
    claimed(account)
    assert fetching.claim(account.pk, now=NOW + timedelta(seconds=119)) is None
    assert fetching.claim(account.pk, now=NOW + timedelta(seconds=120)) is not None


def test_whoever_was_overtaken_moves_nothing_on():
    account = connected()
    late = claimed(account)
    fetching.is_at(late, 7)
    fetching.fetched(late, up_to=5)
    newer = claimed(account, at=NOW + timedelta(minutes=2))
    fetching.fetched(newer, up_to=9)
    with pytest.raises(fetching.LeaseLost):
        fetching.fetched(late, up_to=6)
    fetching.failed(late, "It is late.", now=NOW, pause=True)
    stands = Account.objects.get()
    assert (stands.fetched_up_to, stands.trouble, stands.paused_why) == (9, "", "")


def test_settings_that_change_in_the_middle_of_a_run_end_it():
    mine = claimed(connected())
    fetching.is_at(mine, 7)
    connected(folder="Bills")
    with pytest.raises(fetching.LeaseLost):
        fetching.fetched(mine, up_to=5)
    assert (Account.objects.get().uidvalidity, Account.objects.get().fetched_up_to) == (0, 0)


def test_a_password_that_changes_leaves_the_place_as_it_is():
    mine = claimed(connected())
    fetching.is_at(mine, 7)
    fetching.fetched(mine, up_to=5)
    connected(password="y")
    assert (Account.objects.get().uidvalidity, Account.objects.get().fetched_up_to) == (7, 5)


def test_a_server_that_is_away_is_asked_more_seldom_and_after_ten_minutes_staff_know():
    account, at, waits = connected(), NOW, []
    for _failure in range(6):
        fetching.failed(claimed(account, at=at), "It is away.", now=at)
        again = Account.objects.get().next_at
        waits.append((again - at) // timedelta(minutes=1))
        at = again
    assert waits == [1, 1, 2, 5, 5, 5]
    assert not Account.objects.needing_somebody(NOW + timedelta(minutes=9)).exists()
    assert Account.objects.needing_somebody(NOW + timedelta(minutes=10)).exists()
    fetching.succeeded(claimed(account, at=at), now=at)
    assert not Account.objects.needing_somebody(at + timedelta(days=1)).exists()
    assert Account.objects.get().next_at == at
