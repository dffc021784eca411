"""A playbook as a line in time: its steps in words. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from followups import playbook_words
from followups.models import Playbook, PlaybookStep, PlaybookVersion


@dataclass(frozen=True)
class StepLine:
    """One step on the line."""

    step: PlaybookStep

    @property
    def when(self) -> str:
        """After how long it comes."""
        return playbook_words.timing(self.step)

    @property
    def counted_from(self) -> str:
        """From when on that counts, where it is not the beginning."""
        return playbook_words.counted_from(self.step)

    @property
    def too_late(self) -> str:
        """When it is left out."""
        return playbook_words.too_late(self.step)

    @property
    def stops(self) -> list[str]:
        """What ends it before it comes."""
        return playbook_words.stops(self.step)

    @property
    def conditions(self) -> list[str]:
        """What has to be true when it comes."""
        return playbook_words.conditions(self.step)

    @property
    def note(self) -> str:
        """What is said of one that the worker does not begin."""
        return playbook_words.note(self.step)


@dataclass(frozen=True)
class Shown:
    """One version of a playbook."""

    version: PlaybookVersion
    lines: list[StepLine]

    @property
    def can_be_changed(self) -> bool:
        """Whether a change of it would change what happens."""
        return any(not line.note for line in self.lines)

    @property
    def is_on(self) -> bool:
        """Whether anything is planned by it."""
        return self.version.is_on and any(line.step.is_on and not line.note for line in self.lines)


def shown(version: PlaybookVersion) -> Shown:
    """`version` as it is read; its steps are fetched unless they are there."""
    return Shown(version, [StepLine(step) for step in version.steps.all()])


def all_current() -> list[Shown]:
    """The version of each playbook that holds now, by letter."""
    return [shown(version) for version in _with_steps(PlaybookVersion.objects.current())]


def history(playbook: Playbook) -> list[Shown]:
    """All versions of `playbook`, the newest first."""
    versions = playbook.versions.select_related("playbook", "made_by").order_by("-number")
    return [shown(version) for version in _with_steps(versions)]


def _with_steps(versions: QuerySet[PlaybookVersion]) -> QuerySet[PlaybookVersion]:
    return versions.prefetch_related(Prefetch("steps", PlaybookStep.objects.order_by("position")))
