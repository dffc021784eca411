"""A mail's bytes as facts. Pure; says as much as can be said, and never raises, whatever it is given.

The standard library's parser raises on ordinary hostile mail and is slow on other, so everything is
capped before it is parsed, and headers are read as they stand and decoded here (`decoding`, `senders`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message
from enum import StrEnum

from mail import automatic, contents, decoding, guard, own, quoting, reports, senders
from mail.automatic import Machine
from mail.contents import LONGEST_TEXT, MOST_PARTS, Attached, Contents, Sealed, TooDeep
from mail.reports import Reported
from mail.senders import Party

MEGABYTE = 1_000_000
LARGEST = 25 * MEGABYTE
LARGEST_HEAD = MEGABYTE
MOST_HEADERS = 2_000
MOST_REFERENCES = 100
# Lines times parts inside one another: what the parser takes a few seconds for.
_MOST_WORK = 10_000_000
# Up to here a mail is read without a guard: half a second at the worst.
_ORDINARY = 200_000
_ORDINARY_HEAD = 50_000
_ORDINARY_CONTAINERS = 10

# Also where lines end as on old Macs: to the parser these are lines.
_CONTAINERS = re.compile(rb"(?:^|\r)content-type:[ \t\r\n]*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_LONG_HEADER = re.compile(
    rb"(?:^|\r)content-(?:type|disposition):(?:[^\r\n]|(?:\r\n?|\n)[ \t]){4000}", re.IGNORECASE | re.MULTILINE
)
_NEXT_HEADER = re.compile(rb"\n(?![ \t])")
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_ID = re.compile(r"<[^<>\s]{1,900}>")


class _AsItStands(policy.Compat32):
    """Headers as they came: what is no ASCII is not replaced before we have looked at it."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_AS_IT_STANDS = _AsItStands()


class Unreadable(StrEnum):
    """Why only the head of a mail was read."""

    TOO_LARGE = f"it is larger than {LARGEST // MEGABYTE} MB"
    HEADERS = "it has too many headers"
    HEADER = "a header is too long"
    PARTS = "it has too many parts"
    TOO_DEEP = "its parts lie too deep in one another"
    BROKEN = "its parts cannot be told apart"
    TOO_LONG = "it takes too long or too much memory to read"


@dataclass(frozen=True)
class Facts:
    """What a mail says of itself. None of it is proof of anything.

    `unreadable` says why its content could not be read; then only the headers were.
    `cut` says that its text was longer than what stands in `text`. From `quoted_from` on, that only repeats earlier
    mail. `html` is the same as its sender formatted it, hostile as it came: only `formatting` may show it. `sealed`
    says what holds a text that can't be read here.
    """

    sender: str = ""
    name: str = ""
    senders: int = 0
    to: list[str] = field(default_factory=list)
    cc: list[str] = field(default_factory=list)
    delivered_to: list[str] = field(default_factory=list)
    subject: str = ""
    text: str = ""
    cut: bool = False
    quoted_from: int | None = None
    html: str = field(default="", repr=False)
    sealed: Sealed | None = None
    attachments: list[Attached] = field(default_factory=list)
    machine: Machine = field(default_factory=Machine)
    bounce: bool = False
    reported: list[Reported] = field(default_factory=list)
    message_id: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    our_id: str = ""
    our_signature: str = ""
    authentication: list[str] = field(default_factory=list)
    unreadable: str = ""


def head(raw: bytes) -> str:
    """The headers of a mail as they came, as far as they are read."""
    return decoding.lines(decoding.text_of(_head(raw[:LARGEST_HEAD]), "utf-8"))[: decoding.HEADER]


def parse(raw: bytes) -> Facts:
    """The facts of one mail. One that may be a trap is read in a process of its own, which `guard` limits."""
    if _is_ordinary(raw) or len(raw) > LARGEST:
        return parse_here(raw)
    try:
        return guard.understood(parse_here, raw)
    except guard.TooComplex:
        return _facts(_head_only(raw), Unreadable.TOO_LONG)


def parse_here(raw: bytes) -> Facts:
    """The same without a guard, for as long as it takes."""
    why = _too_much(raw)
    if why:
        return _facts(_head_only(raw), why)
    try:
        return _facts(message_from_bytes(raw, policy=_AS_IT_STANDS), "")
    except TooDeep:
        return _facts(_head_only(raw), Unreadable.TOO_DEEP)
    except Exception:  # The parser raises what it likes; the mail stays stored as it came.
        return _facts(_head_only(raw), Unreadable.BROKEN)


def of_head(raw: bytes) -> Facts:
    """What the head of a mail says that is too large to be read; `raw` may end anywhere behind it."""
    return _facts(_head_only(raw), Unreadable.TOO_LARGE)


def _is_ordinary(raw: bytes) -> bool:
    """Whether reading it takes a moment, whatever stands in it. Most mails are; a process costs some of those."""
    if len(raw) > _ORDINARY or len(_head(raw)) > _ORDINARY_HEAD:
        return False
    return sum(1 for _found in _CONTAINERS.finditer(raw)) <= _ORDINARY_CONTAINERS


def _too_much(raw: bytes) -> Unreadable | None:
    """Why a mail is not parsed; None if it is."""
    head = _head(raw)
    if len(raw) > LARGEST:
        return Unreadable.TOO_LARGE
    if len(head) > LARGEST_HEAD or sum(1 for _line in _NEXT_HEADER.finditer(head)) > MOST_HEADERS:
        return Unreadable.HEADERS
    if _LONG_HEADER.search(raw):
        return Unreadable.HEADER
    containers = sum(1 for _found in _CONTAINERS.finditer(raw))
    work = (raw.count(b"\n") + raw.count(b"\r")) * (1 + min(containers, 300))
    if containers > MOST_PARTS or work > _MOST_WORK:
        return Unreadable.PARTS
    return None


def _head(raw: bytes) -> bytes:
    ends = _HEAD_ENDS.search(raw)
    return raw[: ends.start()] if ends else raw


def _head_only(raw: bytes) -> Message:
    """The mail without its body, so that it can be said who sent it."""
    lines = _head(raw[:LARGEST_HEAD]).splitlines()[:MOST_HEADERS]
    plain = [line for line in lines if not line.lower().startswith(b"content-type:")]
    return message_from_bytes(b"\n".join(plain) + b"\n\n", policy=_AS_IT_STANDS)


def _facts(mail: Message, unreadable: str) -> Facts:
    headers: dict[str, list[str]] = {}
    for name, value in list(mail.raw_items())[:MOST_HEADERS]:
        headers.setdefault(name.lower(), []).append(str(value))
    first = {name: values[0] for name, values in headers.items()}
    authors = [party for value in headers.get("from", [])[:10] for party in senders.parties(value)]
    author = authors[0] if authors else Party("", "")
    subject = decoding.header(first.get("subject", ""))
    bounce = _is_bounce(mail, headers)
    content = Contents() if unreadable else contents.of(mail)
    text = content.text[:LONGEST_TEXT]
    ids = _ID.findall(decoding.header(first.get("references", ""), decoding.HEADER))
    return Facts(
        sender=author.address,
        name=author.name,
        senders=max(len(authors), len(headers.get("from", []))),
        to=_addresses(headers, "to"),
        cc=_addresses(headers, "cc"),
        delivered_to=_addresses(headers, "delivered-to", "x-original-to", "envelope-to", "x-envelope-to"),
        subject=subject,
        text=text,
        cut=len(content.text) > LONGEST_TEXT,
        quoted_from=quoting.quoted_from(text, subject),
        html=content.html,
        sealed=content.sealed,
        attachments=content.attached,
        machine=automatic.judge(headers, author.address, subject, bounce=bounce),
        bounce=bounce,
        reported=[] if unreadable else reports.read(mail),
        message_id=_one_id(first.get("message-id", "")),
        in_reply_to=_one_id(first.get("in-reply-to", "")),
        references=[*ids[:1], *ids[1:][-(MOST_REFERENCES - 1) :]],
        our_id=decoding.header(first.get(own.ID.lower(), ""), 120),
        our_signature=decoding.header(first.get(own.SIGNATURE.lower(), ""), 120),
        authentication=[decoding.header(value, 4000) for value in headers.get("authentication-results", [])[:20]],
        unreadable=unreadable,
    )


def _addresses(headers: dict[str, list[str]], *names: str) -> list[str]:
    found = [
        party.address for name in names for value in headers.get(name, [])[:20] for party in senders.parties(value)
    ]
    return list(dict.fromkeys(found))[: senders.MOST]


def _one_id(value: str) -> str:
    line = decoding.header(value, 1000)
    found = _ID.search(line)
    return found[0] if found else line.partition(" ")[0]


def _is_bounce(mail: Message, headers: dict[str, list[str]]) -> bool:
    kind = decoding.header(next(iter(headers.get("content-type", [])), ""), 2000).lower()
    if mail.get_content_type() == "multipart/report" or kind.startswith("multipart/report"):
        return "delivery-status" in kind
    if "x-failed-recipients" in headers:
        return True
    daemon = decoding.header(next(iter(headers.get("from", [])), ""), 500).lower()
    return automatic.empty_return_path(headers) and "mailer-daemon" in daemon
