"""The bar that delivery is held to, whatever was killed: docs/architecture.md, "Delivery"."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from followups.models import FollowUp
from mail.models import Attempt, Delivery, Suppression
from tests.faults.earnest import type_taken

Step, State = FollowUp.Step, Delivery.State
GONE = {State.FAILED, State.CANCELLED, State.EXPIRED}


def nothing_is_in_hand() -> bool:
    """Whether every mail and every follow-up that is due has come to an end."""
    return not (
        Delivery.objects.filter(state__in=[State.QUEUED, State.CLAIMED, State.SENDING]).exists()
        or FollowUp.objects.filter(Q(state="scheduled", due_at__lte=timezone.now()) | Q(state="handed_over")).exists()
    )


def holds(taken: type_taken, *, followups: int) -> tuple[int, int]:
    """Assert it of so many follow-ups and every other mail, given what the server outside has `taken`.

    Returns how many mails were repeated, and of how many attempts nothing is known.
    """
    rows = list(Delivery.objects.prefetch_related("attempts"))
    assert set(taken) <= {row.key for row in rows}
    _everything_ends(rows, followups)
    for row in rows:
        _is_accounted_for(row, taken.get(row.key, []))
        _nothing_comes_after_its_end(row, taken.get(row.key, []))
    at_most_once = [row for row in rows if not row.at_least_once]
    missing = [row for row in at_most_once if row.state not in GONE and row.key not in taken]
    assert len(missing) <= sum(map(unknown, at_most_once))
    _nothing_is_begun_after_a_no()
    return sum(len(copies) - 1 for copies in taken.values()), sum(map(unknown, rows))


def unknown(row: Delivery) -> int:
    """Of how many attempts nobody knows whether they arrived."""
    return [attempt.outcome for attempt in row.attempts.all()].count(Attempt.Outcome.UNKNOWN)


def _everything_ends(rows: list[Delivery], followups: int) -> None:
    """Every row in exactly one state, and every follow-up too."""
    assert {row.state for row in rows} <= {*Delivery.ENDED, State.UNKNOWN}
    ours = FollowUp.objects.filter(step__in=[Step.ACKNOWLEDGEMENT, Step.SETTLED_QUESTION])
    assert ours.count() == followups
    assert set(ours.values_list("state", flat=True)) <= {"done", "skipped", "failed"}
    assert not ours.filter(state="done", delivery=None).exists()


def _is_accounted_for(row: Delivery, copies: list) -> None:
    """Nothing is lost, and nothing comes twice but where nobody knew, and then as the same mail."""
    if row.state == State.SENT:
        assert copies, row
    elif row.state == State.UNKNOWN and row.at_least_once:
        assert unknown(row) == 2, row
    elif row.state == State.FAILED:
        assert not copies, row
    if not row.at_least_once:
        assert len(copies) <= 1, row
    assert max(0, len(copies) - 1) <= unknown(row), row
    assert {message_id for message_id, _at in copies} <= {row.message_id}, row


def _nothing_comes_after_its_end(row: Delivery, copies: list) -> None:
    if row.state in {State.CANCELLED, State.EXPIRED}:
        assert all(at <= row.ended_at for _message_id, at in copies), row
        assert all(attempt.started_at <= row.ended_at for attempt in row.attempts.all()), row


def _nothing_is_begun_after_a_no() -> None:
    """Not to whoever wants no mail, and no question to whoever has written since."""
    for stopped in Suppression.objects.all():
        begun = Attempt.objects.filter(delivery__recipient=stopped.address, started_at__gt=stopped.at)
        assert not begun.exists(), stopped
    for question in FollowUp.objects.filter(step=Step.SETTLED_QUESTION, delivery__isnull=False):
        assert question.ticket
        wrote = question.ticket.messages.filter(direction="in").latest("at")
        # What they wrote counts from its commit on, a moment later than it says.
        begun = Attempt.objects.filter(delivery=question.delivery, started_at__gt=wrote.at + timedelta(seconds=1))
        assert wrote.at < question.made_at or not begun.exists(), question
