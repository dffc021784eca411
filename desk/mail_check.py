"""What a test mail to ourselves has shown, line by line, and what to do where something is wrong. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import own
from mail.actions_checking import METHODS
from mail.models import Delivery, MailCheck

GOOD, BAD, OPEN = "good", "bad", "open"
State = Delivery.State


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: how it is, and what to do where it is bad. `names` are those of programs."""

    title: str
    verdict: str
    said: str
    todo: str = ""
    names: str = ""


Lines: TypeAlias = Iterator[Line]


@dataclass(frozen=True)
class Report:
    """All that one test mail has shown. `by_catcher`: the demo's own server took it, which checks nothing."""

    check: MailCheck
    lines: list[Line]
    is_waiting: bool
    by_catcher: bool

    @property
    def to_do(self) -> int:
        """How many things are to be put right."""
        return sum(line.verdict == BAD for line in self.lines)


def of(check: MailCheck, *, now: datetime) -> Report:
    """The report on `check` as things stand at `now`."""
    caught = settings.MAIL_TO_CATCHER
    lines = [*_way(check, now)]
    if check.came_at:
        lines += [*_kept(check.found)]
        lines += [_not_to_be_seen()] if caught else [*_findings(check)]
    return Report(check, lines, check.is_waiting(now), caught)


def _way(check: MailCheck, now: datetime) -> Lines:
    delivery = check.delivery
    if delivery is not None and delivery.state != State.SENT and not check.came_at:
        yield _not_left(check, delivery, now)
        return
    yield Line(_("It leaves"), GOOD, _("The mail server has taken it."))
    title = _("It comes back")
    if check.came_at:
        yield Line(title, GOOD, _("After %(time)s.") % {"time": _in_words(check.came_at - check.made_at)})
    elif check.is_waiting(now):
        yield Line(title, OPEN, _("Not yet. How long it takes depends on how often mail is fetched."))
    else:
        yield Line(title, BAD, _("It has not come back within ten minutes."), _(
            "See whether mail of this mailbox is fetched or handed over, look into its spam folder, and ask whoever"
            " runs the server whether it takes addresses with a plus."
        ))  # fmt: skip


def _not_left(check: MailCheck, delivery: Delivery, now: datetime) -> Line:
    title, said = _("It leaves"), delivery.reason or _("It waits to leave.")
    if check.is_waiting(now):
        return Line(title, OPEN, said)
    if delivery.state == State.FAILED:
        return Line(title, BAD, said, _(
            "Put right what the mail server says. If it does not know the address, it takes no addresses with a plus:"
            " switch that on (with Postfix: recipient_delimiter = +)."
        ))  # fmt: skip
    return Line(title, BAD, said, _(
        "It has not left within ten minutes. See whether the worker runs, whether sending is paused, and whether the"
        " mail server can be reached."
    ))  # fmt: skip


def _kept(found: dict) -> Lines:
    title = _("The plus in the address survives")
    if found["plus"]:
        yield Line(title, GOOD, _("What stands behind the plus is still there: answers find their ticket by it."))
    else:
        yield Line(title, BAD, _("What stands behind the plus was cut off."), _(
            "Let the server keep it. Until then an answer finds its ticket only where the receiving server vouches for"
            " its sender; all others wait beside the ticket for a person."
        ))  # fmt: skip
    title = _("Our own headers come back")
    missing = [name for name, key in ((own.ID, "id"), (own.SIGNATURE, "signature")) if not found[key]]
    if not missing:
        yield Line(title, GOOD, _("Mail of our own is known when it comes back, so that it makes no loop."))
    else:
        todo = _("Something on the way takes headers away. Ask whoever runs it to keep those of ours.")
        yield Line(title, BAD, _("Missing or changed:"), todo, ", ".join(missing))


def _not_to_be_seen() -> Line:
    return Line(_("SPF, DKIM and DMARC"), OPEN, _(
        "The demo's catcher hands mail straight back and checks no sender, so none of this can be seen here."
    ))  # fmt: skip


def _findings(check: MailCheck) -> Lines:
    found, believed = check.found, check.mailbox.authserv_id
    yield _server(found, believed)
    for method in METHODS:
        yield _method(method, found)
    if not believed:
        return
    title = _("Foreign results are taken away")
    if found["forged"]:
        yield Line(title, BAD, _("What we wrote in the name of %(server)s came through.") % {"server": believed}, _(
            "Anybody can write such a line into a mail and vouch for themselves. Let the server remove all"
            " Authentication-Results with its own name from mail that comes in. Until then leave the name below empty."
        ))  # fmt: skip
    else:
        yield Line(title, GOOD, _("What others write in the name of %(server)s is removed.") % {"server": believed})


def _server(found: dict, believed: str) -> Line:
    title, seen = _("The receiving server says what it found"), ", ".join(found["servers"])
    if found["server"]:
        return Line(title, GOOD, _("Authentication-Results of %(server)s are there.") % {"server": believed})
    if seen and believed:
        return Line(title, BAD, _("There is no word of %(server)s, but of: %(seen)s.") % {
            "server": believed, "seen": seen,
        }, _("If that is your own receiving server, put its name below and send another test mail."))  # fmt: skip
    if seen:
        return Line(title, BAD, _("Nobody's word counts yet. There are results of: %(seen)s.") % {"seen": seen}, _(
            "If that is your own receiving server, put its name below and send another test mail."
        ))  # fmt: skip
    return Line(title, BAD, _("The mail came back without Authentication-Results."), _(
        "Let the server that receives your mail check SPF, DKIM and DMARC and write down what it found. Many do not"
        " check mail that they sent themselves: then look into a mail from outside. Without it no sender counts as"
        " verified, and everything else works."
    ))  # fmt: skip


def _method(method: str, found: dict) -> Line:
    title, result = method.upper(), found[method]
    if not found["server"]:
        return Line(title, OPEN, _("Not known, because nobody's word about it counts."))
    if result == "pass":
        return Line(title, GOOD, _("The result:"), names=result)
    if not result:
        return Line(title, OPEN, _("%(server)s says nothing about it.") % {"server": found["server"]})
    todo = {
        "spf": _("Name the server that sends your mail in the SPF record of your domain."),
        "dkim": _("Have your mail signed, by your server or by this program, and publish the key in your domain."),
        "dmarc": _("SPF or DKIM has to pass for the very domain that stands in From. Put one of them right first."),
    }
    return Line(title, BAD, _("The result:"), todo[method], result)


def _in_words(time: timedelta) -> str:
    seconds = max(round(time.total_seconds()), 1)
    if seconds < 120:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}
