"""Knocking at every address as everybody, and seeing what was written meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.examples import EXAMPLES, SAFE, address, audience_of, may_open, named_routes
from tests.stage import Stage

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/tickets/?state=open"}


@dataclass
class Door:
    """Every address of one stage, and a session for everybody who may knock."""

    stage: Stage
    sessions: dict[str, str]
    addresses: dict[str, str]

    def knock(self, name: str, method: str, actor: str, *, by_htmx: bool = False) -> HttpResponse:
        """Ask for the address called `name`, with what a person would send there."""
        client = Client(headers=HTMX if by_htmx else None)
        if session := self.sessions.get(actor):
            client.cookies[settings.SESSION_COOKIE_NAME] = session
        sent = EXAMPLES[name].sends(self.stage) if method == "POST" else {}
        return getattr(client, method.lower())(self.where(name), sent)

    def where(self, name: str) -> str:
        """Where the example is."""
        return self.addresses[name]


def door(stage: Stage) -> Door:
    """Everybody is signed in."""
    sessions = {}
    for actor, user in stage.actors().items():
        if user is not None:
            client = Client()
            client.force_login(user)
            sessions[actor] = client.cookies[settings.SESSION_COOKIE_NAME].value
    addresses = {name: address(name, stage) for name in EXAMPLES if name in named_routes()}
    return Door(stage, sessions, addresses)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def problem(name: str, method: str, actor: str, response: HttpResponse, *, by_htmx: bool = False) -> str:
    """What is wrong with the answer, by the declared audience and who may see the object; empty if nothing is."""
    example, status = EXAMPLES[name], response.status_code
    if "default-src 'none'" not in response.headers.get("Content-Security-Policy", ""):
        return "no content security policy"
    is_open = audience_of(name) in {"public", "customer"}
    if actor == "anonymous" and not is_open:
        if by_htmx:
            right = status == 204 and response.headers.get("HX-Redirect", "").startswith("/accounts/login/?next=")
        else:
            right = status == 302 and response.headers["Location"].startswith("/accounts/login/?next=")
        return "" if right else f"{status} where sign-in is asked for"
    if method not in example.methods:
        allowed = {404, 405} if not may_open(name, actor) else {405}
        return "" if status in allowed else f"{status} to a method that is not declared"
    if not may_open(name, actor):
        return "" if status == 404 else f"{status} for somebody who may not see it"
    fine = example.answers if method in SAFE else example.done
    if method == "OPTIONS":
        fine = (*fine, 200)
    if by_htmx and method not in SAFE:
        fine = (*fine, 200, 204)
    return "" if status in fine else f"{status} instead of {fine}"


def changes_nothing(name: str, method: str, actor: str) -> bool:
    """Whether nothing may be written: reading, and everything that is refused."""
    return method in SAFE or method not in EXAMPLES[name].methods or not may_open(name, actor)


def rows_written() -> Counter[str]:
    """How many rows were inserted, changed or deleted in this transaction so far, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return Counter(dict(cursor.fetchall()))


def row_hashes() -> dict[str, str]:
    """A hash over all rows of each table."""
    tables = sorted(connection.introspection.table_names())
    quoted = ", ".join(
        f"(SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {connection.ops.quote_name(table)} t)"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted}")
        return dict(zip(tables, cursor.fetchone(), strict=True))
