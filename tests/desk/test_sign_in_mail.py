"""Mail about signing in: it leaves through the outbox, and what is stored holds no secret."""

import re

import pytest
from django.urls import reverse

from mail.building import build
from mail.models import Delivery
from mail.models.delivery import Purpose
from tests import make

pytestmark = pytest.mark.django_db


def ask(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def test_a_new_password_is_asked_for_by_a_mail_in_the_outbox(client):
    user = make.user(password="old one 1234")
    assert ask(client, user.email).status_code == 302
    delivery = Delivery.objects.get()
    assert delivery.purpose == Purpose.SIGN_IN
    assert delivery.recipient == user.email
    assert (delivery.expires_at - delivery.made_at).total_seconds() == 3600
    assert "/accounts/" not in delivery.body

    mail = build(delivery, now=delivery.made_at)
    link = re.search(r"http\S+", mail.body)[0]
    page = client.get(link, follow=True)
    saved = client.post(page.redirect_chain[-1][0], {"password1": "new one 5678", "password2": "new one 5678"})
    assert saved.status_code == 302
    user.refresh_from_db()
    assert user.check_password("new one 5678")


def test_it_is_written_in_the_persons_language(client):
    user = make.user(password="old one 1234", language="hr")
    ask(client, user.email)
    assert Delivery.objects.get().language == "hr"


def test_an_address_that_is_not_ours_gets_no_mail_and_the_page_says_the_same(client):
    known = ask(client, make.user().email)
    unknown = ask(client, "stranger@example.test")
    assert (unknown.status_code, unknown.url) == (known.status_code, known.url)
    assert not Delivery.objects.filter(recipient="stranger@example.test").exists()
