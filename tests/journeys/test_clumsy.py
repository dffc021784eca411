"""Pressed twice, gone back, reloaded, in two tabs, with a wrong link: nothing is doubled and nothing typed is lost."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from followups.models import SatisfactionAnswer
from mail.models import Delivery
from mail.models.delivery import Purpose
from people.terms import Channel
from tests import make
from tests.journeys.conftest import Company, World, newest_mail, open_mail, read_mail, write_reply
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Message, Ticket

REPLIES = Message.objects.filter(direction=Message.Direction.OUT, human=True)


def opened(company: Company) -> Ticket:
    return make.ticket(customer=company.ana, team=company.team, owner=company.ivana)


def composer(page: Page, ticket: Ticket) -> Page:
    page.goto(f"/desk/tickets/{ticket.number}/")
    return page


def test_send_pressed_twice_and_gone_back_sends_one_mail(company: Company, world: World) -> None:
    page = composer(world.open(company.ivana), opened(company))
    fill_in(page, "It comes tomorrow.")
    page.get_by_role("button", name=re.compile("^Send to")).dblclick()
    expect(page.get_by_text("leaves in a few seconds")).to_be_visible()
    assert REPLIES.count() == 1

    # The very form that was sent, once more.
    page.go_back()
    page.go_forward()
    page.reload()
    assert REPLIES.count() == 1
    world.wait(seconds=11)
    assert Delivery.objects.get(purpose=Purpose.REPLY).state == Delivery.State.SENT


def test_one_form_sent_from_two_tabs_sends_one_mail(company: Company, world: World) -> None:
    first = composer(world.open(company.ivana), opened(company))
    fill_in(first, "It comes tomorrow.")
    second = first.context.new_page()
    second.goto(first.url)
    key = first.locator("#composer [name=key]").input_value()
    second.locator("#composer [name=key]").evaluate("(field, key) => { field.value = key }", key)
    fill_in(second, "It comes tomorrow.")
    for tab in (first, second):
        tab.get_by_role("button", name=re.compile("^Send to")).click()
        expect(tab.get_by_text("leaves in a few seconds")).to_be_visible()
    assert REPLIES.count() == 1


def test_a_refused_reply_keeps_all_that_was_typed_and_a_reload_sends_nothing(company: Company, world: World) -> None:
    page = composer(world.open(company.ivana), opened(company))
    page.get_by_label("Your reply").fill("We are on it.")
    page.get_by_text("Promise something else").click()
    page.get_by_label("What we promise, as the customer reads it").fill("The part is ordered")
    page.get_by_label("What may get in the way").fill("The strike")
    page.locator("[name=contact_time]").fill("")
    page.get_by_label(re.compile("^We contact")).check()
    page.get_by_role("button", name=re.compile("^Send to")).click()
    expect(page.get_by_text("Give an hour as well").first).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("We are on it.")
    expect(page.get_by_label("What we promise, as the customer reads it")).to_have_value("The part is ordered")
    expect(page.get_by_label("What may get in the way")).to_have_value("The strike")
    expect(page.get_by_label(re.compile("^We contact"))).to_be_checked()
    page.reload()
    assert not REPLIES.exists()
    world.picture(page, "clumsy-refused")


def test_a_new_ticket_sent_twice_is_one_ticket(company: Company, world: World) -> None:
    page = world.open(company.ivana)
    page.goto(f"/desk/tickets/new/?customer={company.ana.pk}")
    page.get_by_label("What it is about, in a few words").fill("The door")
    page.get_by_label("What the customer asks for").fill("It does not open.")
    page.get_by_role("button", name="Open the ticket").dblclick()
    expect(page).to_have_url(re.compile(r"/desk/tickets/\d+/$"))
    assert Ticket.objects.count() == 1


def test_what_was_moved_in_another_tab_cannot_be_moved_again_from_this_one(company: Company, world: World) -> None:
    ticket = opened(company)
    promise = make.promise(ticket, due=MONDAY_9AM + hours(6))
    first, second = world.open(company.ivana), world.open(company.petra)
    for page, time in ((first, "16:00"), (second, "16:30")):
        page.goto(f"/desk/commitments/{promise.pk}/move/")
        page.get_by_label("New date").fill("2026-11-23")
        page.get_by_label("New time").fill(time)
        page.get_by_label("Why, in words the customer reads").fill("The courier is late.")
    first.get_by_role("button", name=re.compile("^Tell")).click()
    expect(first.get_by_text("The message is leaving")).to_be_visible()
    world.wait(seconds=11)
    second.get_by_role("button", name=re.compile("^Tell")).click()
    expect(second.get_by_text("This promise has ended, so its time stays as it is.").first).to_be_visible()
    assert Commitment.objects.filter(replaces__isnull=False).get().due_at == zagreb("2026-11-23 16:00")


def test_a_reply_can_be_taken_back_and_its_text_is_there_again(company: Company, world: World) -> None:
    page = composer(world.open(company.ivana), opened(company))
    write_reply(page, "Too fast.", contact_by=zagreb("2026-11-24 10:00"))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Nothing was sent")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("Too fast.")
    world.wait(seconds=11)
    assert Delivery.objects.get(purpose=Purpose.REPLY).state == Delivery.State.CANCELLED


def test_a_link_that_is_wrong_says_what_to_do(company: Company, world: World) -> None:
    page = world.open()
    assert page.goto("/r/not-a-secret-of-ours/answer/").status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    expect(page.get_by_role("button")).to_have_count(0)


def test_a_link_that_has_ended_is_followed_by_a_new_one_for_whoever_has_the_address(
    company: Company, world: World
) -> None:
    asked(company, world)
    page = world.open(narrow=True)
    read_mail(page, "Is it really settled for you?")
    link = page.locator(".mail__body a[href$='?choice=no']").get_attribute("href")
    world.wait(days=31)
    assert page.goto(link).status == 404
    world.picture(page, "link-has-ended")
    page.get_by_role("button", name="Send me a new link").dblclick()
    expect(page.get_by_role("status")).to_contain_text("a new one is on its way")
    expect(page.locator("main")).not_to_contain_text("ana@example.test")
    world.picture(page, "link-asked-for")
    world.work()
    assert Delivery.objects.filter(purpose=Purpose.NEW_LINK).count() == 1
    open_mail(page, newest_mail(to="ana@example.test"))
    page.goto(page.locator(".mail__body a[href*='/r/']").first.get_attribute("href"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_an_answer_pressed_twice_is_one_answer_and_can_be_changed(company: Company, world: World) -> None:
    asked(company, world)
    page = world.open(narrow=True)
    read_mail(page, "Is it really settled for you?")
    page.locator(".mail__body a[href$='?choice=no']").click()
    page.get_by_role("button", name="No, it is not settled").dblclick()
    expect(page.locator(".next-date")).to_be_visible()
    page.go_back()
    page.reload()
    assert SatisfactionAnswer.objects.count() == 1
    assert Message.objects.filter(channel=Channel.PAGE).count() == 1


def fill_in(page: Page, words: str) -> None:
    page.get_by_label("Your reply").fill(words)
    page.get_by_label(re.compile("^We contact")).check()
    page.locator("[name=contact_date]").fill("2026-11-24")
    page.locator("[name=contact_time]").fill("10:00")


def asked(company: Company, world: World) -> None:
    """A ticket was resolved, and the question is in the customer's inbox."""
    ticket = opened(company)
    conversation.reply(ticket, "It is mended.", NextDate(resolves=True), by=company.ivana, now=MONDAY_9AM)
    world.wait(seconds=11)
    world.wait(days=1)
