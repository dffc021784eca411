"""Staff are told by mail what needs them: in time, in their working hours, and never in a storm."""

import pytest

from mail.models import Delivery
from people.terms import Channel
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tests.tickets.telling import LAST_CALL, MINUTE, OVERDUE, SOON, ivanas_ticket, mails, recipients, sweep
from tickets import tasks, warning_letter
from tickets.actions import commitments, conversation, tickets, warning_mails, warnings
from tickets.actions.conversation import NextDate
from tickets.models import Message, Warning

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    return ivanas_ticket()


def test_whoever_answers_for_it_is_told_when_it_is_due_soon(ticket, settings):
    settings.SITE_URL = "https://help.example.test"
    (mail,) = sweep(SOON)
    assert (mail.recipient, mail.next_at, mail.automatic) == (ticket.owner.email, SOON, True)
    assert mail.subject == f"Due soon, 13:00: First response, T-{ticket.number} Printer does not print since Monday"
    assert "Ana Kovač" in mail.body
    assert "Due: Monday 23 November 2026, 13:00 (Zagreb time)" in mail.body
    assert (
        f"https://help.example.test/desk/tickets/{ticket.number}/#commitment-{ticket.commitments.get().pk}" in mail.body
    )
    assert list(Warning.objects.get().told.all()) == [ticket.owner]


def test_nobody_is_told_twice(ticket):
    sweep(SOON)
    assert len(sweep(SOON + 20 * MINUTE)) == 1


def test_from_the_last_call_on_the_lead_is_told_too(ticket):
    sweep(SOON)
    assert recipients(sweep(LAST_CALL)) == ["Ivana", "Ivana", "Petra"]
    assert recipients(sweep(OVERDUE)) == ["Ivana", "Ivana", "Ivana", "Petra", "Petra"]
    assert not Warning.objects.filter(untold=True).exists()


def test_what_comes_within_a_quarter_of_an_hour_waits_and_goes_in_one_mail(ticket):
    sweep(SOON)
    for minutes in (5, 6, 7):
        make.promise(ticket, at=MONDAY_9AM, due=SOON + hours(1.1) + 1.4 * minutes * MINUTE, by=ticket.owner)
    assert len(sweep(SOON + 14 * MINUTE)) == 1
    found = sweep(SOON + 16 * MINUTE)
    assert len(found) == 2
    assert found[1].subject == "3 due soon"
    assert found[1].body.count(f"/desk/tickets/{ticket.number}/") == 3


def test_at_night_nobody_is_written_to_and_in_the_morning_one_mail_tells_what_is_true_then():
    make.standard(window_minutes=480, clock="wall")
    ticket = make.ticket(now=zagreb("2026-11-23 15:00"))  # due at eleven at night
    promise = make.promise(ticket, at=zagreb("2026-11-23 10:00"), due=zagreb("2026-11-24 09:00"))
    kept = make.promise(ticket, at=zagreb("2026-11-23 10:00"), due=zagreb("2026-11-24 02:00"))
    assert sweep(zagreb("2026-11-23 22:30")) == []
    assert sweep(zagreb("2026-11-24 03:00")) == []
    commitments.keep(kept, at=zagreb("2026-11-24 03:30"), now=zagreb("2026-11-24 03:30"))
    (mail,) = sweep(zagreb("2026-11-24 08:01"))
    assert mail.subject == "1 overdue, 1 last call"
    assert mail.body.index("It was due: Monday 23 November 2026, 23:00") < mail.body.index("Due: Tuesday 24 November")
    assert promise.promised_text in mail.body
    assert not Warning.objects.filter(commitment=kept, told__isnull=False).exists()


def test_what_was_done_meanwhile_is_not_told(ticket):
    warnings.announce_all(now=SOON)
    tickets.resolve(ticket, at=SOON, now=SOON, by=None)
    assert sweep(SOON) == []
    assert not Warning.objects.filter(untold=True).exists()


def test_a_mail_that_waits_is_cancelled_when_the_promise_ends(ticket):
    (mail,) = sweep(SOON)
    commitments.keep(ticket.commitments.get(kind=Kind.FIRST_RESPONSE), at=SOON, now=SOON)
    mail.refresh_from_db()
    assert mail.state == Delivery.State.CANCELLED


def test_a_mail_about_what_is_ahead_does_not_come_after_it(ticket):
    assert sweep(SOON)[0].expires_at == MONDAY_9AM + hours(4)


def test_each_reads_their_own_language_and_zone(ticket):
    type(ticket.owner).objects.filter(pk=ticket.owner.pk).update(language="hr", zone="Europe/London")
    (mail,) = sweep(SOON)
    assert mail.language == "hr"
    assert "Dobar dan, Ivana" in mail.body
    assert "12:00" in mail.body


def test_a_long_list_is_cut_short(ticket):
    for minutes in range(warning_letter.LISTED + 5):
        make.promise(ticket, at=MONDAY_9AM, due=SOON + minutes * MINUTE, by=ticket.owner)
    found = sweep(SOON - hours(0.1))
    (mail,) = (mail for mail in found if mail.recipient == ticket.owner.email)
    assert "5 more need you." in mail.body


def test_somebody_who_left_is_not_written_to(ticket):
    type(ticket.owner).objects.filter(pk=ticket.owner.pk).update(is_active=False)
    assert recipients(sweep(LAST_CALL)) == ["Petra"]


def test_subjects_of_several_lines_do_no_harm(ticket):
    type(ticket).objects.update(subject="First\nsecond")
    assert sweep(SOON)[0].subject.endswith("First second")


def test_the_task_announces_and_tells(ticket, time_machine):
    time_machine.move_to(SOON, tick=False)
    tasks.warn()
    tasks.warn()
    assert len(mails()) == 1


def test_a_reply_in_hand_keeps_overdue_quiet(ticket):
    sweep(SOON)
    conversation.reply(
        ticket, "Here it is", NextDate(contact_by=zagreb("2026-11-24 11:00")), by=ticket.owner,
        now=MONDAY_9AM + hours(3.99),
    )  # fmt: skip
    assert len(sweep(OVERDUE)) == 1


def test_what_stands_still_at_the_start_of_the_shift_is_told_when_its_clock_runs_again():
    make.standard(kind=Kind.RESOLUTION, clock="wall", window_minutes=60 * 36)
    ticket = make.ticket()  # due on Tuesday at nine in the evening
    due_soon = zagreb("2026-11-24 18:00")
    assert sweep(due_soon) == []
    promise = ticket.commitments.get()
    assert Warning.objects.get(commitment=promise).untold
    Warning.objects.filter(commitment=promise).update(at=due_soon)
    asked = zagreb("2026-11-24 18:30")
    conversation.log_call(
        ticket, "Which one?", Message.Result.REACHED, NextDate(wait_until=zagreb("2026-11-26 18:00")),
        by=ticket.team.lead, now=asked,
    )  # fmt: skip
    assert sweep(zagreb("2026-11-25 08:00")) == []
    answered = zagreb("2026-11-25 08:30")
    conversation.receive(ticket, "The blue one.", channel=Channel.MAIL, at=answered, now=answered)
    promise.refresh_from_db()
    assert len(sweep(max(promise.warn_at, answered) + MINUTE)) == 1


def test_the_digest_groups_by_how_grave_it_is_and_counts_in_the_subject(ticket):
    owner = ticket.owner
    due = {minutes: MONDAY_9AM + minutes * MINUTE for minutes in (200, 230, 233, 280, 290)}
    for at in due.values():
        make.promise(ticket, at=MONDAY_9AM, due=at, by=owner, words=f"Due at {at:%H:%M} UTC")
    now = MONDAY_9AM + 225 * MINUTE
    mail = next(mail for mail in sweep(now) if mail.recipient == owner.email)
    assert mail.subject == "1 overdue, 3 last calls, 2 due soon"
    places = [mail.body.index(words) for words in ("Overdue (1)", "11:20", "Last call (3)", "Due soon (2)", "12:40")]
    assert places == sorted(places)
    assert mail.body.count("/desk/tickets/") == 6
    assert mail.body.endswith("/desk/\n")


@pytest.mark.parametrize(
    ("number", "subject"),
    [(1, "1 kasni, 1 zadnji čas"), (2, "2 kasne, 1 zadnji čas"), (5, "5 kasni, 1 zadnji čas")],
)
def test_croatian_counts_as_croatian_does(ticket, number, subject):
    type(ticket.owner).objects.update(language="hr")
    for place in range(number):
        make.promise(ticket, at=MONDAY_9AM, due=MONDAY_9AM + (100 + place) * MINUTE, by=ticket.owner)
    mail = next(mail for mail in sweep(LAST_CALL) if mail.recipient == ticket.owner.email)
    assert mail.subject == subject


def test_a_manager_of_a_huge_heap_gets_one_mail_that_lists_the_longest_overdue(ticket):
    make.manager(name="Mara")
    for minutes in range(warning_letter.LISTED + 10):
        make.promise(ticket, at=MONDAY_9AM, due=MONDAY_9AM + (60 + minutes) * MINUTE, by=ticket.owner)
    sweep(MONDAY_9AM + hours(3))
    (mail,) = (mail for mail in sweep(zagreb("2026-11-24 09:01")) if mail.recipient_name == "Mara")
    assert mail.subject == "31 not owned"
    assert mail.body.count("/desk/tickets/") == warning_letter.LISTED
    assert "11 more need you." in mail.body


def test_a_sweep_costs_the_same_however_much_waits(ticket, django_assert_max_num_queries):
    for minutes in range(30):
        make.promise(ticket, at=MONDAY_9AM, due=SOON + hours(1) + minutes * MINUTE, by=ticket.owner)
    warnings.announce_all(now=SOON + 20 * MINUTE)
    with django_assert_max_num_queries(27):
        assert warning_mails.tell_all(now=SOON + 20 * MINUTE) == 1
    with django_assert_max_num_queries(3):
        warning_mails.tell_all(now=SOON + 21 * MINUTE)


def test_a_promised_call_is_told_with_its_slot_and_once_tried_with_the_time_for_a_second_try():
    ivana = make.user(name="Ivana", email="ivana@example.test")
    callback = make.promise(
        make.ticket(owner=ivana), kind=Kind.CALLBACK, words="I call you", by=ivana, at=MONDAY_9AM,
        slot_starts_at=MONDAY_9AM + hours(4), due=MONDAY_9AM + hours(5),
    )  # fmt: skip
    warning = Warning(commitment=callback, stage=Warning.Stage.LAST_CALL, at=MONDAY_9AM + hours(4))
    _subject, said = warning_letter.letter("Ivana", [warning], zone="Europe/Zagreb", now=MONDAY_9AM + hours(4))
    assert "Due: Monday 23 November 2026 between 13:00 and 14:00 (Zagreb time)" in said
    callback.second_try_by = MONDAY_9AM + hours(6)
    _subject, said = warning_letter.letter("Ivana", [warning], zone="Europe/Zagreb", now=MONDAY_9AM + hours(5.5))
    assert "Second try by: Monday 23 November 2026, 15:00 (Zagreb time)" in said
