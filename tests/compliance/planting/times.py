"""Faults in times, pauses and what counts."""

from compliance.actions import closing
from compliance.models import ClosedPeriod
from tests import make
from tests.compliance.planting import NOW, WAIT_UNTIL, asked, change, paused, plants, resolution, resumed
from tests.make import MONDAY_9AM, hours
from tickets.actions import warnings
from tickets.models import Pause, Ticket, Warning


@plants("due-does-not-follow", "first-due-is-another", "warned-by-another-time")
def a_due_time_of_somebodys_own():
    row = resolution()
    later = row.due_at + hours(20)
    change(row, due_at=later, unpaused_due_at=later)


@plants("first-due-is-another")
def another_time_told_first():
    row = make.promise()
    change(row, first_due_at=row.due_at + hours(1), counted_due_at=row.due_at + hours(1))


@plants("warned-by-another-time")
def a_warning_that_comes_too_late():
    row = resolution()
    change(row, warn_at=row.due_at, last_call_at=row.due_at)


@plants("warned-too-early")
def a_warning_before_its_time():
    row = make.promise()
    warnings.announce(row, now=row.due_at + hours(1))
    Warning.objects.update(at=row.due_at)


@plants("never-counted")
def a_promise_that_counts_nowhere():
    change(make.promise(), counted_due_at=None)


@plants("counted-too-late")
def a_softer_count():
    row = make.promise()
    change(row, counted_due_at=row.due_at + hours(1))


@plants("counted-too-early")
def a_harder_count():
    row = make.promise()
    change(row, counted_due_at=row.due_at - hours(1))


@plants("events-tell-otherwise")
def a_row_that_tells_another_story():
    row = make.promise(at=NOW - hours(3), due=NOW + hours(3))
    change(row, due_at=NOW + hours(3.001))


@plants("paused-without-pause")
def a_clock_that_stands_still():
    paused()
    Pause.objects.all().delete()


@plants("pause-without-paused", "warned-by-another-time")
def a_pause_that_goes_on():
    row = resumed()
    Pause.objects.update(ended_at=None)
    change(row, due_at=row.unpaused_due_at)


@plants("paused-without-a-question")
def a_pause_of_our_own():
    row = resumed()
    Pause.objects.update(question=row.ticket.messages.order_by("at")[0])


@plants("paused-by-what-never-arrived")
def a_question_that_came_back():
    paused()
    message = Pause.objects.get().question
    mail = make.delivery()
    change(mail, state="sent", ended_at=MONDAY_9AM)
    change(message, delivery=mail, not_reached_at=MONDAY_9AM)


@plants("paused-what-never-pauses")
def a_promise_that_stood_still():
    row = make.promise(due=NOW)
    question, at = asked(row.ticket), MONDAY_9AM + hours(12)
    Pause.objects.create(commitment=row, question=question, started_at=at, ends_by=WAIT_UNTIL, ended_at=at + hours(1))


@plants("paused-outside-its-time")
def a_pause_longer_than_was_said():
    row = resumed()
    change(row.pauses.get(), ends_by=MONDAY_9AM + hours(1.5))


@plants("paused-longer-than-said")
def a_pause_that_nobody_ended():
    paused()
    Pause.objects.update(ends_by=NOW - hours(1))


@plants("waits-for-ever")
def waiting_for_nothing():
    change(make.ticket(), state=Ticket.State.WAITING_ON_CUSTOMER)


@plants("published-and-corrected")
def a_result_that_was_changed():
    promise = make.promise()
    closing.freeze_months(now=promise.due_at + hours(40 * 24))
    ClosedPeriod.objects.update(kept=1, not_done=0)
