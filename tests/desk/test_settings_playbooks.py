"""Playbooks as staff see them: a line in time, a new version for each change, a dry run that does nothing."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from followups import conditions, dry_run, rules, validation
from followups.actions import followups, playbooks
from followups.models import FollowUp, Playbook, PlaybookVersion
from followups.playbook_terms import Clock, Code, Condition, Mode, Stop
from followups.shipped import SHIPPED
from followups.validation import StepDraft
from tests import make
from tests.desk.looking import signed_in
from tests.followups.playing import RESOLVED, resolved_ticket
from tests.make import MONDAY_9AM, zagreb
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
Step = FollowUp.Step
URL = "/desk/settings/follow-ups/"


def current(code):
    return PlaybookVersion.objects.current().get(playbook__code=code)


def silence(**days):
    """Drafts of I as shipped, with other days for some."""
    given = {"silence_reminder": 2, "silence_second": 5, "silence_last": 8, "silence_closing": 10, **days}
    return [
        StepDraft(name, Clock.WORKING_DAYS, Mode.CLOSE if name == "silence_closing" else Mode.SEND, amount, amount > 0)
        for name, amount in given.items()
    ]


def test_every_stop_and_condition_has_its_meaning_and_every_playbook_is_shipped():
    assert set(conditions.STOPS) == set(Stop)
    assert set(conditions.CONDITIONS) == set(Condition)
    assert [shipped.code for shipped in SHIPPED] == list(Code)
    assert Playbook.objects.count() == len(Code)


def test_shipping_twice_adds_nothing():
    assert playbooks.ensure_shipped(now=MONDAY_9AM) == []


def test_each_playbook_is_a_line_in_time():
    make.organisation()
    page = signed_in(make.manager()).get(URL).content.decode()
    for words in ("Silence from the customer", "After 2 working days", "After 30 calendar days", "It ends when:"):
        assert words in page


def test_what_a_person_begins_says_so_and_cannot_be_changed():
    make.organisation()
    client = signed_in(make.administrator())
    page = client.get(f"{URL}C/").content.decode()
    assert "Begun by hand" in page
    assert "Change it" not in page


def test_a_change_is_a_new_version_and_what_is_planned_goes_on_by_its_own():
    question = followups.plan(resolved_ticket(), now=RESOLVED)
    client = signed_in(make.administrator())
    shown = client.get(f"{URL}E/edit/")
    assert shown.status_code == 200
    sent = {
        "is_on": "on", "because": "A day is too soon.", "based_on": "1",
        "settled_question-is_on": "on", "settled_question-amount": "2", "settled_question-unit": "working_days",
        "settled_question-late_days": "7",
        "settled_reminder-is_on": "on", "settled_reminder-amount": "3", "settled_reminder-unit": "working_days",
        "settled_reminder-late_days": "3",
        "closing-is_on": "on", "closing-amount": "9", "closing-unit": "working_days",
    }  # fmt: skip
    assert client.post(f"{URL}E/edit/", sent).status_code == 302
    assert current("E").number == 2
    assert rules.step_of(FollowUp.objects.get(pk=question.pk)).version.number == 1
    later = followups.plan(resolved_ticket(), now=RESOLVED)
    assert (question.due_at, later.due_at) == (zagreb("2026-11-24 14:00"), zagreb("2026-11-25 14:00"))
    kept = PlaybookVersion.objects.get(playbook__code="E", number=2).steps.get(name="settled_question")
    assert kept.stops == rules.step_of(question).stops
    assert client.post(f"{URL}E/edit/", sent).status_code == 422, "somebody has changed it since"


@pytest.mark.parametrize(
    ("drafts", "words"),
    [
        (silence(silence_second=2), "at least a working day after"),
        (silence(silence_last=0), "has to stay on"),
        (silence(silence_closing=0), "has to stay on"),
        (silence(silence_reminder=0, silence_second=0, silence_last=0, silence_closing=0), "No step is left"),
        (silence(silence_closing=99), "beyond all memory"),
    ],
)
def test_what_a_version_must_not_say_is_refused_in_words(drafts, words):
    if "has to stay on" in words and not drafts[2].is_on:
        words = "told so before"
    assert words in " ".join(validation.problems(drafts, is_on=True))
    with pytest.raises(ValidationError):
        playbooks.change(
            current("I").playbook, drafts, is_on=True, because="Try.", based_on=1, by=make.user(), now=MONDAY_9AM
        )
    assert current("I").number == 1


def test_a_playbook_that_is_switched_off_plans_nothing():
    by = make.user()
    playbooks.change(current("E").playbook, [], is_on=False, because="Not for us.", based_on=1, by=by, now=MONDAY_9AM)
    assert followups.plan(resolved_ticket(), now=RESOLVED) is None
    assert not FollowUp.objects.exists()


def test_a_dry_run_says_what_would_happen_and_when_and_changes_nothing():
    ticket = make.ticket(customer=make.customer(name="Ana Kovač", phone="01 555 0198"))
    with CaptureQueriesContext(connection) as asked:
        rehearsal = dry_run.rehearse(current("I"), ticket, now=MONDAY_9AM)
    assert not [query for query in asked if not query["sql"].startswith("SELECT") or "FOR UPDATE" in query["sql"]]
    assert not FollowUp.objects.exists()
    assert rehearsal.supposed
    assert [(one.step.name, one.way) for one in rehearsal.steps] == [
        (Step.SILENCE_REMINDER, "E-mail"),
        (Step.SILENCE_SECOND, "Phone"),
        (Step.SILENCE_LAST, "E-mail"),
        (Step.SILENCE_CLOSING, "In the product"),
    ]
    assert rehearsal.steps[0].at == zagreb("2026-11-25 09:00")
    assert not any(one.why_not for one in rehearsal.steps)


def test_a_dry_run_on_what_has_begun_counts_from_there_and_says_what_stops_it():
    ticket = resolved_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(state=Ticket.State.CLOSED)
    rehearsal = dry_run.rehearse(current("E"), Ticket.objects.get(), now=RESOLVED + timedelta(days=1))
    assert (rehearsal.supposed, rehearsal.begins_at) == (False, RESOLVED)
    assert {one.why_not for one in rehearsal.steps} == {"The ticket is closed."}


def test_the_dry_run_is_on_the_page_and_names_a_number_that_nobody_has():
    ticket = make.ticket()
    client = signed_in(make.manager())
    page = client.get(f"{URL}I/?ticket=T-{ticket.number}").content.decode()
    assert "it is supposed to happen now" in page
    answer = client.get(f"{URL}I/?ticket=999999")
    assert (answer.status_code, "There is no ticket with that number." in answer.content.decode()) == (422, True)
