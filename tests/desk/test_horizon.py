"""Horizon: what stands in which lane, who sees it, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desk import horizon
from standards.terms import Kind
from tests import make
from tests.desk.looking import NOW, due, look, page, signed_in
from tests.make import hours, zagreb
from tickets.actions import handover, pauses
from tickets.models import Commitment, Message

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _nine_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


def rows_of(seen: horizon.Horizon, key: str) -> list[Commitment]:
    return next(list(lane.rows) for lane in seen.lanes if lane.key == key)


def in_words(html: str, start: str) -> str:
    """The text of the element that begins with `start`."""
    found = re.search(re.escape(start) + r"[^>]*>(.*?)</(?:h2|p|div|section)>", html, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found.group(1)).split()) if found else ""


def test_each_commitment_stands_in_the_lane_of_its_due_time():
    late = due(NOW - MINUTE)
    exactly_now = due(NOW)
    soon = due(NOW + hours(1))
    today = due(NOW + hours(1) + MINUTE)
    midnight = due(zagreb("2026-11-24 00:00"))
    later = due(zagreb("2026-11-25 00:00"))
    seen = look(make.manager())
    assert rows_of(seen, "overdue") == [late]
    assert rows_of(seen, "hour") == [exactly_now, soon]
    assert rows_of(seen, "today") == [today]
    assert [seen.counts[key] for key in horizon.LANES] == [1, 2, 1, 1, 1, 0]
    assert rows_of(look(make.manager(), only="tomorrow"), "tomorrow") == [midnight]
    assert rows_of(look(make.manager(), only="later"), "later") == [later]


def test_the_oldest_overdue_comes_first():
    newer, older = due(NOW - hours(1)), due(NOW - hours(30))
    assert rows_of(look(make.manager()), "overdue") == [older, newer]


def test_what_is_paused_waits_for_the_customer_and_says_when_we_ask_again():
    make.standard(kind=Kind.RESOLUTION, now=NOW - hours(200))
    ticket = make.ticket(now=NOW - hours(1))
    question = Message.objects.create(
        ticket=ticket, direction="out", channel="mail", author=ticket.team.lead, body="Which one?", at=NOW, asks=True
    )
    pauses.begin(ticket, question, at=NOW, ends_by=NOW + hours(72), now=NOW)
    seen = look(make.manager(), only="waiting")
    assert [row.kind for row in rows_of(seen, "waiting")] == [Kind.RESOLUTION]
    assert rows_of(seen, "waiting")[0].wakes_at == NOW + hours(72)
    assert "we ask again" in page(make.manager(), "/desk/?lane=waiting")


def test_today_is_that_of_the_viewer():
    due(zagreb("2026-11-24 00:30"))
    assert look(make.manager()).counts["tomorrow"] == 1
    in_london = make.manager(zone="Europe/London")
    assert "Tomorrow <span" in re.sub(r"\s+", " ", page(make.manager())).replace("<strong>", "").replace(
        "</strong>", ""
    )
    assert 'id="n-today">1<' in page(in_london)


def test_an_agent_of_another_team_sees_nothing_of_it():
    mine, theirs = make.team(), make.team()
    row = due(NOW - hours(1), team=theirs)
    seen = look(mine.lead)
    assert seen.counts.total() == 0
    assert seen.first is None
    assert f"T-{row.ticket.number}" not in page(mine.lead)
    assert f"T-{row.ticket.number}" not in page(mine.lead, f"/desk/?whose=team:{theirs.pk}")


def test_all_means_all_that_i_may_see():
    mine, theirs = make.team(), make.team()
    own, other = due(NOW, team=mine), due(NOW, team=theirs)
    assert rows_of(look(mine.lead), "hour") == [own]
    assert rows_of(look(make.manager()), "hour") == [own, other]
    assert rows_of(look(make.manager(), f"team:{theirs.pk}"), "hour") == [other]


def test_mine_are_those_that_i_answer_for():
    team = make.team()
    colleague = make.user()
    own, other = due(NOW, team=team), due(NOW, team=team)
    handover.take(other, by=colleague, now=NOW)
    assert rows_of(look(team.lead, "mine"), "hour") == [own]


@pytest.mark.parametrize(
    ("overdue", "soon", "sentence"),
    [
        (1, 0, "1 is overdue. Nothing else is due by 10:00."),
        (2, 1, "2 are overdue. 1 more will be by 10:00 unless somebody acts."),
        (2, 4, "2 are overdue. 4 more will be by 10:00 unless somebody acts."),
        (0, 1, "1 will be overdue by 10:00 unless somebody acts."),
        (0, 0, "Nothing is due in the next hour."),
    ],
)
def test_the_sentence_says_what_will_be_missed(overdue, soon, sentence):
    ticket = make.ticket(now=NOW - hours(100))
    for number in range(overdue):
        due(NOW - hours(1 + number), ticket=ticket)
    for number in range(soon):
        due(NOW + MINUTE * (1 + number), ticket=ticket)
    html = page(make.manager())
    assert in_words(html, '<h2 class="answer__lead" id="answer-lead"') == sentence
    assert (f"<title>({overdue}) Horizon" in html) == bool(overdue)


def test_when_nothing_is_pressing_it_says_what_comes_next():
    row = due(NOW + hours(5.5))
    html = page(make.manager())
    assert f"Next: 14:30, Promise, T-{row.ticket.number}" in in_words(html, '<p class="answer__sub"')
    assert "No promise is running." in page(make.team().lead)


def test_a_ticket_that_nobody_has_is_named():
    row = due(NOW - hours(1))
    assert f"1 of these tickets has nobody: T-{row.ticket.number}." in page(make.manager())


def test_an_hour_with_more_work_than_people_is_too_full():
    team = make.team()
    ticket = make.ticket(team=team, now=NOW - hours(100))
    for number in range(1, 6):
        due(zagreb("2026-11-23 11:00") + MINUTE * number, ticket=ticket)
    hour = next(hour for hour in look(team.lead).load if hour.starts == zagreb("2026-11-23 11:00"))
    assert (hour.due, hour.minutes_due, hour.people, hour.minutes_have, hour.is_too_full) == (5, 75, 1, 60, True)
    assert "1 hour is too full: 11:00." in page(team.lead)


def test_a_person_in_two_teams_counts_once():
    lead = make.user()
    make.team(lead=lead), make.team(lead=lead)
    assert {hour.minutes_have for hour in look(lead).load} == {60}


def test_the_load_of_the_present_hour_is_what_is_left_of_it():
    team = make.team()
    assert look(team.lead, now=zagreb("2026-11-23 09:45")).load[0].minutes_have == 15


def test_half_hour_zones_have_their_own_hours():
    due(NOW + timedelta(minutes=40))
    manager = make.manager()
    seen = look(manager, zone=ZoneInfo("Asia/Kolkata"))
    assert [hour.due for hour in seen.load][:2] == [0, 1]  # 13:30 there, so the hour ends at 14:00


def test_open_tickets_without_a_next_date_are_found():
    forgotten, told = make.ticket(), make.ticket()
    due(NOW + hours(3), ticket=told)
    seen = look(make.manager(), only=horizon.NO_DATE)
    assert seen.no_date == [forgotten]
    assert f"T-{forgotten.number}" in page(make.manager(), "/desk/?lane=no-date")


def many(number: int) -> None:
    ticket = make.ticket(now=NOW - hours(100))
    for at in range(number):
        make.promise(ticket, due=NOW + MINUTE * (at - number // 2), at=NOW - hours(50))


def test_the_page_costs_the_same_six_queries_for_five_rows_and_for_sixty():
    make.standard(now=NOW - hours(200))
    manager = make.manager()
    client = signed_in(manager)
    many(5)
    cost = []
    for _ in range(2):
        for path in ("/desk/", "/desk/?lane=overdue", "/desk/horizon/rows/?tag=x", "/desk/?lane=no-date"):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            cost.append(len(queries))
        many(60)
    assert cost[:4] == cost[4:]
    assert max(cost[:3]) <= 6, cost


def test_a_lane_goes_on_where_the_page_ended():
    make.ticket()
    many(130)
    manager = make.manager()
    first = look(manager, only="overdue")
    lane = first.lanes[0]
    assert (lane.count, len(lane.rows)) == (65, 50)
    rest = look(manager, only="overdue", after=lane.after).lanes[0]
    assert [len(rest.rows), rest.after] == [15, ""]
    assert not {row.pk for row in lane.rows} & {row.pk for row in rest.rows}
    assert "after=" in page(manager, "/desk/?lane=overdue")
    assert look(manager, only="overdue", after="made-up").lanes[0].rows == lane.rows


def test_running_rows_are_found_through_the_partial_index():
    ticket = make.ticket(now=NOW - hours(100))
    row = make.promise(ticket, due=NOW + hours(1), at=NOW - hours(50))
    columns = ", ".join(field.column for field in Commitment._meta.concrete_fields if field.column != "id")
    ended = columns.replace("state", "'ended'").replace("outcome", "'kept'").replace("ended_at", "started_at")
    with connection.cursor() as cursor:
        for given, number in ((ended, 20_000), (columns, 300)):
            cursor.execute(
                f"INSERT INTO tickets_commitment ({columns}) SELECT {given} FROM tickets_commitment,"
                " generate_series(1, %s) WHERE id = %s",
                [number, row.pk],
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_commitment")
    with CaptureQueriesContext(connection) as queries:
        look(make.manager())
    asked = [query["sql"] for query in queries]
    reads = [sql for sql in asked if "tickets_commitment" in sql and sql.lstrip("(").startswith("SELECT")]
    assert len(reads) == 2
    for sql in reads:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "commitment_running_by_" in plan, plan
        assert "Seq Scan on tickets_commitment" not in plan, plan


def test_what_is_due_on_the_stroke_of_closing_is_work_of_the_hour_before():
    team = make.team()
    due(zagreb("2026-11-23 16:00"), team=team)
    last = look(team.lead).load[-1]
    assert (last.starts, last.due, last.is_too_full) == (zagreb("2026-11-23 15:00"), 1, False)
