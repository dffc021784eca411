"""What is wrong with the desk itself stands on every page of the staff, with what to do about it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followups.models import Hold
from mail import actions, pace
from mail.models import Mailbox, MailServer
from tests import make

pytestmark = pytest.mark.django_db
STANDS_STILL, OFF, REFUSED = "Nothing runs by itself", "there is no mail server", "refuses our settings"


@pytest.fixture(autouse=True)
def all_is_well(settings):
    settings.MAIL_TO_CATCHER, settings.MAIL_PAUSED_REASON = False, ""
    make.ticket()
    actions.beat("worker", now=timezone.now())


def page(user, path="/desk/tickets/"):
    client = Client()
    client.force_login(user)
    return client.get(path).content.decode()


def test_when_all_is_well_it_says_nothing():
    shown = page(make.administrator())
    assert not any(words in shown for words in (STANDS_STILL, OFF, REFUSED, "standstill"))


@pytest.mark.parametrize("path", ["/desk/", "/desk/tickets/", "/desk/customers/", "/desk/preferences/"])
def test_every_page_says_that_nothing_has_run_for_three_minutes(path):
    actions.beat("worker", now=timezone.now() - timedelta(seconds=170))
    assert STANDS_STILL not in page(make.manager(), path)
    actions.beat("worker", now=timezone.now() - timedelta(seconds=190))
    shown = page(make.manager(), path)
    assert STANDS_STILL in shown
    assert "Tell an administrator." in shown


def test_an_administrator_reads_what_to_do():
    actions.beat("worker", now=timezone.now() - timedelta(hours=1))
    assert "Start the worker again." in page(make.administrator())


def test_it_says_when_there_is_no_mail_server(settings):
    settings.MAIL_PAUSED_REASON = "no-server"
    assert OFF in page(make.user())


def test_a_refused_mailbox_is_shown_and_sends_again_when_an_administrator_says_so():
    make.delivery()
    Mailbox.objects.update(sending_paused_why="535 authentication failed")
    assert "535 authentication failed" in page(make.user())
    assert "Send again" not in page(make.user())
    admin = Client()
    admin.force_login(make.administrator())
    assert "Send again" in admin.get("/desk/tickets/").content.decode()
    admin.post(reverse("desk:outbox-resume"))
    assert Mailbox.objects.get().sending_paused_why == ""
    assert REFUSED not in admin.get("/desk/tickets/").content.decode()


def test_a_mail_server_that_takes_nothing_for_a_minute_is_named_with_its_answer():
    now = timezone.now()
    pace.hold("421 4.7.0 slow down", now=now, after_a_trial=False, longer_and_longer=True)
    assert "slow down" not in page(make.user()), "half a minute is no news"
    MailServer.objects.update(trouble_since=now - timedelta(minutes=2))
    assert "421 4.7.0 slow down" in page(make.user())
    pace.is_well()
    assert "slow down" not in page(make.user())


def test_only_an_administrator_sends_again():
    client = Client()
    client.force_login(make.manager())
    assert client.post(reverse("desk:outbox-resume")).status_code == 404


def test_a_manager_decides_about_what_piled_up():
    Hold.objects.create(since=timezone.now())
    assert "A manager decides." in page(make.user())
    client = Client()
    client.force_login(make.manager())
    assert "Send what is still true" in client.get("/desk/tickets/").content.decode()
    client.post(reverse("desk:followups-held"), {"decision": "nonsense"})
    assert Hold.objects.get().decided_at is None
    client.post(reverse("desk:followups-held"), {"decision": "send"})
    assert Hold.objects.get().decision == "send"
    assert (
        "decided already"
        in client.post(reverse("desk:followups-held"), {"decision": "skip"}, follow=True).content.decode()
    )
