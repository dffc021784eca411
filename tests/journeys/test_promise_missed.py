"""A promise that is missed: seen, owned, told, and never embellished."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from standards.terms import Kind
from tests import make
from tests.journeys.conftest import Company, World, read_mail
from tests.make import zagreb
from tickets.models import Commitment, Warning


def test_a_missed_promise_is_owned_and_followed_by_a_new_one(company: Company, world: World) -> None:
    ticket = make.ticket(customer=company.ana, team=company.team, owner=company.ivana)
    page = world.open(company.ivana)

    # Promised on the phone: it counts at once.
    page.goto(f"/desk/tickets/{ticket.number}/?write=call")
    page.get_by_label("What was said").fill("A technician comes at two at the latest.")
    page.get_by_text("Promise something else").click()
    page.get_by_label("What we promise, as the customer reads it").fill("The technician is with you")
    page.locator("[name=promise_date]").fill("2026-11-23")
    page.locator("[name=promise_time]").fill("14:00")
    page.get_by_label(re.compile("^We contact")).check()
    page.locator("[name=contact_date]").fill("2026-11-24")
    page.locator("[name=contact_time]").fill("12:00")
    page.get_by_role("button", name="Save the call").click()
    expect(page.get_by_text("The call is on the record.")).to_be_visible()
    promise = Commitment.objects.get(kind=Kind.CUSTOM)

    # Nobody comes.
    world.go_to(zagreb("2026-11-23 14:20"))
    assert Warning.objects.filter(commitment=promise, stage=Warning.Stage.OVERDUE).exists()
    page.goto("/desk/")
    row = page.locator(f"#commitment-{promise.pk}")
    expect(row).to_contain_text("Overdue")
    expect(row).to_contain_text("20 m over")
    world.picture(page, "missed-1-horizon")

    # It can no longer be moved, by whatever way.
    expect(row.get_by_text("Move it, with the reason")).to_have_count(0)
    page.goto(f"/desk/commitments/{promise.pk}/move/")
    expect(page.get_by_text("it can no longer be moved")).to_be_visible()
    expect(page.get_by_label("New date")).to_have_count(0)
    world.picture(page, "missed-2-cannot-be-moved")

    # Thought through first, then told: sorry, and a new time.
    page.goto("/desk/")
    row.get_by_role("link", name="Own it: say sorry and give a new time").click()
    letter = page.get_by_label("What the customer reads")
    expect(letter).to_have_value(re.compile("We did not keep it. That is our mistake, and we are sorry."))
    page.get_by_label("Why it happened").fill("The van broke down.")
    page.get_by_role("button", name=re.compile("^Send to")).click()
    expect(page.locator("main")).to_contain_text("Say first what the cause was.")
    page.get_by_label("The cause").select_option("own_systems")
    page.get_by_label("What is changed so that it does not happen again").fill("The van is looked at each month")
    page.get_by_label("By which day").fill("2026-11-27")
    page.get_by_label("How it is put right").fill("A colleague drives to you now.")
    page.get_by_label("What was changed so that it does not come again").fill("A second van stands ready from today.")
    page.get_by_label("New date").fill("2026-11-23")
    page.get_by_label("New time").fill("15:30")
    world.picture(page, "missed-3-apology")
    page.get_by_role("button", name=re.compile("^Send to")).click()
    expect(page.get_by_text("leaves in a few seconds")).to_be_visible()
    world.wait(seconds=11)
    read_mail(page, "The van broke down.")
    expect(page.locator(".mail")).to_contain_text("Monday 23 November 2026, 15:30")

    # The new one runs; the miss stays.
    promise.refresh_from_db()
    assert promise.outcome == Commitment.Outcome.NOT_DONE
    again = Commitment.objects.get(follows=promise)
    assert (again.due_at, again.follows_why) == (zagreb("2026-11-23 15:30"), Commitment.FollowsWhy.AFTER_A_MISS)
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.locator(".strip__list").first.get_by_role("button", name="Mark done").click()
    expect(page.get_by_text("Kept in time.")).to_be_visible()
    ended = page.locator(".strip__ended")
    expect(ended.locator("summary").first).to_contain_text("Not done")
    world.picture(page, "missed-4-ticket")
    page.goto(f"/desk/customers/{company.ana.pk}/")
    expect(page.locator("main")).to_contain_text("Not done")
    world.picture(page, "missed-5-customer")
