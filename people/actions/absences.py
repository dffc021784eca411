"""Marking that somebody is away, and that they are back."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Absence, User


def may_mark(user: User, *, by: User) -> bool:
    """Whether `by` says when `user` is away: everybody for themselves, a lead for their teams, managers for all."""
    return by.pk == user.pk or by.is_manager or user.memberships.filter(team__lead=by).exists()


@transaction.atomic
def mark(user: User, *, starts_at: datetime, ends_at: datetime, by: User, now: datetime) -> Absence:
    """`user` is away from `starts_at` until `ends_at`, when they are back.

    An absence that has begun already may be marked: whoever is ill says so in the morning. Refused
    where it would be over by now, and where another one covers a part of it.
    """
    # Whoever marks locks the person, so that two at once can't mark the same days.
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _refuse_strangers(user, by)
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("The last day away can't be before the first.")})
    if ends_at <= now:
        raise ValidationError({"ends_at": _("That time is over already. Choose one that is still ahead.")})
    if not user.is_active:
        raise ValidationError(_("%(name)s can no longer sign in, and answers for nothing.") % {"name": user})
    if user.absences.touching(starts_at, ends_at).exists():
        raise ValidationError(
            {"starts_at": _("Some of these days are marked already. Take the other absence back first.")}
        )
    return Absence.objects.create(user=user, starts_at=starts_at, ends_at=ends_at, marked_by=by)


@transaction.atomic
def end(absence: Absence, *, by: User, now: datetime) -> None:
    """They are back already, or do not go at all: what has begun ends at `now`, what was only planned is dropped.

    Nothing comes back by itself: what others have taken meanwhile stays with them.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=absence.user_id)
    _refuse_strangers(user, by)
    found = Absence.objects.not_over(now).filter(pk=absence.pk).first()
    if found is None:
        raise ValidationError(_("That absence is over already."))
    if found.starts_at >= now:
        found.delete()
        return
    found.ends_at = now
    found.save(update_fields=["ends_at"])


def _refuse_strangers(user: User, by: User) -> None:
    if not may_mark(user, by=by):
        raise ValidationError(_("Only they, the lead of their team and managers say when somebody is away."))
