"""Everybody knows what is promised: who has not read it is told so on every page, and their lead sees it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people.models import User
from standards.actions import reading, standards
from standards.models import Acknowledgement, StandardVersion
from tests import make
from tests.desk.looking import signed_in
from tests.make import MONDAY_9AM, hours

pytestmark = pytest.mark.django_db

BANNER = "of the standards that customers are promised"


def page(user: User, where: str = "/desk/tickets/") -> str:
    return signed_in(user).get(where).content.decode()


def test_a_new_colleague_is_shown_all_current_standards_until_each_is_read():
    first, second = make.standard(now=timezone.now()), make.standard(now=timezone.now(), kind="next_response")
    newcomer = make.user()
    client = signed_in(newcomer)
    assert f"You have not read 2 {BANNER}" in page(newcomer)
    assert page(newcomer, "/desk/standards/").count("I have read it") == 2
    for version, left in ((first, 1), (second, 0)):
        client.post(f"/desk/standards/versions/{version.pk}/read/")
        assert (f"You have not read {left} {BANNER}" in page(newcomer)) == bool(left)
    assert "You have read all of them." in page(newcomer, "/desk/standards/")


def test_another_version_is_read_anew_and_one_that_is_coming_beforehand():
    now = timezone.now()
    first, reader = make.standard(now=now), make.user()
    reading.acknowledge(first, by=reader, now=now)
    assert BANNER not in page(reader)
    said = make.draft(window_minutes=240, review_by=(now + timedelta(days=300)).date())
    second = standards.draft(first.standard, said, now=now)
    assert BANNER not in page(reader)
    second = standards.publish(second, effective_from=now + hours(48), now=timezone.now())
    assert BANNER in page(reader)
    reading.acknowledge(second, by=reader, now=now)
    assert BANNER not in page(reader)


def test_what_is_past_or_withdrawn_need_not_be_read():
    first = make.standard()
    second = standards.draft(first.standard, make.draft(window_minutes=240), now=MONDAY_9AM)
    standards.publish(second, effective_from=MONDAY_9AM + hours(1), now=MONDAY_9AM)
    to_know = StandardVersion.objects.to_know
    assert list(to_know(MONDAY_9AM)) == [first, second]
    assert list(to_know(MONDAY_9AM + hours(1))) == [second]
    standards.withdraw(first.standard, effective_from=MONDAY_9AM + hours(2), now=MONDAY_9AM)
    assert list(to_know(MONDAY_9AM + hours(2))) == []


def test_the_first_reading_counts_and_a_draft_cannot_be_read():
    version, reader = make.standard(), make.user()
    for later in (1, 2):
        reading.acknowledge(version, by=reader, now=MONDAY_9AM + hours(later))
    assert Acknowledgement.objects.get().at == MONDAY_9AM + hours(1)
    draft = make.standard(published=False, kind="next_response")
    answer = signed_in(reader).post(f"/desk/standards/versions/{draft.pk}/read/", follow=True).content.decode()
    assert "may still change" in answer
    assert Acknowledgement.objects.count() == 1


def test_a_lead_sees_who_has_not_read_of_their_teams_and_a_manager_of_all():
    make.standard(now=timezone.now())
    lead, member, stranger = make.user(name="Petra"), make.user(name="Ivana"), make.user(name="Marko")
    team = make.team(lead=lead)
    member.memberships.create(team=team)
    reading.acknowledge(StandardVersion.objects.get(), by=lead, now=timezone.now())
    where = "/desk/standards/readers/"
    seen = page(lead, where)
    assert "1 person has something to read" in seen
    assert "Ivana" in seen
    assert "Marko" not in seen
    assert "Marko" in page(make.manager(), where)
    assert signed_in(stranger).get(where).status_code == 404


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        ("agent", "An automatic mail does not count."),
        ("lead", "what nobody of your team has taken yet"),
        ("manager", "You declare exception days"),
        ("administrator", "the worker runs"),
    ],
)
def test_an_extract_says_what_the_standards_ask_of_a_role(role: str, asked: str):
    make.standard(now=timezone.now())
    found = page(make.user(), f"/desk/standards/extract/{role}/")
    assert asked in found
    assert "A person answers you within 8 working hours." in found


def test_there_is_no_extract_of_a_role_that_is_none():
    make.organisation()
    assert signed_in(make.user()).get("/desk/standards/extract/king/").status_code == 404
