"""Which version of each standard holds, which is coming, and which are past."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from standards.models import ServiceStandard, StandardVersion


@dataclass
class Overview:
    """One standard with its versions sorted by what they are at a moment, the newest first."""

    standard: ServiceStandard
    draft: StandardVersion | None = None
    planned: list[StandardVersion] = field(default_factory=list)
    in_force: StandardVersion | None = None
    past: list[StandardVersion] = field(default_factory=list)
    withdrawn: bool = False

    @property
    def shown(self) -> StandardVersion:
        """The version that says best what the standard is about."""
        versions = [self.in_force, *self.planned, *self.past, self.draft]
        return next(version for version in versions if version is not None)

    def before(self, version: StandardVersion) -> StandardVersion | None:
        """The version that `version` follows; None for the first."""
        earlier = [one for one in self.versions if one.number < version.number]
        return max(earlier, key=lambda one: one.number, default=None)

    @property
    def versions(self) -> list[StandardVersion]:
        """All of them, the newest first."""
        found = [*([self.draft] if self.draft else []), *self.planned, *self.past]
        found += [self.in_force] if self.in_force else []
        return sorted(found, key=lambda one: one.number, reverse=True)


def overview_of(standard: ServiceStandard, now: datetime) -> Overview:
    """`standard` at `now`; its versions may be prefetched."""
    found = Overview(standard, withdrawn=standard.withdrawn_from is not None and standard.withdrawn_from <= now)
    versions = sorted(standard.versions.all(), key=lambda version: version.number, reverse=True)
    published = [
        (version.effective_from, version) for version in versions if version.effective_from and not version.is_draft
    ]
    for effective_from, version in sorted(published, key=lambda pair: pair[0], reverse=True):
        if effective_from > now:
            found.planned.append(version)
        elif found.in_force is None and not found.withdrawn:
            found.in_force = version
        else:
            found.past.append(version)
    found.draft = next((version for version in versions if version.is_draft), None)
    return found
