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
    "exclusions_en": "Nothing: it holds for every complaint.",
    "needed_because": "Customers told us so in last year's survey.",
    "review_by": (timezone.localdate() + timedelta(days=300)).isoformat(),
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


def test_a_draft_can_be_checked_without_saving_and_nothing_typed_is_lost(admin: Client):
    url = "/desk/settings/standards/new/"
    response = admin.post(url, {**FORM, "exclusions_en": "", "sentence_en": "We answer quickly.", "check": "1"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "“quickly” names no time." in page
    assert "Where that is nothing, write so." in page
    assert "We answer quickly.</textarea>" in page
    page = admin.post(url, {**FORM, "check": "1"}).content.decode()
    assert "Nothing stands in the way" in page
    assert "Who writes now has it by:" in page
    assert "Enter a number" in admin.post(url, {**FORM, "amount": "soon", "check": "1"}).content.decode()
    assert not StandardVersion.objects.exists()


def test_who_drafts_a_standard_looks_after_it(admin: Client):
    admin.post("/desk/settings/standards/new/", FORM)
    assert ServiceStandard.objects.get().owner.is_administrator


def test_versions_are_compared_word_by_word(admin: Client):
    standard = make.standard(now=timezone.now()).standard
    sooner = "A person answers you within 4 working hours."
    admin.post(f"/desk/settings/standards/{standard.pk}/draft/", {**FORM, "amount": "4", "sentence_en": sooner})
    changed = "within <del>8</del><ins>4</ins> working hours"
    for where in ("", "publish/", "compare/", "compare/?before=1&after=2"):
        assert changed in admin.get(f"/desk/settings/standards/{standard.pk}/{where}").content.decode(), where
    same = admin.get(f"/desk/settings/standards/{standard.pk}/compare/?before=1&after=1").content.decode()
    assert "They say the same." in same
    assert admin.get(f"/desk/settings/standards/{standard.pk}/compare/?before=1&after=9").status_code == 422


def test_a_law_gives_drafts_that_wait_for_legal_advice(admin: Client):
    url = "/desk/settings/standards/presets/"
    page = admin.post(url, {"preset": "au-rg271"}, follow=True).content.decode()
    assert page.count("take legal advice") == 2
    draft = StandardVersion.objects.get(kind="answer")
    assert admin.post(f"/desk/settings/standards/{draft.standard_id}/publish/", {}).status_code == 422
    assert "here already" in admin.post(url, {"preset": "au-rg271"}).content.decode()
    assert "no such preset" in admin.post(url, {"preset": "atlantis"}).content.decode()


def test_before_it_is_published_a_draft_says_what_would_have_happened(admin: Client):
    now = timezone.now()
    first = make.standard(now=now - timedelta(days=40))
    make.ticket(now=now - timedelta(days=30))
    url = f"/desk/settings/standards/{first.standard_id}/"
    admin.post(f"{url}draft/", {**FORM, "ticket_type": "", "amount": "4"})
    page = admin.get(f"{url}publish/").content.decode()
    assert "0 of 1 would have been kept" in page
    assert "By what really applied then, 0 of 1 were kept." in page
    draft = make.standard(published=False, kind="answer", now=now)
    assert "nothing can be said" in admin.get(f"/desk/settings/standards/{draft.standard_id}/publish/").content.decode()


def test_who_would_publish_the_same_twice_is_told_so(admin: Client):
    now = timezone.now()
    make.standard(now=now, name="Answers")
    twin = make.standard(published=False, now=now)
    narrower = make.standard(published=False, now=now, priority="urgent")
    told = "Answers promises the same to the same tickets."
    assert told in admin.get(f"/desk/settings/standards/{twin.standard_id}/publish/").content.decode()
    assert told not in admin.get(f"/desk/settings/standards/{narrower.standard_id}/publish/").content.decode()


def test_a_standard_whose_review_day_has_passed_is_marked(admin: Client):
    now = timezone.now()
    make.standard(now=now - timedelta(days=400))
    assert "review is due" in admin.get("/desk/settings/standards/").content.decode()
    StandardVersion.objects.update(review_by=timezone.localdate() + timedelta(days=9))
    assert "review is due" not in admin.get("/desk/settings/standards/").content.decode()
