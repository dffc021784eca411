"""I12: a file's name decided where it was stored: one mail with `.htaccess` behind an invisible space ran code.

Elsewhere names were compared with a list of bad ones before they were cleaned. Here a name is data only: whatever a
mail calls a file, it lies under a random name without an ending, and goes out as a download with a harmless one.
"""

from __future__ import annotations

import re
import unicodedata

import pytest

from mail.parsing import parse
from tests.desk.looking import signed_in
from tests.mail.letters import parts
from tests.tickets import arriving
from tests.tickets.arriving import arrives, reply_to
from tickets.models import Attachment

pytestmark = pytest.mark.django_db
_BARE = [
    "../../etc/passwd",
    "..\\..\\x.exe",
    "/etc/cron.d/x",
    "C:\\x.txt",
    "\\\\host\\share\\x",
    ".htaccess",
    "..",
    "...",
    ".",
    "",
    " ",
    "CON",
    "NUL.txt",
    "a:b",
    "x.php",
    "x.php.",
    "x.phtml",
    "x.php%00.png",
    "x.asp;.jpg",
    "x.svg",
    "x.html",
    "x.js",
    "<img src=x onerror=alert(1)>.png",
    "'; rm -rf /;'",
    "$(id).txt",
    "`id`.txt",
    "|id",
    "&id",
    "-rf",
    "--help",
    "~root",
    "%2e%2e%2fx",
    "a/b/c",
    "a\\b",
    "x" * 3000,
    "x." + "y" * 3000,
    "{{ 7*7 }}",
    "{% load x %}",
    "%s%s%n",
    "a?b#c",
    "*",
]
_WITH_SIGNS = [
    "\u200b.htaccess",
    "\u202egpj.exe",
    "a\u2028b.txt",
    "a\u0085b.txt",
    "\ufeff.htaccess",
    "x\u00ad.php",
    "\u2066x\u2069.png",
    "e\u0301.txt",
    "ﬁle.txt",
    "x\ue000y.txt",
    "\U000e0041x.txt",
    "x\u180ey.txt",
    "račun.pdf",
    "账单.pdf",
]
_RAW = [
    b'x"; filename="y.html',
    b'x\\"y.txt',
    b"\xff\xfe.txt",
    b"=?utf-8?q?a=0D=0ASet-Cookie:_x=3D1?=.txt",
    b"=?utf-8?b?Li4vLi4vZXRjL3Bhc3N3ZA==?=",
    b"=?utf-8?q?=E2=80=8B.htaccess?=",
    b"a\x00b.php",
    b"a\tb.txt",
]
NAMES = [*(name.encode() for name in _BARE + _WITH_SIGNS), *_RAW]


def with_files(names: list[bytes], to: str, *, boundary: str = "b") -> bytes:
    """A mail with a file under each of these names, and a few more in the long form."""
    files = [
        b'Content-Type: text/html\r\nContent-Disposition: attachment; filename="'
        + name
        + b'"\r\n\r\n<script>alert(1)</script>'
        for name in names
    ]
    encoded = (
        b"Content-Type: text/html\r\nContent-Disposition: attachment; filename*=utf-8''..%%2F%d%%0D%%0Ax.html\r\n\r\nx"
    )
    return parts(*files, *(encoded % number for number in range(3)), to=to, boundary=boundary)


def test_sixty_hostile_names_decide_nothing():
    ticket = arriving.anas_ticket()
    address = reply_to(ticket)
    for first in range(0, len(NAMES), 20):
        arrives(with_files(NAMES[first : first + 20], address))
    files = list(Attachment.objects.all())
    assert len(files) == len(NAMES) + 12
    assert len(NAMES) > 60
    desk = signed_in(ticket.team.lead)
    for file in files:
        _folder, path = file.file.name.split("/", 1)
        assert re.fullmatch(r"[0-9a-f/]+", path)
        assert 0 < len(file.name) <= 150
        assert file.name == unicodedata.normalize("NFC", file.name)
        assert not re.search(r"[/\\\x00-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", file.name)
        assert not file.name.startswith(".")
    for file in files[::7]:
        answer = desk.get(f"/desk/attachments/{file.pk}/")
        said = answer.headers["Content-Disposition"]
        assert said.startswith("attachment;")
        assert not re.search(r"[\r\n\x00]", said)
        assert len(re.findall(r'(?<!\\)"', said)) in {0, 2}
        assert answer.headers["Content-Type"] == "application/octet-stream"


def test_names_in_a_mail_within_the_mail_are_not_looked_at():
    inner = b"Content-Type: message/rfc822\r\n\r\n" + with_files([b"../../etc/passwd"], "x@y.test", boundary="inner")
    assert [file.name for file in parse(parts(inner)).attachments] == ["message.eml"]
