"""I33: a picture of one pixel, with the number of a conversation in its address, told who had read which mail.

Here no mail of ours holds anything that is loaded from anywhere, whatever stands in its words.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings

from mail import addresses
from mail.building import build
from mail.models.delivery import TO_STAFF, Purpose
from tests import make
from tests.make import MONDAY_9AM

pytestmark = pytest.mark.django_db
WORDS = (
    "Hello <Ana> & others,\n\nsee https://example.test/p.gif and <img src=https://example.test/p.gif> "
    "url(https://example.test/p.gif)\n\n[[link:ticket:ticket:7]]\n\nIvana"
)
HARMLESS = {"html", "head", "meta", "title", "body", "div", "p", "br", "a", "b"}


class Seen(HTMLParser):
    """What stands in a mail's HTML: elements, links, and what may look like anything else."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.others: set[str] = set()
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag == "a":
            self.links.append(given["href"] or "")
        self.others |= set(given) - {"lang", "charset", "name", "content", "style", "href", "rel"}
        assert "url" not in (given.get("style") or "")


def seen_in(html: str) -> Seen:
    seen = Seen()
    seen.feed(html)
    return seen


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("language", ["en", "hr"])
def test_no_mail_loads_anything(purpose: str, language: str) -> None:
    mail = build(
        make.delivery(
            purpose=purpose, language=language, about="ticket:7", subject="<img>", body=WORDS, links=["ticket:ticket:7"]
        ),
        now=MONDAY_9AM,
    )
    (html,) = [content for content, kind in mail.alternatives if kind == "text/html"]
    seen = seen_in(html)
    assert seen.tags <= HARMLESS
    assert seen.others == set()
    assert seen.language == language
    # Both parts lead to the same places, and by name.
    ours = re.findall(rf"{re.escape(settings.SITE_URL)}\S+", str(mail.body))
    assert set(ours) <= set(seen.links)
    with_name = str(addresses.LINKS["ticket"][1])
    assert language != "en" or with_name in html


def test_colours_are_left_to_the_mail_program_so_that_the_dark_can_be_read() -> None:
    html = build(make.delivery(body=WORDS), now=MONDAY_9AM).alternatives[0].content
    assert '<meta name="color-scheme" content="light dark">' in html
    assert not re.search(r"(?:^|[;\" -])(?:color|background)[a-z-]*:", html)


def test_what_invites_an_answer_says_above_which_line() -> None:
    for purpose in Purpose:
        mail = build(make.delivery(purpose=purpose, language="hr"), now=MONDAY_9AM)
        invites = purpose not in TO_STAFF
        marker = "- - - Svoj odgovor napišite iznad ovog retka - - -"
        assert mail.body.startswith(marker) == invites, purpose
        assert (marker in mail.alternatives[0].content) == invites, purpose
