"""The outbox: planning a mail, taking it back, and carrying it out without losing or doubling it.

The rows are the truth, the queue only hurries. Nobody sends inside the transaction that decides,
and nobody decides inside the code that sends. See docs/architecture.md, "Delivery".
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext as _

from mail import enclosing, statements, waits
from mail.building import with_links
from mail.models import Attempt, Delivery, Enclosure, Mailbox, Suppression
from mail.models.delivery import REFUSABLE
from people.models import Organisation

State, Outcome = Delivery.State, Attempt.Outcome

LEASE = timedelta(seconds=120)
# A begin this close to the end of its lease is left to the next holder.
LEASE_MARGIN = timedelta(seconds=2)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def database_now() -> datetime:
    """The database's clock: workers on several machines agree on it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {statements.DATABASE_CLOCK}")
        return cursor.fetchone()[0]


def enqueue(
    *,
    key: str,
    purpose: str,
    about: str,
    recipient: str,
    language: str,
    subject: str,
    body: str,
    now: datetime,
    due_at: datetime,
    automatic: bool,
    at_least_once: bool,
    recipient_name: str = "",
    mailbox: Mailbox | None = None,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    links: Sequence[str] = (),
    stop_on: Sequence[str] = (),
    expires_at: datetime | None = None,
    also_about: Sequence[str] = (),
    anyway: bool = False,
    encloses: Sequence[Enclosure] = (),
    sender_name: str = "",
) -> Delivery:
    """Plan a mail for `due_at`. The same `key` again returns the row that is there.

    Its Message-ID is fixed here and the same in every attempt. Of placeholders in `body` only
    those named in `links` (like "answer:satisfaction:88") become links. `encloses` are unsaved rows
    for the files that go along; together too large for a mail, they go as a link. A header with control
    characters is refused in words for a user. Where the recipient gets no such mail, a person's
    mail is refused, and an automatic one ends at once as cancelled, with the reason; where mail to
    them only came back, the refusal has the code "bounced" and a person may send `anyway`.
    """
    if _CONTROL.search("".join([recipient, recipient_name, subject, sender_name, in_reply_to, *references])):
        raise ValidationError(_("The subject and the recipient must stand on one line."))
    known = Delivery.objects.filter(key=key).first()
    if known is not None:
        return known
    stopped = Suppression.objects.stopping(recipient, purpose, anyway=anyway).first()
    if stopped is not None and (anyway or not automatic):
        raise ValidationError(
            _("Mail to %(address)s is stopped: %(reason)s"),
            params={"address": recipient, "reason": stopped.reason},
            code=stopped.cause,
        )
    mailbox = mailbox or _default_mailbox()
    made, new = Delivery.objects.get_or_create(
        key=key,
        defaults={
            "purpose": purpose, "about": about, "mailbox": mailbox, "recipient": recipient,
            "recipient_name": recipient_name, "sender_name": sender_name, "language": language,
            "subject": subject[:250],
            "body": with_links(body, links), "in_reply_to": in_reply_to, "references": " ".join(references),
            "automatic": automatic, "anyway": anyway,
            "files_as_links": enclosing.too_large(file.size for file in encloses),
            "at_least_once": at_least_once, "stop_on": list(stop_on), "expires_at": expires_at,
            "also_about": list(also_about),
            "made_at": now, "next_at": due_at,
            "message_id": f"<{uuid.uuid4()}@{mailbox.address.rpartition('@')[2]}>",
            "state": State.CANCELLED if stopped else State.QUEUED,
            "ended_at": now if stopped else None,
            "reason": stopped.reason if stopped else "",
        },
    )  # fmt: skip
    if new:
        for file in encloses:
            file.delivery = made
        Enclosure.objects.bulk_create(encloses)
    return made


def link_files(delivery: Delivery) -> bool:
    """Let the files of one that waits or is leaving go as a link from now on; False where none go along."""
    along = Delivery.objects.filter(pk=delivery.pk, files_as_links=False, enclosures__isnull=False)
    return bool(along.update(files_as_links=True))


def cancel(about: str, event: str, *, now: datetime) -> int:
    """Cancel what waits about `about` and is untrue once `event` has happened; returns how many.

    Called in the transaction of that event. What is leaving already is not stopped. One about several things
    is untrue as a whole.
    """
    among_others = ~Q(also_about=[]) & Q(also_about__contains=[about])
    waiting = Delivery.objects.filter(
        Q(about=about) | among_others, state__in=[State.QUEUED, State.CLAIMED], stop_on__contains=[event]
    )
    why = str(Delivery.StopOn(event).label)
    return waiting.update(state=State.CANCELLED, ended_at=now, lease=None, reason=why)


def now_about(before: str, about: str) -> int:
    """What waits about `before` is about `about` from now on, so that what happens there stops it; returns how many."""
    waiting = Delivery.objects.filter(about=before, state__in=[State.QUEUED, State.CLAIMED])
    return waiting.update(about=about)


def cancel_one(delivery: Delivery, *, now: datetime, reason: str) -> bool:
    """Take one mail back; False when it is leaving already, or gone."""
    waiting = Delivery.objects.filter(pk=delivery.pk, state__in=[State.QUEUED, State.CLAIMED])
    return bool(waiting.update(state=State.CANCELLED, ended_at=now, lease=None, reason=reason[:400]))


def hurry(delivery: Delivery, *, now: datetime) -> bool:
    """Let one that waits leave at once; False when it does not wait any more."""
    return bool(Delivery.objects.filter(pk=delivery.pk, state=State.QUEUED).update(next_at=now))


def claim(limit: int, *, now: datetime) -> tuple[uuid.UUID, dict[int, datetime]]:
    """Take up to `limit` due mails for ourselves while the lease lasts: with when each was due, in that order.

    What somebody had claimed who died before beginning is due again when that lease is over.
    """
    lease = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(statements.CLAIM, {"lease": lease, "lease_ends": now + LEASE, "now": now, "limit": limit})
        return lease, {pk: due for due, pk in sorted(cursor.fetchall())}


def begin(delivery_id: int, lease: uuid.UUID, *, now: datetime | None = None, wait: bool = True) -> Attempt | None:
    """Move a claimed mail to sending, or None when it is not ours to send any more, or not allowed.

    This statement is where sending and cancelling meet: whoever changes the row first wins. Looks
    only at its own row and the suppression list; is to be committed before anything is sent. Without
    `wait` somebody who is changing the row at this moment is not waited for: then None says nothing yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            statements.BEGIN if wait else statements.BEGIN_UNLESS_HELD,
            {
                "id": delivery_id, "lease": lease, "now": now,
                "margin": LEASE_MARGIN.total_seconds(), "length": LEASE.total_seconds(),
                "refusable": [str(purpose) for purpose in REFUSABLE],
            },
        )  # fmt: skip
        begun = cursor.fetchone()
    if begun:
        pk, number, started_at = begun
        return Attempt(pk=pk, delivery_id=delivery_id, number=number, started_at=started_at)
    if wait:
        _end_what_may_not_leave(delivery_id, lease, now or database_now())
    return None


def finish(attempt: Attempt, outcome: str, reply: str, *, lease: uuid.UUID, now: datetime | None = None) -> None:
    """Write down what became of an attempt. That a mail is out is stored even if the lease was lost meanwhile."""
    if outcome == Outcome.SENT:
        with connection.cursor() as cursor:
            ours: dict[str, Any] = {"delivery": attempt.delivery_id, "attempt": attempt.pk, "lease": lease}
            cursor.execute(statements.ACCEPTED, {**ours, "reply": reply[:400], "now": now})
            if cursor.rowcount:
                return
    _finish_with_care(attempt, outcome, reply, lease, now or database_now())


@transaction.atomic
def settle_the_dead(*, now: datetime) -> int:
    """Decide about mails whose sender died while sending: nobody knows whether they arrived. Returns how many."""
    dead = Delivery.objects.select_for_update(skip_locked=True).filter(state=State.SENDING, next_at__lte=now)
    for delivery in dead:
        delivery.attempts.filter(outcome=Outcome.STARTED).update(
            outcome=Outcome.UNKNOWN, finished_at=now, reply="the sender ended in the middle"
        )
        # We died, not the server: the lease has been long enough a wait.
        _repeat_or_leave(delivery, now, repeat_at=now)
    return len(dead)


def expire(*, now: datetime) -> int:
    """End what waits and would come too late, also while nothing can be sent; returns how many."""
    late = Delivery.objects.too_late(now)
    return late.update(state=State.EXPIRED, ended_at=now, lease=None, reason=_("It would have come too late."))


def release(due: Mapping[int, datetime], lease: uuid.UUID, *, why: str = "") -> None:
    """Give back what was claimed and not begun: each is due when it was, so that they leave in that order."""
    if not due:
        return
    as_before = Case(*[When(pk=pk, then=Value(at)) for pk, at in due.items()])
    mine = Delivery.objects.filter(pk__in=due, lease=lease, state=State.CLAIMED)
    mine.update(state=State.QUEUED, lease=None, next_at=as_before, reason=why[:400])


def pause_mailboxes(ids: Iterable[int], why: str) -> None:
    """Stop sending from mailboxes whose settings the server refuses, until somebody has looked."""
    Mailbox.objects.filter(pk__in=list(ids)).update(sending_paused_why=why[:400])


def resume_mailboxes() -> list[Mailbox]:
    """Somebody has looked: send again. Returns those that were paused, with the reason."""
    paused = list(Mailbox.objects.exclude(sending_paused_why=""))
    Mailbox.objects.filter(pk__in=[mailbox.pk for mailbox in paused]).update(sending_paused_why="")
    return paused


def _default_mailbox() -> Mailbox:
    """The mailbox of the organisation's support address; before there is one, an address nobody answers."""
    organisation = Organisation.objects.first()
    address = organisation.support_address if organisation else ""
    address = address or f"no-reply@{urlsplit(settings.SITE_URL).hostname}"
    return Mailbox.objects.get_or_create(address=address, defaults={"name": address[:80]})[0]


@transaction.atomic
def _end_what_may_not_leave(delivery_id: int, lease: uuid.UUID, now: datetime) -> None:
    """One that we hold and could not begin: because it would come too late, or nobody wants it."""
    mine = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery_id, lease=lease, state=State.CLAIMED)
    for delivery in mine:
        stops = Suppression.objects.stopping(delivery.recipient, delivery.purpose, anyway=delivery.anyway)
        stopped = stops.first()
        if delivery.expires_at is not None and delivery.expires_at <= now:
            _end(delivery, State.EXPIRED, now, _("It would have come too late."))
        elif stopped is not None:
            _end(delivery, State.CANCELLED, now, stopped.reason)


@transaction.atomic
def _finish_with_care(attempt: Attempt, outcome: str, reply: str, lease: uuid.UUID, now: datetime) -> None:
    # The mail first, then the attempt: the order in which the dead are settled locks them, too.
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=attempt.delivery_id)
    ours, told = Attempt.objects.filter(pk=attempt.pk), {"finished_at": now, "reply": reply[:400]}
    if not ours.filter(outcome=Outcome.STARTED).update(outcome=outcome, **told):
        # Given up for dead meanwhile, and counted as unknown: it may have been repeated.
        ours.update(**told)
    if outcome == Outcome.SENT:
        if delivery.state != State.SENT:
            _end(delivery, State.SENT, now, "")
    elif delivery.lease != lease or delivery.state != State.SENDING:
        return
    elif outcome == Outcome.OUR_FAULT:
        # The mail waits unburnt until somebody has mended our settings.
        _requeue(delivery, now + waits.BACK_OFF[0], reply[:400])
    elif outcome == Outcome.UNKNOWN:
        _repeat_or_leave(delivery, now, repeat_at=now + waits.REPEAT_AFTER)
    elif outcome == Outcome.RETRY and (wait := waits.next_wait(delivery, now)):
        _requeue(delivery, now + wait, reply[:400])
    else:
        _end(delivery, State.FAILED, now, reply)


def _repeat_or_leave(delivery: Delivery, now: datetime, *, repeat_at: datetime) -> None:
    """Once more, with the same Message-ID, if its kind allows and it is the first time; else it waits for a person.

    At once where it would come too late otherwise.
    """
    times = delivery.attempts.filter(outcome=Outcome.UNKNOWN).count()
    if delivery.at_least_once and times < 2:
        too_late = delivery.expires_at is not None and delivery.expires_at <= repeat_at
        _requeue(delivery, now if too_late else repeat_at, "")
    else:
        delivery.state, delivery.lease = State.UNKNOWN, None
        delivery.reason = _("It is not known whether it arrived.")
        delivery.save(update_fields=["state", "lease", "reason"])


def _requeue(delivery: Delivery, due_at: datetime, why: str) -> None:
    delivery.state, delivery.lease, delivery.next_at, delivery.reason = State.QUEUED, None, due_at, why
    delivery.save(update_fields=["state", "lease", "next_at", "reason"])


def _end(delivery: Delivery, state: str, now: datetime, reason: str) -> None:
    delivery.state, delivery.ended_at, delivery.lease, delivery.reason = state, now, None, reason[:400]
    delivery.save(update_fields=["state", "ended_at", "lease", "reason"])
