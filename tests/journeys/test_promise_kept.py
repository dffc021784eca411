"""From a phone call to a settled matter: promised, watched, moved in time, kept, asked about and answered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from followups.models import FollowUp, SatisfactionAnswer
from people.terms import Channel
from standards.terms import Kind
from tests import make
from tests.journeys.conftest import PASSWORD, Company, World, question, question_on, read_mail, row, write_reply
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Message, Ticket, Warning


def test_from_the_call_to_a_no(company: Company, world: World) -> None:
    page = world.open()
    sign_in(page)

    # Somebody calls.
    page.get_by_role("link", name="New ticket").first.click()
    page.get_by_text("A new customer").click()
    page.get_by_label(re.compile("^Name")).fill("Josip Babić")
    page.get_by_label(re.compile("^E-mail")).fill("josip@example.test")
    page.get_by_label("What it is about, in a few words").fill("The printer jams")
    page.get_by_label("What the customer asks for").fill("It has jammed since Friday. He needs it for invoices.")
    expect(page.locator("#due-preview")).to_contain_text("First response")
    world.picture(page, "1-phone-log")
    page.get_by_role("button", name="Open the ticket").click()
    expect(page).to_have_url(re.compile(r"/desk/tickets/\d+/$"))
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.owner) == (Channel.PHONE, company.ivana)
    expect(row(page, "First response")).to_contain_text("On track")

    # A reply with a promise. Nothing counts before it has left.
    write_reply(page, "We have ordered the part.", contact_by=zagreb("2026-11-23 14:00"))
    expect(page.get_by_text("leaves in a few seconds")).to_be_visible()
    assert not Commitment.objects.filter(kind=Kind.UPDATE).exists()
    world.wait(seconds=11)
    read_mail(page, "We have ordered the part.")
    expect(page.locator(".mail")).to_contain_text("Monday 23 November 2026, 14:00")
    world.picture(page, "2-mail")
    page.goto(f"/desk/tickets/{ticket.number}/")
    expect(row(page, "Progress update")).to_contain_text("On track")
    expect(page.locator(".strip__ended")).to_contain_text("Kept")
    world.picture(page, "3-ticket")

    # Time passes.
    update = Commitment.objects.get(kind=Kind.UPDATE)
    world.go_to(update.warn_at + timedelta(minutes=1))
    assert Warning.objects.get(commitment=update).stage == Warning.Stage.DUE_SOON
    page.goto("/desk/")
    expect(horizon_row(page, update)).to_contain_text("Due soon")
    world.picture(page, "4-horizon")

    # It will take longer: told in time, with the reason.
    horizon_row(page, update).locator("summary").click()
    horizon_row(page, update).get_by_role("link", name="Move it, with the reason").click()
    page.get_by_label("New date").fill("2026-11-23")
    page.get_by_label("New time").fill("15:30")
    page.get_by_label("Why, in words the customer reads").fill("The courier is late.")
    world.picture(page, "5-move")
    page.get_by_role("button", name="Tell Josip Babić the new time").click()
    expect(page.get_by_text("The message is leaving")).to_be_visible()
    update.refresh_from_db()
    assert update.state == Commitment.State.RUNNING
    world.wait(seconds=11)
    read_mail(page, "The courier is late.")
    expect(page.locator(".mail")).to_contain_text("15:30")
    page.goto(f"/desk/tickets/{ticket.number}/")
    expect(row(page, "Progress update")).to_contain_text("First promised for")
    update.refresh_from_db()
    assert update.outcome == Commitment.Outcome.MOVED
    moved = Commitment.objects.get(replaces=update)
    assert (moved.first_due_at, moved.due_at) == (zagreb("2026-11-23 14:00"), zagreb("2026-11-23 15:30"))

    # Kept, and a day later done.
    world.go_to(zagreb("2026-11-23 15:00"))
    write_reply(page, "The part is here; we mend it tomorrow.", contact_by=zagreb("2026-11-24 12:00"))
    world.wait(seconds=11)
    moved.refresh_from_db()
    assert moved.outcome == Commitment.Outcome.KEPT
    world.go_to(zagreb("2026-11-24 10:00"))
    page.goto(f"/desk/tickets/{ticket.number}/")
    write_reply(page, "It prints again.", resolved=True)
    world.wait(seconds=11)
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.RESOLVED
    assert not ticket.commitments.open().exists()

    # Is it settled? Asked now, by a person.
    page.goto(f"/desk/tickets/{ticket.number}/")
    expect(page.locator("#promises-of-ticket")).to_contain_text("Wed 25 Nov")
    world.picture(page, "6-question-planned")
    question_on(page).get_by_role("button", name="Ask now").click()
    expect(page.get_by_text("The question is on its way.")).to_be_visible()
    world.work()
    assert question().state == FollowUp.State.DONE

    # No.
    theirs = world.open()
    open_question(theirs)
    theirs.reload()
    assert not SatisfactionAnswer.objects.exists()
    world.picture(theirs, "7-question")
    theirs.get_by_role("button", name="No, it is not settled").click()
    expect(theirs.locator(".next-date")).to_contain_text("Wednesday 25 November 2026")
    theirs.get_by_label("What is missing?").fill("It jams with thick paper.")
    theirs.get_by_role("button", name="Send").click()
    world.picture(theirs, "8-answered")
    assert SatisfactionAnswer.objects.last().comment == "It jams with thick paper."
    _no, added = Message.objects.filter(channel=Channel.PAGE).order_by("pk")
    assert "It jams with thick paper." in added.body

    # The next clock runs.
    owed = Commitment.objects.running().get(kind=Kind.NEXT_RESPONSE)
    page.goto("/desk/")
    expect(page.locator("body")).to_contain_text("Tomorrow")
    page.goto("/desk/?lane=tomorrow")
    expect(horizon_row(page, owed)).to_contain_text("Next response")
    world.picture(page, "9-horizon-tomorrow")


def test_the_question_leaves_by_itself_after_a_working_day(company: Company, world: World) -> None:
    ticket = make.ticket(customer=company.ana, team=company.team, owner=company.ivana)
    conversation.reply(ticket, "It is mended.", NextDate(resolves=True), by=company.ivana, now=MONDAY_9AM + hours(1))
    world.go_to(MONDAY_9AM + hours(2))
    planned = question()
    assert planned.due_at.replace(microsecond=0) == zagreb("2026-11-24 11:00")
    world.go_to(planned.due_at - timedelta(minutes=1))
    assert question().state == FollowUp.State.SCHEDULED
    world.go_to(planned.due_at)
    assert question().state == FollowUp.State.DONE
    theirs = world.open(narrow=True)
    open_question(theirs)
    theirs.get_by_role("button", name="Yes, it is settled").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert SatisfactionAnswer.objects.get().outcome == "yes"
    assert not Commitment.objects.open().exists()


def sign_in(page: Page) -> None:
    page.goto("/desk/")
    page.get_by_label(re.compile("^e-?mail", re.IGNORECASE)).fill("ivana@example.test")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/desk/$"))


def horizon_row(page: Page, commitment: Commitment):
    return page.locator(f"#commitment-{commitment.pk}")


def open_question(page: Page) -> None:
    """As the customer does: from the newest mail."""
    read_mail(page, "Is it really settled for you?")
    page.locator(".mail__body a[href*='/answer/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Is it settled for you?")


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=10_000)
