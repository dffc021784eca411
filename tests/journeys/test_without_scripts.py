"""Whoever has no scripts can do the same."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from followups.models import SatisfactionAnswer
from mail.models import Delivery
from tests import make
from tests.journeys.conftest import Company, World, question_on, read_mail, write_reply
from tests.make import zagreb
from tickets.models import Commitment, Ticket


def test_a_call_a_reply_and_an_answer_without_scripts(company: Company, world: World) -> None:
    page = world.open(company.ivana, java_script_enabled=False)
    page.goto("/desk/tickets/new/")
    page.get_by_text("A new customer").click()
    page.get_by_label(re.compile("^Name")).fill("Josip Babić")
    page.get_by_label(re.compile("^E-mail")).fill("josip@example.test")
    page.get_by_label("What it is about, in a few words").fill("The printer jams")
    page.get_by_label("What the customer asks for").fill("It jams.")
    page.get_by_role("button", name="Open the ticket").click()
    ticket = Ticket.objects.get()

    write_reply(page, "We have ordered the part.", contact_by=zagreb("2026-11-23 14:00"))
    world.wait(seconds=11)
    assert Commitment.objects.running().filter(due_at=zagreb("2026-11-23 14:00")).exists()
    page.goto("/desk/?whose=mine")
    expect(page.locator("main")).to_contain_text(f"T-{ticket.number}")

    page.goto(f"/desk/tickets/{ticket.number}/")
    write_reply(page, "It is mended.", resolved=True)
    world.wait(seconds=11)
    page.goto(f"/desk/tickets/{ticket.number}/")
    question_on(page).get_by_role("button", name="Ask now").click()
    world.work()
    assert not Delivery.objects.exclude(state=Delivery.State.SENT).exists()

    theirs = world.open(java_script_enabled=False, narrow=True)
    read_mail(theirs, "Is it really settled for you?")
    theirs.locator(".mail__body a[href$='?choice=not_quite']").click()
    theirs.get_by_role("button", name="Not quite").click()
    expect(theirs.locator(".next-date")).to_be_visible()
    assert SatisfactionAnswer.objects.get().outcome == "not_quite"


def test_a_customer_is_found_without_scripts(company: Company, world: World) -> None:
    make.promise(make.ticket(customer=company.ana, team=company.team))
    page = world.open(company.ivana, java_script_enabled=False, narrow=True)
    page.goto("/desk/customers/?q=kovac")
    page.get_by_role("link", name="Ana Kovač").click()
    page.get_by_role("link", name="New ticket").first.click()
    expect(page.locator(".chosen")).to_contain_text("ana@example.test")
