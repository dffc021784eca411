"""I34: secrets in diagnostics, and mailbox passwords that were stored in plain text where encrypting them failed.

Elsewhere they stood in logs, error pages and bundles for support. Here one is planted, a server repeats it where it
refuses, and then it is looked for: in logs, pages and every table.
"""

from __future__ import annotations

import logging
import socket
import threading
from base64 import b64decode
from contextlib import suppress

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from mail import access, fetching
from mail.models import Account, Mailbox
from tests import make
from tests.desk.test_settings_mailboxes import OWN, fields

pytestmark = pytest.mark.django_db

CANARY = "canary-7f3a9c-canary"


def everything_stored() -> str:
    """Every row of every table of ours, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def a_server_that_repeats(how: str) -> int:
    """The port of one that gives back what it is told, as some do in their refusals."""
    door = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        line, _address = door.accept()
        says = line.makefile("rwb")
        says.write(b"* OK ready\r\n")
        says.flush()
        while told := says.readline():
            tag = told.split()[0]
            if b"CAPABILITY" in told:
                can = b"" if how in {"LOGIN", "hangs up"} else b" AUTH=PLAIN"
                says.write(b"* CAPABILITY IMAP4rev1" + can + b"\r\n" + tag + b" OK done\r\n")
            elif b"AUTHENTICATE" in told:
                says.write(b"+ \r\n")
                says.flush()
                said = says.readline().strip()
                plain = b64decode(said).replace(b"\0", b" ") if how == "PLAIN, decoded" else said
                says.write(tag + b" NO what is " + plain + b"?\r\n")
            elif how == "hangs up":
                says.write(b"* BYE " + told)
                says.flush()
                line.shutdown(socket.SHUT_RDWR)
                return
            else:
                says.write(tag + b" BAD what is " + told)
            says.flush()

    def serve() -> None:
        with suppress(OSError):
            while True:
                answer()

    threading.Thread(target=serve, daemon=True).start()
    return door.getsockname()[1]


@pytest.mark.parametrize("how", ["LOGIN", "PLAIN", "PLAIN, decoded", "hangs up"])
def test_a_planted_secret_is_found_nowhere(caplog, how):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django").addHandler(caplog.handler)
    make.organisation()
    client = Client(raise_request_exception=False)
    client.force_login(make.administrator(password=OWN))
    client.post("/desk/settings/mailboxes/new/", {"name": "Bills", "address": "bills@example.test"})
    where = f"/desk/settings/mailboxes/{Mailbox.objects.get().pk}/"
    typed = fields(password=CANARY, port=str(a_server_that_repeats(how)))
    pages = [client.post(f"{where}fetching/", typed).content.decode()]
    pages += [client.get(f"{where}{part}").content.decode() for part in ("", "fetching/")]
    client.post(f"{where}fetching/start/", {"back": "0"})
    account = Account.objects.get()
    fetching.fetch(account.pk)
    pages += [client.get(where).content.decode(), client.get("/readyz").content.decode()]
    sign_in = access.sign_in_of(account, now=timezone.now())
    assert sign_in.secret == CANARY
    shown = "\n".join([*pages, everything_stored(), repr(account), str(account), repr(sign_in)])
    logged = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert Account.objects.get().failures == 1
    assert ("•••" in shown) == (how != "hangs up")
    for told in sign_in.as_told():
        assert told not in shown + logged
