from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from people.models import Organisation, Team, User
from standards.models import StandardVersion
from standards.working_time import add_working_time
from tests.make import hours, zagreb

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_administrator", *arguments, stdout=out)
    return out.getvalue()


def test_on_an_empty_database_one_command_is_enough_to_begin():
    said = run("--email", "ana@example.test", "--organisation", "City Services", "--zone", "Europe/Zagreb")
    organisation, admin = Organisation.objects.the(), User.objects.get()
    assert (organisation.name, organisation.zone, organisation.default_team.lead) == (
        "City Services",
        "Europe/Zagreb",
        admin,
    )
    assert admin.is_administrator
    assert "/password/reset/key/" in said
    working = Team.objects.get().team_calendar.calendar.current.working
    assert add_working_time(working, zagreb("2026-11-20 15:00"), hours(2)) == zagreb("2026-11-23 09:00")
    assert StandardVersion.objects.in_force(timezone.now()).count() >= 5


def test_a_second_one_makes_another_administrator_and_nothing_else():
    run("--email", "ana@example.test")
    run("--email", "boris@example.test", "--organisation", "Another")
    assert Organisation.objects.the().name == "example.test"
    assert [user.is_administrator for user in User.objects.all()] == [True, True]


def test_somebody_who_is_administrator_gets_a_new_link():
    run("--email", "ana@example.test")
    assert "/password/reset/key/" in run("--email", "ANA@example.test")
    assert User.objects.count() == 1


def test_a_zone_that_does_not_exist_is_refused_and_nothing_is_made():
    with pytest.raises(CommandError, match="not a time zone"):
        run("--email", "ana@example.test", "--zone", "Zagreb")
    assert not User.objects.exists()
