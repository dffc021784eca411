"""What the outbox promises, whoever dies in the middle."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config import questions
from mail import decisions, outbox, sending, statements
from mail.models import Attempt, Delivery, Mailbox, Suppression
from mail.models.delivery import Purpose
from tests import make
from tests.make import MONDAY_9AM, hours

pytestmark = pytest.mark.django_db
State, Outcome = Delivery.State, Attempt.Outcome
NOW = MONDAY_9AM
LATER = NOW + outbox.LEASE


def send(now=NOW):
    return sending.send_due(now=now)


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


def dies_while_sending(delivery, now=NOW):
    """As if its sender was killed after it had begun; nobody knows what the server has."""
    lease, due = outbox.claim(20, now=now)
    assert list(due) == [delivery.pk]
    assert outbox.begin(delivery.pk, lease, now=now)


def test_a_mail_leaves_once_and_says_when_it_was_accepted(server):
    delivery = make.delivery()
    assert send() == 1
    assert send(NOW + hours(1)) == 0
    assert state_of(delivery) == State.SENT
    assert delivery.ended_at == NOW
    assert server.keys == [delivery.key]


def test_a_mail_does_not_leave_before_it_is_due(server):
    make.delivery(due_at=NOW + timedelta(seconds=10))
    assert send(NOW + timedelta(seconds=9)) == 0
    assert send(NOW + timedelta(seconds=10)) == 1


def test_one_that_waits_can_leave_at_once(server):
    delivery = make.delivery(due_at=NOW + hours(5))
    assert outbox.hurry(delivery, now=NOW)
    assert send() == 1


def test_the_same_business_key_makes_one_mail():
    first = make.delivery(key="message:1")
    assert make.delivery(key="message:1", subject="Another").pk == first.pk
    assert Delivery.objects.get().subject == "Your printer"


@pytest.mark.parametrize("field", ["subject", "recipient", "recipient_name"])
def test_a_header_of_two_lines_is_refused(field):
    with pytest.raises(ValidationError, match="one line"):
        make.delivery(**{field: "one\nBcc: two@example.test"})


def test_a_mail_cancelled_before_begin_never_leaves(server):
    delivery = make.delivery(stop_on=["customer_wrote"])
    lease, _due = outbox.claim(20, now=NOW)
    assert outbox.cancel("ticket:1042", "customer_wrote", now=NOW) == 1
    assert outbox.begin(delivery.pk, lease, now=NOW) is None
    assert send(LATER) == 0
    assert state_of(delivery) == State.CANCELLED
    assert "customer has written" in delivery.reason
    assert not server.mails


def test_what_is_leaving_already_is_not_cancelled():
    delivery = make.delivery(stop_on=["customer_wrote"])
    dies_while_sending(delivery)
    assert outbox.cancel("ticket:1042", "customer_wrote", now=NOW) == 0
    assert not outbox.cancel_one(delivery, now=NOW, reason="taken back")


def test_an_event_cancels_only_mails_that_it_makes_untrue():
    kept = make.delivery(stop_on=["state_changed"])
    other = make.delivery(about="ticket:7", stop_on=["customer_wrote"])
    outbox.cancel("ticket:1042", "customer_wrote", now=NOW)
    assert state_of(kept) == state_of(other) == State.QUEUED


def test_what_would_come_too_late_expires_even_while_nothing_can_be_sent(settings):
    settings.MAIL_PAUSED_REASON = "no-server"
    delivery = make.delivery(expires_at=NOW + hours(1))
    assert outbox.expire(now=NOW) == 0
    assert outbox.expire(now=NOW + hours(1)) == 1
    assert state_of(delivery) == State.EXPIRED
    assert delivery.ended_at == NOW + hours(1)


def test_what_expires_between_claim_and_begin_does_not_leave(server):
    delivery = make.delivery(expires_at=NOW)
    assert send() == 0
    assert state_of(delivery) == State.EXPIRED
    assert not server.mails


def test_who_gets_no_mail_is_told_to_a_person_and_ends_an_automatic_one():
    Suppression.objects.create(address="Ana@Example.test", reason="The address does not exist.", at=NOW)
    with pytest.raises(ValidationError, match="does not exist"):
        make.delivery()
    assert make.delivery(automatic=True).state == State.CANCELLED


def test_who_opts_out_after_the_mail_was_planned_does_not_get_it(server):
    delivery = make.delivery(purpose=Purpose.SETTLED_QUESTION)
    Suppression.objects.create(address="ANA@example.test", purpose=Purpose.SETTLED_QUESTION, reason="Asked to.", at=NOW)
    assert send() == 0
    assert state_of(delivery) == State.CANCELLED
    assert delivery.reason == "Asked to."


def test_opting_out_of_one_purpose_leaves_the_others(server):
    Suppression.objects.create(address="ana@example.test", purpose=Purpose.SETTLED_QUESTION, reason="Asked to.", at=NOW)
    make.delivery()
    assert send() == 1


def test_not_now_is_tried_again_later_and_later(server):
    delivery = make.delivery()
    server.recipient = "450 4.2.0 not now"
    now, waits = NOW, []
    for _ in range(7):
        send(now)
        assert state_of(delivery) == State.QUEUED
        waits.append((delivery.next_at - now) / timedelta(minutes=1))
        now = delivery.next_at
    for wait, about in zip(waits, [1, 5, 15, 30, 60, 60, 60], strict=True):
        assert max(1, 0.8 * about) <= wait <= 1.2 * about
    assert "not now" in delivery.reason
    server.recipient = ""
    assert send(now) == 1
    assert [attempt.outcome for attempt in delivery.attempts.all()] == ["retry"] * 7 + ["sent"]


def test_not_now_for_four_days_is_a_failure(server):
    delivery = make.delivery()
    server.recipient = "450 4.2.0 not now"
    send()
    send(NOW + timedelta(days=4))
    assert state_of(delivery) == State.FAILED


@pytest.mark.parametrize("where", ["recipient", "content"])
def test_never_is_not_tried_again(server, where):
    delivery = make.delivery()
    setattr(server, where, "550 5.1.1 no such mailbox")
    assert send() == 0
    assert state_of(delivery) == State.FAILED
    assert "no such mailbox" in delivery.reason
    assert delivery.attempts.get().outcome == Outcome.REFUSED


def test_one_that_is_refused_does_not_stop_the_others(server):
    server.refuse["nobody@example.test"] = "550 5.1.1 no such mailbox"
    make.delivery()
    make.delivery(recipient="nobody@example.test")
    make.delivery()
    assert send() == 2


def test_a_mail_that_cannot_be_built_fails_and_does_not_stop_the_others(server):
    first, broken, last = make.delivery(), make.delivery(), make.delivery()
    Delivery.objects.filter(pk=broken.pk).update(body="[[link:nowhere:ticket:1]]")
    assert send() == 2
    assert state_of(first) == state_of(last) == State.SENT
    assert state_of(broken) == State.FAILED
    assert "could not be built" in broken.reason


def test_a_refused_password_pauses_the_mailbox_and_burns_no_row(server_with_password):
    rows = [make.delivery() for _ in range(3)]
    assert send() == 0
    assert "535" in Mailbox.objects.get().sending_paused_why
    assert [state_of(row) for row in rows] == [State.QUEUED] * 3
    assert not Attempt.objects.exists()
    assert not Delivery.objects.due(NOW + hours(5)).exists()
    assert not outbox.claim(20, now=NOW + hours(5))[1]


def test_a_sender_that_our_server_refuses_pauses_the_mailbox_and_burns_no_row(server):
    rows = [make.delivery() for _ in range(3)]
    server.sender = "553 5.7.1 not yours to use"
    assert send() == 0
    assert "not yours" in Mailbox.objects.get().sending_paused_why
    assert [state_of(row) for row in rows] == [State.QUEUED] * 3
    server.sender = ""
    outbox.resume_mailboxes()
    assert send(NOW + hours(1)) == 3


def test_a_paused_mailbox_does_not_stop_the_others(server):
    Mailbox.objects.create(name="Sales", address="sales@example.test", sending_paused_why="535")
    make.delivery(mailbox=Mailbox.objects.get(name="Sales"))
    make.delivery()
    assert send() == 1


def test_an_unreachable_server_tries_no_mail_and_comes_back_within_two_minutes(settings, server):
    reachable = settings.EMAIL_PORT
    settings.EMAIL_PORT = 1
    rows = [make.delivery() for _ in range(3)]
    assert send() == 0
    assert [state_of(row) for row in rows] == [State.QUEUED] * 3
    assert "refused" in rows[0].reason
    assert not Attempt.objects.exists()
    settings.EMAIL_PORT = reachable
    assert send(NOW + timedelta(minutes=2)) == 3


def test_nothing_is_tried_while_there_is_no_server(settings):
    settings.MAIL_PAUSED_REASON = "no-server"
    delivery = make.delivery()
    assert send() == 0
    assert state_of(delivery) == State.QUEUED


def test_a_connection_lost_before_the_mail_was_out_is_tried_again(server):
    delivery = make.delivery()
    server.drop_before_data = 1
    assert send() == 0
    assert delivery.attempts.get().outcome == Outcome.RETRY
    assert send(NOW + hours(1)) == 1


def test_a_connection_lost_after_the_last_dot_is_unknown_then_repeated_with_the_same_message_id(server):
    delivery = make.delivery()
    server.drop_after_dot = 1
    send()
    assert send(NOW + timedelta(minutes=9)) == 0, "a server that breaks off is left in peace for a while"
    assert send(NOW + timedelta(minutes=10)) == 1
    assert state_of(delivery) == State.SENT
    assert [attempt.outcome for attempt in delivery.attempts.all()] == [Outcome.UNKNOWN, Outcome.SENT]
    assert [mail["Message-ID"] for mail in server.mails] == [delivery.message_id] * 2


def test_what_would_come_too_late_by_then_is_repeated_at_once(server):
    delivery = make.delivery(expires_at=NOW + timedelta(minutes=9))
    server.drop_after_dot = 1
    send()
    assert [attempt.outcome for attempt in delivery.attempts.all()] == [Outcome.UNKNOWN, Outcome.SENT]


def test_a_server_that_is_silent_after_the_last_dot_is_unknown(server):
    delivery = make.delivery(at_least_once=False)
    server.slow = 1.5
    send()
    assert state_of(delivery) == State.UNKNOWN


def test_a_kill_between_begin_and_finish_is_unknown_then_repeated_with_the_same_message_id(server):
    delivery = make.delivery()
    dies_while_sending(delivery)
    assert send(NOW + outbox.LEASE / 2) == 0
    assert send(LATER) == 1
    assert [attempt.outcome for attempt in delivery.attempts.all()] == [Outcome.UNKNOWN, Outcome.SENT]
    assert server.mails[0]["Message-ID"] == delivery.message_id


def test_at_most_once_mail_is_not_repeated(server):
    delivery = make.delivery(at_least_once=False)
    dies_while_sending(delivery)
    assert send(LATER) == 0
    assert state_of(delivery) == State.UNKNOWN
    assert delivery.ended_at is None
    assert not server.mails


def test_unknown_twice_waits_for_a_person(server):
    delivery = make.delivery()
    dies_while_sending(delivery)
    outbox.settle_the_dead(now=LATER)
    dies_while_sending(delivery, LATER)
    assert send(LATER + outbox.LEASE) == 0
    assert state_of(delivery) == State.UNKNOWN


@pytest.mark.parametrize(
    ("decide", "state"), [(decisions.mark_arrived, State.SENT), (decisions.mark_lost, State.FAILED)]
)
def test_a_person_decides_what_became_of_one_that_is_unknown(decide, state):
    delivery = make.delivery(at_least_once=False)
    dies_while_sending(delivery)
    outbox.settle_the_dead(now=LATER)
    assert decide(delivery, now=LATER, reason="She said so on the phone.")
    assert state_of(delivery) == state
    assert not decide(delivery, now=LATER, reason="again")


def test_a_person_can_have_one_that_is_unknown_tried_again(server):
    delivery = make.delivery(at_least_once=False)
    dies_while_sending(delivery)
    outbox.settle_the_dead(now=LATER)
    assert decisions.retry(delivery, now=LATER)
    assert send(LATER) == 1


def test_what_was_claimed_by_somebody_who_died_is_due_again_after_the_lease(server):
    make.delivery()
    outbox.claim(20, now=NOW)
    assert send(LATER - timedelta(seconds=1)) == 0
    assert send(LATER) == 1


def test_a_claim_that_is_nearly_over_is_left_to_the_next():
    delivery = make.delivery()
    lease, _due = outbox.claim(20, now=NOW)
    assert outbox.begin(delivery.pk, lease, now=LATER - timedelta(seconds=1)) is None


def test_that_a_mail_is_out_is_stored_even_when_the_lease_was_lost():
    delivery = make.delivery()
    lease, _due = outbox.claim(20, now=NOW)
    slow = outbox.begin(delivery.pk, lease, now=NOW)
    outbox.settle_the_dead(now=LATER)
    outbox.finish(slow, Outcome.SENT, "accepted", lease=lease, now=LATER)
    assert state_of(delivery) == State.SENT
    # It counts as unknown still: somebody else might have repeated it.
    assert delivery.attempts.get().outcome == Outcome.UNKNOWN


def test_who_lost_the_lease_does_not_undo_what_the_next_did():
    delivery = make.delivery()
    lease, _due = outbox.claim(20, now=NOW)
    slow = outbox.begin(delivery.pk, lease, now=NOW)
    outbox.settle_the_dead(now=LATER)
    next_lease, _due = outbox.claim(20, now=LATER)
    outbox.begin(delivery.pk, next_lease, now=LATER)
    outbox.finish(slow, Outcome.REFUSED, "550", lease=lease, now=LATER)
    assert state_of(delivery) == State.SENDING


def test_a_worker_that_drains_gives_back_what_it_has_not_begun(server, monkeypatch):
    rows = [make.delivery() for _ in range(3)]
    deliver = sending.Server.deliver

    def told_to_stop(*args):
        monkeypatch.setattr(sending.Draining, "now", True)
        return deliver(*args)

    monkeypatch.setattr(sending.Server, "deliver", told_to_stop)
    assert send() == 1
    assert sorted(state_of(row) for row in rows) == [State.QUEUED, State.QUEUED, State.SENT]


def test_a_batch_goes_over_one_connection(server):
    for _ in range(45):
        make.delivery()
    assert send() == 45
    assert server.connections == 1


def test_mail_leaves_in_the_order_in_which_it_was_due(server):
    later = make.delivery(due_at=NOW + timedelta(seconds=2))
    sooner = make.delivery(due_at=NOW + timedelta(seconds=1))
    send(NOW + hours(1))
    assert server.keys == [sooner.key, later.key]


@pytest.mark.django_db(transaction=True)
def test_two_senders_send_a_mail_once(server):
    now = timezone.now()
    rows = [make.delivery(now=now, due_at=now) for _ in range(60)]
    sent = []

    def sender():
        sent.append(sending.send_due())
        connections.close_all()

    threads = [threading.Thread(target=sender) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 60
    assert sorted(server.keys) == sorted(row.key for row in rows)


def statements_for(mails):
    for _ in range(mails):
        make.delivery()
    with CaptureQueriesContext(connection) as captured:
        assert send() == mails
    return len(captured)


def test_of_a_batch_each_mail_takes_two_statements_and_one_commit(server):
    # What begins and ends a transaction counts as two of the four.
    assert statements_for(12) - statements_for(2) == 10 * 4


@pytest.mark.django_db(transaction=True)
def test_while_the_end_of_one_is_written_nobody_is_waited_for_who_changes_the_next(server):
    ended, next_one = make.delivery(), make.delivery(about="ticket:7", stop_on=["customer_wrote"])
    lease, _due = outbox.claim(20, now=NOW)
    attempt = outbox.begin(ended.pk, lease, now=NOW)
    cancelled, go_on = threading.Event(), threading.Event()

    def customer_writes():
        with transaction.atomic():
            outbox.cancel("ticket:7", "customer_wrote", now=NOW)
            cancelled.set()
            go_on.wait(5)
        connections.close_all()

    writing = threading.Thread(target=customer_writes)
    writing.start()
    assert cancelled.wait(5)
    with transaction.atomic():
        outbox.finish(attempt, Outcome.SENT, "", lease=lease, now=NOW)
        assert outbox.begin(next_one.pk, lease, now=NOW, wait=False) is None
    go_on.set()
    assert outbox.begin(next_one.pk, lease, now=NOW) is None
    writing.join()
    assert [state_of(ended), state_of(next_one)] == [State.SENT, State.CANCELLED]


@pytest.mark.django_db(transaction=True)
def test_that_a_mail_is_out_is_written_even_if_the_next_cannot_begin_in_the_same_commit(server, monkeypatch):
    rows = [make.delivery() for _ in range(3)]
    begin = outbox.begin

    def breaks(*args, wait=True, **fields):
        if not wait:
            raise OperationalError("deadlock detected")
        return begin(*args, **fields)

    monkeypatch.setattr(outbox, "begin", breaks)
    assert send() == 3
    assert [state_of(row) for row in rows] == [State.SENT] * 3
    assert len(server.mails) == 3


@pytest.mark.django_db(transaction=True)
def test_that_a_mail_is_out_is_written_whatever_happens_to_the_next(server, monkeypatch):
    first, second = make.delivery(), make.delivery()
    build = sending.build

    def breaks(delivery, **fields):
        if delivery.pk == second.pk:
            raise OperationalError("the database is gone for a moment")
        return build(delivery, **fields)

    monkeypatch.setattr(sending, "build", breaks)
    with pytest.raises(OperationalError):
        send()
    assert [state_of(first), state_of(second)] == [State.SENT, State.CLAIMED]


def many_sent_and_few_waiting():
    make.delivery()
    made = Delivery.objects.get()
    Delivery.objects.bulk_create(
        Delivery(
            key=f"old:{number}", message_id=f"<{number}@example.test>", state=State.SENT, ended_at=NOW, next_at=NOW,
            made_at=NOW, purpose=made.purpose, about=f"ticket:{number}", mailbox=made.mailbox, subject="Old",
            recipient=made.recipient, body="Old", expires_at=NOW,
        )
        for number in range(2_000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mail_delivery")


def plan_of(text, values):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {text}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_claiming_reads_the_index_of_what_is_due_only():
    many_sent_and_few_waiting()
    values = {"lease": None, "lease_ends": LATER, "now": LATER, "limit": 20}
    assert "delivery_due" in plan_of(statements.CLAIM, values)


@pytest.mark.parametrize(
    ("question", "index"),
    [(Delivery.objects.due, "delivery_due"), (Delivery.objects.too_late, "delivery_expiring")],
)
def test_looking_for_work_reads_an_index_that_holds_only_work(question, index):
    many_sent_and_few_waiting()
    assert index in plan_of(*question(LATER).values("pk")[:1].query.sql_with_params())


def test_looking_for_work_takes_one_statement(django_assert_num_queries):
    make.delivery()
    with django_assert_num_queries(1):
        _read_at, tasks = questions.has_work(LATER)
    assert tasks == ["mail.tasks.send_queued"]


def test_two_senders_are_started_where_more_waits_than_one_takes_at_once():
    for _ in range(sending.BATCH):
        make.delivery()
    assert questions.has_work(LATER)[1] == ["mail.tasks.send_queued"]
    make.delivery()
    assert questions.has_work(LATER)[1] == ["mail.tasks.send_queued"] * 2


def test_no_work_is_found_where_sending_is_paused(settings):
    settings.MAIL_PAUSED_REASON = "no-server"
    make.delivery()
    assert questions.has_work(LATER)[1] == []
