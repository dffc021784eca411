"""Planning and carrying out touch only what is due, however much is planned for later: their plans say so."""

from datetime import timedelta

import pytest
from django.db import connection

from desk import planned
from followups.models import FollowUp
from tests import make
from tests.knocking import undone
from tests.make import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER, PAST = 4000, 4000
NOW = MONDAY_9AM


@pytest.fixture(scope="module")
def much_planned(django_db_setup, django_db_blocker):
    """Thousands for later and thousands that are over; a few due, held back, handed over. The tests only read."""
    with django_db_blocker.unblock(), undone():
        plan_much()
        yield


def plan_much():
    ticket = make.ticket()
    rows = [("scheduled", NOW + timedelta(days=1 + n % 30), None) for n in range(LATER)]
    rows += [("done", NOW - timedelta(days=1 + n % 30), NOW) for n in range(PAST)]
    rows += [("scheduled", NOW, None)] * 3 + [("handed_over", NOW, None)] * 2
    FollowUp.objects.bulk_create(
        FollowUp(ticket=ticket, step="closing", cycle=n, state=state, due_at=due_at, ended_at=ended_at, made_at=NOW)
        for n, (state, due_at, ended_at) in enumerate(rows, 1)
    )
    person = make.user()
    FollowUp.objects.bulk_create(
        FollowUp(ticket=ticket, step="check_in", cycle=n, due_at=NOW, made_at=NOW, held_at=NOW, held_by=person)
        for n in range(1, 500)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {FollowUp._meta.db_table}")


def plan_of(queryset):
    text, values = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, COSTS OFF) {text}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (lambda: FollowUp.objects.due(NOW).select_related("ticket")[:200], "followup_due"),
        (lambda: FollowUp.objects.to_finish().select_related("ticket")[:500], "followup_handed_over"),
        (lambda: FollowUp.objects.drafts_to_finish().select_related("ticket")[:500], "followup_drafted"),
    ],
)
def test_each_sweep_reads_by_an_index_that_holds_only_its_work(much_planned, asked, index):
    plan = plan_of(asked())
    assert index in plan, plan
    assert "Seq Scan on followups_followup" not in plan, plan


def test_what_somebody_holds_back_is_not_due(much_planned):
    assert FollowUp.objects.due(NOW).count() == 3


def test_the_list_by_day_reads_a_page_in_order(much_planned):
    rows = planned.with_all_shown(FollowUp.objects.visible_to(make.manager())).filter(state="scheduled")
    assert "followup_due" in plan_of(rows.order_by("due_at", "pk")[:51])
