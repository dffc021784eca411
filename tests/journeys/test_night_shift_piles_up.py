"""What piled up in the night is told by one real mail when the shift begins; a click takes the last call up."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from people.models import User
from portal import demo_mail
from portal.demo_mail import CaughtMail
from standards.terms import Clock
from tests import make
from tests.journeys.conftest import Company, World
from tests.make import zagreb
from tickets.models import Warning

SUBJECTS = {
    "en": "3 overdue, 1 last call, 1 due soon",
    "hr": "3 kasne, 1 zadnji čas, 1 uskoro istječe",
}


@pytest.mark.parametrize("language", ["en", "hr"])
def test_one_mail_tells_in_the_morning_what_piled_up_in_the_night(
    company: Company, world: World, language: str
) -> None:
    type(company.ivana).objects.filter(pk=company.ivana.pk).update(language=language)
    # What comes in at night is to be answered within nine hours, by the clock on the wall.
    emergencies = make.category(name="Emergencies")
    make.standard(category=emergencies, clock=Clock.WALL, window_minutes=540, name="Emergencies")
    subjects = ["The boiler leaks", "No light on the stairs", "The lift stands still", "The door does not lock"]
    came = ["2026-11-23 18:00", "2026-11-23 22:30", "2026-11-23 23:20", "2026-11-24 01:00"]
    for subject, clock in zip(subjects, came, strict=True):
        world.go_to(zagreb(clock))
        ticket = make.ticket(
            customer=company.ana, team=company.team, owner=company.ivana, category=emergencies, subject=subject,
            now=zagreb(clock),
        )  # fmt: skip
        if subject == subjects[0]:
            words = "A plumber is with you"
            make.promise(ticket, at=zagreb(clock), due=zagreb("2026-11-23 22:00"), words=words, by=company.petra)
    for clock in ("2026-11-24 04:00", "2026-11-24 07:59"):
        world.go_to(zagreb(clock))
        assert not mails_to(company.ivana), clock
    world.go_to(zagreb("2026-11-24 08:00"))
    world.wait(minutes=5)
    (mail,) = mails_to(company.ivana)
    assert mail.subject == SUBJECTS[language]
    places = [mail.text.index(subject) for subject in subjects]
    assert places == sorted(places), "the gravest first, and of each what was due first"
    assert len(re.findall(r"/desk/tickets/\d+/#commitment-\d+\r?$", mail.text, re.M)) == 5, "one link each"

    page = world.open(company.ivana)
    page.goto(re.findall(r"http\S+#commitment-\d+", mail.text)[3])
    world.picture(page, f"warned-1-ticket-{language}")
    page.get_by_role("button", name={"en": "I have seen it", "hr": "Viđeno"}[language]).click()
    expect(
        page.get_by_text({"en": "It is noted that you have seen it.", "hr": "Zabilježeno je"}[language])
    ).to_be_visible()
    (seen,) = Warning.objects.filter(seen_by=company.ivana)
    assert (seen.stage, seen.commitment.ticket.subject) == ("last_call", "The lift stands still")
    if world.pictures:
        (world.pictures / f"digest-{language}.txt").write_text(f"{mail.subject}\n\n{mail.text}")


def mails_to(user: User) -> list[CaughtMail]:
    """What the mail server took for them that was no letter to a customer."""
    return [mail for mail in demo_mail.caught() if mail.recipients == [user.email]]
