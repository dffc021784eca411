"""`make run`: sets everything up, then keeps web, worker and mail catcher running until Ctrl-C."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import django

from config import catalogues, embedded_postgres, settings, starting
from config.children import Child, stop_all

_SPACE_NEEDED = 300_000_000
_LOCAL = {"localhost", "127.0.0.1", "::1"}
# Who was killed a moment ago may still be letting go of its port.
_PORT_PATIENCE = 8.0
SIGN_INS = [
    ("ivana@demo.test", "answers customers"),
    ("marko@demo.test", "answers customers, in another team"),
    ("petra@demo.test", "leads a team"),
    ("mara@demo.test", "manager"),
    ("admin@demo.test", "administrator"),
]


class Refused(Exception):
    """It can't start; the text says why and what to do."""


def run() -> int:
    """Start everything and stay until told to stop; the exit code."""
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    signal.signal(signal.SIGHUP, _as_ctrl_c)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    children: list[Child] = []
    try:
        _check_surroundings()
        starting.prepare(settings)
        starting.without_statement_timeout(settings)
        django.setup()
        _check_database()
        demo = _set_up()
        if demo:
            _check_port("127.0.0.1", settings.MAIL_CATCHER_PORT, "MAIL_CATCHER_PORT")
        children = _children(demo)
        # The pages first, alone: that is what somebody waits for.
        _wait_for(children[0])
        _announce(demo)
        while True:
            for child in children:
                child.watch()
            if settings.EMBEDDED and embedded_postgres.ensure_running(settings.DATA_DIR):
                _say("The database had ended; it runs again, with all that was committed.")
            time.sleep(0.5)
    except (Refused, embedded_postgres.CannotStart) as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("\nStopping …")
        return 0
    finally:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        stop_all(children, patience=40)


def _check_surroundings() -> None:
    """Refuse before anything is written where it would not work anyway."""
    _check_port(settings.HOST, settings.PORT, "PORT")
    place = settings.DATA_DIR
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < _SPACE_NEEDED:
        raise Refused(
            f"No disk space: {place} has {free // 1_000_000} MB left, {_SPACE_NEEDED // 1_000_000} MB are needed."
            " Free some, or set DATA_DIR to a place with more."
        )
    server = urlsplit(settings.EMAIL_URL).hostname
    if settings.DEMO and server and server not in _LOCAL:
        raise Refused(_no_demo_mail(server))


def _no_demo_mail(server: str) -> str:
    return (
        f"EMAIL_URL names {server}, but the data are the demo's: it would send invented mail to the world."
        " Leave EMAIL_URL empty for the demo, or use a database of your own (DATABASE_URL and DEMO=0)."
    )


def _check_port(host: str, port: int, name: str) -> None:
    """Refuse a port that somebody else listens on."""
    end = time.monotonic() + _PORT_PATIENCE
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except (OSError, OverflowError) as error:
                if time.monotonic() > end:
                    raise Refused(
                        f"Port {port} on {host} can't be used ({error}). Is this running already? Otherwise choose"
                        f" another: {name}={port + 1 if port < 65535 else 8000} make run"
                    ) from error
        time.sleep(0.2)


def _check_database() -> None:
    """Refuse a database that can't be reached, or is too old."""
    import psycopg
    from django.db import connections

    if settings.EMBEDDED:
        return
    where = urlsplit(settings.DATABASE_URL)
    try:
        connection = connections["default"]
        connection.settings_dict["OPTIONS"].setdefault("connect_timeout", 10)
        connection.ensure_connection()
        version = connection.connection.info.server_version
    except (Exception, psycopg.Error) as error:
        raise Refused(
            f"The database at {where.hostname}:{where.port or 5432}{where.path} can't be reached:\n  {error}\n"
            "Check DATABASE_URL, or leave it empty to use the embedded database."
        ) from error
    if version < 150000:
        raise Refused(f"That database is PostgreSQL {version // 10000}; 15 or newer is needed.")


def _set_up() -> bool:
    """Bring tables, files and the demo up to date; whether the database is the demo's."""
    began = time.monotonic()
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from people.models import Organisation

    if catalogues.compile_all():
        _say("Compiled the translations.")
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _say("Making the tables …")
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    _collect_static_files()
    call_command("set_schedule", verbosity=0)
    organisation = Organisation.objects.first()
    if organisation is None and settings.DEMO:
        _say("Filling in the demo company: eighteen weeks of work …")
        call_command("load_demo", if_empty=True)
    elif organisation is not None and organisation.demo:
        call_command("load_demo", today=True)
    organisation = Organisation.objects.first()
    connections.close_all()
    _say(f"Set up in {time.monotonic() - began:.1f} s.")
    demo = bool(organisation and organisation.demo)
    server = urlsplit(settings.EMAIL_URL).hostname
    if demo and server and server not in _LOCAL:
        raise Refused(_no_demo_mail(server))
    return demo


def _collect_static_files() -> None:
    """Collect the files for browsers, unless none has changed since the last time."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    state = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            state.update(f"{name} {found.st_mtime_ns} {found.st_size}\n".encode())
    stamp = settings.STATIC_ROOT / ".state"
    if stamp.exists() and stamp.read_text() == state.hexdigest():
        return
    _say("Collecting the files for browsers …")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state.hexdigest())


def _children(demo: bool) -> list[Child]:
    checkout, python = settings.BASE_DIR, sys.executable
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    address = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
    web = [python, "-m", "gunicorn", "config.wsgi", "--bind", address, "--worker-class", "gthread",
           "--workers", "2", "--threads", "4", "--max-requests", "2000", "--max-requests-jitter", "200",
           "--graceful-timeout", "20", "--log-level", "warning", "--preload"]  # fmt: skip
    if os.access("/dev/shm", os.W_OK):
        web += ["--worker-tmp-dir", "/dev/shm"]
    children = [
        Child("web server", web, checkout, environment),
        Child("worker", [python, "manage.py", "worker"], checkout, environment),
    ]
    if demo and not settings.EMAIL_URL:
        children.append(Child("mail catcher", [python, "manage.py", "catch_mail"], checkout, environment))
    return children


def _wait_for(web: Child) -> None:
    """Wait until pages are served."""
    host = "127.0.0.1" if settings.HOST in {"0.0.0.0", "::"} else settings.HOST
    health = f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}/healthz"
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(OSError):
            if _answers(health):
                break
        web.watch()
        time.sleep(0.05)
    else:
        raise Refused("The web server does not answer; what it said stands above.")


def _announce(demo: bool) -> None:
    """Say where it is, and as whom to sign in."""
    lines = ["", f"  Followthrough is running: {settings.SITE_URL}/", ""]
    if demo:
        lines += [f"  Desk        {settings.SITE_URL}/desk/   (password: demo)"]
        lines += [f"              {email:18} {does}" for email, does in SIGN_INS]
        if not settings.EMAIL_URL:
            lines += [f"  Demo inbox  {settings.SITE_URL}/demo/mail/   (no mail leaves this machine)"]
    else:
        lines += ["  The database holds no demo. The first account:  manage.py create_administrator --email YOU"]
        if not settings.EMAIL_URL:
            lines += ["  SENDING IS PAUSED: EMAIL_URL is empty. Set it to smtp://… or smtps://…"]
    lines += ["", "  Ctrl-C stops everything.", ""]
    _say("\n".join(lines))


def _answers(address: str) -> bool:
    """Whether the web server says anything but that it is broken."""
    request = urllib.request.Request(address, headers={"Host": urlsplit(settings.SITE_URL).netloc})
    try:
        with urllib.request.urlopen(request, timeout=5):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500


def _as_ctrl_c(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, flush=True)
