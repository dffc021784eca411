"""I10: a "website" with the scheme `javascript:` ran when a colleague pressed it.

Here words become links to http, https and mailto only, and every such link is cut loose from us.
"""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError

from mail import formatting
from mail.building import build
from mail.models import Account
from tests import make
from tests.make import MONDAY_9AM
from ui.templatetags.ui import linked

SCHEMES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
    "javascript&colon;alert(1)", "\x01javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)", "file:///etc/passwd", "blob:https://example.test/1", "jar:https://x.test!/", "x-app://open",
]  # fmt: skip
LOOSE = 'rel="noopener noreferrer nofollow ugc"'


def hrefs(html: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', html)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_place_makes_a_link_of_it(scheme: str) -> None:
    for shown in (linked(scheme), linked(f"see {scheme}.com now"), formatting.clean(f'<a href="{scheme}">x</a>')):
        assert all(re.match("https?://|mailto:", href) for href in hrefs(shown)), shown
        assert "href" not in shown or LOOSE in shown


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", SCHEMES)
def test_nor_do_our_own_mails(scheme: str) -> None:
    html = build(make.delivery(body=f"You wrote {scheme}"), now=MONDAY_9AM).alternatives[0].content
    assert hrefs(html) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_field_for_an_address_refuses_it(scheme: str) -> None:
    with pytest.raises(ValidationError):
        Account._meta.get_field("token_url").clean(scheme, None)


def test_what_is_a_link_owes_nothing_to_where_it_leads() -> None:
    for shown in (
        linked("See https://example.test/a or write to ben@example.test"),
        formatting.clean('<a href="https://example.test/a" rel="opener" target="_self">x</a>'),
    ):
        assert hrefs(shown)
        assert shown.count("<a ") == shown.count(LOOSE)
