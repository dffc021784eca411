"""Which standards apply to a ticket: the most specific of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from standards.models import StandardVersion


@dataclass(frozen=True)
class Facts:
    """What a standard can be matched by."""

    ticket_type: str
    category_id: int | None
    priority: str
    channel: str
    customer_group: str
    occasion: str = ""


# Most telling first: of two standards that name equally many facts, the one that names the earlier wins.
_FIELDS = ("ticket_type", "category_id", "priority", "channel", "customer_group")


def match(versions: Iterable[StandardVersion], facts: Facts) -> dict[str, StandardVersion]:
    """For each kind the one version that applies, the most specific first, then the standard's order.

    `versions` are those in force (`StandardVersion.objects.in_force`). A standard for a special
    occasion applies to that occasion only, and then goes before the ordinary ones.
    """
    found: dict[str, tuple[tuple, StandardVersion]] = {}
    for version in versions:
        rank = _rank(version, facts)
        if rank is not None and (version.kind not in found or rank < found[version.kind][0]):
            found[version.kind] = (rank, version)
    return {kind: version for kind, (_, version) in found.items()}


def rivals(draft: StandardVersion, others: Iterable[StandardVersion]) -> list[StandardVersion]:
    """Those of other standards that promise the same thing to exactly the same tickets: only one can apply."""

    def group(version: StandardVersion) -> tuple:
        return (version.kind, version.occasion, *(getattr(version, field) or "" for field in _FIELDS))

    return [one for one in others if one.standard_id != draft.standard_id and group(one) == group(draft)]


def _rank(version: StandardVersion, facts: Facts) -> tuple | None:
    if version.occasion and version.occasion != facts.occasion:
        return None
    named = []
    for field in _FIELDS:
        wanted = getattr(version, field)
        if wanted in ("", None):
            named.append(False)
        elif wanted == getattr(facts, field):
            named.append(True)
        else:
            return None
    by_field = tuple(not name for name in named)
    return (not version.occasion, -sum(named), by_field, version.standard.position, version.standard.code)
