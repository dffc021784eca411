"""One cause, many promises: the reason is written once, each customer is told by the person who answers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from tickets.actions import commitments, conversation, moving
from tickets.actions.conversation import Told
from tickets.actions.events import record
from tickets.models import Commitment, DelayNotice, Message, SharedDelay, Ticket


@transaction.atomic
def open_delay(
    reasons: Mapping[str, str], due: datetime, rows: Iterable[Commitment], *, by: User, now: datetime
) -> SharedDelay:
    """Write down once why `rows` will be late, and by when they will be done instead; nobody is told by that.

    For leads and managers. Refused where one of the promises cannot be moved any more, with its ticket.
    """
    said = {language: text.strip() for language, text in reasons.items() if text.strip()}
    if not said:
        raise ValidationError({"reason": _("Say why, in words the customer can read.")})
    rows = sorted(rows, key=lambda row: (row.ticket_id, row.pk))
    if not rows:
        raise ValidationError({"promises": _("Choose the promises that will be late.")})
    delay = SharedDelay.objects.create(reasons=said, due_at=due, opened_by=by, opened_at=now)
    for row in rows:
        row = commitments.lock(row)
        if not (by.is_manager or row.ticket.team.lead_id == by.pk):
            raise ValidationError(_("Only the team's lead or a manager can do that."))
        try:
            moving.check_move(row, due, next(iter(said.values())), at=now, consent=True)
        except ValidationError as refusal:
            ticket = {"ticket": f"T-{row.ticket.number}", "why": " ".join(refusal.messages)}
            raise ValidationError({"promises": _("%(ticket)s: %(why)s") % ticket}) from refusal
        DelayNotice.objects.create(delay=delay, commitment=row)
        record(row.ticket, "delay.shared", now=now, by=by, commitment=row, delay=delay.pk)
    return delay


@transaction.atomic
def tell(
    notice: DelayNotice,
    body: str,
    due: datetime,
    reason: str,
    *,
    by: User,
    now: datetime,
    by_phone: bool = False,
    key: UUID | None = None,
) -> Message:
    """Tell one customer: the promise moves when that message is accepted, or with the call. Refusals as any move."""
    ticket = Ticket.objects.lock(notice.commitment.ticket)
    notice = DelayNotice.objects.select_related("commitment", "message__delivery").get(pk=notice.pk)
    if key and notice.message is not None and notice.message.key == key:
        return notice.message
    if notice.is_told:
        raise ValidationError(_("This customer has been told already."))
    told = [Told(words=notice.commitment.promised_text, due_at=due, moves=notice.commitment, reason=reason)]
    if by_phone:
        message = conversation.log_call(
            ticket, body, Message.Result.REACHED, None, told=told, by=by, now=now, consent=True, key=key
        )  # fmt: skip
    else:
        message = conversation.reply(ticket, body, None, told=told, by=by, now=now, key=key)
    notice.message = message
    notice.save(update_fields=["message"])
    return message
