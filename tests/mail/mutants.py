"""Mails that nobody wrote: grown part by part, or made of real ones by breaking something. The same each time."""

from __future__ import annotations

import base64
import quopri
import random
from collections.abc import Callable, Iterator
from functools import cache

from tests.mail import responders
from tests.mail.letters import complaint, letter, nested, part, parts, report

# What the standard library's parser was measured to fail on, row by row of the table in the design.
MEASURED = {
    "unknown charset": letter(kind="text/plain; charset=foo-9"),
    "charset named twice": letter(kind="text/plain; charset=utf-8; charset=foo"),
    "half an address": letter(sender="a@["),
    "3,000 brackets": letter(sender="(" * 3000),
    "1,000 deep": nested(1000),
    "300 deep": nested(300),
    "50 deep": nested(50),
    "a header within a subject": letter(subject="=?utf-8?q?a=0D=0ABcc:_x@evil.test?="),
    "NUL in a subject": letter(subject="N\x00UL"),
    "half letters in a name": letter(sender="=?utf-8?b?////?= <a@b.test>"),
    "raw bytes in an address": letter().replace(b"ana@example.test", b"an\xe4@ex\xc4mple.test"),
    "nobody": letter(sender="<>"),
    "only an at": letter(sender="@"),
    "three ats": letter(sender="a@b@c <x@y"),
    "a name like an address": letter(sender='"=?utf-8?Q?a=40b.c?=" <q@z.test>'),
    "a hidden file": parts(part("x"), part("x", name="\u200b.htaccess")),
    "a way up": parts(part("x"), part("x", name="../../etc/passwd")),
    "zone +9999": letter(date="Mon, 23 Nov 2026 09:00:00 +9999"),
    "year 99999": letter(date="Mon, 23 Nov 99999 09:00:00 +0100"),
    "no date": letter(date=" "),
    "Message-ID of 5,000": letter(message_id=f"<{'x' * 5000}@example.test>"),
    "20,000 references": letter(references="\r\n ".join(f"<{number}@x.test>" for number in range(20_000))),
}
_HTML = (
    "<html><head><style>p{color:red}</style></head><body><p>Hello,<br>it <b>does not</b> print &amp; I wait.</p>"
    "</body></html>"
)
ORDINARY = {
    "text": letter("It does not print since Monday.\r\n\r\n-- \r\nAna Kovač\r\n"),
    "html": letter(_HTML, kind="text/html; charset=utf-8"),
    "both": parts(part("It does not print."), part(_HTML, "text/html"), kind="alternative"),
    "files": parts(part("See the photo."), part(b"\xff\xd8\xff" * 900, "image/jpeg", name="račun.jpg")),
    "a mail within": parts(part("See below."), b"Content-Type: message/rfc822\r\n\r\n" + letter("Inner")),
    "an invitation": parts(part("Monday?"), part("BEGIN:VCALENDAR\r\nEND:VCALENDAR", "text/calendar; method=REQUEST")),
    "Outlook's own": parts(part("Hi"), part(b"\x78\x9f\x3e\x22", "application/ms-tnef", name="winmail.dat")),
    "signed": parts(part("Hi"), part(b"0\x80", "application/pkcs7-signature", name="smime.p7s"), kind="signed"),
    "sealed": parts(part("Version: 1"), part("-----BEGIN PGP MESSAGE-----"), kind="encrypted"),
    "Croatian, Windows": letter(
        "Žao mi je, pisač ne ispisuje.".encode("cp1250"), kind="text/plain; charset=windows-1250"
    ),
    "Japanese": letter("プリンター".encode("iso2022_jp"), kind="text/plain; charset=iso-2022-jp"),
    "UTF-16": letter("Pisač".encode("utf-16"), kind="text/plain; charset=utf-16"),
    "quoted": letter(
        "Thank you.\r\n\r\nOn Mon, 23 Nov 2026 at 09:00, Support <support@example.test> wrote:\r\n"
        + "> We look at it.\r\n" * 20
    ),
    "delivery report": report(),
    "delivery report, several": report(
        groups=[("rfc822; a@b.test", "failed", "5.1.1"), ("rfc822; c@d.test", "delayed", "4.0.0")]
    ),
    "complaint": complaint(),
    "a mailbox's format": b"From ana@example.test Mon Nov 23 09:00:00 2026\n" + letter().replace(b"\r\n", b"\n"),
    "like our own": letter(
        x_followthrough_id="message:1", x_followthrough_signature="x", auto_submitted="auto-replied"
    ),
    "nothing": b"",
}
_NASTY = [
    b"\x00",
    b"\xff\xfe",
    b"\r\n\r\n",
    b"\n ",
    b"=?utf-8?q?=0D=0A?=",
    b"=?utf-8?b?////?=",
    b"(" * 200,
    b"<" * 200,
    b'"',
    b";",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"%00",
    b"--",
    b"--b--",
    b"=",
    b"\\",
    b"@",
    b"," * 300,
    b"charset=unicode_escape",
    b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Transfer-Encoding: x-uuencode",
    b"charset=utf-7",
    b"filename*=utf-8''%FF%00",
    b"filename*9999999999=x",
    b"boundary*0=b",
    b"\xf0\x9f\x96\xa8",
    b"0" * 5_000,
    b"\x1b[2J",
]
_CHARSETS = [
    "utf-8",
    "us-ascii",
    "iso-8859-2",
    "windows-1250",
    "utf-16",
    "utf-7",
    "punycode",
    "idna",
    "hex",
    "foo-9",
    "rot13",
    "\x00",
]
_WORDS = [
    "printer",
    "invoice",
    "Žao",
    "šćepan",
    "čekaš",
    "bin-Ahmad",
    "pisač",
    "印刷",
    "\u202egnp.exe",
    "<b>",
    "&amp;",
    "{{",
    "x",
    "}}",
    "[[link:ticket:ticket:1]]",
    "%s",
]
_HEADERS = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Reply-To",
    "Return-Path",
    "Precedence",
    "Auto-Submitted",
    "List-Id",
    "X-Followthrough-Id",
    "Authentication-Results",
    "Content-Language",
    "X-Autoreply",
    "Received",
]


@cache
def seeds() -> list[bytes]:
    """Every mail that something is made of."""
    return [*MEASURED.values(), *ORDINARY.values(), *responders.answers().values()]


def mails(number: int, *, seed: int) -> Iterator[bytes]:
    """So many different mails: first the seeds as they are, then two grown ones for each one that is broken."""
    dice, given = random.Random(seed), set()
    made = _endless(dice)
    while len(given) < number:
        raw = next(made)
        if raw not in given:
            given.add(raw)
            yield raw


def _endless(dice: random.Random) -> Iterator[bytes]:
    yield from seeds()
    while True:
        raw = grown(dice) if dice.random() < 0.6 else dice.choice(seeds())
        for _ in range(dice.choice([0, 1, 1, 2, 3, 8])):
            raw = dice.choice(BREAKS)(dice, raw)
        yield raw


def grown(dice: random.Random) -> bytes:
    """A mail of a random form: headers that may be there, and parts within parts."""
    head = [(name, _value(dice, name)) for name in _HEADERS if dice.random() < 0.4]
    dice.shuffle(head)
    head.insert(
        0,
        ("From", dice.choice(["ana@example.test", f"Ana <a{dice.randrange(500)}@example.test>", _value(dice, "From")])),
    )
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    return lines.encode("utf-8", "surrogatepass") + _part(dice, 0)


def _value(dice: random.Random, name: str) -> str:
    words = " ".join(dice.choices(_WORDS, k=dice.randrange(1, 12)))
    if name in {"From", "To", "Cc", "Reply-To", "Return-Path"}:
        return dice.choice(
            [f"{words} <a{dice.randrange(99)}@example.test>", "<>", f'"{words}" <x@y>', "support@example.test"]
        )
    if name in {"Message-ID", "In-Reply-To", "References"}:
        return " ".join(f"<{dice.randrange(10**6)}@example.test>" for _ in range(dice.choice([1, 1, 2, 300])))
    if name == "Auto-Submitted":
        return dice.choice(["no", "auto-replied", "auto-generated", "No (really)", ""])
    if dice.random() < 0.5:
        return f"=?{dice.choice(_CHARSETS)}?{dice.choice('bqQx')}?{base64.b64encode(words.encode()).decode()}?="
    return words


def _part(dice: random.Random, depth: int) -> bytes:
    if depth < 6 and dice.random() < (0.7 if depth == 0 else 0.3):
        boundary = dice.choice(["b", "b", "=_x y", "", "-" * 70, f"q{dice.randrange(9)}"])
        kind = dice.choice(["mixed", "alternative", "related", "report", "signed", "digest", "x"])
        inner = b"".join(
            b"--" + boundary.encode() + b"\r\n" + _part(dice, depth + 1) + b"\r\n" for _ in range(dice.randrange(4))
        )
        end = b"--" + boundary.encode() + b"--\r\n" if dice.random() < 0.8 else b""
        return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + inner + end
    kind = dice.choice(
        [
            "text/plain",
            "text/plain",
            "text/html",
            "image/png",
            "message/rfc822",
            "message/delivery-status",
            "text/calendar",
            "x",
        ]
    )
    charset, encoding = (
        dice.choice(_CHARSETS),
        dice.choice(["7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "x"]),
    )
    content = " ".join(dice.choices(_WORDS, k=dice.choice([0, 3, 40, 400]))).encode()
    if kind == "text/html":
        content = b"".join(b"<p>" + content[at : at + 60] + b"</p" for at in range(0, len(content), 60))
    if encoding == "base64":
        content = base64.encodebytes(content)[: dice.choice([None, -3])]
    elif encoding == "quoted-printable":
        content = quopri.encodestring(content)
    name = f'\r\nContent-Disposition: attachment; filename="{dice.choice(_WORDS)}.png"' if dice.random() < 0.2 else ""
    head = f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}{name}\r\n\r\n"
    return head.encode() + content


def _flip(dice: random.Random, raw: bytes) -> bytes:
    broken = bytearray(raw)
    for _ in range(dice.choice([1, 3, 30])):
        if broken:
            broken[dice.randrange(len(broken))] = dice.randrange(256)
    return bytes(broken)


def _insert(dice: random.Random, raw: bytes) -> bytes:
    at = dice.randrange(min(len(raw), 3_000) + 1)
    return raw[:at] + dice.choice(_NASTY) + raw[at:]


def _cut(dice: random.Random, raw: bytes) -> bytes:
    first, last = sorted(dice.randrange(len(raw) + 1) for _ in range(2))
    return dice.choice([raw[:first], raw[first:], raw[:first] + raw[last:]])


def _repeat(dice: random.Random, raw: bytes) -> bytes:
    first, last = sorted(dice.randrange(min(len(raw), 2_000) + 1) for _ in range(2))
    return raw[:first] + raw[first:last] * dice.choice([2, 5, 40]) + raw[last:]


def _other_lines(dice: random.Random, raw: bytes) -> bytes:
    return raw.replace(b"\r\n", dice.choice([b"\n", b"\r", b"\n\r", b"\r\r\n"]))


def _splice(dice: random.Random, raw: bytes) -> bytes:
    other = dice.choice(seeds())
    return raw[: dice.randrange(len(raw) + 1)] + other[dice.randrange(len(other) + 1) :]


def _shuffle_lines(dice: random.Random, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    first = dice.randrange(len(lines))
    some = lines[first : first + 12]
    dice.shuffle(some)
    return b"\n".join([*lines[:first], *some, *lines[first + 12 :]])


def _other_charset(dice: random.Random, raw: bytes) -> bytes:
    return raw.replace(b"utf-8", dice.choice(_CHARSETS).encode(), 1)


def _wrap(dice: random.Random, raw: bytes) -> bytes:
    return b"From: ana@example.test\r\nContent-Type: message/rfc822\r\n\r\n" + raw


def _swell(dice: random.Random, raw: bytes) -> bytes:
    """Large enough, now and then, that it is read in a process of its own."""
    nasty, size = dice.choice(_NASTY), 300_000 if dice.random() < 0.1 else 20_000
    return raw + nasty * (size // len(nasty))


BREAKS: list[Callable[[random.Random, bytes], bytes]] = [
    _flip,
    _insert,
    _insert,
    _cut,
    _repeat,
    _other_lines,
    _splice,
    _shuffle_lines,
    _other_charset,
    _wrap,
    _swell,
]
