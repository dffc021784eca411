"""The real worker, as a process of its own, against the test database."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from unittest.mock import Mock

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_q.cluster import Sentinel
from django_q.models import OrmQ, Schedule

from config import cluster, questions, supervisor
from config.schedule import EVERY_DAY, EVERY_MINUTE, EVERY_MOMENT, EVERY_TEN_MINUTES
from config.supervisor import Running, Supervisor
from mail import outbox
from mail.models import Delivery
from tests import make
from tests.mail.running import children_of, is_there, until
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Message, Warning


def test_mail_leaves_within_three_seconds_and_the_worker_stops_when_told(worker, server):
    now = timezone.now()
    delivery = make.delivery(now=now, due_at=now)
    assert until(lambda: server.keys == [delivery.key], 3)
    assert until(lambda: Delivery.objects.get().state == Delivery.State.SENT, 1)
    family = children_of(worker.pid)
    assert len(family) >= 7  # cluster, sentinel, three workers, monitor, pusher

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert not [pid for pid in family if is_there(pid)]


def sockets_of(pid: int) -> set[str]:
    held = [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
    return {name for name in held if name.startswith("socket:")}


def test_a_cluster_is_forked_by_one_thread_and_shares_no_connection_with_the_supervisor(worker):
    assert len(list(Path(f"/proc/{worker.pid}/task").iterdir())) == 1
    assert until(lambda: sockets_of(worker.pid), 5), "it looks for work"
    family = children_of(worker.pid)
    assert not [pid for pid in family if sockets_of(pid) & sockets_of(worker.pid)]
    assert {os.getsid(pid) for pid in family} == {family[0]}


@pytest.fixture
def running(tmp_path, transactional_db) -> Iterator[Running]:
    """A cluster that was forked a moment ago, by us."""
    cluster = Running(tmp_path)
    yield cluster
    cluster.kill()


@pytest.mark.parametrize("after", [0, 0.01, 0.02, 0.04, 0.2, 1])
def test_told_to_stop_while_it_starts_a_cluster_ends(after, running):
    time.sleep(after)
    running.drain()
    assert until(lambda: not running.lives, 10)
    assert not running.group_lives()


def test_a_supervisor_that_fails_takes_its_cluster_with_it(running, monkeypatch):
    again = Supervisor()
    monkeypatch.setattr(again, "_look_for_work", Mock(side_effect=OSError("no space left")))
    with pytest.raises(OSError, match="no space left"):
        again._watch(running)
    assert not running.lives
    assert until(lambda: not running.group_lives(), 5)


@pytest.fixture
def overdue_promise(transactional_db) -> Commitment:
    """One that was missed while no worker was there."""
    now = timezone.now()
    ticket = make.ticket(now=now - timedelta(hours=3))
    return make.promise(ticket, at=now - timedelta(hours=2), due=now - timedelta(hours=1))


def test_a_worker_catches_up_and_a_reply_does_what_it_says_once_it_is_out(server, overdue_promise, worker):
    assert until(lambda: overdue_promise.warnings.filter(stage=Warning.Stage.OVERDUE).exists(), 5)
    now = timezone.now()
    ticket = overdue_promise.ticket
    tomorrow = NextDate(contact_by=now + timedelta(days=1), words="We tell you how it went")
    reply = conversation.reply(ticket, "The part is here.", tomorrow, by=ticket.team.lead, now=now)
    outbox.hurry(reply.delivery, now=now)
    # Within working hours the warning about the missed promise leaves as a mail, too.
    assert until(lambda: server.keys.count(reply.delivery.key) == 1, 3)
    assert until(lambda: not Message.objects.get(pk=reply.pk).unsettled, 4)
    assert ticket.commitments.filter(kind="update", source="promise", state="running").count() == 1


def test_told_to_stop_in_the_middle_of_many_mails_it_ends_between_two(server, worker):
    server.slow = 0.3
    now = timezone.now()
    rows = [make.delivery(now=now, due_at=now) for _ in range(30)]
    assert until(lambda: len(server.keys) >= 2, 5)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert set(states) == {Delivery.State.SENT, Delivery.State.QUEUED}
    assert states[Delivery.State.SENT] == len(server.keys) < len(rows)


def the_schedule_is_set() -> bool:
    return sorted(Schedule.objects.values_list("func", flat=True)) == sorted(
        [*EVERY_MINUTE, *EVERY_TEN_MINUTES, *EVERY_DAY]
    )


@pytest.mark.django_db
def test_setting_the_schedule_twice_leaves_one_of_each():
    Schedule.objects.create(name="Something old", func="mail.tasks.gone", schedule_type=Schedule.MINUTES)
    call_command("set_schedule", verbosity=0)
    call_command("set_schedule", verbosity=0)
    assert the_schedule_is_set()


@pytest.mark.django_db
def test_a_schedule_that_stands_there_twice_is_put_right():
    for _ in range(2):
        Schedule.objects.create(name=EVERY_MINUTE[0], func=EVERY_MINUTE[0], schedule_type=Schedule.MINUTES)
    call_command("set_schedule", verbosity=0)
    assert the_schedule_is_set()


@pytest.mark.django_db(transaction=True)
def test_workers_that_start_at_one_moment_set_one_schedule():
    together = Barrier(3)

    def start() -> None:
        connection.ensure_connection()
        together.wait(10)
        try:
            call_command("set_schedule", verbosity=0)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as starting:
        for started in [starting.submit(start) for _ in range(3)]:
            started.result()
    assert the_schedule_is_set()


def test_whatever_is_hurried_is_done_every_minute_too():
    assert {task for _question, task in EVERY_MOMENT} <= set(EVERY_MINUTE)


def test_every_task_can_be_carried_out_by_its_name():
    from pydoc import locate

    assert all(callable(locate(task)) for task in [*EVERY_MINUTE, *EVERY_TEN_MINUTES, *EVERY_DAY])


@pytest.mark.django_db
def test_a_task_waits_in_the_queue_once():
    now = timezone.now()
    for _ in range(3):
        questions.hurry(["tickets.tasks.settle_messages"], now=now + timedelta(seconds=1))
    assert OrmQ.objects.count() == 1


def fetched(*, ago: float) -> list[int]:
    """The rows of the queue, as somebody has fetched them so many seconds ago."""
    retry = timedelta(seconds=configured.Q_CLUSTER["retry"])
    OrmQ.objects.update(lock=timezone.now() - timedelta(seconds=ago) + retry)
    return list(OrmQ.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_what_somebody_has_in_hand_is_there_and_what_a_dead_cluster_had_fetched_is_forgotten():
    questions.hurry(["mail.tasks.expire"], now=timezone.now())
    of_the_dead = fetched(ago=1)
    questions.hurry(["mail.tasks.expire"], now=timezone.now())
    assert OrmQ.objects.count() == 1
    questions.forget(of_the_dead)
    questions.hurry(["mail.tasks.expire"], now=timezone.now())
    assert list(OrmQ.objects.values_list("pk", flat=True)) != of_the_dead


@pytest.mark.django_db
def test_whoever_starts_does_not_wait_for_what_those_before_may_have_had_in_hand():
    questions.hurry(["mail.tasks.expire"], now=timezone.now())
    fetched(ago=1)
    questions.hurry(["mail.tasks.expire"], now=timezone.now(), in_hand=False)
    questions.hurry(["mail.tasks.expire"], now=timezone.now(), in_hand=False)
    assert OrmQ.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("ago", "left"), [(1, 1), (59, 1), (61, 0), (89, 0), (91, 1)])
def test_the_queue_gives_nothing_out_anew_that_was_in_hand_for_as_long_as_a_task_may_take(ago, left):
    questions.hurry(["mail.tasks.expire"], now=timezone.now())
    fetched(ago=ago)
    questions.forget_what_nobody_has(now=timezone.now())
    assert OrmQ.objects.count() == left


def test_a_worker_killed_with_its_lock_in_hand_does_not_hold_up_the_sentinel(tmp_path, monkeypatch):
    monkeypatch.setattr(Sentinel, "spawn_worker", Sentinel.spawn_worker)
    monkeypatch.setattr("django_q.cluster.Stat", None)
    cluster._guard_without_shared_locks(tmp_path)
    sentinel = Mock(timeout=60)
    Sentinel.spawn_worker(sentinel)
    remaining = sentinel.spawn_process.call_args.args[3]
    killed = os.fork()
    if not killed:
        remaining.get_lock().acquire()
        remaining.value = 41
        os._exit(9)
    os.waitpid(killed, 0)
    assert remaining.get_lock().acquire(timeout=1)
    assert remaining.value == 41


def test_a_cluster_is_stuck_when_nothing_ends_in_it_or_nobody_guards_it(tmp_path, monkeypatch):
    running = Running.__new__(Running)
    running._busy, running.started = tmp_path, time.monotonic() - 61

    def ago(seconds):
        return str(time.monotonic() - seconds)

    assert running.is_stuck, "it has never shown any life"
    (tmp_path / "guard").write_text(ago(1))
    (tmp_path / "last").write_text(ago(61))
    (tmp_path / "fetched").write_text("3 4 5")
    assert running.is_stuck, "no task has ended"
    assert running.fetched == [3, 4, 5]
    (tmp_path / "4711").write_text(ago(30))
    assert not running.is_stuck, "a task may take that long"
    (tmp_path / "4711").write_text(ago(61))
    assert running.is_stuck
    (tmp_path / "last").write_text("")
    assert not running.is_stuck, "that is being written"
    (tmp_path / "guard").write_text(ago(61))
    assert running.is_stuck, "no death would be noticed"
    running.started = time.monotonic()
    assert not running.is_stuck


def test_a_cluster_that_has_worked_is_started_again_at_once_and_one_that_cannot_later_and_later(monkeypatch):
    worked = iter([True, True, False, False, False, False, False, False, True])
    pauses: list[float] = []
    again = Supervisor()

    def sleep(seconds: float, **_more: object) -> None:
        pauses.append(seconds)
        again._stop = len(pauses) == 9

    monkeypatch.setattr(supervisor.signal, "signal", lambda *_: None)
    monkeypatch.setattr(supervisor, "Running", lambda *_: Mock(lives=False, has_worked=next(worked)))
    monkeypatch.setattr(again, "_sleep", sleep)
    monkeypatch.setattr(again, "_forget", lambda _fetched: None)
    again.run()
    assert pauses[:9] == [0.5, 0.5, 1, 2, 4, 8, 10, 10, 0.5]


def test_the_time_for_a_task_ends_before_it_is_offered_to_another():
    queue = configured.Q_CLUSTER
    assert queue["timeout"] < queue["retry"]
    assert queue["max_attempts"] == 1
    assert queue["ack_failures"]
    assert not queue["catch_up"]
