"""Facts about the lists behind the figures: who sees them, what they hold, and what they cost."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.cases import By, Counted, along, cases, counted, crossed, longest_overdue, tallies, weekly
from compliance.questions import Days, Question, asked
from compliance.ratings import ratings, requests
from compliance.results import Bucket, Period
from compliance.satisfaction import Request, Said, satisfaction
from compliance.times import lines, times
from compliance.trend import trend
from followups.models import FollowUp, SatisfactionAnswer, SatisfactionRequest
from mail.models import Delivery
from standards.terms import Clock, Kind
from tests import make
from tests.make import MONDAY_9AM, ZAGREB, hours, zagreb
from tickets.actions import commitments, conversation, handover, moving
from tickets.actions.conversation import NextDate
from tickets.models import Commitment

pytestmark = pytest.mark.django_db

NOW = MONDAY_9AM + timedelta(days=10)
PERIOD = Period(zagreb("2026-11-02 00:00"), zagreb("2026-12-01 00:00"))
EVERYTHING = Question(PERIOD)


def kept(after=2.0, of=None):
    made = make.promise(of)
    at = MONDAY_9AM + hours(after)
    return commitments.keep(made, at=at, now=at)


def count(question=EVERYTHING, viewer=None, now=NOW):
    return counted(question, viewer=viewer, now=now, zone=ZAGREB).all


def test_a_list_holds_what_its_figure_counts():
    kept()
    make.promise()
    figure = count().missed
    listed = cases(EVERYTHING.listing(figure), viewer=None, now=NOW)
    assert [(row.outcome, row.bucket) for row in listed] == [("", Bucket.NOT_DONE)]
    assert figure.k == 1


def test_a_member_of_staff_counts_what_they_may_see_and_the_public_counts_everything():
    mine, other = make.team(), make.team()
    for team in (mine, other):
        ticket = make.ticket()
        ticket.team = team
        ticket.save()
        kept(of=ticket)
    assert count(viewer=mine.lead).kept.n == 1
    assert count(viewer=make.manager()).kept.n == count().kept.n == 2
    assert count(viewer=make.user()).kept.n == 0


def test_words_between_colleagues_and_acknowledgements_are_counted_only_where_they_are_asked_for():
    make.standard(kind=Kind.ACKNOWLEDGE, clock=Clock.WALL, window_minutes=15)
    done = kept()
    Commitment.objects.filter(pk=done.pk).update(source="internal", asked_of=done.ticket.team)
    assert count().due == 0
    assert count(Question(PERIOD, kind=Kind.ACKNOWLEDGE)).due == 1
    assert count(Question(PERIOD, source="internal")).due == 1


def test_a_standard_is_asked_for_by_its_code_and_version():
    version = make.standard()
    make.ticket()
    assert count(Question(PERIOD, standard=version.standard.code, version=1)).due == 1
    assert count(Question(PERIOD, standard=version.standard.code, version=2)).due == 0
    assert count(Question(PERIOD, standard="S-404")).due == 0
    assert list(tallies(EVERYTHING, By.VERSION, viewer=None, now=NOW, zone=ZAGREB)) == [version.pk]


def test_who_answered_for_it_when_it_fell_due_keeps_it():
    late, to = make.promise(), make.user()
    before = late.accountable
    handover.take(late, by=to, now=NOW)
    assert count(Question(PERIOD, accountable=before.pk)).due == 1
    assert count(Question(PERIOD, accountable=to.pk)).due == 0
    assert list(tallies(EVERYTHING, By.ACCOUNTABLE, viewer=None, now=NOW, zone=ZAGREB)) == [before.pk]


@pytest.mark.parametrize("by", By)
def test_side_by_side_adds_up_to_the_whole(by):
    make.standard()
    for _ in range(3):
        kept()
    found = tallies(EVERYTHING, by, viewer=None, now=NOW, zone=ZAGREB)
    assert sum(found.values(), Counted()) == counted(EVERYTHING, viewer=None, now=NOW, zone=ZAGREB)


def test_one_query_can_cross_what_a_page_shows():
    make.standard()
    for _ in range(2):
        kept()
    with CaptureQueriesContext(connection) as queries:
        found = crossed(EVERYTHING, By.VERSION, By.WEEK, viewer=None, now=NOW, zone=ZAGREB)
    assert len(queries) == 1
    assert along(found, 0) == tallies(EVERYTHING, By.VERSION, viewer=None, now=NOW, zone=ZAGREB)
    assert list(along(found, 0))[-1] is None
    assert along(found, 1) == tallies(EVERYTHING, By.WEEK, viewer=None, now=NOW, zone=ZAGREB)


def test_days_and_hours_are_those_of_the_organisations_zone():
    make.promise(due=zagreb("2026-11-30 23:30"))
    found = {by: list(tallies(EVERYTHING, by, viewer=None, now=NOW, zone=ZAGREB)) for by in By}
    assert found[By.MONTH] == [date(2026, 11, 1)]
    assert found[By.WEEK] == [date(2026, 11, 30)]
    assert found[By.HOUR] == [(1, 23)]


def test_every_week_is_there_also_one_in_which_nothing_fell_due():
    kept()
    found = weekly(EVERYTHING, viewer=None, now=NOW, zone=ZAGREB)
    assert [week for week, _ in found] == [date(2026, 11, day) for day in (2, 9, 16, 23, 30)]
    assert [one.all.due for _, one in found] == [0, 0, 0, 1, 0]
    assert trend([(week, one.all.kept) for week, one in found]).signal == ""
    assert weekly(EVERYTHING, viewer=None, now=PERIOD.since - timedelta(days=9), zone=ZAGREB) == []


def test_the_longest_overdue_is_the_one_that_fell_due_first():
    make.promise(due=MONDAY_9AM + hours(5))
    longest = make.promise(due=MONDAY_9AM + hours(3))
    kept()
    assert longest_overdue(EVERYTHING, viewer=None, now=NOW) == longest
    assert longest_overdue(EVERYTHING, viewer=None, now=MONDAY_9AM) is None


def test_a_listed_case_took_the_working_time_of_its_whole_chain():
    first = make.promise()
    at = MONDAY_9AM + hours(1)
    moved = moving.move(first, MONDAY_9AM + hours(48), "It is late.", words="", by=first.made_by, at=at, now=at)
    done = MONDAY_9AM + hours(25)  # the next day at ten: nine working hours in all
    commitments.keep(moved, at=done, now=done)
    (line,) = lines(cases(EVERYTHING, viewer=None, now=NOW), now=NOW)
    assert (line.bucket, line.took) == (Bucket.KEPT_AFTER_MOVE, hours(9))


def test_a_pause_is_no_time_that_we_took():
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=5)
    ticket = make.ticket()
    conversation.log_call(
        ticket, "Which label is on the back?", "reached", NextDate(wait_until=MONDAY_9AM + timedelta(days=3)),
        by=ticket.team.lead, now=MONDAY_9AM + hours(1),
    )  # fmt: skip
    conversation.receive(ticket, "The blue one.", channel="mail", at=MONDAY_9AM + hours(3), now=MONDAY_9AM + hours(3))
    at = MONDAY_9AM + hours(5)
    resolution = commitments.keep(ticket.commitments.get(kind=Kind.RESOLUTION), at=at, now=at)
    Commitment.objects.filter(pk=resolution.pk).update(counted_due_at=MONDAY_9AM + timedelta(days=2))
    question = Question(PERIOD, kind=Kind.RESOLUTION)
    assert [line.took for line in lines(cases(question, viewer=None, now=NOW), now=NOW)] == [hours(3)]
    assert times(question, viewer=None, now=NOW).median == 180


def test_a_page_of_a_list_costs_the_same_for_little_and_for_much():
    def asks():
        with CaptureQueriesContext(connection) as queries:
            lines(cases(EVERYTHING, viewer=None, now=NOW).select_related("ticket"), now=NOW)
        return len(queries)

    kept()
    few = asks()
    for _ in range(6):
        kept()
    assert asks() == few <= 3


def test_times_say_when_they_looked_at_the_newest_only():
    for _ in range(3):
        kept()
    newest, every = times(EVERYTHING, viewer=None, now=NOW, most=2), times(EVERYTHING, viewer=None, now=NOW, most=3)
    assert [(newest.cases, newest.all), (every.cases, every.all)] == [(2, False), (3, True)]


def test_a_period_is_one_range_of_the_index_of_what_counts():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = cases(EVERYTHING, viewer=None, now=NOW).explain()
    assert "commitment_counted" in plan, plan


def test_exception_days_can_be_listed():
    assert asked({"days": "exception"}, zone=ZAGREB, now=NOW).days == Days.EXCEPTION
    kept()
    assert cases(Question(PERIOD, days=Days.EXCEPTION), viewer=None, now=NOW).count() == 0
    assert cases(Question(PERIOD, days=Days.ORDINARY), viewer=None, now=NOW).count() == 1


SAID = [("yes", 5), ("yes", 1), ("yes", None), ("no", 4), ("not_quite", 2), ("no", 5), None, None]


def asked_for(said, state, ticket=None):
    ticket = ticket or make.ticket()
    mail = make.delivery(about=ticket.about)
    Delivery.objects.filter(pk=mail.pk).update(state=state, ended_at=None if state in {"queued", "unknown"} else NOW)
    followup = FollowUp.objects.create(
        ticket=ticket, step="settled_question", due_at=MONDAY_9AM, made_at=MONDAY_9AM, delivery=mail,
        state="handed_over",
    )  # fmt: skip
    request = SatisfactionRequest.objects.create(ticket=ticket, followup=followup, made_at=MONDAY_9AM)
    if said:
        outcome, handling = said
        SatisfactionAnswer.objects.create(request=request, outcome="no", handling=3, at=MONDAY_9AM + hours(1))
        SatisfactionAnswer.objects.create(request=request, outcome=outcome, handling=handling, at=MONDAY_9AM + hours(2))
    return request


def test_what_customers_said_is_counted_as_the_pure_rules_count_it():
    for said in SAID:
        asked_for(said, "sent")
    asked_for(None, "queued")
    asked_for(("yes", 4), "unknown")
    pure = satisfaction(
        [
            *(Request(True, *said) if said else Request(True) for said in SAID),
            Request(False),
            Request(False, "yes", 4),
        ]
    )
    assert ratings(EVERYTHING, viewer=None, now=NOW) == pure
    assert {said: requests(EVERYTHING, said, viewer=None, now=NOW).count() for said in Said} == {
        Said.ASKED: pure.asked, Said.DELIVERED: pure.answered.n, Said.ANSWERED: pure.answered.k,
        Said.RATED: pure.handling.n, Said.SETTLED: pure.settled.k, Said.WELL_HANDLED: pure.handling.k,
        Said.WELL_BUT_NOT_SETTLED: pure.well_but_not_settled, Said.SETTLED_BUT_BADLY: pure.settled_but_badly,
    }  # fmt: skip


@pytest.mark.parametrize("state", ["cancelled", "expired"])
def test_by_a_question_that_was_taken_back_nobody_was_asked(state):
    asked_for(None, state)
    asked_for(("yes", 5), state)
    assert ratings(EVERYTHING, viewer=None, now=NOW).asked == 1


def test_staff_read_what_the_customers_of_their_teams_said():
    request = asked_for(("yes", 5), "sent")
    assert ratings(EVERYTHING, viewer=request.ticket.team.lead, now=NOW).asked == 1
    assert ratings(EVERYTHING, viewer=make.user(), now=NOW).asked == 0
    assert ratings(Question(PERIOD, team=make.team().pk), viewer=None, now=NOW).asked == 0
    assert ratings(EVERYTHING, viewer=None, now=MONDAY_9AM).asked == 0
