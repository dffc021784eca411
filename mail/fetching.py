"""Fetching: a run over each account, its mails in the order of their numbers, each committed before it is marked.

A server that hangs keeps nobody waiting but its own mailbox: each account has a thread for as long as the run takes, a
lease of its own, and a limit after which its line is cut. What cannot be fetched stands in `Unfetched`, is tried three
times in all, and is parked then; the mails behind it come in meanwhile.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime

from django.db import InterfaceError, OperationalError, connections
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _

from mail import actions_fetching as actions
from mail import inbound, outbox, secrets
from mail.access import sign_in_of
from mail.imap import CannotFetch, Listed, Lost, NotLetIn, Session, signed_in
from mail.models import Account, InboundMail
from mail.sending import Draining
from people.models import Organisation

log = logging.getLogger(__name__)

BUDGET = 20.0  # seconds in which mails and accounts are begun
# A worker that is longer in one task is killed by the queue; who is not done by then is left behind.
LEAVE_AFTER = 50.0
AT_ONCE = 8  # accounts
BATCH = 20  # mails
# On its way into the database a mail needs nine times its size: of such there is one at a time.
LARGE = 2 * 1024 * 1024
_ONE_LARGE = threading.Lock()
# A line that a mail breaks is taken up again so often in one run.
LINES = 4


def fetch_all(*, now: datetime | None = None, budget: float = BUDGET, leave_after: float = LEAVE_AFTER) -> int:
    """Fetch from every account that is due; returns how many mails are here now that were not before.

    With `now` a simulation passes its own clock; else the database's is read for each account.
    """
    began = time.monotonic()
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    due = list(Account.objects.due(now or outbox.database_now()).values_list("pk", flat=True))
    for pk in due:
        waiting.put(pk)
    brought: list[int] = []

    def work() -> None:
        try:
            while time.monotonic() - began < budget and not Draining.now:
                brought.append(fetch(waiting.get_nowait(), now=now, budget=budget - (time.monotonic() - began)))
        except queue.Empty:
            return
        except Exception:
            # Of the database, or a mistake of ours; the lease ends by itself.
            log.exception("mail could not be fetched")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, daemon=True) for _thread in range(min(AT_ONCE, len(due)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, leave_after - (time.monotonic() - began)))
    return sum(brought)


def fetch(account_id: int, *, now: datetime | None = None, budget: float = BUDGET) -> int:
    """One run over one account, if nobody else has it in hand; returns how many mails it brought.

    Whatever the server does, what became of it stands on the account; only the database's errors are raised.
    """
    ends = time.monotonic() + budget
    account = actions.claim(account_id, now=now or outbox.database_now())
    if account is None:
        return 0
    organisation = Organisation.objects.first()
    with translation.override(organisation.language if organisation else None):
        run = _Run(account, now, ends)
        try:
            run.over_all_lines()
        except actions.LeaseLost:
            log.info("%s is in other hands now", account)
        except secrets.CannotOpen as error:
            actions.failed(account, str(error), now=run.now(), alarm=True)
        except NotLetIn as refusal:
            _not_let_in(account, refusal, run.now())
        except CannotFetch as error:
            log.warning("no mail from %s: %s", account, error)
            actions.failed(account, str(error), now=run.now())
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # a mistake of ours with one account must not look like a server that is away
            log.exception("mail from %s could not be fetched", account)
            actions.failed(account, _("The log of the worker says why."), now=run.now(), alarm=True)
    return run.brought


def _not_let_in(account: Account, refusal: NotLetIn, now: datetime) -> None:
    """We are refused: leave the account alone, unless it was a token that may simply be worn out."""
    if account.access_ends_at is not None and account.sealed_access_token and account.access_ends_at > now:
        log.warning("%s takes its token no more: %s", account, refusal)
        if account.failures == 0:
            actions.forget_access(account)
            actions.failed(account, str(refusal), now=now)
            return
    log.error("NO MAIL IS FETCHED from %s: %s", account, refusal)
    actions.failed(account, str(refusal), now=now, pause=True)


class _Run:
    """One account in our hands, from signing in to writing down how it went."""

    def __init__(self, account: Account, now: datetime | None, ends: float) -> None:
        self.brought = 0
        self._account, self._given, self._ends = account, now, ends
        self._marks = True
        self._trouble = ""

    def now(self) -> datetime:
        return self._given or outbox.database_now()

    def over_all_lines(self) -> None:
        """Until nothing is left or the time is up; when a mail breaks the line, those behind it come over another."""
        for line in range(LINES):
            try:
                with signed_in(self._account, sign_in_of(self._account, now=self.now())) as session:
                    self._over(session)
                return
            except _LostAtAMail:
                if line == LINES - 1 or self._is_over():
                    raise

    def _over(self, session: Session) -> None:
        account = self._account
        actions.is_at(account, session.uidvalidity)
        self._mark_those_before(session)
        left = session.newer_than(account.fetched_up_to, account.starts_at)
        while left and not self._is_over():
            left = left[self._take(session, left[:BATCH]) :]
        self._retry(session)
        waiting = session.listed(left[:BATCH]).values() if left else ()
        oldest = min((mail.arrived_at for mail in waiting), default=None)
        actions.succeeded(account, now=self.now(), waiting=len(left), oldest_at=oldest, trouble=self._trouble)

    def _take(self, session: Session, uids: Sequence[int]) -> int:
        """Bring these here, write down how far that has come, then mark them; how many it got through."""
        listed, done = session.listed(uids), 0
        here = set(self._fetched().filter(uid__in=uids).values_list("uid", flat=True))
        troubled = set(self._troubled().values_list("uid", flat=True))
        for uid in uids:
            if self._is_over():
                break
            if uid not in here and uid not in troubled:
                # What is gone meanwhile is not there when it is asked for, either.
                self._bring(session, uid, listed.get(uid) or Listed(0, self.now()))
            done += 1
        if done:
            up_to = uids[done - 1]
            actions.fetched(self._account, up_to=up_to)
            self._mark(session, up_to)
        return done

    def _bring(self, session: Session, uid: int, mail: Listed) -> None:
        """Bring one here and commit it; or what can be had of it, with the reason."""
        account = self._account
        if account.starts_at is not None and mail.arrived_at < account.starts_at:
            return
        most = account.largest_mb * 1024 * 1024
        try:
            # A server may be wrong about the size: then it is cut off one byte behind the limit.
            raw = session.raw(uid, most) if mail.size <= most else None
            if mail.size > most or (raw is not None and len(raw) > most):
                self._park(session.headers(uid), uid, mail, self._too_large(max(mail.size, most + 1)))
            elif raw is not None:
                self._keep(raw, uid, mail)
        except Lost as lost:
            if actions.could_not_fetch(account, uid, now=self.now()):
                self._park(b"", uid, mail, self._not_to_be_had(str(lost)))
            raise _LostAtAMail(str(lost)) from lost
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # one mail never stops the others
            said = isinstance(error, CannotFetch)
            why = str(error) if said else type(error).__name__
            log.warning("mail %s of %s could not be fetched: %s", uid, account, why, exc_info=None if said else error)
            if actions.could_not_fetch(account, uid, now=self.now()):
                self._park(self._headers_if_any(session, uid), uid, mail, self._not_to_be_had(why))
        else:
            actions.no_longer_unfetched(account, uid)

    def _keep(self, raw: bytes, uid: int, mail: Listed) -> None:
        account, validity = self._account, self._account.uidvalidity
        arrived_at = min(mail.arrived_at, self.now())
        with _ONE_LARGE if len(raw) > LARGE else nullcontext():
            kept = inbound.ingest(raw, now=arrived_at, mailbox=account.mailbox, uidvalidity=validity, uid=uid)
        self.brought += (kept.uidvalidity, kept.uid) == (validity, uid)
        inbound.stands_at(kept, uidvalidity=validity, uid=uid)

    def _park(self, headers: bytes, uid: int, mail: Listed, why: str) -> None:
        account = self._account
        inbound.park_part(
            headers, why, now=min(mail.arrived_at, self.now()), mailbox=account.mailbox,
            uidvalidity=account.uidvalidity, uid=uid,
        )  # fmt: skip
        actions.no_longer_unfetched(account, uid)

    def _retry(self, session: Session) -> None:
        """Those that could not be fetched before, when it is their time again."""
        due = list(self._troubled().filter(next_at__lte=self.now()).order_by("uid").values_list("uid", flat=True))
        listed = session.listed(due) if due else {}
        for uid in due:
            if self._is_over():
                return
            if uid in listed:
                self._bring(session, uid, listed[uid])
            else:
                actions.no_longer_unfetched(self._account, uid)
        self._mark_uids(session, [uid for uid in due if uid in listed])

    def _mark_those_before(self, session: Session) -> None:
        """What a run that broke off had brought here and not marked any more."""
        if self._account.marked_up_to < self._account.fetched_up_to:
            self._mark(session, self._account.fetched_up_to)

    def _mark(self, session: Session, up_to: int) -> None:
        between = self._fetched().filter(uid__gt=self._account.marked_up_to, uid__lte=up_to)
        uids = list(between.filter(is_whole=True).order_by("uid").values_list("uid", flat=True))
        if all(self._mark_uids(session, uids[at : at + BATCH]) for at in range(0, len(uids), BATCH)) and self._marks:
            actions.marked(self._account, up_to=up_to)

    def _mark_uids(self, session: Session, uids: Sequence[int]) -> bool:
        """Mark or move these, unless the server has refused that in this run; whether it is done."""
        here = list(self._fetched().filter(uid__in=uids, is_whole=True).values_list("uid", flat=True))
        if not here or not self._marks:
            return self._marks
        try:
            if self._account.afterwards == Account.Afterwards.MOVE:
                session.move(here, self._account.move_to)
            else:
                session.mark_read(here)
        except Lost:
            raise
        except CannotFetch as refusal:
            # They are here: that they cannot be marked must not keep others out.
            self._marks = False
            told = {"folder": self._account.move_to, "said": refusal}
            self._trouble = (
                _("The mail is here, but can't be moved to %(folder)s. The server said: %(said)s") % told
                if self._account.afterwards == Account.Afterwards.MOVE
                else _("The mail is here, but can't be marked as read. The server said: %(said)s") % told
            )
        return self._marks

    def _fetched(self):
        return InboundMail.objects.at(self._account.mailbox, self._account.uidvalidity)

    def _troubled(self):
        return self._account.unfetched.filter(uidvalidity=self._account.uidvalidity)

    def _is_over(self) -> bool:
        return Draining.now or time.monotonic() >= self._ends

    def _headers_if_any(self, session: Session, uid: int) -> bytes:
        try:
            return session.headers(uid)
        except CannotFetch:
            return b""

    def _too_large(self, size: int) -> str:
        told = {
            "size": filesizeformat(size),
            "largest": filesizeformat(self._account.largest_mb * 1024 * 1024),
            "folder": self._account.folder,
        }
        return _(
            "It has %(size)s, and this mailbox takes mail of at most %(largest)s. Only its headers are here: the whole"
            " mail lies unread in the folder %(folder)s of its server."
        ) % told  # fmt: skip

    def _not_to_be_had(self, why: str) -> str:
        told = {"folder": self._account.folder, "why": why.rstrip(".")}
        return _(
            "It could not be fetched in three tries (%(why)s). It lies unread in the folder %(folder)s of its server."
        ) % told  # fmt: skip


class _LostAtAMail(Lost):
    """The line ended while a mail came over it: the mail is written down, and those behind it need another line."""
