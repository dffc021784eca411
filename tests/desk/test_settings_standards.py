from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from standards.models import ServiceStandard, StandardVersion
from tests import make

pytestmark = pytest.mark.django_db

FORM = {
    "name": "First response",
    "kind": "first_response",
    "amount": "8",
    "unit": "working_hours",
    "target_percent": "90",
    "max_moves": "2",
    "sentence_en": "A person answers you within 8 working hours.",
    "if_missed_en": "We tell you, say sorry and name a new time.",
    "ticket_type": "complaint",
}


@pytest.fixture
def admin() -> Client:
    make.organisation()
    client = Client()
    client.force_login(make.administrator())
    return client


def test_from_a_draft_to_a_promise_in_force(admin: Client):
    page = admin.post("/desk/settings/standards/new/", FORM, follow=True).content.decode()
    version = StandardVersion.objects.get()
    assert (version.standard.code, version.window_minutes, version.ticket_type) == ("S-1", 480, "complaint")
    assert "Customers don&#x27;t see it yet" in page
    assert not StandardVersion.objects.in_force(timezone.now()).exists()
    admin.post(f"/desk/settings/standards/{version.standard_id}/publish/", {})
    assert StandardVersion.objects.in_force(timezone.now()).get() == version


def test_a_vague_sentence_stays_a_draft_with_the_reason(admin: Client):
    admin.post("/desk/settings/standards/new/", {**FORM, "sentence_en": "We answer quickly."})
    standard = ServiceStandard.objects.get()
    assert "“quickly” names no time." in admin.get(f"/desk/settings/standards/{standard.pk}/").content.decode()
    assert admin.post(f"/desk/settings/standards/{standard.pk}/publish/", {}).status_code == 422
    assert not StandardVersion.objects.in_force(timezone.now()).exists()


def test_a_sentence_that_is_too_long_is_refused_and_not_cut(admin: Client):
    long = "A person answers. " * 10
    response = admin.post("/desk/settings/standards/new/", {**FORM, "sentence_en": long})
    assert response.status_code == 422
    assert "at most 140 characters" in response.content.decode()
    assert long.strip() in response.content.decode()


def test_a_published_version_is_followed_by_a_draft_that_says_the_same(admin: Client):
    version = make.standard(now=timezone.now())
    url = f"/desk/settings/standards/{version.standard_id}/draft/"
    assert "A person answers you within 8 working hours." in admin.get(url).content.decode()
    assert admin.post(url, {**FORM, "amount": "4"}).status_code == 302
    assert admin.post(url, {**FORM, "amount": "4"}).status_code == 302
    version.refresh_from_db()
    assert version.window_minutes == 480
    assert [v.window_minutes for v in version.standard.versions.order_by("number")] == [480, 240]


def test_a_standard_is_published_from_a_day_ahead_but_not_from_one_behind(admin: Client):
    version = make.standard(published=False, now=timezone.now())
    url = f"/desk/settings/standards/{version.standard_id}/publish/"
    behind, ahead = [(timezone.localdate() + timedelta(days=days)).isoformat() for days in (-3, 3)]
    assert admin.post(url, {"day": behind}).status_code == 422
    assert admin.post(url, {"hour": "08:00"}).status_code == 422
    assert admin.post(url, {"day": ahead, "hour": "08:00"}).status_code == 302
    version.refresh_from_db()
    assert not version.is_draft
    assert not StandardVersion.objects.in_force(timezone.now()).exists()
    assert "Not in force yet" in admin.get("/desk/settings/standards/").content.decode()


def test_publishing_twice_publishes_once(admin: Client):
    version = make.standard(published=False, now=timezone.now())
    url = f"/desk/settings/standards/{version.standard_id}/publish/"
    assert admin.post(url, {}).status_code == 302
    page = admin.post(url, {}, follow=True).content.decode()
    assert "published already" in page
    assert admin.get(url).status_code == 404


def test_a_draft_can_be_thrown_away_and_a_standard_withdrawn(admin: Client):
    draft = make.standard(published=False, now=timezone.now())
    admin.post(f"/desk/settings/standards/{draft.standard_id}/draft/discard/")
    assert not StandardVersion.objects.exists()
    version = make.standard(now=timezone.now())
    admin.post(f"/desk/settings/standards/{version.standard_id}/withdraw/", {})
    assert not StandardVersion.objects.in_force(timezone.now()).exists()
    assert "Withdrawn" in admin.get("/desk/settings/standards/").content.decode()


@pytest.mark.parametrize(
    ("amount", "unit", "window"),
    [
        ("1.5", "working_hours", ("working_time", 90, None)),
        ("5", "working_days", ("working_days", None, 5)),
        ("15", "minutes", ("wall", 15, None)),
        ("15", "calendar_days", ("calendar_days", None, 15)),
    ],
)
def test_a_window_is_said_as_people_say_it(admin: Client, amount: str, unit: str, window: tuple):
    admin.post("/desk/settings/standards/new/", {**FORM, "amount": amount, "unit": unit})
    version = StandardVersion.objects.get()
    assert (version.clock, version.window_minutes, version.window_days) == window
