import pytest
from django.core.exceptions import ValidationError

from people.actions import teams, users
from people.models import User
from people.terms import Role
from tests import make
from tests.make import MONDAY_9AM

pytestmark = pytest.mark.django_db


def test_somebody_invited_cannot_sign_in_before_they_set_a_password():
    user = make.user(email="Ana@Example.TEST")
    assert user.email == "Ana@example.test"
    assert not user.has_usable_password() or not user.check_password("")
    assert user.last_login is None


def test_an_email_signs_in_one_person_only_whatever_its_case():
    make.user(email="ana@example.test")
    with pytest.raises(ValidationError, match="is here already"):
        make.user(email="ANA@example.test")


def test_the_only_administrator_stays_administrator():
    admin = make.administrator()
    with pytest.raises(ValidationError, match="only administrator"):
        users.change(admin, email=admin.email, name=admin.name, role=Role.AGENT, language="en")
    make.administrator()
    changed = users.change(admin, email=admin.email, name=admin.name, role=Role.AGENT, language="en")
    assert not changed.is_administrator


def test_nobody_deactivates_themselves_nor_the_lead_of_a_team():
    admin, lead = make.administrator(), make.user(name="Petra")
    make.administrator()
    make.team(lead=lead, name="Desk")
    with pytest.raises(ValidationError, match="yourself"):
        users.deactivate(admin, by=admin)
    with pytest.raises(ValidationError, match="Petra leads Desk"):
        users.deactivate(lead, by=admin)
    assert not User.objects.filter(is_active=False).exists()


def test_teams_are_replaced_only_when_they_are_given():
    team, other = make.team(), make.team()
    user = users.invite(email="m@example.test", name="Marko", teams=[team], now=MONDAY_9AM)
    same = {"email": user.email, "name": "Marko Ilić", "role": Role.AGENT, "language": "hr"}
    users.change(user, **same)
    assert [membership.team for membership in user.memberships.all()] == [team]
    users.change(user, **same, teams=[other])
    assert [membership.team for membership in user.memberships.all()] == [other]


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError, match="Europe/Zagreb"):
        make.user(zone="Mars/Olympus")


def test_a_team_has_a_lead_who_can_sign_in_and_a_name_of_its_own():
    team = make.team(name="Desk")
    gone = make.user(is_active=False)
    with pytest.raises(ValidationError, match="can no longer sign in"):
        teams.change(team, name="Desk", lead=gone)
    with pytest.raises(ValidationError, match="with this name"):
        make.team(name="desk")
