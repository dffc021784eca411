"""The outbox: planning a mail, taking it back, and carrying it out without losing or doubling it.

The rows are the truth, the queue only hurries. Nobody sends inside the transaction that decides,
and nobody decides inside the code that sends. See docs/architecture.md, "Delivery".
"""

from __future__ import annotations

import random
import re
import smtplib
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from mail.models import Attempt, Delivery, Mailbox, Suppression

State, Outcome = Delivery.State, Attempt.Outcome

LEASE = timedelta(seconds=120)
# A begin this close to the end of its lease is left to the next holder.
LEASE_MARGIN = timedelta(seconds=2)
MOST_ATTEMPTS = 6
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def database_now() -> datetime:
    """The database's clock: workers on several machines agree on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
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
    stop_on: Sequence[str] = (),
    expires_at: datetime | None = None,
) -> Delivery:
    """Plan a mail for `due_at`. The same `key` again returns the row that is there.

    Its Message-ID is fixed here and the same in every attempt. A header with control characters,
    or a recipient who gets no mail, is refused in words for a user.
    """
    if _CONTROL.search(recipient + recipient_name + subject):
        raise ValidationError(_("The subject and the recipient must stand on one line."))
    known = Delivery.objects.filter(key=key).first()
    if known is not None:
        return known
    suppressed = Suppression.objects.filter(Q(purpose="") | Q(purpose=purpose), address__iexact=recipient).first()
    if suppressed is not None and not automatic:
        raise ValidationError(
            _("Mail to %(address)s is stopped: %(reason)s"),
            params={"address": recipient, "reason": suppressed.reason},
        )
    return Delivery.objects.create(
        key=key,
        purpose=purpose,
        about=about,
        mailbox=mailbox or Mailbox.objects.order_by("pk").first(),
        recipient=recipient,
        recipient_name=recipient_name,
        language=language,
        subject=subject[:250],
        body=body,
        in_reply_to=in_reply_to,
        automatic=automatic,
        at_least_once=at_least_once,
        state=State.QUEUED if suppressed is None else State.CANCELLED,
        made_at=now,
        next_at=due_at,
        message_id=f"<{uuid.uuid4()}@followthrough>",
        stop_on=list(stop_on),
        expires_at=expires_at,
        ended_at=None if suppressed is None else now,
        reason="" if suppressed is None else suppressed.reason,
    )


def cancel(about: str, event: str, *, now: datetime) -> int:
    """Cancel what waits about `about` and is untrue once `event` has happened; returns how many.

    Called in the transaction of that event. What is leaving already is not stopped.
    """
    waiting = Delivery.objects.filter(about=about, state__in=[State.QUEUED, State.CLAIMED], stop_on__contains=[event])
    return waiting.update(state=State.CANCELLED, ended_at=now, lease=None, reason=event)


def cancel_one(delivery: Delivery, *, now: datetime, reason: str) -> bool:
    """Take one mail back; False when it is leaving already, or gone."""
    waiting = Delivery.objects.filter(pk=delivery.pk, state__in=[State.QUEUED, State.CLAIMED])
    return bool(waiting.update(state=State.CANCELLED, ended_at=now, lease=None, reason=reason[:400]))


def retry(delivery: Delivery, *, now: datetime) -> bool:
    """A person has one that failed or is not known tried again, with the same Message-ID."""
    stuck = Delivery.objects.filter(pk=delivery.pk, state__in=[State.FAILED, State.UNKNOWN])
    return bool(stuck.update(state=State.QUEUED, next_at=now, ended_at=None, lease=None, reason=""))


def mark_done(delivery: Delivery, *, now: datetime, reason: str) -> bool:
    """A person has found out that one of which nothing was known did arrive."""
    unknown = Delivery.objects.filter(pk=delivery.pk, state=State.UNKNOWN)
    return bool(unknown.update(state=State.SENT, ended_at=now, reason=reason[:400]))


@transaction.atomic
def claim(limit: int, *, now: datetime | None = None) -> tuple[uuid.UUID, list[int]]:
    """Take up to `limit` due mails for ourselves, for as long as the lease lasts.

    Whose holder died comes back by itself: claimed ones are taken anew; of one that was being
    sent nobody knows whether it arrived, so it is repeated once if its kind allows, with the same
    Message-ID, or left as unknown.
    """
    now = now or database_now()
    _settle_the_dead(now)
    due = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state__in=[State.QUEUED, State.CLAIMED], next_at__lte=now)
        .exclude(mailbox__sending_paused_why__gt="")
        .order_by("next_at")
        .values_list("pk", flat=True)[:limit]
    )
    lease, ids = uuid.uuid4(), list(due)
    Delivery.objects.filter(pk__in=ids).update(state=State.CLAIMED, lease=lease, next_at=now + LEASE)
    return lease, ids


def _settle_the_dead(now: datetime) -> None:
    dead = Delivery.objects.select_for_update(skip_locked=True).filter(state=State.SENDING, next_at__lte=now)
    for delivery in dead:
        Attempt.objects.filter(delivery=delivery, outcome=Outcome.STARTED).update(
            outcome=Outcome.UNKNOWN, finished_at=now, reply="the sender died"
        )
        unknown_before = delivery.attempts.filter(outcome=Outcome.UNKNOWN).count()
        again = delivery.at_least_once and unknown_before < 2
        delivery.state = State.QUEUED if again else State.UNKNOWN
        delivery.lease, delivery.next_at = None, now
        delivery.reason = "" if again else _("It is not known whether it arrived.")
        delivery.save(update_fields=["state", "lease", "next_at", "reason"])


@transaction.atomic
def begin(delivery_id: int, lease: uuid.UUID, *, now: datetime | None = None) -> Attempt | None:
    """Move a claimed mail to sending, or None when it is not ours to send any more.

    This update is where sending and cancelling meet: whoever changes the row first wins. Looks
    only at its own row and the suppression list; commits before anything is sent.
    """
    now = now or database_now()
    try:
        delivery = Delivery.objects.select_for_update(of=("self",)).get(
            pk=delivery_id, lease=lease, state=State.CLAIMED
        )
    except Delivery.DoesNotExist:
        return None
    if delivery.next_at <= now + LEASE_MARGIN:
        return None
    stopped = Suppression.objects.filter(
        Q(purpose="") | Q(purpose=delivery.purpose), address__iexact=delivery.recipient
    ).first()
    if delivery.expires_at is not None and delivery.expires_at <= now:
        _close(delivery, State.EXPIRED, now, _("It would have come too late."))
        return None
    if stopped is not None:
        _close(delivery, State.CANCELLED, now, stopped.reason)
        return None
    delivery.state = State.SENDING
    delivery.attempts_made += 1
    delivery.next_at = now + LEASE
    delivery.save(update_fields=["state", "attempts_made", "next_at"])
    return Attempt.objects.create(delivery=delivery, number=delivery.attempts_made, started_at=now)


@transaction.atomic
def finish(attempt: Attempt, outcome: str, reply: str, *, lease: uuid.UUID, now: datetime | None = None) -> None:
    """Write down what became of an attempt. That a mail is out is stored even if the lease was lost meanwhile."""
    now = now or database_now()
    reply = reply[:400]
    Attempt.objects.filter(pk=attempt.pk).update(outcome=outcome, finished_at=now, reply=reply)
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=attempt.delivery_id)
    if outcome == Outcome.SENT:
        _close(delivery, State.SENT, now, "")
        return
    if delivery.lease != lease or delivery.state != State.SENDING:
        return
    if outcome == Outcome.OUR_FAULT:
        # Our own configuration: the mail waits unburnt until somebody has mended it.
        delivery.attempts_made -= 1
        Attempt.objects.filter(pk=attempt.pk).delete()
        _back_to_the_queue(delivery, now)
    elif outcome == Outcome.RETRY and delivery.attempts_made < MOST_ATTEMPTS:
        _back_to_the_queue(delivery, now + _back_off(delivery.attempts_made))
    else:
        _close(delivery, State.FAILED, now, reply)


def release(ids: Iterable[int], lease: uuid.UUID, *, now: datetime) -> None:
    """Give back what was claimed and not begun."""
    Delivery.objects.filter(pk__in=list(ids), lease=lease, state=State.CLAIMED).update(
        state=State.QUEUED, lease=None, next_at=now
    )


def pause_mailbox(delivery: Delivery, why: str) -> None:
    """Stop sending from a mailbox whose settings the server refuses, until somebody has looked."""
    Mailbox.objects.filter(pk=delivery.mailbox_id).update(sending_paused_why=why[:400])


def resume_mailbox(mailbox: Mailbox) -> None:
    """Somebody has looked: send again."""
    Mailbox.objects.filter(pk=mailbox.pk).update(sending_paused_why="")


def _close(delivery: Delivery, state: str, now: datetime, reason: str) -> None:
    delivery.state, delivery.ended_at, delivery.lease, delivery.reason = state, now, None, reason[:400]
    delivery.save(update_fields=["state", "ended_at", "lease", "reason"])


def _back_to_the_queue(delivery: Delivery, when: datetime) -> None:
    delivery.state, delivery.lease, delivery.next_at = State.QUEUED, None, when
    delivery.save(update_fields=["state", "lease", "next_at", "attempts_made"])


def _back_off(attempts: int) -> timedelta:
    """2, 4, 8 … minutes, each a fifth more or less, so that a crowd does not come back at once."""
    minutes = min(60, 2**attempts) * (0.8 + 0.4 * random.random())  # noqa: S311  spreads load, guards nothing
    return timedelta(minutes=minutes)


def judged(error: Exception) -> tuple[str, str]:
    """What an error of the SMTP conversation means for the mail, and its text.

    Refused for good, worth another try, or our own configuration at fault.
    """
    match error:
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPHeloError() | smtplib.SMTPSenderRefused():
            return Outcome.OUR_FAULT, str(error)
        case smtplib.SMTPRecipientsRefused():
            code = min((answer[0] for answer in error.recipients.values()), default=0)
            return (Outcome.REFUSED if code >= 500 else Outcome.RETRY), str(error)
        case smtplib.SMTPResponseException():
            if error.smtp_code == 530:
                return Outcome.OUR_FAULT, str(error)
            return (Outcome.REFUSED if error.smtp_code >= 500 else Outcome.RETRY), str(error)
        case smtplib.SMTPException() | OSError():
            return Outcome.RETRY, str(error) or type(error).__name__
    return Outcome.REFUSED, f"{type(error).__name__}: {error}"
