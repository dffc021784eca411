"""Settings: who may open them, what they refuse, and that nothing typed is lost."""

import pytest
from django.test import Client

from people.models import Customer, Organisation, Team, User
from standards.models import Calendar, Category
from tests import make
from tests.desk.looking import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    make.organisation()
    return signed_in(make.administrator(name="Ana Admin"))


ADMINISTRATORS_ONLY = [
    "organisation/",
    "people/",
    "people/new/",
    "teams/",
    "teams/new/",
    "mailboxes/",
    "mailboxes/new/",
    "calendars/",
    "calendars/new/",
    "categories/",
    "standards/new/",
]


@pytest.mark.parametrize("where", ADMINISTRATORS_ONLY)
def test_administrators_change_the_settings_and_nobody_else(admin: Client, where: str):
    assert admin.get(f"/desk/settings/{where}").status_code == 200
    assert signed_in(make.manager()).get(f"/desk/settings/{where}").status_code == 404
    assert signed_in(make.user()).get(f"/desk/settings/{where}").status_code == 404


def test_managers_read_the_standards_and_agents_do_not():
    version = make.standard()
    for where in ("", "standards/", f"standards/{version.standard_id}/"):
        assert signed_in(make.manager()).get(f"/desk/settings/{where}").status_code == 200
        assert signed_in(make.user()).get(f"/desk/settings/{where}").status_code == 404
    page = signed_in(make.manager()).get(f"/desk/settings/standards/{version.standard_id}/").content.decode()
    assert "Draft the next version" not in page


def test_the_organisation_can_be_changed(admin: Client):
    form = {
        "name": "City Help",
        "zone": "Europe/Zagreb",
        "language": "hr",
        "languages": [],
        "support_address": "help@example.test",
        "phone": "",
        "default_team": Organisation.objects.the().default_team_id,
    }
    assert admin.post("/desk/settings/organisation/", form).status_code == 302
    assert Organisation.objects.the().languages == ["en", "hr"]
    refused = admin.post("/desk/settings/organisation/", {**form, "support_address": "help", "name": "Typed"})
    assert refused.status_code == 422
    assert 'value="Typed"' in refused.content.decode()
    assert Organisation.objects.the().name == "City Help"


PERSON = {"name": "Marko Ilić", "email": "marko@example.test", "role": "agent", "language": "en", "zone": ""}


def test_somebody_invited_is_shown_as_not_signed_in_and_gets_a_link(admin: Client):
    response = admin.post("/desk/settings/people/new/", PERSON, follow=True)
    user = User.objects.get(email="marko@example.test")
    assert "has not signed in yet" in response.content.decode()
    link = admin.post(f"/desk/settings/people/{user.pk}/sign-in-link/")
    assert "/password/reset/key/" in link.content.decode()
    assert "/password/reset/key/" not in admin.get(f"/desk/settings/people/{user.pk}/").content.decode()


def test_an_email_that_is_taken_is_refused_and_what_was_typed_stays(admin: Client):
    admin.post("/desk/settings/people/new/", PERSON)
    again = admin.post("/desk/settings/people/new/", {**PERSON, "email": "MARKO@example.test"})
    page = again.content.decode()
    assert again.status_code == 422
    assert "Somebody with this e-mail is here already." in page
    assert "MARKO@example.test" in page


def test_the_lead_of_a_team_is_not_deactivated_before_there_is_another(admin: Client):
    lead = Organisation.objects.the().default_team.lead
    page = admin.post(f"/desk/settings/people/{lead.pk}/deactivate/", follow=True).content.decode()
    assert "Name another lead first." in page
    assert User.objects.get(pk=lead.pk).is_active


def test_somebody_deactivated_can_come_back(admin: Client):
    user = make.user()
    admin.post(f"/desk/settings/people/{user.pk}/deactivate/")
    assert not User.objects.get(pk=user.pk).is_active
    assert admin.post(f"/desk/settings/people/{user.pk}/sign-in-link/").status_code == 404
    admin.post(f"/desk/settings/people/{user.pk}/reactivate/")
    assert User.objects.get(pk=user.pk).is_active


def test_a_team_gets_lead_members_and_calendar(admin: Client):
    lead, member, calendar = make.user(), make.user(), make.calendar()
    form = {"name": "Billing", "lead": lead.pk, "calendar": calendar.pk, "members": [lead.pk, member.pk]}
    assert admin.post("/desk/settings/teams/new/", form).status_code == 302
    team = Team.objects.get(name="Billing")
    assert team.team_calendar.calendar == calendar
    assert {membership.user for membership in team.memberships.all()} == {lead, member}
    assert admin.post("/desk/settings/teams/new/", form).status_code == 422  # pressed twice
    assert admin.post(f"/desk/settings/teams/{team.pk}/", {**form, "members": [lead.pk]}).status_code == 302
    assert team.memberships.count() == 1
    assert admin.post("/desk/settings/teams/new/", {"name": "Nobody's"}).status_code == 422


def test_categories_are_added_renamed_and_no_longer_offered(admin: Client):
    admin.post("/desk/settings/categories/", {"name": "Devices"})
    category = Category.objects.get()
    assert admin.post("/desk/settings/categories/", {"name": "devices"}).status_code == 422
    admin.post(f"/desk/settings/categories/{category.pk}/", {"name": "Printers"})
    category.refresh_from_db()
    assert (category.name, category.active) == ("Printers", False)


@pytest.mark.parametrize("where", ["people/", "teams/", "calendars/", "categories/", "standards/", ""])
def test_a_longer_list_asks_no_more_of_the_database(admin: Client, where: str, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(20) as asked:
            assert admin.get(f"/desk/settings/{where}").status_code == 200
        return len(asked)

    make.standard(category=make.category())
    before = queries()
    for _ in range(3):
        make.standard(category=make.category())
        team = make.team()
        make.user(teams=[team])
    assert queries() == before
    assert not Customer.objects.exists()
    assert Calendar.objects.count() == 4
