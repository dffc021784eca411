"""Who has read what is promised, and who has not. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from people.models import User
from standards.models import Acknowledgement, StandardVersion


@dataclass(frozen=True)
class Reader:
    """One person, and the versions they have not read yet, in the order of the standards."""

    person: User
    unread: list[StandardVersion]


def readers(people: Iterable[User], now: datetime) -> list[Reader]:
    """Each of them with what they have still to read; two queries, however many they are."""
    versions, found = list(StandardVersion.objects.to_know(now)), list(people)
    read: dict[int, set[int]] = defaultdict(set)
    known = Acknowledgement.objects.filter(version__in=versions, user__in=found)
    for user, version in known.values_list("user", "version"):
        read[user].add(version)
    return [Reader(one, [version for version in versions if version.pk not in read[one.pk]]) for one in found]
