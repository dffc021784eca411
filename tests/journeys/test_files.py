"""Files at the desk: picked, dropped and pasted, with and without scripts; the customer gets them."""

from __future__ import annotations

import re
from threading import Event

from playwright.sync_api import Page, expect

from mail.models import Delivery
from tests import make
from tests.journeys.conftest import Company, World, newest_mail, open_mail, write_reply
from tests.make import zagreb
from tickets.actions import uploads
from tickets.models import Attachment, Draft, Upload

PDF = {"name": "Račun za studeni.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
NOTES = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Two lines.\r\n.\r\n"}
TOMORROW = zagreb("2026-11-24 12:00")

# Files that come by drag or from the clipboard, as a browser gives them to a page.
GIVE = """([form, how, name, kind, words]) => {
  const given = new DataTransfer(), field = form.querySelector("textarea");
  given.items.add(new File([new Uint8Array([137, 80, 78, 71])], name, { type: kind }));
  if (words) given.setData("text/plain", words);
  const event = (made) => field.dispatchEvent(made), how_far = { bubbles: true, cancelable: true };
  if (how === "paste") event(new ClipboardEvent("paste", { clipboardData: given, ...how_far }));
  else for (const step of ["dragover", "drop"]) event(new DragEvent(step, { dataTransfer: given, ...how_far }));
}"""


def give(page: Page, how: str, name: str, kind: str = "image/png", words: str = "") -> None:
    form = page.locator(".composer form").element_handle()
    page.evaluate(GIVE, [form, how, name, kind, words])


def rows(page: Page):
    return page.locator(".upload")


def test_files_are_picked_dropped_and_pasted_and_reach_the_customer(company: Company, world: World) -> None:
    ticket = make.ticket(customer=company.ana, team=company.team)
    page = world.open(company.ivana)
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.get_by_label("Attach files").set_input_files([PDF, NOTES])
    expect(rows(page)).to_have_count(2)
    expect(page.locator("[data-said]")).to_have_text("notes.txt is attached.")
    give(page, "drop", "dropped.png")
    give(page, "paste", "image.png")
    expect(rows(page)).to_have_count(4)
    # What comes from a table has words and a picture of them: the words are meant.
    give(page, "paste", "image.png", words="A1\tB1")
    expect(page.locator(".attach")).to_contain_text("Above 7 MB together the customer gets a link to them instead.")
    world.picture(page, "files-chosen")

    # By keyboard: the button is named, and the next one has the focus afterwards.
    page.get_by_role("button", name="Remove notes.txt").focus()
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(3)
    expect(page.get_by_role("button", name="Remove dropped.png")).to_be_focused()

    # Left and taken up again: the draft has its files.
    page.wait_for_timeout(1_700)
    assert Draft.objects.get().body == ""
    page.goto(f"/desk/tickets/{ticket.number}/")
    expect(rows(page)).to_have_count(3)

    write_reply(page, "Here they are.", contact_by=TOMORROW)
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(3)
    write_reply(page, "Here they are.", contact_by=TOMORROW)
    expect(page.locator(".msg--ours .file")).to_have_count(3)
    world.wait(seconds=11)
    assert not Delivery.objects.exclude(state__in=["sent", "cancelled"]).exists()
    theirs = newest_mail(to=company.ana.email)
    assert theirs.attachments == [PDF["name"], "dropped.png", "image.png"]
    open_mail(page, theirs)
    expect(page.locator(".mail__files")).to_have_text("Račun za studeni.pdf, dropped.png, image.png")
    assert not Upload.objects.exists()


def test_what_is_too_large_is_refused_in_words_and_nothing_is_lost(company: Company, world: World, settings) -> None:
    settings.FILES_LARGEST, settings.FILES_MOST = 2_000_000, 3
    ticket = make.ticket(customer=company.ana, team=company.team)
    page = world.open(company.ivana)
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.get_by_label("Your reply").fill("Typed for an hour.")
    page.get_by_label("Attach files").set_input_files([{**NOTES, "name": "film.mp4", "buffer": b"x" * 2_000_001}, PDF])
    expect(page.get_by_role("alert").filter(has_text="larger than 1 MB")).to_contain_text("film.mp4")
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Attach files").set_input_files([{**NOTES, "name": "empty.txt", "buffer": b""}])
    expect(page.get_by_role("alert").filter(has_text="is empty")).to_contain_text("empty.txt")
    world.picture(page, "files-refused")
    page.get_by_role("button", name="Leave it out").first.click()
    page.get_by_role("button", name="Leave it out").first.click()
    write_reply(page, "Typed for an hour.", contact_by=TOMORROW)
    expect(page.locator(".msg--ours")).to_contain_text("Typed for an hour.")
    assert Attachment.objects.get().name == PDF["name"]


def test_whoever_sends_while_a_file_is_on_its_way_sends_it_with_the_file(
    company: Company, world: World, monkeypatch
) -> None:
    line_is_free, take = Event(), uploads.take
    monkeypatch.setattr(uploads, "take", lambda *args, **more: line_is_free.wait(10) and take(*args, **more))
    ticket = make.ticket(customer=company.ana, team=company.team)
    page = world.open(company.ivana)
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.get_by_label("Attach files").set_input_files([PDF])
    expect(page.locator(".upload--going")).to_have_count(1)
    write_reply(page, "With the bill.", contact_by=TOMORROW)
    expect(page.locator("[data-said]")).to_have_text("It is sent as soon as the files are here.")
    assert not Attachment.objects.exists()
    line_is_free.set()
    expect(page.locator(".msg--ours .file")).to_have_count(1)
    world.wait(seconds=11)
    assert newest_mail(to=company.ana.email).attachments == [PDF["name"]]


def test_a_file_that_did_not_arrive_is_sent_again(company: Company, world: World) -> None:
    ticket = make.ticket(customer=company.ana, team=company.team)
    page = world.open(company.ivana)
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.route("**/desk/uploads/", lambda route: route.abort(), times=1)
    page.get_by_label("Attach files").set_input_files([PDF])
    expect(page.get_by_role("alert").filter(has_text="did not arrive")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name=re.compile("^Remove"))).to_have_count(1)


def test_without_scripts_a_refused_form_keeps_its_files(company: Company, world: World) -> None:
    ticket = make.ticket(customer=company.ana, team=company.team)
    page = world.open(company.ivana, java_script_enabled=False)
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.get_by_label("Files (optional)").set_input_files([PDF, NOTES])
    page.get_by_label("Your reply").fill("Here they are.")
    page.get_by_role("button", name=re.compile("^Send to")).click()
    expect(page.locator(".summary")).to_contain_text("Say what happens next")
    expect(page.get_by_role("checkbox", name=PDF["name"])).to_be_checked()
    world.picture(page, "files-without-scripts")
    page.get_by_role("checkbox", name=NOTES["name"]).uncheck()
    write_reply(page, "Here it is.", contact_by=TOMORROW)
    expect(page.locator(".msg--ours")).to_contain_text("Here it is.")
    assert [file.name for file in Attachment.objects.all()] == [PDF["name"]]
    assert not Upload.objects.exists()


def test_a_picture_of_the_phone_call_opens_with_the_ticket(company: Company, world: World) -> None:
    page = world.open(company.ivana)
    page.goto(f"/desk/tickets/new/?customer={company.ana.pk}")
    page.get_by_label("What it is about, in a few words").fill("The printer jams")
    page.get_by_label("What the customer asks for").fill("See the picture.")
    page.get_by_label("Attach files").set_input_files([NOTES])
    expect(rows(page)).to_have_count(1)
    # These go to nobody.
    expect(page.locator(".attach")).not_to_contain_text("gets a link")
    world.picture(page, "files-new-ticket")
    page.get_by_role("button", name="Open the ticket").click()
    expect(page.locator(".msg .file")).to_have_count(1)
