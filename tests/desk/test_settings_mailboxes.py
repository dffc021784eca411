"""Mailboxes in the settings: what is secret goes in and never comes out, and whoever changes it proves who they are."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from mail import actions, secrets
from mail import actions_fetching as fetching
from mail.models import Account, Delivery, InboundMail, Mailbox, MailboxChange
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db
OWN, SECRET = "mine and nobody else's", "hunter2-hunter2"
ACCOUNT = {
    "host": "localhost", "security": "none", "port": "1", "user": "bills@example.test", "sign_in": "password",
    "password": SECRET, "folder": "INBOX", "afterwards": "mark", "largest_mb": "25", "own_password": OWN,
}  # fmt: skip


@pytest.fixture
def ada() -> User:
    make.organisation()
    actions.beat("worker", now=timezone.now())
    return make.administrator(name="Ada Admin", password=OWN)


@pytest.fixture
def admin(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def mailbox(admin: Client) -> Mailbox:
    admin.post("/desk/settings/mailboxes/new/", {"name": "Bills", "address": "bills@example.test"})
    return Mailbox.objects.get()


def fields(**more: str) -> dict[str, str]:
    return {**ACCOUNT, **more}


def at(mailbox: Mailbox, rest: str = "") -> str:
    return f"/desk/settings/mailboxes/{mailbox.pk}/{rest}"


def test_a_connection_is_saved_tried_switched_on_and_off_and_each_step_is_written_down(admin, mailbox):
    tried = admin.post(at(mailbox, "fetching/"), fields()).content.decode()
    assert "The mail server refused the connection." in tried
    admin.post(at(mailbox, "fetching/start/"), {"back": "24"})
    assert Account.objects.get().is_on
    assert "Begins within a minute" in admin.get(at(mailbox)).content.decode()
    admin.post(at(mailbox, "fetching/stop/"))
    assert not Account.objects.get().is_on
    assert [change.what for change in MailboxChange.objects.all()] == ["stopped", "started", "connected", "made"]
    page = admin.get(at(mailbox)).content.decode()
    assert "Ada Admin" in page
    assert SECRET not in page + tried


def test_every_administrator_is_told_of_a_changed_connection(admin, mailbox, ada):
    other = make.administrator(language="hr")
    make.manager()
    admin.post(at(mailbox, "fetching/"), fields())
    told = Delivery.objects.filter(purpose="settings_changed").order_by("recipient")
    assert sorted(mail.recipient for mail in told) == sorted([ada.email, other.email])
    assert all(f"/desk/settings/mailboxes/{mailbox.pk}/" in mail.body and SECRET not in mail.body for mail in told)


def test_no_secret_comes_out_again(admin, mailbox):
    admin.post(at(mailbox, "fetching/"), fields())
    refused = admin.post(
        at(mailbox, "fetching/"), fields(host="not a host", password="another-secret")
    ).content.decode()
    for page in (refused, *(admin.get(at(mailbox, part)).content.decode() for part in ("", "fetching/", "edit/"))):
        assert not [word for word in (SECRET, "another-secret", OWN) if word in page]
    assert SECRET not in str(Account.objects.values().get())
    assert secrets.open_sealed(Account.objects.get().sealed_password) == SECRET


def test_an_empty_password_stays_as_it_was_unless_another_server_would_be_told_it(admin, mailbox):
    admin.post(at(mailbox, "fetching/"), fields())
    admin.post(at(mailbox, "fetching/"), fields(password="", folder="Bills"))
    assert secrets.open_sealed(Account.objects.get().sealed_password) == SECRET
    elsewhere = admin.post(at(mailbox, "fetching/"), fields(password="", host="imap.evil.test", security="tls"))
    assert elsewhere.status_code == 422
    assert "It is not sent to another server" in elsewhere.content.decode()
    assert Account.objects.get().host == "localhost"


@pytest.mark.parametrize("own", ["", "a guess", SECRET])
def test_whoever_changes_a_connection_proves_who_they_are(admin, mailbox, own):
    assert admin.post(at(mailbox, "fetching/"), fields(own_password=own)).status_code == 422
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "imap.example.org"},
        {"host": "http://imap.example.org/"},
        {"port": "0"},
        {"afterwards": "move"},
        {"afterwards": "move", "move_to": "INBOX"},
        {"sign_in": "xoauth2", "client_id": "us", "refresh_token": "x", "token_url": "http://tokens.example.org/"},
        {"sign_in": "xoauth2"},
        {"user": "bills\r\nA1 DELETE INBOX"},
        {"password": "with a\nline"},
        {"folder": "INBOX\r\nA1 NOOP"},
        {"largest_mb": "5000"},
    ],
)
def test_what_cannot_work_or_is_not_safe_is_refused(admin, mailbox, wrong):
    assert admin.post(at(mailbox, "fetching/"), fields(**wrong)).status_code == 422
    assert not Account.objects.exists()


def test_without_a_key_no_password_is_taken_and_the_page_says_how_to_make_one(admin, mailbox, settings):
    settings.ENCRYPTION_KEYS = []
    page = admin.get(at(mailbox, "fetching/")).content.decode()
    assert "ENCRYPTION_KEYS" in page
    assert "os.urandom(32)" in page
    assert admin.post(at(mailbox, "fetching/"), fields()).status_code == 422
    assert not Account.objects.exists()


def test_a_password_whose_key_is_gone_is_said_everywhere_it_matters(admin, mailbox, settings, client):
    admin.post(at(mailbox, "fetching/"), fields())
    kept = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert "Add it to ENCRYPTION_KEYS" in admin.get(at(mailbox)).content.decode()
    assert client.get("/readyz").json()["reasons"] == ["mailbox-secret-unreadable"]
    with pytest.raises(CommandError, match="1 can't be opened"):
        call_command("seal_secrets")
    settings.ENCRYPTION_KEYS += kept
    call_command("seal_secrets")
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    assert secrets.open_sealed(Account.objects.get().sealed_password) == SECRET


def test_every_page_says_when_no_mail_comes_in_and_an_administrator_has_it_tried_again(admin, mailbox, client):
    admin.post(at(mailbox, "fetching/"), fields())
    admin.post(at(mailbox, "fetching/start/"), {"back": "0"})
    now = timezone.now()
    fetching.failed(fetching.claim(Account.objects.get().pk, now=now), "It said: no.", now=now, pause=True)
    assert "mail-not-fetched" in client.get("/readyz").json()["reasons"]
    client.force_login(make.user())
    shown = client.get("/desk/tickets/").content.decode()
    assert "No mail comes in for the mailbox “Bills”. It said: no." in shown.replace("\n", " ")
    assert "Look at the mailboxes" not in shown
    admin.post(at(mailbox, "fetching/resume/"))
    assert Account.objects.due(timezone.now()).exists()
    assert "No mail comes in" not in client.get("/desk/tickets/").content.decode()


def test_a_server_that_is_away_for_minutes_alarms_nobody(admin, mailbox):
    admin.post(at(mailbox, "fetching/"), fields())
    admin.post(at(mailbox, "fetching/start/"), {"back": "0"})
    now = timezone.now()
    fetching.failed(fetching.claim(Account.objects.get().pk, now=now), "It is away.", now=now)
    assert "No mail comes in" not in admin.get("/desk/tickets/").content.decode()
    assert "It is away." in admin.get(at(mailbox)).content.decode()
    assert Account.objects.needing_somebody(now + fetching.ALARM_AFTER).exists()
    assert not InboundMail.objects.exists()
