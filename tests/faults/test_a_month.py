"""A month of a desk by all playbooks: two workers, replies, reopenings, bounces, wishes, three days of standstill.

`MONTH_TICKETS` says how large it is: 150 unless it is set, 2000 for the figures; `FAULTS_SEED`
repeats one. Every mail leaves by SMTP to a server of this test; only the clock is simulated.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.utils import timezone

from compliance import audit
from followups.models import FollowUp, Hold
from tests.clock import worker_knows_our_time
from tests.faults import month_facts as facts
from tests.faults.simulated import Outside
from tests.faults.town_month import Month
from tests.mail.running import free_port, point_to
from tests.make import MONDAY_9AM

TICKETS = int(os.environ.get("MONTH_TICKETS", "150"))
SEED = int(os.environ.get("FAULTS_SEED", "7"))


@pytest.fixture
def month(settings, monkeypatch, transactional_db) -> Iterator[Month]:
    worker_knows_our_time(monkeypatch)
    outside = Outside(timezone.now)
    controller = Controller(outside, hostname="127.0.0.1", port=free_port())
    with time_machine.travel(MONDAY_9AM, tick=False) as clock:
        controller.start()
        point_to(settings, controller.port)
        yield Month(SEED, TICKETS, clock, outside)
        controller.stop()


@pytest.fixture(scope="module")
def before() -> list[list[str]]:
    """What the same seed gave the other time."""
    return []


@pytest.mark.parametrize("time_of_it", ["first", "second"])
def test_whatever_is_planned_ends_once_within_all_limits_and_the_same_again(month, before, time_of_it) -> None:
    began = time.perf_counter_ns()
    month.live()
    mails = facts.received(month)
    states = Counter(FollowUp.objects.values_list("step", "state"))
    print(
        f"\nseed {SEED}: {TICKETS} tickets, {sum(states.values())} follow-ups, {len(month.outside.taken)} mails taken"
        f" ({len(mails)} automatic), {len(month.outside.refused)} refused, {Hold.objects.count()} held heaps,"
        f" {month.ticks} moments, {(time.perf_counter_ns() - began) / 1e9:.0f} s"
    )
    print("; ".join(f"{step} {state}: {number}" for (step, state), number in sorted(states.items())))
    print(month.refused.most_common(12))
    wrong = [
        *facts.each_ends_once_with_a_reason(),
        *facts.nothing_is_doubled(month),
        *facts.caps_hold(mails),
        *facts.one_rating_in_thirty_days(mails),
        *facts.quiet_hours_hold(mails),
        *facts.no_mail_names_a_past_time(mails),
        *facts.nothing_comes_after_its_stop(month, mails),
        *facts.nobody_is_written_to_against_their_wish(month, mails),
        *(f"{finding.check.name}: {finding.rows}" for finding in audit.run(timezone.now())),
    ]
    assert not wrong, f"{len(wrong)} facts do not hold:\n" + "\n".join(wrong[:40])
    before.append(facts.in_short(month))
    assert before[0] == before[-1]
