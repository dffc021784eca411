"""F08: the mail server refuses our password.

Elsewhere each mail tried anew until the account was locked for good, and all of them were marked as failed. Here one
refusal stops sending from that mailbox, everybody is told with the server's own words, and every mail waits unburnt.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from mail import readiness, sending
from mail.models import Attempt
from tests import make
from tests.mail.post_office import PostOffice, opened
from tests.mail.posting import State, after, planned, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(settings) -> Iterator[PostOffice]:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "wrong"
    yield from opened(PostOffice(password="right", sign_in_required=True), settings)


def test_one_refusal_is_enough_for_all_and_is_said_loudly(strict, settings, caplog) -> None:
    make.ticket()
    mails = [planned() for _ in range(50)]
    for minute in range(120):
        assert sending.send_due(now=after(minutes=minute)) == 0
    assert strict.connections == 1, "no further try may lock the account"
    assert [state(mail) for mail in mails] == [State.QUEUED] * 50
    assert not Attempt.objects.exists()
    assert [record.levelname for record in caplog.records if "PAUSED" in record.message] == ["ERROR"]
    assert "mailbox-paused" in readiness.reasons(after(minutes=1))
    administrator = Client()
    administrator.force_login(make.administrator())
    assert "535" in administrator.get("/desk/tickets/").content.decode()

    settings.EMAIL_HOST_PASSWORD = "right"
    administrator.post(reverse("desk:outbox-resume"))
    assert sending.send_due(now=after(hours=3)) == 50
    assert strict.recipients == [mail.recipient for mail in mails]
