import pytest
from django.test import Client
from django.utils import timezone

from standards.actions import calendars
from standards.models import Calendar
from tests import make
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Desk",
    "zone": "Europe/Zagreb",
    "mon": "8-12, 13-16",
    "tue": "08:00-16:00",
    "wed": "",
    "date_hours": "2026-12-24 08:00-12:00\n2026-12-31 closed",
    "country": "HR",
    "region": "",
}


@pytest.fixture
def admin() -> Client:
    make.organisation()
    client = Client()
    client.force_login(make.administrator())
    return client


def test_hours_are_written_a_line_a_day(admin: Client):
    assert admin.post("/desk/settings/calendars/new/", FORM).status_code == 302
    version = Calendar.objects.get(name="Desk").current
    assert version.hours == {"mon": [["08:00", "12:00"], ["13:00", "16:00"]], "tue": [["08:00", "16:00"]]}
    assert version.date_hours == {"2026-12-24": [["08:00", "12:00"]], "2026-12-31": []}
    assert "2026-12-25" in version.holidays


def test_a_line_that_cannot_be_read_is_named_and_nothing_typed_is_lost(admin: Client):
    response = admin.post("/desk/settings/calendars/new/", {**FORM, "tue": "morning", "date_hours": "24.12."})
    page = response.content.decode()
    assert response.status_code == 422
    assert "“morning” is not a span of time." in page
    assert "does not begin with a date" in page
    assert 'value="morning"' in page
    assert "8-12, 13-16" in page
    assert not Calendar.objects.filter(name="Desk").exists()


def test_a_calendar_that_never_opens_is_refused(admin: Client):
    response = admin.post("/desk/settings/calendars/new/", {**FORM, "mon": "", "tue": ""})
    assert response.status_code == 422
    assert "at least one day" in response.content.decode()


def test_looking_at_the_holidays_of_a_country_saves_nothing_and_keeps_what_was_typed(admin: Client):
    response = admin.post("/desk/settings/calendars/new/", {**FORM, "country": "DE", "mon": "half typ", "look": "1"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Bavaria" in page or "Bayern" in page
    assert 'value="half typ"' in page
    assert not Calendar.objects.filter(name="Desk").exists()


def test_the_holidays_of_a_country_come_as_a_fragment(admin: Client):
    page = admin.get("/desk/settings/calendars/holidays/?country=HR&region=BY").content.decode()
    assert "Christmas Day" in page
    assert "<html" not in page
    assert admin.get("/desk/settings/calendars/holidays/?country=nowhere").status_code == 200


def test_saving_hours_twice_makes_one_version_and_an_older_form_is_refused(admin: Client):
    admin.post("/desk/settings/calendars/new/", FORM)
    calendar = Calendar.objects.get(name="Desk")
    url = f"/desk/settings/calendars/{calendar.pk}/hours/"
    changed = {**FORM, "based_on": 1, "wed": "8-16"}
    assert admin.post(url, changed).status_code == 302
    assert admin.post(url, changed).status_code == 302
    assert calendar.current.number == 2
    late = admin.post(url, {**FORM, "based_on": 1, "thu": "8-16"})
    assert late.status_code == 422
    assert "while you were here" in late.content.decode()


def test_a_holiday_that_is_switched_off_far_ahead_stays_so(admin: Client):
    calendar = make.calendar(country="HR", holidays_off=["2030-12-25"])
    form = {**FORM, "name": calendar.name, "based_on": 1}
    assert admin.post(f"/desk/settings/calendars/{calendar.pk}/hours/", form).status_code == 302
    assert calendar.current.number == 2
    assert calendar.current.holidays_off == ["2030-12-25"]


def test_a_due_time_can_be_tried_out_and_explains_itself(admin: Client):
    calendar = make.calendar(country="HR")
    page = admin.get(
        f"/desk/settings/calendars/{calendar.pk}/",
        {"start_date": "2026-12-24", "start_time": "15:00", "amount": "2", "unit": "working_hours"},
    ).content.decode()
    assert "Fri 25 Dec (Christmas Day), Sat 26 Dec (Saint Stephen&#x27;s Day), Sun 27 Dec" in page
    assert "Monday 28 December 2026, 09:00" in page
    assert "Thu 24 Dec 15:00–16:00" in page
    assert "not counted, closed: Fri 25 Dec (Christmas Day)" in page


@pytest.mark.parametrize("amount", ["0", "1.5", "-1", "many", ""])
def test_a_window_that_is_none_is_refused(admin: Client, amount: str):
    calendar = make.calendar()
    asked = {"start_date": "2026-12-24", "start_time": "15:00", "amount": amount, "unit": "working_days"}
    assert admin.get(f"/desk/settings/calendars/{calendar.pk}/", asked).status_code == 422


ALL_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00-12:00, 12:00-24:00")


@pytest.fixture
def ticket() -> Ticket:
    """Something that is owed by rule, and would be due earlier if we were open day and night."""
    make.standard(now=timezone.now())
    return make.ticket(now=timezone.now())


def hours_of(ticket: Ticket) -> tuple[Calendar, str, dict[str, object]]:
    """Its calendar, the address where its hours are changed, and what is sent to open day and night."""
    calendar = ticket.team.team_calendar.calendar
    sent = {"name": calendar.name, "zone": calendar.current.zone, "based_on": 1, **ALL_DAY}
    return calendar, f"/desk/settings/calendars/{calendar.pk}/hours/", sent


def test_before_hours_are_saved_it_is_shown_what_would_move(admin: Client, ticket: Ticket):
    calendar, url, sent = hours_of(ticket)
    page = admin.post(url, sent).content.decode()
    assert "1 promise would be due at another time" in page
    assert f"T-{ticket.number}" in page
    assert 'name="mon" value="00:00-12:00, 12:00-24:00"' in page
    assert calendar.current.number == 1


@pytest.mark.parametrize(("running", "moves"), [("keep", False), ("move", True)])
def test_hours_are_saved_only_for_what_is_new_or_for_what_runs_too(admin: Client, ticket: Ticket, running, moves):
    calendar, url, sent = hours_of(ticket)
    due = ticket.commitments.get().due_at
    assert admin.post(url, {**sent, "running": running, "seen": 1}).status_code == 302
    assert calendar.current.number == 2
    assert (ticket.commitments.get().due_at < due) is moves


def test_from_the_preview_one_comes_back_to_all_that_was_typed(admin: Client, ticket: Ticket):
    calendar, url, sent = hours_of(ticket)
    page = admin.post(url, {**sent, "seen": 1, "back": 1})
    assert (page.status_code, calendar.current.number) == (200, 1)
    assert 'value="00:00-12:00, 12:00-24:00"' in page.content.decode()


def test_a_preview_that_is_no_longer_true_is_told_and_saves_nothing(admin: Client, ticket: Ticket):
    calendar, url, sent = hours_of(ticket)
    make.ticket(customer=ticket.customer, team=ticket.team, now=timezone.now())
    page = admin.post(url, {**sent, "running": "move", "seen": 1}).content.decode()
    assert "the list is another one now" in page
    assert "2 promises would be due at another time" in page
    calendars.change(calendar, name=calendar.name, zone="UTC", hours={"mon": [["08:00", "16:00"]]}, now=timezone.now())
    late = admin.post(url, {**sent, "running": "move", "seen": 2})
    assert late.status_code == 422
    assert "while you were here" in late.content.decode()
    assert calendar.current.number == 2


def test_what_was_left_as_it_was_can_still_be_moved_later(admin: Client, ticket: Ticket):
    calendar, url, sent = hours_of(ticket)
    admin.post(url, {**sent, "running": "keep", "seen": 1})
    due, page = ticket.commitments.get().due_at, f"/desk/settings/calendars/{calendar.pk}/"
    assert "1 running promise goes by earlier hours." in admin.get(page).content.decode()
    assert "once more meanwhile" in admin.post(f"{page}running/", {"seen": "1"}, follow=True).content.decode()
    assert ticket.commitments.get().due_at == due
    assert "1 promise has a new time." in admin.post(f"{page}running/", {"seen": "2"}, follow=True).content.decode()
    assert ticket.commitments.get().due_at < due
    assert "Nothing that runs would be due" in admin.get(f"{page}running/").content.decode()
