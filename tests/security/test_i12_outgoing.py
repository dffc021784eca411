"""I12, on the way out: a name was compared with a list of bad ones before it was cleaned, and decided where a file lay.

One upload with an invisible space before `.htaccess` ran code. Here a name that comes through a form, at the desk or on
the customer's page, is data: it decides no path, breaks no header, and the file is called the same in the mail that
brings it as on the page that gives it out.
"""

from __future__ import annotations

import re
import unicodedata
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mail import addresses
from mail.building import Letter, build
from tests import make
from tests.make import MONDAY_9AM
from tickets.models import Attachment, Upload

pytestmark = pytest.mark.django_db

NAMES = [
    "../../etc/passwd", "..\\..\\windows\\cmd.exe", "/etc/cron.d/x", "C:\\x.txt", "\\\\host\\share\\x",
    "....//x", ".htaccess", "\u200b.htaccess", "\ufeff.htaccess", "x\u00ad.php", ".user.ini", "web.config",
    "x.php", "x.pHp5", "x.php.", "x.php%00.png", "x.asp;.jpg", "x.phar", "x.jsp", "x.svg", "x.html", "x.shtml",
    "x.js", "x.lnk", "CON", "NUL.txt", "aux.c", "a:b", "x::$DATA", "<img src=x onerror=alert(1)>.png",
    "\"><script>alert(1)</script>", "'; rm -rf /;'", "$(id).txt", "`id`.txt", "|id", "&id", "-rf", "--help",
    "~root", "%2e%2e%2fx", "{{ 7*7 }}", "{% load x %}", "%s%n", "a?b#c", "*", "x\"; filename=\"y.html",
    "x\\\"y.txt", "a;b=c", "=?utf-8?q?=0D=0ABcc:_x?=.txt", "[[link:answer:x:1]].txt", "a\tb.txt", "a\x0bb.txt",
    "a\x7fb.txt", "exe\u202etxt.png", "\u2066x\u2069.png", "a\u2028b.txt", "e\u0301.txt", "ﬁle.txt",
    "račun za studeni.pdf", "bill.pdf", "\U0001f600" * 150 + ".pdf", "ж" * 300 + ".pdf", "x" * 900 + ".pdf",
    "x." + "y" * 900,
]  # fmt: skip

HEADER = re.compile(r"""attachment; filename(="([^"\\\r\n]|\\["\\])*"|\*=utf-8''[\w.%~!$&+^`|#*()'-]*)""", re.ASCII)


def file(name: str) -> SimpleUploadedFile:
    made = SimpleUploadedFile("x", b"<script>", "text/html")
    # Not by its setter, which cleans it: a browser is not that polite.
    made._name = name
    return made


def is_data_only(name: str) -> bool:
    hidden = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
    return (
        0 < len(name) <= 150
        and not re.search(r"[/\\]", name)
        and not name.startswith((".", " "))
        and not any(unicodedata.category(sign) in hidden for sign in name)
        and name == unicodedata.normalize("NFC", name)
    )


def test_sixty_hostile_names_through_forms_are_data_on_the_page_and_in_the_mail(client, settings):
    settings.FILES_MOST = 200
    assert len(NAMES) >= 60
    ticket = make.ticket()
    client.force_login(ticket.team.lead)
    by_script, by_form = NAMES[::2], NAMES[1::2]
    form = str(uuid4())
    for name in by_script:
        assert client.post(reverse("desk:upload"), {"files_of": form, "attached": file(name)}).status_code == 200
    answer = client.post(
        reverse("desk:ticket-reply", args=[ticket.number]),
        {
            "key": str(uuid4()), "body": "Here.", "next": "nothing", "because": "It is a test", "files_of": form,
            "kept": [upload.pk for upload in Upload.objects.all()], "attached": [file(name) for name in by_form],
        },
    )  # fmt: skip
    assert answer.status_code == 302
    sent = list(Attachment.objects.all())
    assert len(sent) == len(NAMES)

    secret = addresses.issue("ticket", ticket.about, ticket.customer.email, now=MONDAY_9AM)
    theirs = {"key": str(uuid4()), "body": "Mine.", "attached": [file(name) for name in NAMES]}
    assert client.post(f"/r/{secret}/", theirs).status_code == 302
    kept = list(Attachment.objects.all())
    assert len(kept) == 2 * len(NAMES)
    assert [one.name for one in kept if not is_data_only(one.name)] == []
    assert [one.file.name for one in kept if not re.fullmatch(r"attachments/[0-9a-f/]+", one.file.name)] == []
    for one in kept:
        header = client.get(reverse("desk:attachment", args=[one.pk]))["Content-Disposition"]
        assert re.fullmatch(
            r'attachment; filename(="([^"\\\r\n]|\\["\\])*"|\*=utf-8\'\'[A-Za-z0-9.%_~!$&+^`|#*()\'-]*)', header
        )

    raw = Letter.of(build(sent[0].message.delivery, now=MONDAY_9AM)).content
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    mail = message_from_bytes(raw, policy=policy.compat32)
    named = [part.get_filename() for part in mail.walk() if part.get_content_disposition() == "attachment"]
    assert named == [one.name for one in sent]
    assert mail["Bcc"] is None
