"""What became of a promise, told once more from its events alone. Reads only.

Rows say how things stand, events how they came to be so; results are counted from rows. That both tell one story
is asked every night of what changed lately (`compliance.audit`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import Q, QuerySet

from tickets.models import Commitment, Event

Outcome, State, Follows = Commitment.Outcome, Commitment.State, Commitment.FollowsWhy
_ENDINGS = {f"commitment.{outcome}": outcome for outcome in Outcome.values}
_TOGETHER = 500


@dataclass
class Story:
    """How a promise stands, in the words of its row."""

    state: str = State.CONDITIONAL
    first_due_at: datetime | None = None
    counted_due_at: datetime | None = None
    due_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    voided: bool = False
    # What it counts by once its clock runs on.
    kept_aside: datetime | None = None


def differing(rows: QuerySet[Commitment]) -> Iterator[Commitment]:
    """Those of `rows` that stand otherwise than their events tell."""
    keys = list(rows.values_list("pk", flat=True))
    for begin in range(0, len(keys), _TOGETHER):
        some = Commitment.objects.filter(pk__in=keys[begin : begin + _TOGETHER]).order_by("pk")
        stories = retell(some)
        for row in some.prefetch_related("pauses"):
            if stories[row.pk] != as_stored(row):
                yield row


def retell(rows: QuerySet[Commitment]) -> dict[int, Story]:
    """The story of each of `rows`, by its key; what it took over from another row is told from that one's."""
    known = {row.pk: row for row in rows.select_related(None)}
    before = set(known)
    while before:
        found = Commitment.objects.filter(Q(replaced_by__in=before) | Q(followed_by__in=before))
        before = {row.pk for row in found} - set(known)
        known |= {row.pk: row for row in found}
    told: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(commitment__in=known).order_by("pk"):
        told[event.commitment_id or 0].append(event)
    void_by_return = {row.follows_id for row in known.values() if row.follows_why == Follows.NOT_REACHED}
    void_by_return |= set(
        Commitment.objects.filter(follows__in=known, follows_why=Follows.NOT_REACHED).values_list("follows", flat=True)
    )
    stories: dict[int, Story] = {}
    for key in sorted(known):
        row = known[key]
        taken_over = stories.get(row.replaces_id or row.follows_id or 0)
        stories[key] = _told(told[key], taken_over)
        if key in void_by_return:
            stories[key].voided = True
    return stories


def as_stored(row: Commitment) -> Story:
    """The same, read from the row and its pauses."""
    pause = next((pause for pause in row.pauses.all() if pause.ended_at is None), None)
    named = {field.name for field in fields(Story)} - {"voided", "kept_aside"}
    return Story(
        **{name: getattr(row, name) for name in named},
        voided=row.voided_at is not None,
        kept_aside=pause.counted_due_at if pause else None,
    )


def _told(events: list[Event], before: Story | None) -> Story:
    story = Story()
    for event in events:
        detail = event.detail
        due = _moment(detail.get("due"))
        match event.kind:
            case "commitment.started" if due is None and before is not None and detail.get("why") == Follows.SPLIT:
                # Half of what was split while its clock stood still.
                story.state, story.first_due_at = State.PAUSED, before.first_due_at
                story.kept_aside = _moment(detail.get("counted"))
            case "commitment.promised" | "commitment.asked" | "commitment.started" | "commitment.owed_again" if due:
                story.state, story.due_at = State.RUNNING, due
                story.first_due_at = story.counted_due_at = due
                if before is not None and "counted" in detail:
                    story.first_due_at, story.counted_due_at = before.first_due_at, _moment(detail["counted"])
            case "commitment.moved" if "old_due" in detail:
                assert before is not None
                story.state, story.due_at, story.first_due_at = State.RUNNING, due, before.first_due_at
                story.counted_due_at = min(before.counted_due_at, due) if before.counted_due_at and due else None
            case "commitment.paused":
                at = _moment(detail.get("at")) or event.at
                if story.counted_due_at is not None and at < story.counted_due_at:
                    story.kept_aside, story.counted_due_at = story.counted_due_at, None
                story.state, story.due_at = State.PAUSED, None
            case "commitment.resumed":
                story.state, story.due_at = State.RUNNING, due
                if story.kept_aside is not None:
                    story.counted_due_at, story.kept_aside = _moment(detail.get("counted")), None
            case "commitment.rematched" | "commitment.new_hours":
                if story.state == State.PAUSED:
                    story.kept_aside = _moment(detail.get("counted"))
                else:
                    story.due_at, story.counted_due_at = due, _moment(detail.get("counted"))
            case "commitment.voided":
                story.voided = True
            case ending if ending in _ENDINGS:
                story.state, story.outcome = State.ENDED, _ENDINGS[ending]
                story.ended_at = _moment(detail.get("ended")) or event.at
    return story


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
