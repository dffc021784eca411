"""The first day: an empty database becomes an organisation that can promise something."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.actions import organisation as organisations
from people.actions import teams, users
from people.models import Organisation, User
from people.terms import Role
from people.zones import check_zone
from standards.actions import calendars
from standards.actions.shipped import ensure_shipped_standards

OFFICE_HOURS = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@transaction.atomic
def found_organisation(
    *, name: str, zone: str, language: str = "en", administrator_email: str, administrator_name: str, now: datetime
) -> User:
    """Organisation, administrator, default team, calendar and the shipped standards in force.

    Refused when there is an organisation already. Returns the administrator, who leads the team.
    """
    if Organisation.objects.exists():
        raise ValidationError(_("The organisation is set up already."))
    check_zone(zone)
    administrator = users.invite(
        email=administrator_email, name=administrator_name, role=Role.ADMINISTRATOR, language=language, now=now
    )
    with override(language):
        team = teams.make(name=_("Service desk"), lead=administrator, members=[administrator])
        hours = calendars.make(name=_("Office hours"), zone=zone, hours=OFFICE_HOURS, by=administrator, now=now)
    calendars.assign(team, hours)
    organisations.make(name=name, zone=zone, language=language, default_team=team)
    ensure_shipped_standards(now, by=administrator)
    return administrator
