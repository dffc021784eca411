"""The compliance page: every figure is the length of its list, and everybody sees what is theirs to see."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from compliance import listed
from compliance.actions import closing
from compliance.cases import By, tallies
from compliance.earlier import Earlier, earlier
from compliance.models import ExceptionDay
from standards.terms import Kind
from tests import make
from tests import stage as stages
from tests.compliance import counting
from tests.compliance.lives import World
from tests.desk.figures import length, wrong
from tests.desk.looking import page, signed_in
from tests.make import MONDAY_9AM, ZAGREB, hours
from tests.stage import Stage
from tickets.actions import causes, commitments, conversation
from tickets.actions.conversation import Told
from tickets.models import Commitment, DelayCause, Event, Message

pytestmark = pytest.mark.django_db

PAGE = "/desk/compliance/"
WAYS = ("version", "kind", "source", "team", "channel", "category", "accountable", "month")


@pytest.fixture
def world() -> Iterator[World]:
    with time_machine.travel(counting.NOW, tick=False):
        made = counting.world("compliance page", bulk=300)
        missed = Commitment.objects.filter(outcome__in=["kept_late", "not_done"]).order_by("pk")[:40]
        for row, cause in zip(missed, DelayCause.Cause.values * 4, strict=True):
            DelayCause.objects.create(commitment=row, cause=cause, set_by=made.people[0], set_at=counting.NOW)
        for person in made.people:
            for team in made.teams:
                person.memberships.create(team=team)
        yield made


@pytest.fixture
def stage() -> Iterator[Stage]:
    with time_machine.travel(stages.NOW, tick=False):
        yield stages.build()


def test_every_figure_of_the_page_is_the_length_of_its_list(world):
    wanted = ["", f"?month=2026-09&team={world.teams[1].pk}&days=ordinary"]
    pages = [f"{PAGE}{one}" for one in wanted] + [f"{PAGE}?month=2026-10&by={way}" for way in WAYS]
    assert wrong(make.manager(), pages) == []


def test_every_figure_of_a_narrowed_page_is_the_length_of_its_list(world):
    pages = [
        f"{PAGE}?month=2026-10&kind=resolution&by=team",
        f"{PAGE}?month=2026-10&source=internal",
        f"{PAGE}?month=2026-10&channel=mail&by=category",
        f"{PAGE}?month=2026-10&accountable={world.people[0].pk}&by=kind",
        f"{PAGE}?since=2026-09-20&until=2026-10-05&category={world.categories[1].pk}",
        f"{PAGE}?month=2026-10&no_category=1&by=source",
    ]
    assert wrong(make.manager(), pages) == []


def test_leads_and_agents_find_behind_their_figures_what_is_theirs(world):
    for viewer in (world.teams[0].lead, world.people[1]):
        assert wrong(viewer, [f"{PAGE}?month=2026-10", f"{PAGE}?month=2026-10&by=team"]) == []


def test_every_figure_is_the_length_of_its_list_on_the_stage(stage):
    for viewer in (stage.manager, stage.lead, stage.agent):
        assert wrong(viewer, [f"{PAGE}?by={way}" for way in WAYS]) == []


def test_the_page_counts_what_compliance_counts(world):
    manager = make.manager()
    for by in (By.VERSION, By.TEAM, By.CATEGORY, By.ACCOUNTABLE, By.WEEK, By.HOUR):
        asked = listed.read({"month": "2026-10"}, zone=ZAGREB, now=counting.NOW)
        rows = listed.seen(asked, viewer=manager, now=counting.NOW, zone=ZAGREB)
        found = listed.grouped(rows, by, By.KIND, zone=ZAGREB)[by]
        wanted = tallies(asked.question, by, viewer=None, now=counting.NOW, zone=ZAGREB)
        assert {key: (one.all.due, one.all.kept, one.ordinary.kept, one.all.moved) for key, one in found.items()} == {
            key: (one.all.due, one.all.kept, one.ordinary.kept, one.all.moved) for key, one in wanted.items()
        }


def test_what_an_address_asks_is_asked_again_by_its_own_address(world):
    asked = listed.read(
        {"month": "2026-10", "weekday": "5", "hour": "14", "cause": "none", "team": str(world.teams[0].pk)},
        zone=ZAGREB, now=counting.NOW,
    )  # fmt: skip
    assert listed.read(asked.in_address(ZAGREB), zone=ZAGREB, now=counting.NOW) == asked


@pytest.mark.parametrize("query", ["month=2026-13", "team=x", "kind=nothing", "hour=x", "cause=bad-luck", "buckets=no"])
def test_an_address_that_asks_for_nonsense_is_told_so(query):
    make.organisation()
    client = signed_in(make.manager())
    for path in (PAGE, f"{PAGE}cases/", f"{PAGE}answers/"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert "don&#x27;t count by" in answer.content.decode()


def test_a_new_organisation_reads_what_will_stand_there():
    make.organisation()
    html = page(make.manager(), PAGE)
    assert "Nothing fell due here" in html
    assert "100" not in re.sub(r"<[^>]+>", "", html), "no case is not 100 %"


def test_few_cases_have_words_and_no_percentage(stage):
    html = page(stage.other_agent, PAGE)
    assert "Nothing fell due here" in html or "%" not in html.split('class="score__figure"')[1].split("</p>")[0]


def test_people_are_in_the_order_of_the_alphabet_and_few_cases_have_counts_only(world):
    html = page(make.manager(), f"{PAGE}?month=2026-10&by=accountable")
    table = html.split('id="compare"')[1].split("</table>")[0]
    names = re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', table)
    assert names == sorted(names, key=str.casefold)
    for row in table.split("<tr>")[2:]:
        due = int(re.findall(r'data-label="Fell due"><a [^>]*>(\d+)<', row)[0])
        result = row.split('data-label="Result">')[1].split("</td>")[0]
        assert ("%" in result) == (due >= 10)


def test_an_agent_cannot_compare_people_and_counts_only_their_own(world):
    agent = world.people[2]
    html = page(agent, f"{PAGE}?month=2026-10&by=accountable")
    assert ">Person</a>" not in html
    asked = listed.read({"month": "2026-10"}, zone=ZAGREB, now=counting.NOW)
    rows = listed.seen(asked, viewer=agent, now=counting.NOW, zone=ZAGREB)
    assert all(agent.pk in {row.accountable_at_due_id, row.accountable_id} for row in rows)


def test_a_lead_sees_the_team_and_no_other(world):
    lead = world.teams[0].lead
    asked = listed.read({"month": "2026-10"}, zone=ZAGREB, now=counting.NOW)
    rows = listed.seen(asked, viewer=lead, now=counting.NOW, zone=ZAGREB)
    assert {row.ticket.team_id for row in rows.select_related("ticket")} == {world.teams[0].pk}


def test_the_page_asks_no_more_for_much_than_for_little(world):
    client = signed_in(make.manager())
    counts = set()
    for query in ("?month=2026-05", "?month=2026-10", "?month=2026-10&by=accountable"):
        client.get(f"{PAGE}{query}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{PAGE}{query}")
        counts.add(len(asked))
    assert max(counts) <= 12, counts


def missed(**fields) -> Commitment:
    made = make.promise(due=MONDAY_9AM + hours(1), **fields)
    return commitments.keep(made, at=MONDAY_9AM + hours(2), now=MONDAY_9AM + hours(2))


LATER = MONDAY_9AM + hours(3)


@pytest.fixture
def later() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def test_whoever_answers_for_a_miss_says_why_and_it_is_on_the_record(later):
    row = missed()
    lead = row.ticket.team.lead
    client = signed_in(lead)
    answer = client.post(f"/desk/commitments/{row.pk}/cause/", {"cause": "supplier", "next": f"{PAGE}cases/"})
    assert answer.status_code == 303
    assert answer["Location"] == f"{PAGE}cases/"
    assert DelayCause.objects.get(commitment=row).cause == "supplier"
    client.post(f"/desk/commitments/{row.pk}/cause/", {"cause": "forgotten"})
    said = [event.detail for event in Event.objects.filter(kind="commitment.cause").order_by("pk")]
    assert said == [{"cause": "supplier", "before": ""}, {"cause": "forgotten", "before": "supplier"}]


def test_by_htmx_only_the_cell_is_answered(later):
    row = missed()
    client = signed_in(row.ticket.team.lead, by_htmx=True)
    html = client.post(f"/desk/commitments/{row.pk}/cause/", {"cause": "supplier"}).content.decode()
    assert html.lstrip().startswith(f'<div class="case__cause" id="cause-{row.pk}">')
    assert "Waiting for a supplier" in html


def test_a_reason_is_refused_for_what_was_kept_and_from_who_does_not_answer_for_it(later):
    kept = commitments.keep(make.promise(due=LATER + hours(1)), at=LATER, now=LATER)
    with pytest.raises(Exception, match="not missed"):
        causes.say_why(kept, "supplier", by=kept.ticket.team.lead, now=LATER)
    row = missed()
    stranger = make.user(teams=[row.ticket.team])
    with pytest.raises(Exception, match="Only who answers for it"):
        causes.say_why(row, "supplier", by=stranger, now=LATER)
    with pytest.raises(Exception, match="Choose one"):
        causes.say_why(row, "fate", by=row.ticket.team.lead, now=LATER)
    causes.say_why(row, "supplier", by=make.manager(), now=LATER)


def test_the_list_shows_what_the_customer_was_told_apart_from_the_cause(later):
    first = make.promise(due=LATER + hours(1))
    lead, told = first.ticket.team.lead, Told("The part is here", LATER + hours(2), moves=first, reason="It is late.")
    conversation.log_call(first.ticket, "Told her.", Message.Result.REACHED, None, told=[told], by=lead, now=LATER)
    moved = Commitment.objects.get(replaces=first)
    with time_machine.travel(LATER + hours(3), tick=False):
        causes.say_why(moved, "forgotten", by=lead, now=LATER + hours(3))
        html = page(lead, f"{PAGE}cases/?buckets=not_done")
    assert "The customer was told: “It is late.”" in html
    assert "<span>Forgotten</span>" in html


def test_the_list_says_how_much_working_time_was_used(later):
    row = missed(kind=Kind.CUSTOM)
    html = page(make.manager(), f"{PAGE}cases/?buckets=kept_late")
    assert f'data-case="{row.pk}"' in html
    assert "2 h" in html
    assert "working time" in html


def test_a_list_longer_than_a_page_goes_on(world):
    client = signed_in(make.manager())
    assert length(client, f"{PAGE}cases/?since=2026-07-01&until=2026-11-30") > 50


def test_a_corrected_month_says_what_was_published_first(world):
    manager = make.manager()
    closing.freeze_months(now=counting.NOW)
    assert "First published" not in page(manager, f"{PAGE}?month=2026-09")
    kept = Commitment.objects.filter(
        outcome="kept", source="promise", voided_at=None, ended_at__lte=F("counted_due_at"), replaces=None,
        counted_due_at__range=(make.zagreb("2026-09-05 00:00"), make.zagreb("2026-09-25 00:00")),
    ).first()  # fmt: skip
    assert kept
    Commitment.objects.filter(pk=kept.pk).update(voided_at=counting.NOW)
    html = page(manager, f"{PAGE}?month=2026-09")
    assert "First published" in html
    assert "First published" not in page(manager, f"{PAGE}?month=2026-09&channel=mail"), "of all, not of a part"


def test_exception_days_are_named_and_the_result_stands_with_and_without(world):
    starts_at, ends_at = make.zagreb("2026-08-17 00:00"), make.zagreb("2026-08-30 00:00")
    ExceptionDay.objects.create(
        starts_at=starts_at, ends_at=ends_at, reason={"en": "Snow in August"}, declared_by=world.people[0],
        declared_at=starts_at,
    )  # fmt: skip
    manager = make.manager()
    html = page(manager, f"{PAGE}?month=2026-08")
    assert "Exception days from Mon 17 Aug: Snow in August" in html
    assert "Without exception days" in html
    assert wrong(manager, [f"{PAGE}?month=2026-08"]) == []


def test_beside_a_closed_month_stands_how_long_things_took_and_the_month_before(world):
    closing.freeze_months(now=counting.NOW)
    closing.measure_months(now=counting.NOW, most=1000)
    html = page(make.manager(), f"{PAGE}?month=2026-09")
    assert "half done in" in html
    assert "higher" in html or "lower" in html
    asked = listed.read({"month": "2026-09", "team": str(world.teams[0].pk)}, zone=ZAGREB, now=counting.NOW)
    assert earlier(asked, zone=ZAGREB) == Earlier()
