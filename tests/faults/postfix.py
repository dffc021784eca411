"""A real mail server for tests: Debian's Postfix on a free port, with directories and a queue of its own.

It relays for us, keeps mail for the people of `customers.test`, and hands mail for our own addresses to
`manage.py receive_mail` by its pipe, as docs/operators.md says. Root starts it, and has it installed where it is
missing; without root whatever needs it is reported as not run.

Its pipe runs nothing as root, and an account without rights may not reach the interpreter of a checkout. So what the
pipe starts waits for the test to run the command, and ends as that did.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.development import NEEDS_ROOT
from tests.mail.running import free_port, until, worker_environment
from tests.source import CHECKOUT

OURS, CUSTOMERS = "desk.test", "customers.test"
_MAIN = """
compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
recipient_delimiter = +
maillog_file = {place}/log
maillog_file_prefixes = {place}
# Whom it does not know it finds out later, as most servers on the way do.
smtpd_reject_unlisted_recipient = no
virtual_mailbox_domains = {customers}
virtual_mailbox_base = {place}/mail
virtual_mailbox_maps = inline:{{ana@{customers}=ana/}}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
relay_domains = {ours}
transport_maps = inline:{{{ours}=followthrough:}}
followthrough_destination_recipient_limit = 1
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
followthrough unix - n n - - pipe flags=DOR user=mail argv=/bin/sh {place}/hand_over
"""
# Postfix starts this for each mail; it ends with what the command has ended with.
_HAND_OVER = """
mine={place}/over/$$
cat > $mine.part && mv $mine.part $mine.mail
while [ ! -e $mine.done ]; do sleep 0.1; done
exit $(cat $mine.done)
"""


class Postfix:
    """A running one, which takes mail from this machine at `port`."""

    def __init__(self, files: Path) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="followthrough-postfix-", dir="/var/tmp"))
        self.place.chmod(0o755)
        self.port = free_port()
        self._files = files
        owner = pwd.getpwnam("mail")
        for name, user in (("mail", owner), ("over", owner), ("data", pwd.getpwnam("postfix")), ("queue", None)):
            (self.place / name).mkdir()
            if user:
                os.chown(self.place / name, user.pw_uid, user.pw_gid)
        daemons = subprocess.run(
            ["postconf", "-dh", "daemon_directory"], capture_output=True, text=True, check=True
        ).stdout.strip()
        given = {"place": self.place, "port": self.port, "daemons": daemons, "ours": OURS, "customers": CUSTOMERS}
        (self.place / "main.cf").write_text(_MAIN.format(**given, uid=owner.pw_uid, gid=owner.pw_gid))
        (self.place / "master.cf").write_text(_MASTER.format(**given))
        (self.place / "hand_over").write_text(_HAND_OVER.format(**given))
        self._over = threading.Event()
        self._receiver = threading.Thread(target=self._receive)
        self._environment = worker_environment(self.port, files)
        self._receiver.start()
        self._tell("start")
        assert until(lambda: "started" in self.log(), 20), self.log()

    def log(self) -> str:
        path = self.place / "log"
        return path.read_text() if path.exists() else ""

    def mail_of(self, name: str) -> list[bytes]:
        """What has arrived for somebody at `CUSTOMERS`."""
        return [path.read_bytes() for path in sorted((self.place / "mail" / name / "new").glob("*"))]

    def stop(self) -> None:
        self._tell("stop")
        self._over.set()
        self._receiver.join()
        shutil.rmtree(self.place)

    def _tell(self, what: str) -> None:
        # It writes to where its own starter does not look.
        subprocess.run(["postfix", "-c", str(self.place), what], check=True, capture_output=True)

    def _receive(self) -> None:
        """Run the command for each mail that was handed over."""
        while not self._over.wait(0.1):
            for mail in (self.place / "over").glob("*.mail"):
                with mail.open("rb") as given:
                    ended = subprocess.run(
                        [sys.executable, "manage.py", "receive_mail"], cwd=CHECKOUT, env=self._environment,
                        stdin=given, capture_output=True, check=False,
                    )  # fmt: skip
                mail.rename(mail.with_suffix(".taken"))
                part = mail.with_suffix(".writing")
                part.write_text(str(ended.returncode))
                part.rename(mail.with_suffix(".done"))


@pytest.fixture
def postfix(transactional_db: None, tmp_path: Path) -> Iterator[Postfix]:
    if os.geteuid() != 0:
        pytest.skip(f"Postfix {NEEDS_ROOT}")
    if not shutil.which("postfix"):
        _install()
    server = Postfix(tmp_path)
    yield server
    server.stop()


def _install() -> None:
    if not shutil.which("apt-get"):
        pytest.skip(f"there is no Postfix, and to install it {NEEDS_ROOT} on Debian")
    # It must not listen where anybody else does: Debian would configure and start it at once.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postfix"], env=quiet, check=True)
