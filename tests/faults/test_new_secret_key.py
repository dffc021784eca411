"""The queue is emptied and SECRET_KEY changes while mail leaves: our rows are the truth, and links are not signed."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from mail.models import Attempt, Delivery
from tests.faults import bar, town
from tests.faults.earnest import Workers
from tests.mail.running import server, until

__all__ = ["server"]

NEW_KEY = "another-key-another-key-another-key-another-key-another-key"
FOLLOWUPS = 200
LINK = re.compile(r"http://localhost:8000(/r/[a-z2-7]{26}/(?:answer/)?)")


def links_in(mails) -> list[str]:
    found = [LINK.search(mail.get_body(("plain",)).get_content()) for mail in mails]
    assert all(found)
    return [link[1] for link in found]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled_and_links_that_were_sent_still_open(server, settings, tmp_path) -> None:
    now = timezone.now()
    town.open_desk(now)
    town.plan_followups(
        [f"customer{number}@example.test" for number in range(FOLLOWUPS)],
        start=now + timedelta(seconds=4), over=timedelta(seconds=20), now=now, dice=random.Random(1),
    )  # fmt: skip
    before = Workers(1, settings.EMAIL_PORT, tmp_path / "before")
    after = None
    try:
        assert until(lambda: len(server.mails) > FOLLOWUPS // 4, 60)
        OrmQ.objects.all().delete()
        # As when machines are changed over one by one: for a while each throws away what the other has put into the
        # queue, because it can't read it.
        settings.SECRET_KEY = NEW_KEY
        after = Workers(1, settings.EMAIL_PORT, tmp_path / "after")
        assert until(lambda: len(server.mails) > FOLLOWUPS // 2, 60)
        before.stop()
        OrmQ.objects.all().delete()
        sent_before = links_in(server.mails)
        assert until(bar.nothing_is_in_hand, 60)
    finally:
        before.stop()
        if after:
            after.stop()

    assert sorted(server.keys) == sorted(Delivery.objects.values_list("key", flat=True))
    assert len(server.keys) == FOLLOWUPS
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert set(Attempt.objects.values_list("number", "outcome")) == {(1, "sent")}

    customer = Client()
    assert {link.endswith("/answer/") for link in sent_before} == {True, False}
    assert {customer.get(link).status_code for link in sent_before} == {200}
    question = next(link for link in sent_before if link.endswith("/answer/"))
    answered = customer.post(question, {"outcome": "yes"})
    assert (answered.status_code, answered.url) == (302, question)
