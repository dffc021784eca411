"""Drafts of what is owed to a customer, finished by the person who answers for it; progress updates when due soon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from followups import rules, wording
from followups.models import FollowUp, PlaybookStep
from followups.playbook_terms import Code
from standards.terms import Kind
from tickets.actions import drafts
from tickets.actions.events import record
from tickets.certain import certain
from tickets.models import Commitment, Ticket

State, Outcome = FollowUp.State, Commitment.Outcome


def due_soon(now: datetime) -> QuerySet[Commitment]:
    """Progress updates that are due soon and for which nothing was prepared or skipped yet; none while it is off."""
    if rules.step_in_use(Code.UPDATE, FollowUp.Step.PROGRESS_DRAFT) is None:
        return Commitment.objects.none()
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
    body = wording.progress(ticket, update, by=update.accountable)
    return draft(update, FollowUp.Step.PROGRESS_DRAFT, body, why_not=_why_not(ticket), now=now)


@transaction.atomic
def draft(
    owed: Commitment,
    step: str,
    body: str,
    *,
    why_not: str,
    now: datetime,
    fields: Mapping[str, str] | None = None,
) -> FollowUp:
    """Give `body` to whoever answers for `owed`, to finish; or note why nobody needs it. Once for each `owed`.

    `fields` are what the rest of the form starts with.
    """
    ticket, by, reason = Ticket.objects.lock(owed.ticket), owed.accountable, why_not
    if not reason and not drafts.prepare(owed, body, author=by, now=now, fields=fields):
        reason = _("%(name)s is writing to the customer already.") % {"name": by.name}
    followup = FollowUp.objects.create(
        ticket=ticket,
        commitment=owed,
        step=step,
        playbook_step=PlaybookStep.objects.in_use().filter(name=step).first(),
        cycle=ticket.followups.filter(step=step).count() + 1,
        due_at=certain(owed.due_at),
        state=State.SKIPPED if reason else State.DRAFTED,
        reason=reason,
        made_at=now,
        ended_at=now if reason else None,
    )
    record(ticket, f"followup.{followup.state}", now=now, commitment=owed, followup=followup.pk)
    return followup


@transaction.atomic
def finish(followup: FollowUp, *, now: datetime) -> FollowUp:
    """What a draft was prepared for has ended: the draft goes, unless somebody has made it their own."""
    ticket = Ticket.objects.lock(certain(followup.ticket))
    followup = FollowUp.objects.select_related("commitment").select_for_update(of=("self",)).get(pk=followup.pk)
    owed = followup.commitment
    if followup.state != State.DRAFTED or owed is None or owed.state == Commitment.State.RUNNING:
        return followup
    drafts.take_away(owed)
    kept = owed.outcome in {Outcome.KEPT, Outcome.KEPT_LATE}
    followup.state, followup.ended_at = (State.DONE if kept else State.SKIPPED), now
    followup.reason = "" if kept else _("What it was prepared for is no longer owed.")
    followup.save(update_fields=["state", "ended_at", "reason"])
    record(ticket, f"followup.{followup.state}", now=now, commitment=owed, followup=followup.pk)
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
