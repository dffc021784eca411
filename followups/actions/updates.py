"""Drafts of progress updates: prepared when one is due soon, finished by the person who answers for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from followups import wording
from followups.models import FollowUp
from standards.terms import Kind
from tickets.actions import drafts
from tickets.actions.events import record
from tickets.certain import certain
from tickets.models import Commitment, Ticket

State, Outcome = FollowUp.State, Commitment.Outcome


def due_soon(now: datetime) -> QuerySet[Commitment]:
    """Progress updates that are due soon and for which nothing was prepared or skipped yet."""
    known = FollowUp.objects.filter(commitment=OuterRef("pk"), step=FollowUp.Step.PROGRESS_DRAFT)
    return Commitment.objects.needing_attention(now).filter(~Exists(known), kind=Kind.UPDATE, due_at__gt=now)


@transaction.atomic
def prepare(update: Commitment, *, now: datetime) -> FollowUp | None:
    """Prepare a draft for the person who answers for `update`, once; or note why there is none.

    None when it has ended, is not due soon any more, or was looked at before.
    """
    ticket = Ticket.objects.lock(update.ticket)
    update = Commitment.objects.select_related("accountable").get(pk=update.pk)
    update.ticket = ticket
    if update.stage(now) not in {"due_soon", "last_call"} or update.followups.exists():
        return None
    reason = _why_not(ticket)
    if not reason:
        by = update.accountable
        made = drafts.prepare(update, wording.progress(ticket, update, by=by), author=by, now=now)
        reason = "" if made else _("%(name)s is writing to the customer already.") % {"name": by.name}
    steps = ticket.followups.filter(step=FollowUp.Step.PROGRESS_DRAFT)
    followup = FollowUp.objects.create(
        ticket=ticket,
        commitment=update,
        step=FollowUp.Step.PROGRESS_DRAFT,
        cycle=steps.count() + 1,
        due_at=certain(update.due_at),
        state=State.SKIPPED if reason else State.DRAFTED,
        reason=reason,
        made_at=now,
        ended_at=now if reason else None,
    )
    record(ticket, f"followup.{followup.state}", now=now, commitment=update, followup=followup.pk)
    return followup


@transaction.atomic
def finish(followup: FollowUp, *, now: datetime) -> FollowUp:
    """The update that a draft was prepared for has ended: the draft goes, unless somebody has made it their own."""
    ticket = Ticket.objects.lock(certain(followup.ticket))
    followup = FollowUp.objects.select_related("commitment").select_for_update(of=("self",)).get(pk=followup.pk)
    update = followup.commitment
    if followup.state != State.DRAFTED or update is None or update.state == Commitment.State.RUNNING:
        return followup
    drafts.take_away(update)
    kept = update.outcome in {Outcome.KEPT, Outcome.KEPT_LATE}
    followup.state, followup.ended_at = (State.DONE if kept else State.SKIPPED), now
    followup.reason = "" if kept else _("What it was prepared for is no longer owed.")
    followup.save(update_fields=["state", "ended_at", "reason"])
    record(ticket, f"followup.{followup.state}", now=now, commitment=update, followup=followup.pk)
    return followup


def _why_not(ticket: Ticket) -> str:
    """Why nobody needs a draft; empty when somebody does."""
    if not ticket.is_open:
        return _("The ticket is resolved already.")
    if ticket.state == Ticket.State.WAITING_ON_CUSTOMER:
        return _("We wait for the customer.")
    if not ticket.customer.email:
        return _("The customer has no e-mail address.")
    if ticket.messages.filter(unsettled=True, human=True).exists():
        return _("A message to the customer is leaving.")
    return ""
