"""Addresses that get no mail: an administrator finds them, reads why, and lets mail leave again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mail import actions
from mail.models import Suppression
from tests import make
from tests.desk.looking import page, signed_in
from tests.make import MONDAY_9AM

pytestmark = pytest.mark.django_db
PATH = "/desk/settings/stopped-addresses/"


@pytest.fixture
def stopped() -> Suppression:
    make.organisation()
    actions.address_takes_no_mail("Ana.Kovac@example.test", "5.1.1", now=MONDAY_9AM)
    actions.stop("ben@example.test", "settled_question", reason="The customer wants no such mail.", now=MONDAY_9AM)
    return Suppression.objects.get(cause="bounced")


def lift(stopped: Suppression, **form) -> str:
    to = reverse("desk:stopped-address-lift", args=[stopped.pk])
    return signed_in(make.administrator()).post(to, form, follow=True).content.decode()


def test_each_says_what_is_stopped_why_and_since_when(stopped):
    shown = page(make.administrator(), PATH)
    for words in ("Ana.Kovac@example.test", "All mail", "Mail to it came back", "does not know this address"):
        assert words in shown
    assert "Question: is it settled?" in shown


def test_a_part_of_the_address_finds_it(stopped):
    shown = page(make.administrator(), f"{PATH}?q=kovac@EX")
    assert "Ana.Kovac" in shown
    assert "ben@example.test" not in shown
    assert "No address here contains" in page(make.administrator(), f"{PATH}?q=nobody%25")


def test_it_is_lifted_with_a_reason_once_and_stands_among_the_lifted(stopped):
    assert "Say why" in lift(stopped, because=" ")
    assert "may leave again." in lift(stopped, because="She has a new mailbox.")
    assert "lifted it already" in lift(stopped, because="Again.")
    assert "Ana.Kovac" not in page(make.administrator(), PATH)
    assert "She has a new mailbox." in page(make.administrator(), f"{PATH}?lifted")


def test_the_list_goes_on(stopped):
    for number in range(50):
        actions.address_takes_no_mail(f"old{number}@example.test", "5.1.1", now=MONDAY_9AM)
    shown = page(make.administrator(), PATH)
    where = shown.partition("?after=")[2].partition('"')[0]
    assert "ben@example.test" not in shown
    assert "ben@example.test" in page(make.administrator(), f"{PATH}?after={where}")
