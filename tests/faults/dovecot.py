"""A real IMAP server for tests: Debian's Dovecot on free ports, with directories, users and a certificate of its own.

Root starts it, and has it installed where it is missing; without root whatever needs it is reported as not run.
"""

from __future__ import annotations

import hmac
import imaplib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from config.development import NEEDS_ROOT
from mail import actions_mailboxes as mailboxes
from mail.models import Account
from people.models import User
from tests import make
from tests.mail.certificates import certify
from tests.mail.running import free_port, until

USER, PASSWORD = "support@example.test", 'a password with a "quote" and a \\'
# Tokens are checked by the server itself, against a key that a provider would share with it.
_TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={place}/keys/
username_attribute = sub
"""
_CONFIGURATION = """
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/log
protocols = imap
listen = 127.0.0.1, 127.0.0.2
default_internal_user = {internal}
default_login_user = {login}
mail_location = maildir:{place}/mail/%u
first_valid_uid = 1
mail_max_userip_connections = 50
ssl = yes
ssl_cert = <{place}/server.pem
ssl_key = <{place}/server.key
disable_plaintext_auth = no
auth_failure_delay = 0
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {place}/users
}}
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {place}/oauth2
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={place}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  client_limit = 2000
}}
{more}
"""


class Dovecot:
    """A running one. `port` takes STARTTLS, `tls_port` is encrypted from the first byte; `ca` has signed for it."""

    def __init__(self, more: str = "") -> None:
        self.place = Path(tempfile.mkdtemp(prefix="followthrough-dovecot-", dir="/var/tmp"))
        self.place.chmod(0o755)
        self.port, self.tls_port = free_port(), free_port()
        self.ca = self.place / "ca.pem"
        self._key = os.urandom(32)
        (self.place / "mail").mkdir()
        owner = _ids("mail")
        os.chown(self.place / "mail", *owner)
        certify(self.place, "localhost")
        # It reads the list once a second at most: all of them are there from the beginning.
        self._users = (f"user{number}" for number in count(1))
        names = [USER, *(f"user{number}" for number in range(1, 100))]
        (self.place / "users").write_text("".join(f"{name}:{PASSWORD}\n" for name in names))
        keys = self.place / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_bytes(b64encode(self._key))
        (self.place / "oauth2").write_text(_TOKENS.format(place=self.place))
        (self.place / "dovecot.conf").write_text(
            _CONFIGURATION.format(
                place=self.place, internal="dovecot", login="dovenull", uid=owner[0], gid=owner[1], port=self.port,
                tls_port=self.tls_port, more=more,
            )
        )  # fmt: skip
        self._process = subprocess.Popen(["dovecot", "-F", "-c", str(self.place / "dovecot.conf")])
        assert until(self._answers, 15), self.log()

    def a_user(self) -> str:
        """Somebody whose folders are empty."""
        return next(self._users)

    def token(self, user: str, *, ends_at: datetime) -> str:
        """A token of the kind that providers give: whoever shows it is `user`, until then."""
        claims = {"sub": user, "iat": int(time.time()) - 60, "exp": int(ends_at.timestamp())}
        parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
        signed = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
        seal = hmac.digest(self._key, signed, "sha256")
        return (signed + b"." + urlsafe_b64encode(seal).rstrip(b"=")).decode()

    def log(self) -> str:
        path = self.place / "log"
        return path.read_text() if path.exists() else ""

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)
        shutil.rmtree(self.place, ignore_errors=True)

    def inbox(self, user: str = USER) -> imaplib.IMAP4:
        """A mail program of somebody else's, signed in."""
        client = imaplib.IMAP4("127.0.0.1", self.port, 10)
        client.login(user, PASSWORD)
        client.select()
        return client

    def deliver(self, *mails: bytes, user: str = USER, at: datetime | None = None) -> None:
        """Have them lie in the inbox as if they had reached the server at that moment, or now."""
        with self.inbox(user) as client:
            for mail in mails:
                status, answer = client.append("INBOX", "", at or datetime.now(UTC), mail)
                assert status == "OK", answer

    def flags(self, folder: str = "INBOX", user: str = USER) -> list[bool]:
        """Of each mail in the folder, whether it is marked as read."""
        with self.inbox(user) as client:
            status, answer = client.select(folder, readonly=True)
            if status != "OK" or answer == [b"0"]:
                return []
            _status, found = client.fetch("1:*", "(FLAGS)")
            return [b"\\Seen" in line for line in found]

    def make_folder(self, name: str, user: str = USER) -> None:
        with self.inbox(user) as client:
            client.create(name)

    def renumber(self, user: str = USER) -> None:
        """All numbers are forgotten, as after a repair or a move to another machine."""
        for path in (self.place / "mail" / user).glob("dovecot*"):
            path.unlink()

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as line:
                return line.recv(4) == b"* OK"
        except OSError:
            return False


def account_at(port: int, *, user: str = USER, by: User | None = None, now: datetime, **fields: Any) -> Account:
    """The support mailbox, fetched from there in plain text over this machine; keywords as in `connect`."""
    make.organisation()
    by = by or make.administrator()
    mailbox = mailboxes.make(name="Support", address=USER, team=None, by=by, now=now)
    given = {
        "host": "127.0.0.1", "port": port, "security": "none", "user": user, "sign_in": "password", "client_id": "",
        "token_url": "", "folder": "INBOX", "afterwards": "mark", "move_to": "", "largest_mb": 25,
        "password": PASSWORD, **fields,
    }  # fmt: skip
    account = mailboxes.connect(mailbox, **given, by=by, now=now)
    return mailboxes.start(account, back=timedelta(days=7), by=by, now=now)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """One for a whole file; tests take users of their own where they would meet."""
    if os.geteuid() != 0:
        pytest.skip(f"Dovecot {NEEDS_ROOT}")
    if not shutil.which("dovecot"):
        _install()
    server = Dovecot()
    yield server
    server.stop()


def _install() -> None:
    if not shutil.which("apt-get"):
        pytest.skip(f"there is no Dovecot, and to install it {NEEDS_ROOT} on Debian")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    # It must not listen where anybody else does: Debian would start it at once.
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "dovecot-imapd"],
        env={**quiet, "RUNLEVEL": "1"}, check=True,
    )  # fmt: skip


def _ids(name: str) -> tuple[int, int]:
    found = pwd.getpwnam(name)
    return found.pw_uid, found.pw_gid
