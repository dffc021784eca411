"""Declaring days exceptional: soon, with a reason for the public, and never to make a month look better later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.models import ExceptionDay
from compliance.questions import midnight
from people.models import Organisation, Team, User
from standards.working_time import end_of_working_day
from tickets.clock import calendar_of

# After the first of the days there is so much time to declare them.
WORKING_DAYS_TO_DECLARE = 2


@transaction.atomic
def declare_exception(
    first: date, last: date, reason: Mapping[str, str], *, team: Team | None = None, by: User, now: datetime
) -> ExceptionDay:
    """Declare the days from `first` to `last` exceptional, for `team` or for all.

    In advance, or up to the end of the second working day after the first of them, by the hours of the team
    (for all, of the team that catches what nobody else does). `reason` is what the public reads, by
    language, at least in the organisation's own. Only managers may.
    """
    organisation = Organisation.objects.select_related("default_team").get(pk=1)
    if not by.is_manager:
        raise ValidationError(_("Only a manager can declare days exceptional."))
    if last < first:
        raise ValidationError(_("The last day comes before the first one."))
    words = _for_the_public(reason, organisation)
    zone = organisation.zone_info
    starts_at = midnight(first, zone)
    whose = team or organisation.default_team
    if whose is not None and starts_at <= now:
        hours = calendar_of(whose).working
        if now > end_of_working_day(hours, starts_at, WORKING_DAYS_TO_DECLARE):
            raise ValidationError(
                _("Days can be declared exceptional up to two working days after the first of them. That is over.")
            )
    return ExceptionDay.objects.create(
        starts_at=starts_at,
        ends_at=midnight(last + timedelta(days=1), zone),
        team=team,
        reason=words,
        declared_by=by,
        declared_at=now,
    )


@transaction.atomic
def withdraw_exception(days: ExceptionDay, reason: Mapping[str, str], *, by: User, now: datetime) -> ExceptionDay:
    """Declare that `days` were no exception after all; results are counted by that at the next recount.

    The public reads `reason` beside what it had read before. Only managers may, and once.
    """
    organisation = Organisation.objects.the()
    days = ExceptionDay.objects.select_for_update(of=("self",)).get(pk=days.pk)
    if not by.is_manager:
        raise ValidationError(_("Only a manager can withdraw exception days."))
    if days.withdrawn_at is not None:
        raise ValidationError(_("These days are withdrawn already."))
    days.withdrawn_because = _for_the_public(reason, organisation)
    days.withdrawn_at, days.withdrawn_by = now, by
    days.save(update_fields=["withdrawn_because", "withdrawn_at", "withdrawn_by"])
    return days


def _for_the_public(reason: Mapping[str, str], organisation: Organisation) -> dict[str, str]:
    words = {language: text.strip() for language, text in reason.items() if text.strip()}
    if organisation.language not in words:
        raise ValidationError(_("Say why, in words the public can read, at least in the organisation's language."))
    return words
