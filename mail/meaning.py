"""What a mail server said, in plain words beside its own. Its own words are quoted, never trusted."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

# "550 5.1.1 no such user": the code that every server gives, and the finer one that most give.
_ANSWER = re.compile(r"^(?P<code>[245]\d\d)(?:[ -]+(?P<finer>[245]\.\d{1,3}\.\d{1,3}))?")


def in_words(reason: str) -> str:
    """What the answer `reason` of a mail server means; empty where it is no such answer."""
    found = _ANSWER.match(reason)
    return _meaning(found["code"], found["finer"] or "") if found else ""


def of_status(status: str) -> str:
    """What a code like "5.1.1" or "550" means; where there is none, that it is not said why."""
    if not status:
        return _("The report does not say why.")
    return _meaning(status, "") if status.isdecimal() else _meaning(status[:1], status)


def status_in(reason: str) -> str:
    """The finest code in the answer `reason` of a mail server, like "5.1.1" or "550"; empty where it is no answer."""
    found = _ANSWER.match(reason)
    return (found["finer"] or found["code"]) if found else ""


def _meaning(code: str, status: str) -> str:
    finer = status.partition(".")[2]
    if code.startswith("4"):
        return _("The other mail server could not take it for now.")
    if finer in {"1.1", "1.2", "1.3", "1.6", "1.10"} or (not finer and code in {"550", "551", "553"}):
        return _("The other mail server does not know this address.")
    if finer == "2.1":
        return _("This mailbox takes no mail any more.")
    if finer == "2.2" or code == "552":
        return _("The mailbox is full, or the mail is too large for it.")
    if finer.startswith("4."):
        return _("No way to the other mail server was found.")
    if finer.startswith("7."):
        return _("The other mail server refuses mail from us.")
    return _("The other mail server refused it.")
