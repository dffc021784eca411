"""When a promised call counts as made: every row of the rule, with its edges, and what logging a call does."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from compliance.audit import run as audit
from standards.models import CalendarVersion
from standards.terms import Clock, Kind
from tests import make
from tests.make import OFFICE_HOURS, zagreb
from tickets import clock
from tickets.actions import callbacks, commitments, conversation, moving, warnings
from tickets.actions.conversation import NextDate, Told
from tickets.actions.writing import Left
from tickets.callbacks import Attempt, Slot, standing, tried_twice
from tickets.models import Commitment, Message, Ticket
from tickets.wording import letter

MINUTE = timedelta(minutes=1)
VERSION = CalendarVersion(zone="Europe/Zagreb", hours=OFFICE_HOURS)
OPEN = VERSION.working
REACHED, NOBODY, LEFT = Message.Result.REACHED, Message.Result.NOT_REACHED, Message.Result.MESSAGE_LEFT


def thursday(hour: str) -> datetime:
    return zagreb(f"2026-11-26 {hour:0>5}")


def friday(hour: str) -> datetime:
    return zagreb(f"2026-11-27 {hour:0>5}")


def attempts(*made: tuple[datetime, str]) -> list[Attempt]:
    return [Attempt(at, result) for at, result in made]


SLOT = (thursday("10:00"), thursday("10:30"))
LATE_SLOT = (thursday("15:00"), thursday("15:30"))
FIRST, FORTY = (thursday("10:05"), NOBODY), thursday("10:40")


@pytest.mark.parametrize(
    ("slot", "made", "made_at"),
    [
        pytest.param(SLOT, [], None, id="nobody has called"),
        pytest.param(SLOT, [(thursday("10:12"), REACHED)], thursday("10:12"), id="reached inside the slot"),
        pytest.param(SLOT, [(thursday("10:30"), REACHED)], thursday("10:30"), id="reached exactly at its end"),
        pytest.param(SLOT, [(thursday("10:31"), REACHED)], thursday("10:31"), id="reached a minute after it"),
        pytest.param(SLOT, [(thursday("9:50"), REACHED)], thursday("9:50"), id="reached before it began"),
        pytest.param(SLOT, [FIRST], None, id="one attempt"),
        pytest.param(SLOT, [FIRST, (FORTY, NOBODY)], None, id="two attempts, no message left"),
        pytest.param(SLOT, [FIRST, (FORTY, LEFT)], thursday("10:05"), id="two attempts and a message left"),
        pytest.param(
            SLOT, [(thursday("10:05"), LEFT), (FORTY, NOBODY)], thursday("10:05"), id="the message left at the first"
        ),
        pytest.param(SLOT, [(thursday("10:05"), LEFT)], None, id="a message left, and no second attempt"),
        pytest.param(
            SLOT, [FIRST, (thursday("10:35"), LEFT)], thursday("10:05"), id="the second exactly thirty minutes later"
        ),
        pytest.param(SLOT, [FIRST, (thursday("10:34"), LEFT)], None, id="the second a minute too early"),
        pytest.param(
            SLOT,
            [FIRST, (thursday("10:20"), LEFT), (thursday("10:36"), NOBODY)],
            thursday("10:05"),
            id="one in between left the message, a third was late enough",
        ),
        pytest.param(SLOT, [(thursday("10:30"), NOBODY), (thursday("11:00"), LEFT)], thursday("10:30"),
                     id="the first exactly at the slot's end"),
        pytest.param(SLOT, [(thursday("10:31"), NOBODY), (thursday("11:10"), LEFT)], None, id="first after the slot"),
        pytest.param(SLOT, [(thursday("9:59"), NOBODY), (FORTY, LEFT)], None, id="the first before the slot"),
        pytest.param(SLOT, [(thursday("10:00"), NOBODY), (FORTY, LEFT)], thursday("10:00"), id="exactly as it begins"),
        pytest.param(SLOT, [FIRST, (thursday("12:05"), LEFT)], thursday("10:05"), id="exactly two working hours later"),
        pytest.param(SLOT, [FIRST, (thursday("12:06"), LEFT)], None, id="a minute more than two working hours later"),
        pytest.param(SLOT, [FIRST, (FORTY, NOBODY), (thursday("12:06"), LEFT)], None, id="the message left too late"),
        pytest.param(SLOT, [FIRST, (FORTY, REACHED)], thursday("10:05"), id="reached by the second attempt"),
        pytest.param(SLOT, [FIRST, (thursday("10:20"), REACHED)], thursday("10:20"), id="reached after one attempt"),
        pytest.param(SLOT, [FIRST, (thursday("12:06"), REACHED)], thursday("12:06"), id="reached when it was too late"),
        pytest.param(
            LATE_SLOT, [(thursday("15:10"), NOBODY), (friday("9:10"), LEFT)], thursday("15:10"),
            id="two working hours over the closing time: fifty minutes today, seventy tomorrow",
        ),
        pytest.param(LATE_SLOT, [(thursday("15:10"), NOBODY), (friday("9:11"), LEFT)], None, id="and a minute more"),
        pytest.param(
            (thursday("18:00"), thursday("18:30")), [(thursday("18:10"), NOBODY), (friday("10:00"), LEFT)],
            thursday("18:10"), id="a slot after hours: two hours from the next opening",
        ),
        pytest.param((None, thursday("10:30")), [(thursday("8:00"), NOBODY), (thursday("8:30"), LEFT)],
                     thursday("8:00"),
                     id="a call promised without a slot: any time up to its due"),
    ],
)  # fmt: skip
def test_when_a_promised_call_counts_as_made(
    slot: tuple[datetime | None, datetime], made: Sequence[tuple[datetime, str]], made_at: datetime | None
) -> None:
    assert standing(*slot, attempts(*made), OPEN).made_at == made_at
    assert standing(*slot, attempts(*reversed(made)), OPEN).made_at == made_at


def test_what_is_still_to_do_is_said_with_its_times() -> None:
    stands = standing(*SLOT, attempts(FIRST, (thursday("10:20"), LEFT)), OPEN)
    assert (stands.first, stands.second_from, stands.by) == (thursday("10:05"), thursday("10:35"), thursday("12:05"))
    assert (stands.second, stands.left) == (None, True)


@pytest.mark.parametrize(
    ("made", "times"),
    [
        ([FIRST], None),
        ([FIRST, (thursday("10:34"), NOBODY)], None),
        ([FIRST, (FORTY, NOBODY)], (thursday("10:05"), FORTY)),
        ([FIRST, (FORTY, REACHED)], None),
        ([(thursday("13:00"), NOBODY), (thursday("14:00"), LEFT)], (thursday("13:00"), thursday("14:00"))),
    ],
)
def test_who_was_called_twice_and_not_reached_is_written_to(made: list, times: tuple | None) -> None:
    assert tried_twice(attempts(*made)) == times


@pytest.fixture
def ticket(db: None) -> Ticket:
    customer = make.customer(name="Ana Kovač", email="ana@example.test", phone="01 555 0142", language="en")
    return make.ticket(customer=customer, now=zagreb("2026-11-25 09:00"))


@pytest.fixture
def callback(ticket: Ticket) -> Commitment:
    return commitments.promise(
        ticket, Kind.CALLBACK, "I call you", SLOT[1], slot_starts_at=SLOT[0],
        by=ticket.team.lead, at=zagreb("2026-11-25 09:30"), now=zagreb("2026-11-25 09:30"),
    )  # fmt: skip


def call(callback: Commitment, at: datetime, result: str, **fields: object) -> Commitment:
    """Log one that began at `at`; what is told with one that reached them is that nothing more is promised."""
    given: dict = {"by": callback.ticket.team.lead, "now": at, "callback": callback, **fields}
    next_date = NextDate(nothing_more_because="All is said.") if result == REACHED else None
    conversation.log_call(callback.ticket, "Rang for a minute.", result, next_date, **given)
    return Commitment.objects.get(pk=callback.pk)


def outcome(callback: Commitment) -> tuple[str, datetime | None]:
    return callback.outcome, callback.ended_at


def test_a_call_that_reaches_the_customer_in_its_slot_keeps_it_at_that_moment(callback: Commitment) -> None:
    assert outcome(call(callback, thursday("10:12"), REACHED)) == ("kept", thursday("10:12"))


def test_a_call_counts_from_when_it_began_and_not_from_when_it_was_written_down(callback: Commitment) -> None:
    kept = call(callback, thursday("10:41"), REACHED, began_at=thursday("10:28"))
    assert outcome(kept) == ("kept", thursday("10:28"))


@pytest.mark.parametrize("began", ["8:30", "10:50", "12:00"])
def test_a_call_cannot_have_begun_long_ago_or_later_than_now(callback: Commitment, began: str) -> None:
    with pytest.raises(ValidationError, match="two hours"):
        call(callback, thursday("10:40"), NOBODY, began_at=thursday(began))


def test_two_attempts_and_a_message_keep_it_at_the_first_and_nobody_is_told_that_it_is_overdue(
    callback: Commitment,
) -> None:
    tried = call(callback, thursday("10:05"), NOBODY)
    assert (tried.state, tried.second_try_by) == ("running", thursday("12:05"))
    warnings.announce_all(now=thursday("10:31"))
    assert tried.stage(thursday("10:31")) == "last_call"
    assert not callback.warnings.filter(stage="overdue").exists()
    assert outcome(call(callback, thursday("10:40"), LEFT)) == ("kept", thursday("10:05"))
    assert list(audit(thursday("11:00"))) == []


def test_when_the_two_hours_are_over_it_is_announced_as_overdue(callback: Commitment) -> None:
    call(callback, thursday("10:05"), NOBODY)
    warnings.announce_all(now=thursday("12:05"))
    assert not callback.warnings.filter(stage="overdue").exists()
    warnings.announce_all(now=thursday("12:06"))
    assert callback.warnings.filter(stage="overdue").exists()


def test_reached_when_the_two_hours_are_over_it_is_kept_late(callback: Commitment) -> None:
    call(callback, thursday("10:05"), NOBODY)
    assert outcome(call(callback, thursday("13:00"), REACHED)) == ("kept_late", thursday("13:00"))


def test_a_try_after_the_slot_holds_no_warning_back(callback: Commitment) -> None:
    assert call(callback, thursday("10:40"), NOBODY).second_try_by is None


def test_the_audit_finds_a_call_that_is_kept_at_another_time_than_its_attempts_say(callback: Commitment) -> None:
    call(callback, thursday("10:12"), REACHED)
    Commitment.objects.filter(pk=callback.pk).update(ended_at=thursday("10:02"))
    assert "call-kept-otherwise" in {found.check.name for found in audit(thursday("11:00"))}


def test_the_second_to_log_the_same_call_is_told_who_was_quicker(callback: Commitment) -> None:
    call(callback, thursday("10:12"), REACHED)
    name = callback.ticket.team.lead.name
    with pytest.raises(ValidationError, match=f"{name} has logged this call already"):
        call(callback, thursday("10:14"), REACHED)
    assert callback.calls.count() == 1


def test_another_call_on_the_ticket_leaves_the_promised_one_alone(callback: Commitment) -> None:
    by = callback.ticket.team.lead
    done = NextDate(nothing_more_because="Another matter.")
    conversation.log_call(callback.ticket, "About the bill.", REACHED, done, by=by, now=thursday("9:00"))
    callback.refresh_from_db()
    assert callback.state == "running"


def test_a_customer_who_was_reached_is_owed_no_earlier_call_any_more(callback: Commitment) -> None:
    again = commitments.promise(
        callback.ticket, Kind.CALLBACK, "I call you", thursday("14:30"), slot_starts_at=thursday("14:00"),
        by=callback.ticket.team.lead, at=thursday("11:00"), now=thursday("11:00"),
    )  # fmt: skip
    assert outcome(call(again, thursday("14:10"), REACHED)) == ("kept", thursday("14:10"))
    callback.refresh_from_db()
    assert outcome(callback) == ("kept_late", thursday("14:10"))
    assert list(audit(thursday("14:30"))) == []


def test_it_can_be_moved_to_another_slot_before_it_is_due_and_attempts_begin_anew(callback: Commitment) -> None:
    by, ticket = callback.ticket.team.lead, callback.ticket
    told = Told("I call you", friday("9:30"), moves=callback, slot_starts_at=friday("9:00"), reason="You asked for it.")
    conversation.log_call(ticket, "She is on a train.", REACHED, None, told=[told], by=by, now=thursday("9:50"))
    moved = ticket.commitments.running().get(kind=Kind.CALLBACK)
    assert (moved.slot_starts_at, moved.due_at, moved.first_due_at) == (friday("9:00"), friday("9:30"), SLOT[1])
    assert moved.warn_at < friday("9:00")
    assert callbacks.attempts_at(moved) == []


def test_tried_in_its_slot_it_is_not_moved_afterwards(callback: Commitment) -> None:
    call(callback, thursday("10:05"), NOBODY)
    with pytest.raises(ValidationError, match="Try once more"):
        moving.check_move(callback_now(callback), friday("9:30"), "No answer", at=thursday("10:45"))


def callback_now(callback: Commitment) -> Commitment:
    return Commitment.objects.get(pk=callback.pk)


@pytest.mark.parametrize("before", [timedelta(minutes=20), timedelta(hours=3), timedelta(days=2)])
@pytest.mark.parametrize("length", [timedelta(minutes=15), timedelta(hours=6)])
def test_nobody_is_warned_of_a_call_only_when_its_slot_has_begun(before: timedelta, length: timedelta) -> None:
    begins = thursday("9:30")
    moments = clock.times(
        Kind.CALLBACK, Clock.FIXED, VERSION, begins - before, begins + length, slot_starts_at=begins
    )  # fmt: skip
    assert begins - before <= moments.warn_at <= moments.last_call_at < begins


def test_a_slot_that_has_begun_needs_somebody_at_once() -> None:
    moments = clock.times(
        Kind.CALLBACK, Clock.FIXED, VERSION, SLOT[0] + MINUTE, SLOT[1], slot_starts_at=SLOT[0]
    )  # fmt: skip
    assert moments.warn_at == moments.last_call_at == SLOT[0] + MINUTE


def test_a_reply_that_promises_a_call_says_when_and_on_which_number(ticket: Ticket) -> None:
    by = ticket.team.lead
    message = conversation.reply(
        ticket, "We look at the pump first.", NextDate(call=Slot(*SLOT)), by=by, now=zagreb("2026-11-25 10:00")
    )
    assert (
        "I call you on 01 555 0142: Thursday 26 November 2026 between 10:00 and 10:30 (Zagreb time). "
        "If another time suits you better, just reply with it."
    ) in letter(message)
    assert message.delivery is not None
    assert message.delivery.expires_at == SLOT[0]


def test_a_number_that_was_not_known_is_asked_for_and_taken_down(db: None) -> None:
    ticket = make.ticket(customer=make.customer(email="ana@example.test", phone=""), now=zagreb("2026-11-25 09:00"))
    by, now = ticket.team.lead, zagreb("2026-11-25 10:00")
    with pytest.raises(ValidationError, match="Give the number"):
        conversation.reply(ticket, "Soon.", NextDate(call=Slot(*SLOT)), by=by, now=now)
    message = conversation.reply(ticket, "Soon.", NextDate(call=Slot(*SLOT), phone="01 555 0199"), by=by, now=now)
    ticket.customer.refresh_from_db()
    assert ticket.customer.phone == "01 555 0199"
    assert message.promises.get().words == "I call you on 01 555 0199"


def test_who_resolves_cannot_say_that_a_call_was_made_that_nobody_has_logged(callback: Commitment) -> None:
    resolved = NextDate(resolves=True, left={callback.pk: Left.DONE})
    by, now = callback.ticket.team.lead, thursday("9:00")
    with pytest.raises(ValidationError, match="Log it first"):
        conversation.reply(callback.ticket, "It is mended.", resolved, by=by, now=now)


def test_the_promised_call_itself_may_resolve(callback: Commitment) -> None:
    by, now = callback.ticket.team.lead, thursday("10:10")
    conversation.log_call(
        callback.ticket, "It works again.", REACHED, NextDate(resolves=True), by=by, now=now, callback=callback
    )  # fmt: skip
    assert outcome(callback_now(callback)) == ("kept", now)
    assert Ticket.objects.get(pk=callback.ticket_id).state == Ticket.State.RESOLVED
