"""I32: an address that a client had made up for itself went unescaped into mail to administrators, and into logs.

Whose address counts is what the connection says, or a proxy that was named; none of it stands in a mail. A log line
is one line, whatever was asked for.
"""

from __future__ import annotations

import logging
from io import StringIO

import pytest
from django.core.cache import cache

from config.log_lines import OneLine
from mail.building import build
from mail.models import Delivery
from tests import make
from tests.make import MONDAY_9AM

pytestmark = pytest.mark.django_db
FORGED = ("X-Forwarded-For", "X-Real-Ip", "Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "Forwarded")
EVIL = '"><script>alert(1)</script>\\r\\nBcc: eve@evil.test'


def test_an_address_that_a_client_makes_up_dodges_no_limit(client):
    cache.clear()
    make.user(email="ivana@example.test", password="of the desk in tests")
    for number in range(12):
        made_up = dict.fromkeys(FORGED, f"198.51.100.{number}")
        answer = client.post(
            "/accounts/login/", {"login": f"n{number}@example.test", "password": "wrong"}, headers=made_up
        )
    assert answer.status_code == 429 or "Too many" in answer.content.decode()


def test_nothing_that_a_client_says_of_itself_stands_in_a_mail(client):
    cache.clear()
    make.organisation(support_address="support@example.test")
    member = make.user(email="ivana@example.test", password="of the desk in tests")
    said = {**dict.fromkeys(FORGED, EVIL), "User-Agent": EVIL, "X-Forwarded-Host": "evil.test", "Referer": EVIL}
    client.post("/accounts/password/reset/", {"email": member.email}, headers=said)
    mail = build(Delivery.objects.get(), now=MONDAY_9AM)
    whole = mail.message().as_string()
    assert "evil.test" not in whole
    assert "<script" not in whole


def test_a_log_line_is_one_line_whatever_was_asked_for():
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(OneLine("{levelname} {name}: {message}", style="{"))
    log = logging.Logger("desk")
    log.addHandler(handler)
    log.warning("Not Found: %s", "/x\r\nERROR desk: all is lost\u2028\x1b[2J\x85")
    assert len(out.getvalue().splitlines()) == 1
    assert "\x1b" not in out.getvalue()
    try:
        raise ValueError("a\nERROR desk: all is lost")
    except ValueError:
        log.exception("It could not be filed")
    assert not [line for line in out.getvalue().splitlines()[2:] if not line.startswith("    ")]


def test_every_handler_writes_such_lines(settings):
    formats = settings.LOGGING["formatters"]
    assert {formats[handler["formatter"]]["()"] for handler in settings.LOGGING["handlers"].values()} == {
        "config.log_lines.OneLine"
    }
