"""The public front: without a sign-in, without scripts, in the language of its address."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from standards.actions import calendars, standards
from standards.models import Calendar, ServiceStandard
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def front() -> Client:
    make.organisation(support_address="help@example.test", phone="01 555 0100")
    return Client()


@pytest.mark.parametrize(
    ("asked", "language"),
    [("hr-HR,hr;q=0.9,en;q=0.8", "hr"), ("de,en;q=0.5", "en"), ("de", "en"), ("", "en"), ("ms", "en")],
)
def test_the_root_leads_to_the_language_that_the_browser_asks_for(front: Client, asked: str, language: str):
    response = front.get("/", headers={"accept-language": asked})
    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in response["Vary"]


def test_the_page_says_how_to_reach_us_and_when_we_are_open(front: Client):
    page = front.get("/en/").content.decode()
    assert "City Services Desk" in page
    assert 'href="mailto:help@example.test"' in page
    assert "01 555 0100" in page
    assert "08:00–16:00" in page


def test_the_page_speaks_the_language_of_its_address(front: Client):
    response = front.get("/hr/", headers={"accept-language": "en"})
    assert response["Content-Language"] == "hr"
    assert '<html lang="hr"' in response.content.decode()


def test_a_language_that_the_organisation_does_not_write_is_not_there(front: Client):
    assert front.get("/ms/").status_code == 404


def test_only_what_is_in_force_is_shown_in_the_words_of_the_customer(front: Client):
    now = timezone.now()
    make.standard(
        sentence={"en": "A person answers within 8 working hours.", "hr": "Čovjek odgovara u 8 radnih sati."}, now=now
    )
    make.standard(sentence={"en": "Not decided yet within 8 working hours."}, published=False, now=now)
    gone = make.standard(sentence={"en": "Withdrawn within 8 working hours."}, now=now - timedelta(days=2))
    standards.withdraw(gone.standard, now=now - timedelta(days=1))
    english, croatian = front.get("/en/").content.decode(), front.get("/hr/").content.decode()
    assert "A person answers within 8 working hours." in english
    assert "90 of 100" in english
    assert "Čovjek odgovara u 8 radnih sati." in croatian
    assert "Not decided yet" not in english
    assert "Withdrawn within" not in english


def test_customers_do_not_read_how_pressing_staff_find_their_ticket(front: Client):
    make.standard(priority="urgent", ticket_type="complaint", now=timezone.now())
    page = front.get("/en/").content.decode()
    assert "Complaint" in page
    assert "Priority" not in page


def test_the_days_ahead_that_are_different_are_named(front: Client):
    tomorrow = timezone.localdate() + timedelta(days=1)
    calendar = Calendar.objects.get()
    calendars.change(
        calendar,
        name=calendar.name,
        zone="Europe/Zagreb",
        hours=make.OFFICE_HOURS,
        country="HR",
        date_hours={tomorrow.isoformat(): [["10:00", "11:30"]]},
        now=timezone.now(),
    )
    page = front.get("/hr/").content.decode()
    assert "10:00–11:30" in page
    assert "Božić" in page


def test_nothing_is_asked_of_the_database_for_each_standard(front: Client, django_assert_num_queries):
    make.standard(now=timezone.now())
    with django_assert_num_queries(7):
        front.get("/en/")
    for _ in range(4):
        make.standard(now=timezone.now(), category=make.category())
    assert ServiceStandard.objects.count() == 5
    with django_assert_num_queries(7):
        front.get("/en/")


def test_the_page_needs_no_sign_in_and_sets_no_cookie(front: Client):
    response = front.get("/en/")
    assert response.status_code == 200
    assert not response.cookies
    assert "public" in response["Cache-Control"]


def test_before_set_up_the_page_names_the_command():
    response = Client().get("/en/")
    assert response.status_code == 503
    assert "create_administrator" in response.content.decode()
