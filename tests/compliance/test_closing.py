"""Facts about months that are over: published once, corrected in the open, whatever the worker did meanwhile."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from compliance.actions import closing
from compliance.cases import counted
from compliance.models import ClosedPeriod, Correction, ExceptionDay
from compliance.questions import Question, month_of
from compliance.results import Tally
from compliance.times import times
from standards.terms import Clock, Kind
from tests import make
from tests.compliance.counting import MONTHS, world
from tests.make import ZAGREB, hours, zagreb
from tickets.actions import commitments, tickets
from tickets.models import Commitment, Ticket

pytestmark = pytest.mark.django_db

OCTOBER = date(2026, 10, 1)
AT = zagreb("2026-10-12 09:00")
CLOSED = zagreb("2026-11-01 00:00")
LATER = zagreb("2026-11-20 09:00")


def promised(kept_after=2, due_after=6):
    """A promise made on 12 October and kept two hours later, or not."""
    of = make.ticket(now=AT)
    made = make.promise(of, at=AT, due=AT + hours(due_after))
    if kept_after:
        at = AT + hours(kept_after)
        commitments.keep(made, at=at, now=at)
    return made


def row(**fields):
    return ClosedPeriod.objects.get(**{"month": OCTOBER, "kind": Kind.CUSTOM, "team": None, **fields})


def test_a_month_is_published_when_it_has_passed():
    promised()
    promised(kept_after=None)
    closing.freeze_months(now=CLOSED - timedelta(microseconds=1))
    assert not ClosedPeriod.objects.exists()
    closing.freeze_months(now=CLOSED)
    october = row()
    assert (october.published.k, october.published.n, october.final_at) == (1, 2, CLOSED)
    assert october.tally == Tally({**october.tally.counts, "kept": 1, "not_done": 1})


def test_what_was_still_owed_comes_to_its_end_and_the_result_stays():
    late = promised(kept_after=None)
    closing.freeze_months(now=CLOSED)
    commitments.keep(late, at=LATER, now=LATER)
    closing.freeze_months(now=LATER)
    assert (row().not_done, row().kept_late) == (0, 1)
    assert (row().published.k, row().published.n) == (0, 1)
    assert not Correction.objects.exists()


def test_closing_twice_changes_nothing():
    promised()
    closing.freeze_months(now=CLOSED)
    before = list(ClosedPeriod.objects.values())
    assert closing.freeze_months(now=LATER) == 0
    assert list(ClosedPeriod.objects.values()) == before


def test_after_an_outage_every_month_that_was_left_out_is_closed():
    promised()
    closing.freeze_months(now=zagreb("2027-02-03 04:00"))
    assert row().published.n == 1
    make.promise(make.ticket(now=AT), at=AT, due=zagreb("2026-12-31 23:59"))
    closing.freeze_months(now=zagreb("2027-02-04 04:00"))
    assert row(month=date(2026, 12, 1)).published.n == 1
    assert not Correction.objects.exists()


def test_each_team_has_its_row_and_all_of_them_together_one():
    promised()
    promised()
    mine, other = make.team(), make.team()
    for commitment, team in zip(Commitment.objects.all(), (mine, other), strict=True):
        commitment.ticket.team = team
        commitment.ticket.save()
    closing.freeze_months(now=CLOSED)
    assert [row(team=team).kept for team in (mine, other, None)] == [1, 1, 2]
    agent = make.user()
    mine.memberships.create(user=agent)
    assert [found.team for found in ClosedPeriod.objects.of_teams(agent)] == [mine]
    assert {found.team for found in ClosedPeriod.objects.of_everybody()} == {None}


def resolution():
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=5, now=AT - timedelta(days=30))
    ticket = make.ticket(now=AT)
    return tickets.resolve(ticket, at=AT + hours(2), now=AT + hours(2), by=ticket.team.lead)


def test_a_resolution_is_provisional_until_seven_days_after_the_month():
    resolution()
    closing.freeze_months(now=CLOSED)
    assert (row(kind=Kind.RESOLUTION).published, row(kind=Kind.RESOLUTION).kept) == (None, 1)
    closing.freeze_months(now=CLOSED + timedelta(days=7))
    assert row(kind=Kind.RESOLUTION).published.k == 1


def test_a_resolution_that_did_not_hold_is_not_kept():
    ticket = resolution()
    closing.freeze_months(now=CLOSED)
    # As if the worker had stood still: the customer's word of October is filed now.
    tickets.reopen(ticket, at=AT + timedelta(days=3), now=CLOSED + hours(1))
    closing.freeze_months(now=CLOSED + timedelta(days=8))
    assert (row(kind=Kind.RESOLUTION).published.k, row(kind=Kind.RESOLUTION).not_held) == (0, 1)
    assert not Correction.objects.exists()


def void(commitment, at, **fields):
    Commitment.objects.filter(pk=commitment.pk).update(voided_at=at, **fields)


def bounced(commitment, at):
    """What a bounce leaves behind: the row is void, another one with its times is owed."""
    void(commitment, at)
    again = Commitment.objects.get(pk=commitment.pk)
    again.pk, again.voided_at, again.follows, again.follows_why = None, None, commitment, "not_reached"
    again.state, again.outcome, again.ended_at = "running", "", None
    again.save()


def test_a_message_that_never_arrived_is_a_correction_with_its_reason_beside_what_was_published():
    kept = promised()
    promised()
    closing.freeze_months(now=CLOSED)
    bounced(kept, CLOSED + hours(5))
    closing.freeze_months(now=LATER)
    assert (row().published.k, row().published.n, row().kept, row().not_done) == (2, 2, 1, 1)
    correction = Correction.objects.get(period=row())
    assert (correction.kept, correction.due, correction.why, correction.at) == (-1, 0, "not_reached", LATER)


def test_an_approved_void_is_a_correction_and_adds_up_with_the_next_one():
    missed, other = promised(kept_after=None), promised()
    closing.freeze_months(now=CLOSED)
    void(missed, CLOSED + hours(5), approved_by=missed.made_by)
    closing.freeze_months(now=LATER)
    void(other, LATER + hours(1), approved_by=missed.made_by)
    closing.freeze_months(now=LATER + hours(2))
    found = Correction.objects.filter(period=row())
    assert [(one.kept, one.due, one.why) for one in found] == [(0, -1, "voided"), (-1, -1, "voided")]
    assert row().published.n + sum(one.due for one in found) == row().tally.due == 0


def test_what_nobody_can_explain_is_said_to_be_counted_again():
    kept = promised()
    closing.freeze_months(now=CLOSED)
    Commitment.objects.filter(pk=kept.pk).update(counted_due_at=zagreb("2026-10-12 10:00"))
    closing.freeze_months(now=LATER)
    assert Correction.objects.get(period=row()).why == "counted_again"
    assert str(Correction.objects.first().get_why_display()) == "Counted again."


def test_another_team_takes_its_cases_along_and_the_whole_stays():
    kept, to = promised(), make.team()
    was = kept.ticket.team
    closing.freeze_months(now=CLOSED)
    kept.ticket.team = to
    kept.ticket.save()
    closing.freeze_months(now=LATER)
    assert (row(team=was).kept, row(team=to).kept, row().kept) == (0, 1, 1)
    assert (row(team=to).published.n, row(team=to).corrections.get().kept) == (0, 1)
    assert not row().corrections.exists()


def test_exception_days_are_counted_with_and_without():
    promised(kept_after=None)
    promised()
    by = make.manager()
    ExceptionDay.objects.create(
        starts_at=zagreb("2026-10-12 00:00"), ends_at=zagreb("2026-10-13 00:00"), reason={"en": "A storm"},
        declared_by=by, declared_at=AT,
    )  # fmt: skip
    make.promise(make.ticket(now=AT), at=AT, due=AT + timedelta(days=1))
    closing.freeze_months(now=CLOSED)
    assert (row().tally.kept.k, row().tally.due) == (1, 3)
    assert (row().ordinary.k, row().ordinary.n) == (0, 1)


def test_how_long_things_took_is_worked_out_once():
    for _ in range(3):
        promised(kept_after=2)
    closing.freeze_months(now=CLOSED)
    assert closing.measure_months(now=CLOSED) == 1
    assert (row().median_minutes, row().ninth_minutes, row().measured) == (120, 120, 3)
    promised(kept_after=4)
    closing.freeze_months(now=LATER)
    assert closing.measure_months(now=LATER) == 0
    assert row().measured == 3


def test_times_are_worked_out_a_few_rows_at_a_time_and_only_of_what_is_final():
    resolution()
    promised()
    closing.freeze_months(now=CLOSED)
    assert closing.measure_months(now=CLOSED) == 1
    closing.freeze_months(now=LATER)
    assert closing.measure_months(now=LATER, most=1) == 1
    assert closing.measure_months(now=LATER, most=1) == 0


def test_colleagues_words_and_acknowledgements_are_kept_but_not_promised():
    make.standard(kind=Kind.ACKNOWLEDGE, clock=Clock.WALL, window_minutes=15, now=AT - timedelta(days=30))
    promised()
    Commitment.objects.filter(kind=Kind.CUSTOM).update(source="internal", asked_of=Ticket.objects.get().team)
    closing.freeze_months(now=CLOSED)
    assert {found.kind for found in ClosedPeriod.objects.of_everybody()} == {"acknowledge", "custom"}
    assert not ClosedPeriod.objects.promised().exists()


def test_the_database_keeps_each_month_once_and_its_result_whole():
    promised()
    closing.freeze_months(now=CLOSED)
    with pytest.raises(IntegrityError, match="closed_period_is_counted_once"):
        ClosedPeriod.objects.create(month=OCTOBER, source="promise", kind="custom", counted_at=CLOSED)


def test_closed_months_say_what_counting_live_says():
    of = world("closing", 600)
    closing.freeze_months(now=LATER)
    closing.measure_months(now=LATER, most=1000)
    for period in MONTHS[1:5]:
        month = period.since.astimezone(ZAGREB).date()
        rows = ClosedPeriod.objects.promised().between(month, month)
        live = counted(Question(period), viewer=None, now=LATER, zone=ZAGREB)
        whole = sum((one.tally for one in rows.of_everybody()), Tally())
        assert whole == live.all == sum((one.tally for one in rows.of_teams(make.manager())), Tally())
        assert sum(one.ordinary.k for one in rows.of_everybody()) == live.ordinary.kept.k
        for one in rows.of_everybody():
            version = one.standard_version
            question = Question(period, kind=one.kind, source=one.source, version=version and version.number)
            took = times(question, viewer=None, now=LATER)
            assert (one.median_minutes, one.ninth_minutes) == (took.median, took.ninth)
    assert len(of.lives) > 300


def test_a_month_is_closed_with_the_same_few_queries_however_much_fell_due():
    def closes(bulk):
        for _ in range(bulk):
            promised()
        with CaptureQueriesContext(connection) as queries:
            closing.freeze_months(now=CLOSED + hours(len(ClosedPeriod.objects.all())))
        return len(queries)

    closes(1)
    assert closes(1) == closes(5)


def test_an_empty_database_has_nothing_to_close():
    assert closing.freeze_months(now=LATER) == 0
    make.organisation()
    assert closing.freeze_months(now=LATER) == 0


def test_a_month_is_that_of_the_organisations_zone():
    period = month_of(datetime(2026, 10, 31).date(), ZAGREB)
    assert (period.since, period.until) == (zagreb("2026-10-01 00:00"), CLOSED)
