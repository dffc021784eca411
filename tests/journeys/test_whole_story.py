"""The whole story, with real mail both ways: from a mail to a settled matter.

The same in Croatian: tests/faults/test_whole_story_in_croatian.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import translation
from playwright.sync_api import Page, expect

from followups.models import FollowUp, SatisfactionAnswer
from people.models import Customer, User
from people.terms import Channel
from portal import demo_mail
from standards.terms import Kind
from tests.journeys.conftest import Company, World, newest_mail, open_mail, row
from tests.make import zagreb
from tickets.models import Commitment, Draft, Ticket, Warning
from ui.formats import long_date

Outcome = Commitment.Outcome


def test_from_a_mail_to_a_settled_matter(company: Company, world: World) -> None:
    tell(company, world, "en")


def tell(company: Company, world: World, language: str) -> None:
    """The story, where staff and customer read `language`."""
    User.objects.update(language=language)
    Customer.objects.update(language=language)
    say = _catalogue(language)

    def told(moment: datetime) -> str:
        with translation.override(language):
            return long_date(moment, "Europe/Zagreb", by=True)

    # Ana writes, and knows at once by when a person answers.
    theirs = world.open(narrow=True)
    _write_as_a_customer(theirs, "Ana Kovač", "ana@example.test", "Pisač ne radi", "Treba nam za račune u petak.")
    world.work()
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.channel) == (company.ana, Channel.MAIL)
    first = Commitment.objects.get(kind=Kind.FIRST_RESPONSE)
    assert told(first.due_at) in newest_mail(to="ana@example.test").text
    open_mail(theirs, newest_mail(to="ana@example.test"))
    world.picture(theirs, f"story-{language}-1-acknowledged")
    _follow_link(theirs, r"/r/[a-z2-7]{26}/$")
    expect(theirs.locator(".next-date__when")).to_contain_text(told(first.due_at))
    expect(theirs.locator("main")).not_to_contain_text("[[")
    world.picture(theirs, f"story-{language}-2-their-page")

    # Ivana answers and promises.
    ours = world.open(company.ivana)
    ours.goto("/desk/?whose=all&lane=tomorrow")
    ours.locator(f"#commitment-{first.pk} .row__ticket").click()
    _reply(ours, say, "Naručili smo dio.", contact_by=zagreb("2026-11-23 14:00"))
    world.wait(seconds=11)
    first.refresh_from_db()
    update = Commitment.objects.get(kind=Kind.UPDATE)
    assert (first.outcome, update.due_at) == (Outcome.KEPT, zagreb("2026-11-23 14:00"))
    assert told(update.due_at) in newest_mail(to="ana@example.test").text

    # Due soon: she is warned, and finds a draft.
    world.go_to(update.warn_at + timedelta(minutes=1))
    assert Warning.objects.get(commitment=update).stage == Warning.Stage.DUE_SOON
    assert ticket.subject in newest_mail(to="ivana@example.test").text
    draft = Draft.objects.get(ticket=ticket, author=company.ivana)
    ours.goto(f"/desk/tickets/{ticket.number}/")
    expect(ours.get_by_label(say("Your reply"))).to_have_value(draft.body)
    ours.goto("/desk/")
    expect(ours.locator(f"#commitment-{update.pk}")).to_contain_text(say("Due soon"))
    world.picture(ours, f"story-{language}-3-due-soon")

    # It will take longer: told in time, with the reason.
    ours.goto(f"/desk/commitments/{update.pk}/move/")
    ours.get_by_label(say("New date")).fill("2026-11-23")
    ours.get_by_label(say("New time")).fill("15:30")
    ours.get_by_label(say("Why, in words the customer reads")).fill("Dostava kasni.")
    ours.get_by_role("button", name=say("Tell %(name)s the new time") % {"name": company.ana.name}).click()
    world.wait(seconds=11)
    update.refresh_from_db()
    moved = Commitment.objects.get(replaces=update)
    assert (update.outcome, moved.due_at) == (Outcome.MOVED, zagreb("2026-11-23 15:30"))
    mail = newest_mail(to="ana@example.test")
    assert "Dostava kasni." in mail.text
    assert "15:30" in mail.text
    open_mail(theirs, mail)
    world.picture(theirs, f"story-{language}-4-moved")
    _follow_link(theirs, r"/r/[a-z2-7]{26}/$")
    expect(theirs.locator(".next-date__when")).to_contain_text(told(moved.due_at))
    expect(theirs.locator(".next-date")).to_contain_text(say("Promised first for"))

    # Kept. Ana answers that mail; her answer finds its way by the address that only she has.
    world.go_to(zagreb("2026-11-23 15:00"))
    ours.goto(f"/desk/tickets/{ticket.number}/")
    _reply(ours, say, "Dio je tu. Odgovara li sutra u deset?", contact_by=zagreb("2026-11-24 12:00"))
    # It began as the prepared update, and says less than that; she sends it as it is.
    ours.get_by_label(say("Send it as it is")).check()
    _send(ours, say)
    world.wait(seconds=11)
    moved.refresh_from_db()
    assert moved.outcome == Outcome.KEPT
    open_mail(theirs, newest_mail(to="ana@example.test"))
    theirs.locator("textarea").fill("Odgovara, hvala.")
    theirs.locator("form").filter(has=theirs.locator("textarea")).locator("button").click()
    world.wait(seconds=5)
    assert Ticket.objects.get() == ticket
    assert "Odgovara, hvala." in ticket.messages.order_by("at").last().body
    assert Commitment.objects.running().filter(kind=Kind.NEXT_RESPONSE).exists()

    # Resolved. After a working day she is asked.
    world.go_to(zagreb("2026-11-24 10:30"))
    ours.goto(f"/desk/tickets/{ticket.number}/")
    _reply(ours, say, "Pisač opet ispisuje.", resolved=True)
    world.wait(seconds=11)
    assert not Commitment.objects.open().exists()
    _let_the_question_come(world)
    asked = newest_mail(to="ana@example.test")
    assert say("your request “%(subject)s” is marked as resolved. Is it really settled for you?") % {
        "subject": ticket.subject
    } in " ".join(asked.text.split())
    open_mail(theirs, asked)
    _follow_link(theirs, r"\?choice=no$")
    theirs.reload()
    assert not SatisfactionAnswer.objects.exists()
    world.picture(theirs, f"story-{language}-5-question")

    # No. A person contacts her within a working day, and she sees by when.
    theirs.get_by_role("button", name=say("No, it is not settled")).click()
    owed = Commitment.objects.running().get(kind=Kind.NEXT_RESPONSE)
    assert owed.standard_version.standard.name == "After “not settled”"
    expect(theirs.locator(".next-date__when")).to_contain_text(told(owed.due_at))
    world.picture(theirs, f"story-{language}-6-not-settled")
    world.work()
    ticket.refresh_from_db()
    assert ticket.is_open
    ours.goto("/desk/?whose=all&lane=tomorrow")
    expect(ours.locator(f"#commitment-{owed.pk}")).to_contain_text(say("Next response"))

    # Ivana calls, and it is settled.
    world.wait(hours=1)
    ours.goto(f"/desk/tickets/{ticket.number}/?write=call")
    ours.get_by_label(say("What was said")).fill("Debeli papir je zapinjao; namješteno s gospođom Kovač.")
    ours.get_by_label(re.compile(say("Resolved, ask if it is settled"))).check()
    ours.get_by_role("button", name=say("Save the call")).click()
    expect(ours.get_by_text(say("The call is on the record."))).to_be_visible()
    owed.refresh_from_db()
    assert owed.outcome == Outcome.KEPT
    world.work()
    _let_the_question_come(world)
    open_mail(theirs, newest_mail(to="ana@example.test"))
    _follow_link(theirs, r"\?choice=yes$")
    theirs.get_by_role("button", name=say("Yes, it is settled")).click()
    assert SatisfactionAnswer.objects.order_by("at").last().outcome == "yes"
    world.picture(theirs, f"story-{language}-7-settled")

    # Put away in time, with nothing owed and nothing missed.
    world.go_to(FollowUp.objects.get(step=FollowUp.Step.CLOSING, state=FollowUp.State.SCHEDULED).due_at)
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.CLOSED
    assert not Commitment.objects.open().exists()
    assert set(Commitment.objects.values_list("outcome", flat=True)) == {Outcome.KEPT, Outcome.MOVED}
    ours.goto(f"/desk/tickets/{ticket.number}/")
    expect(row(ours, "")).to_have_count(0)
    world.picture(ours, f"story-{language}-8-closed")


def _catalogue(language: str) -> Callable[[str], str]:
    """What the interface says in `language` instead of an English text."""

    def say(text: str) -> str:
        with translation.override(language):
            return translation.gettext(text)

    return say


def _write_as_a_customer(page: Page, name: str, email: str, subject: str, text: str) -> None:
    """A new mail by real SMTP, from the demo's inbox."""
    page.goto("/demo/mail/")
    page.locator(".mails__write summary").click()
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(email)
    page.locator("[name=subject]").fill(subject)
    page.locator("[name=text]").fill(text)
    page.locator("form").filter(has=page.locator("[name=subject]")).locator("button").click()
    expect(page.get_by_role("status")).to_be_visible()


def _reply(
    page: Page, say: Callable[[str], str], words: str, *, contact_by: datetime | None = None, resolved: bool = False
) -> None:
    page.get_by_label(say("Your reply")).fill(words)
    if contact_by:
        page.locator("#next-contact").check()
        page.locator("[name=contact_date]").fill(f"{contact_by:%Y-%m-%d}")
        page.locator("[name=contact_time]").fill(f"{contact_by:%H:%M}")
    if resolved:
        page.locator("#next-resolved").check()
    _send(page, say)


def _send(page: Page, say: Callable[[str], str]) -> None:
    page.get_by_role("button", name=re.compile(re.escape(say("Send to %(name)s") % {"name": "Ana Kovač"}))).click()
    expect(page.locator(".composer")).to_be_visible()


def _follow_link(page: Page, pattern: str) -> None:
    """As the customer does: by the link in the mail that is open."""
    links = page.locator(".mail__body a").evaluate_all("links => links.map(link => link.href)")
    page.goto(next(link for link in links if re.search(pattern, link)))


def _let_the_question_come(world: World) -> None:
    """Nothing is asked before its time, and then by itself."""
    planned = FollowUp.objects.get(step=FollowUp.Step.SETTLED_QUESTION, state=FollowUp.State.SCHEDULED)
    before = len(demo_mail.caught())
    world.go_to(planned.due_at - timedelta(minutes=1))
    assert len(demo_mail.caught()) == before
    world.go_to(planned.due_at)
    world.work()
    planned.refresh_from_db()
    assert planned.state == FollowUp.State.DONE
