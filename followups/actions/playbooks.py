"""Writing playbooks down: those shipped, and each change as a new version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups import validation
from followups.models import Playbook, PlaybookStep, PlaybookVersion
from followups.shipped import SHIPPED
from followups.validation import StepDraft
from people.models import User


@transaction.atomic
def ensure_shipped(*, now: datetime) -> list[PlaybookVersion]:
    """Add the shipped playbooks that are not there yet; returns those it added. Safe to repeat and side by side."""
    added = []
    for shipped in SHIPPED:
        playbook, made = Playbook.objects.get_or_create(code=shipped.code)
        if not made:
            continue
        version = PlaybookVersion.objects.create(playbook=playbook, number=1, trigger=shipped.trigger, made_at=now)
        PlaybookStep.objects.bulk_create(
            PlaybookStep(version=version, **step.fields(position)) for position, step in enumerate(shipped.steps, 1)
        )
        added.append(version)
    return added


@transaction.atomic
def change(
    playbook: Playbook,
    drafts: Sequence[StepDraft],
    *,
    is_on: bool,
    because: str,
    based_on: int,
    by: User,
    now: datetime,
) -> PlaybookVersion:
    """A new version with these times, ways and switches; what is planned already goes on by its own.

    What a step means stays as it is: its conditions, its stops, its text. Steps that `drafts` do not name
    stay, too. Refused where somebody has made another version since `based_on`, without a reason, and where
    it says what it must not.
    """
    playbook = Playbook.objects.select_for_update(no_key=True).get(pk=playbook.pk)
    last = playbook.versions.order_by("-number")[0]
    if last.number != based_on:
        raise ValidationError(_("Somebody has changed this playbook since you opened it. Look at it again."))
    if not because.strip():
        raise ValidationError({"because": _("Say why it is changed.")})
    if problems := validation.problems(drafts, is_on=is_on):
        raise ValidationError(problems)
    version = PlaybookVersion.objects.create(
        playbook=playbook, number=last.number + 1, trigger=last.trigger, is_on=is_on,
        because=because.strip()[:200], made_at=now, made_by=by,
    )  # fmt: skip
    wanted = {draft.name: draft for draft in drafts}
    steps = [_changed(step, wanted.get(step.name), version) for step in last.steps.order_by("position")]
    PlaybookStep.objects.bulk_create(steps)
    return version


def _changed(step: PlaybookStep, draft: StepDraft | None, version: PlaybookVersion) -> PlaybookStep:
    step.pk, step.version, step._state.adding = None, version, True
    if draft is not None:
        step.is_on, step.clock, step.amount = draft.is_on, draft.clock, draft.amount
        step.late, step.mode, step.way = draft.late, draft.mode, draft.way
    return step
