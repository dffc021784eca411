"""The steps by which something is planned now, and those by which it was planned. Reads only."""

from __future__ import annotations

from followups.models import FollowUp, PlaybookStep, PlaybookVersion


def step_in_use(code: str, name: str) -> PlaybookStep | None:
    """How step `name` of the playbook `code` is done from now on; None where it is switched off."""
    return PlaybookStep.objects.in_use().filter(version__playbook__code=code, name=name).first()


def steps_in_use(code: str) -> list[PlaybookStep]:
    """All steps of the playbook `code` that are done from now on, in order; none where it is switched off."""
    return list(PlaybookStep.objects.in_use().filter(version__playbook__code=code).order_by("position"))


def step_of(followup: FollowUp) -> PlaybookStep | None:
    """By which `followup` goes on: the one that it was planned by, or what holds now where none was written down."""
    if followup.playbook_step_id is not None:
        return followup.playbook_step
    current = PlaybookVersion.objects.current().order_by().values("pk")
    known = PlaybookStep.objects.filter(version__in=current, name=followup.step)
    return known.order_by("version__playbook__code").first()


def step_beside(step: PlaybookStep, name: str) -> PlaybookStep | None:
    """Step `name` of the same version; None where it has none, or it is switched off there."""
    return PlaybookStep.objects.filter(version=step.version_id, name=name, is_on=True).first()
