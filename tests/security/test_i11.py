"""I11: files that people sent ran in the name of the product, because it showed them: drawings with script in them,
web pages, PDFs; in five help desks, again and again.

Here a file is only ever saved, whatever it is and says it is, and what is shown beside it is a picture of our own.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Error, Page

from mail import addresses
from tests import make
from tests.make import MONDAY_9AM
from tickets.actions import attachments, previews
from tickets.actions.attachments import Brought
from tickets.models import Attachment, Ticket

TRAP = "new Image().src='/ran';fetch('/ran')"
_PAGE = f'<html><body onload="{TRAP}"><script>{TRAP}</script>'
_SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{TRAP}"><script>{TRAP}</script></svg>'


def _picture_that_is_a_page() -> bytes:
    """A GIF that a browser draws, with a page in its comment."""
    written = io.BytesIO()
    Image.new("P", (8, 8)).save(written, "GIF", comment=_PAGE.encode())
    return written.getvalue()


HOSTILE = [
    ("drawing.svg", "image/svg+xml", _SVG),
    ("page.html", "text/html", _PAGE),
    ("page.xhtml", "application/xhtml+xml", f'<html xmlns="http://www.w3.org/1999/xhtml"><script>{TRAP}</script></html>'),
    ("data.xml", "text/xml", f'<x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>{TRAP}</h:script></x>'),
    ("paper.pdf", "application/pdf", f"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS({TRAP})>>>>"),
    ("code.js", "text/javascript", TRAP),
    ("words.txt", "text/plain", _PAGE),
    ("archive.mhtml", "multipart/related", f"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n{_PAGE}"),
    ("picture.gif", "image/gif", _picture_that_is_a_page()),
    ("page.png", "image/png", _PAGE),
    ("no ending", "", _PAGE),
    ("film.swf", "application/x-shockwave-flash", "CWS"),
]  # fmt: skip


@pytest.fixture
def ticket(transactional_db) -> Ticket:
    ticket = make.ticket()
    files = [
        Brought(name, kind, ContentFile(content if isinstance(content, bytes) else content.encode(), name="x"))
        for name, kind, content in HOSTILE
    ]
    attachments.attach(ticket.messages.get(), files)
    previews.draw_all()
    return ticket


@pytest.fixture
def windows(ticket, visit) -> Iterator[list[tuple[Page, list[str]]]]:
    """Somebody at the desk and the customer, each on their page, with the addresses of the files there."""
    secret = addresses.issue("ticket", ticket.about, ticket.customer.email, now=MONDAY_9AM)
    pages = []
    for user, start in ((ticket.team.lead, reverse("desk:ticket", args=[ticket.number])), (None, f"/r/{secret}/")):
        page = visit(user)
        page.goto(start)
        found = page.locator(".file").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        assert len(found) == len(HOSTILE)
        pages.append((page, found))
    return pages


def test_whatever_was_sent_is_saved_and_nothing_of_it_runs(windows):
    for page, files in windows:
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        for file in files:
            with page.expect_download() as saved, pytest.raises(Error, match="Download is starting"):
                page.goto(file)
            assert saved.value.url.endswith(file)
            # Nor does it run as a script of a page of ours.
            with pytest.raises(Error):
                page.add_script_tag(url=file)
        assert not [url for url in asked if url.endswith("/ran")]
        assert page.evaluate("location.pathname").startswith(("/desk/tickets/", "/r/"))


def test_only_what_we_have_drawn_ourselves_is_shown(client, ticket):
    client.force_login(ticket.team.lead)
    for kept in Attachment.objects.all():
        shown = client.get(reverse("desk:attachment-preview", args=[kept.pk]))
        if kept.name != "picture.gif":
            assert (shown.status_code, kept.preview) == (404, "")
            continue
        content = b"".join(shown.streaming_content)
        assert (content[:4], content[8:12]) == (b"RIFF", b"WEBP")
        assert b"script" not in content
        assert shown["Content-Type"] == "image/webp"
        assert shown["X-Content-Type-Options"] == "nosniff"
        assert shown["Content-Security-Policy"] == "sandbox; default-src 'none'"
