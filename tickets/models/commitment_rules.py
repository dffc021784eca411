"""What the database itself refuses about a commitment; each rule has a sentence for a name."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(
        name="commitment_ended_has_moment_and_outcome",
        condition=Q(state="ended", ended_at__isnull=False) & ~Q(outcome="")
        | ~Q(state="ended") & Q(ended_at__isnull=True, outcome=""),
    ),
    models.CheckConstraint(
        name="commitment_running_has_its_times",
        condition=~Q(state="running")
        | Q(
            started_at__isnull=False,
            first_due_at__isnull=False,
            due_at__isnull=False,
            warn_at__isnull=False,
            last_call_at__isnull=False,
        ),
    ),
    models.CheckConstraint(
        name="commitment_paused_stands_still",
        condition=~Q(state="paused")
        | Q(
            started_at__isnull=False,
            unpaused_due_at__isnull=False,
            due_at__isnull=True,
            warn_at__isnull=True,
            last_call_at__isnull=True,
        )
        & ~Q(clock="fixed"),
    ),
    models.CheckConstraint(
        name="commitment_conditional_has_no_time_yet",
        condition=~Q(state="conditional")
        | Q(
            started_at__isnull=True,
            first_due_at__isnull=True,
            unpaused_due_at__isnull=True,
            counted_due_at__isnull=True,
            due_at__isnull=True,
            warn_at__isnull=True,
            last_call_at__isnull=True,
        )
        & ~Q(condition="")
        & (
            # What is not known is not refused, so it is named.
            Q(window_minutes__isnull=False, window_minutes__gt=0) | Q(window_days__isnull=False, window_days__gt=0)
        ),
    ),
    models.CheckConstraint(
        name="commitment_ended_was_due_or_never_started",
        condition=~Q(state="ended")
        | Q(due_at__isnull=False)
        | Q(started_at__isnull=True, outcome__in=["withdrawn", "merged"]),
    ),
    models.CheckConstraint(
        name="commitment_started_then_warned_then_due",
        condition=Q(
            Q(started_at__lt=F("due_at")) | Q(started_at__isnull=True) | Q(due_at__isnull=True),
            Q(started_at__lte=F("warn_at"), warn_at__lte=F("last_call_at"), last_call_at__lte=F("due_at"))
            | Q(warn_at__isnull=True),
            Q(started_at__lte=F("ended_at")) | Q(started_at__isnull=True) | Q(ended_at__isnull=True),
        ),
    ),
    models.CheckConstraint(
        name="commitment_slot_begins_before_it_is_due",
        condition=Q(slot_starts_at__isnull=True) | Q(slot_starts_at__lt=F("due_at"), kind="callback"),
    ),
    models.CheckConstraint(
        name="commitment_tried_again_is_a_call",
        condition=Q(second_try_by__isnull=True) | Q(kind="callback", started_at__isnull=False),
    ),
    models.CheckConstraint(name="commitment_kept_in_time", condition=~Q(outcome="kept") | Q(ended_at__lte=F("due_at"))),
    models.CheckConstraint(
        name="commitment_missed_after_due",
        condition=~Q(outcome__in=["kept_late", "not_done"]) | Q(ended_at__gt=F("due_at")),
    ),
    models.CheckConstraint(
        name="commitment_moved_before_due", condition=~Q(outcome="moved") | Q(ended_at__lt=F("due_at"))
    ),
    models.CheckConstraint(
        name="commitment_merged_before_due",
        condition=~Q(outcome="merged") | Q(due_at__isnull=True) | Q(ended_at__lte=F("due_at")),
    ),
    models.CheckConstraint(
        name="commitment_withdrawn_after_due_is_approved",
        condition=~Q(outcome="withdrawn")
        | Q(due_at__isnull=True)
        | Q(ended_at__lte=F("due_at"))
        | Q(approved_by__isnull=False),
    ),
    models.CheckConstraint(
        name="commitment_says_where_it_comes_from",
        condition=Q(source="standard", standard_version__isnull=False)
        | Q(source="promise", made_by__isnull=False) & ~Q(promised_text="")
        | Q(source="internal"),
    ),
    models.CheckConstraint(
        name="commitment_internal_is_asked_of_a_team_in_words",
        condition=Q(source="internal", kind="custom", asked_of__isnull=False, made_by__isnull=False)
        & ~Q(promised_text="")
        | ~Q(source="internal") & Q(asked_of__isnull=True),
    ),
    models.CheckConstraint(
        name="commitment_only_internal_serves_another",
        condition=Q(serves__isnull=True) | Q(source="internal") & ~Q(serves=F("id")),
    ),
    models.CheckConstraint(
        name="commitment_unmet_has_a_condition",
        condition=Q(unmet_until__isnull=True) | ~Q(condition="") & Q(unmet_until__gt=F("made_at")),
    ),
    models.CheckConstraint(
        name="commitment_objected_to_is_internal",
        condition=~Q(follows_why="objected") | Q(source="internal"),
    ),
    models.UniqueConstraint(
        name="commitment_objected_to_once", fields=["follows"], condition=Q(follows_why="objected")
    ),
    models.CheckConstraint(
        name="commitment_follows_for_a_reason",
        condition=Q(follows__isnull=True, follows_why="") | Q(follows__isnull=False) & ~Q(follows_why=""),
    ),
    models.UniqueConstraint(
        name="commitment_one_open_standard_per_kind",
        fields=["ticket", "kind"],
        condition=~Q(state="ended") & Q(source="standard") & ~Q(follows_why="not_reached"),
    ),
]
