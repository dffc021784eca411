"""Trying out where mail is fetched from: each step as it went, without fetching or changing anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import secrets
from mail.access import sign_in_of
from mail.imap import CannotFetch, Session, connect
from mail.models import Account


@dataclass(frozen=True)
class Step:
    """What was tried, whether it went well, and what there is to say about it."""

    what: str
    went_well: bool
    said: str


def try_out(account: Account, *, now: datetime) -> list[Step]:
    """Connect, sign in and look at the folders; ends with the first step that fails."""
    steps: list[Step] = []
    where = _("Connect to %(host)s, port %(port)s") % {"host": account.host, "port": account.port}
    enter = _("Sign in as %(user)s") % {"user": account.user}
    what, session = enter, None
    try:
        sign_in = sign_in_of(account, now=now)
        what = where
        session = connect(account, sign_in)
        steps.append(Step(where, True, _connected(account)))
        what = enter
        session.enter()
        steps.append(Step(enter, True, _("The server lets us in.")))
        what = _("Open the folder %(folder)s") % {"folder": account.folder}
        lie_there = session.open_folder(account.folder)
        found = ngettext("%(n)d mail lies there.", "%(n)d mails lie there.", lie_there) % {"n": lie_there}
        steps.append(Step(what, True, found))
        if account.afterwards == Account.Afterwards.MOVE:
            what = _("Find the folder %(folder)s") % {"folder": account.move_to}
            steps.append(_found(session, what, account.move_to))
    except (CannotFetch, secrets.CannotOpen) as failure:
        steps.append(Step(what, False, str(failure)))
    finally:
        if session is not None:
            session.leave()
    return steps


def _connected(account: Account) -> str:
    if account.security == Account.Security.NONE:
        return _("It answers. Nothing is encrypted, and nothing leaves this machine.")
    return _("It answers, encrypted, and its certificate is valid.")


def _found(session: Session, what: str, folder: str) -> Step:
    if session.has_folder(folder):
        return Step(what, True, _("It is there."))
    return Step(what, False, _("There is no such folder. Make it in a mail program, or name another."))
