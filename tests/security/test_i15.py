"""I15: one mail kept a help desk's processor or memory busy until somebody deleted it by hand.

Elsewhere nested archives, parts within parts and endless markup did that. Here mail is capped before it is
parsed; what may be a trap is read in a process with so much time and memory and no more; and what cannot
be read within that is kept as it came, parked and says so.
"""

from __future__ import annotations

import time

import pytest

from mail import guard, inbound, parsing
from mail.models import InboundMail
from mail.parsing import Unreadable, parse
from tests import make
from tests.mail.letters import letter, nested, part, parts
from tests.make import MONDAY_9AM
from tests.security import spinning
from tickets.actions import intake

BOMBS = {
    "1,000 deep": nested(1000),
    "60 deep": nested(60),
    "600 containers": letter(b"--q\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\nx\r\n" * 600),
    "3,000 headers": b"X: y\r\n" * 3000 + b"From: ana@example.test\r\n\r\nx",
    "a header of 2 MB": letter(subject="x" * 2_000_000),
    "20,000 references": letter(references="\r\n ".join(f"<{number}@x.test>" for number in range(20_000))),
    "a parameter of quotes": letter(kind="text/plain" + ';"' * 4000),
    "3,000 brackets": letter(sender="(" * 3000),
    "unfinished tags": letter("<a " * 60_000, kind="text/html"),
    "unfinished comments": letter("<!--" * 40_000, kind="text/html"),
    "open angles": letter("<" * 200_000, kind="text/html"),
    "entities": letter("&#x41;" * 30_000, kind="text/html"),
    "only line ends": letter(b"\n" * 190_000),
    "9 deep with 100,000 lines": nested(9) + b"\n" * 100_000,
    "5,000 files": parts(*[part("x", "application/pdf", name=f"{number}.pdf") for number in range(5_000)]),
    "encoded words": letter(subject="=?utf-8?q?=C4?= " * 1_000),
    "two thousand addresses": letter(to=", ".join(f"a{number}@example.test" for number in range(2_000))),
    "a line of 2 MB": letter("x" * 2_000_000),
    "a uuencoded file without end": letter("begin 644 x\n" + "M" * 100_000, content_transfer_encoding="x-uuencode"),
    "base64 of nothing": letter("=" * 200_000, content_transfer_encoding="base64"),
    "spaces": letter(" " * 200_000),
    "quoted lines": letter("> " * 100_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_bomb_takes_long(name):
    began = time.monotonic()
    parse(BOMBS[name])
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("understand", [spinning.for_ever, spinning.more_and_more, spinning.what_runs])
def test_a_process_that_goes_wild_ends_alone_and_hands_nothing_back(monkeypatch, understand):
    monkeypatch.setattr(guard, "SECONDS", 1)
    with pytest.raises(guard.TooComplex):
        guard.understood(understand, b"")


def test_what_could_not_be_read_still_says_who_sent_it(monkeypatch):
    monkeypatch.setattr(guard, "MEMORY", 150 * 1024 * 1024)
    facts = parse(letter(b"x\r\n" * 3_000_000))
    assert facts.unreadable in {Unreadable.TOO_LONG, Unreadable.BROKEN}
    assert (facts.sender, facts.text) == ("ana@example.test", "")


def test_both_ways_of_reading_say_the_same(monkeypatch):
    raw = parts(part("See the invoice."), part(b"%PDF" * 100_000, "application/pdf", name="račun.pdf"))
    assert not parsing._is_ordinary(raw)
    assert parse(raw) == parsing.parse_here(raw)


@pytest.mark.django_db
def test_the_worker_goes_on_and_the_mail_is_kept_and_marked():
    make.organisation(support_address="support@example.test")
    bomb = inbound.ingest(nested(1000), now=MONDAY_9AM)
    after = inbound.ingest(letter(), now=MONDAY_9AM)
    assert intake.file_all(now=MONDAY_9AM) == 2
    bomb.refresh_from_db()
    after.refresh_from_db()
    assert (bomb.state, after.state) == (InboundMail.State.PARKED, InboundMail.State.FILED)
    assert "too complex" in bomb.why_parked
    assert bytes(bomb.raw) == nested(1000)
