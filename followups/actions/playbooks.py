"""Writing playbooks down: those shipped, and each change as a new version."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from followups.models import Playbook, PlaybookStep, PlaybookVersion
from followups.shipped import SHIPPED


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
