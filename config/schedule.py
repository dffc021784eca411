"""All that happens by itself. No floor needs to know who waits for it: the names of tasks stand here only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, QuerySet

from compliance.models import AuditRun, Export
from followups.models import FollowUp
from mail import pace
from mail.models import Delivery, InboundMail
from people.models import Organisation
from tickets.models import Attachment, Message, Ticket

# The guarantee: every minute, whatever else goes wrong. A task may run late, twice or side by side.
EVERY_MINUTE = [
    "mail.tasks.beat",
    "mail.tasks.send_queued",
    "mail.tasks.fetch",
    "mail.tasks.expire",
    "tickets.tasks.file_mail",
    "tickets.tasks.settle_messages",
    "tickets.tasks.end_pauses",
    "tickets.tasks.pass_on_of_absent",
    "tickets.tasks.warn",
    "followups.tasks.plan",
    "followups.tasks.carry_out",
    "followups.tasks.prepare_updates",
    "followups.tasks.finish",
    "compliance.tasks.write_exports",
    "compliance.tasks.audit_asked_for",
    "tickets.tasks.draw_previews",
]

# What people read and what changes slowly.
EVERY_TEN_MINUTES = ["compliance.tasks.forecast", "compliance.tasks.measure_months"]

# What can wait for a day.
EVERY_DAY = [
    "mail.tasks.forget_failed_tasks",
    "tickets.tasks.forget_orphans",
    "compliance.tasks.freeze_months",
    "compliance.tasks.audit",
]

# The heartbeat; more often, so that a worker that stands still is seen soon.
BEAT, BEAT_EVERY = "mail.tasks.beat", 10.0


def mail_is_due(now: datetime) -> QuerySet:
    """Nothing is, where sending is paused altogether, or our server is not to be asked again yet."""
    if settings.MAIL_PAUSED_REASON:
        return Delivery.objects.none()
    due = Delivery.objects.due(now).filter(pace.may_leave(now))
    # The catcher runs for the demo's data only.
    return due.filter(Exists(Organisation.objects.filter(demo=True))) if settings.MAIL_TO_CATCHER else due


def mail_came_in(now: datetime) -> QuerySet:
    return InboundMail.objects.to_file()


def messages_wait(now: datetime) -> QuerySet:
    return Message.objects.to_settle()


def pictures_came(now: datetime) -> QuerySet:
    return Attachment.objects.to_draw()


def tickets_changed(now: datetime) -> QuerySet:
    return Ticket.objects.filter(unplanned=True)


def followups_ended(now: datetime) -> QuerySet:
    return FollowUp.objects.to_finish()


# Twice a second: is there work? Each question is answered by a partial index that holds only work.
EVERY_MOMENT: list[tuple[Callable[[datetime], QuerySet], str]] = [
    (mail_is_due, "mail.tasks.send_queued"),
    (mail_came_in, "tickets.tasks.file_mail"),
    (messages_wait, "tickets.tasks.settle_messages"),
    (tickets_changed, "followups.tasks.plan"),
    (FollowUp.objects.due, "followups.tasks.carry_out"),
    (followups_ended, "followups.tasks.finish"),
    (Export.objects.to_write, "compliance.tasks.write_exports"),
    (AuditRun.objects.to_begin, "compliance.tasks.audit_asked_for"),
    (pictures_came, "tickets.tasks.draw_previews"),
]
