"""What an account signs in with: a token that its provider gives for a stored one, asked for as rarely as possible."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from mail import access, egress, fetching, secrets
from mail import actions_mailboxes as mailboxes
from mail.imap import CannotFetch, Lost, NotLetIn
from mail.models import Account
from tests import make
from tests.make import MONDAY_9AM

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM


@pytest.fixture
def account() -> Account:
    make.organisation()
    by = make.administrator()
    mailbox = mailboxes.make(name="Bills", address="bills@example.test", team=None, by=by, now=NOW)
    made = mailboxes.connect(
        mailbox, host="imap.example.org", port=993, security="tls", user="bills@example.test", sign_in="xoauth2",
        client_id="us", client_secret="client-secret", refresh_token="refresh-1", folder="INBOX", afterwards="mark",
        token_url="https://tokens.example.org/token", move_to="", largest_mb=25, by=by, now=NOW,
    )  # fmt: skip
    return mailboxes.start(made, back=timedelta(), by=by, now=NOW)


@pytest.fixture
def provider(monkeypatch):
    """Answers with the first of `answers`, and remembers what it was sent."""

    class Provider:
        asked: list[dict] = []
        answers: list = []

    def post_form(url, fields):
        Provider.asked.append({"url": url, **fields})
        answer = Provider.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return status, body if isinstance(body, bytes) else json.dumps(body).encode()

    Provider.asked, Provider.answers = [], []
    monkeypatch.setattr(egress, "post_form", post_form)
    return Provider


def test_a_token_is_asked_for_once_an_hour_and_what_replaces_the_stored_one_is_kept(account, provider):
    provider.answers = [
        (200, {"access_token": "access-1", "expires_in": 3600, "refresh_token": "refresh-2"}),
        (200, {"access_token": "access-2"}),
    ]
    first = access.sign_in_of(account, now=NOW)
    assert (first.secret, first.is_token) == ("access-1", True)
    assert "access-1" not in repr(first)
    again = Account.objects.get()
    assert access.sign_in_of(again, now=NOW + timedelta(minutes=57)).secret == "access-1"
    assert access.sign_in_of(again, now=NOW + timedelta(minutes=59)).secret == "access-2"
    assert [asked["refresh_token"] for asked in provider.asked] == ["refresh-1", "refresh-2"]
    assert provider.asked[0] | {"client_secret": "client-secret", "grant_type": "refresh_token"} == provider.asked[0]
    stored = str(Account.objects.values().get())
    assert not [word for word in ("access-", "refresh-", "client-secret") if word in stored]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((400, {"error": "invalid_grant", "error_description": "refresh-1 is no good"}), NotLetIn),
        ((401, b"<html>refresh-1</html>"), NotLetIn),
        ((429, {"error": "slow_down"}), CannotFetch),
        ((503, b"away"), CannotFetch),
        ((200, {"token": "somewhere else"}), CannotFetch),
        ((200, b"[" * 10_000), CannotFetch),
        (egress.NotAllowed("not there"), NotLetIn),
        (egress.NoAnswer("silence"), CannotFetch),
    ],
)
def test_what_the_provider_refuses_is_not_asked_again_and_its_words_are_not_repeated(account, provider, answer, kind):
    provider.answers = [answer]
    with pytest.raises(CannotFetch) as failed:
        access.sign_in_of(account, now=NOW)
    assert type(failed.value) is kind
    assert "refresh-1" not in str(failed.value)


def test_a_worn_out_token_is_changed_once_before_the_account_is_left_alone(account, provider, monkeypatch):
    provider.answers = [(200, {"access_token": f"access-{n}", "expires_in": 3600}) for n in range(5)]

    def refused(account, sign_in):
        raise NotLetIn(f"no to {sign_in.secret[-1]}")

    monkeypatch.setattr(fetching, "signed_in", refused)
    for minute in range(10):
        fetching.fetch(account.pk, now=NOW + timedelta(minutes=minute * 5))
    assert len(provider.asked) == 2
    assert Account.objects.get().paused_why == "no to 1"


def test_a_missing_key_asks_nobody_and_is_mended_by_the_key_alone(account, provider, monkeypatch, settings):
    keys = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = []
    fetching.fetch(account.pk, now=NOW)
    stands = Account.objects.get()
    assert "ENCRYPTION_KEYS" in stands.trouble
    assert stands.alarm_at == NOW
    assert not stands.paused_why
    assert not provider.asked
    settings.ENCRYPTION_KEYS = keys
    provider.answers = [(200, {"access_token": "access-1"})]

    def away(account, sign_in):
        raise Lost("gone")

    monkeypatch.setattr(fetching, "signed_in", away)
    fetching.fetch(account.pk, now=NOW + timedelta(minutes=2))
    assert Account.objects.get().trouble == "gone"
    assert secrets.is_readable(Account.objects.get().sealed_refresh_token)
