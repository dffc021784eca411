"""A small company, its mail server, its worker and its clock, for journeys in a real browser."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.utils import timezone
from django.utils.module_loading import import_string
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from compliance import audit
from config.management.commands.catch_mail import Keep
from config.schedule import EVERY_MINUTE
from followups.models import FollowUp
from people.models import Customer, Organisation, Team, User
from portal import demo_mail
from portal.demo_mail import CaughtMail
from standards.terms import Clock, Kind, Occasion
from tests import make
from tests.clock import worker_knows_our_time
from tests.make import MONDAY_9AM, hours

PASSWORD = "of the desk in tests"


@dataclass
class Company:
    """Who works there, and for whom."""

    ivana: User
    petra: User
    team: Team
    ana: Customer


@dataclass
class World:
    """Time, as server and browsers see it; what the worker does meanwhile; and the windows that are open."""

    clock: Any
    visit: Callable[..., Page]
    pictures: Path | None
    windows: list[Page] = field(default_factory=list)

    def open(self, user: User | None = None, **how: Any) -> Page:
        """A window of somebody, whose browser knows what time it is."""
        page = self.visit(user, **how)
        if how.get("java_script_enabled", True):
            page.clock.set_fixed_time(timezone.now())
            self.windows.append(page)
        return page

    def go_to(self, moment: datetime) -> None:
        """It is `moment` now, for server and browsers; the worker has done what was due."""
        self.clock.move_to(moment)
        for page in self.windows:
            page.clock.set_fixed_time(moment)
        self.work()

    def wait(self, **time: float) -> None:
        """So much later, as `timedelta` says it."""
        self.go_to(timezone.now() + timedelta(**time))

    def work(self) -> None:
        """All that happens by itself, twice: what one task makes, another carries on."""
        for task in [*EVERY_MINUTE, *EVERY_MINUTE]:
            import_string(task)()

    def picture(self, page: Page, name: str) -> None:
        """Keep what is seen, as on a desk and on a phone, where `PICTURES` says where to."""
        if self.pictures is None:
            return
        usual = page.viewport_size
        page.wait_for_timeout(300)  # a page that still fades in complains about another size
        for width, height in ((1280, 900), (360, 740)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=self.pictures / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size(usual)


@pytest.fixture
def mail_server(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """The demo's catcher, taking real SMTP on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Keep(), hostname="127.0.0.1", port=port)
    controller.start()
    settings.DEMO, settings.DATA_DIR, settings.MAIL_PAUSED_REASON = True, tmp_path, ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.MAIL_CATCHER_PORT = port
    settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
    yield
    controller.stop()


@pytest.fixture
def world(
    visit: Callable[..., Page],
    live_server: Any,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    mail_server: None,
    transactional_db: None,
) -> Iterator[World]:
    """It is Monday at nine in Zagreb. Afterwards every invariant holds."""
    settings.SITE_URL = live_server.url
    worker_knows_our_time(monkeypatch)
    pictures = Path(os.environ["PICTURES"]) if os.environ.get("PICTURES") else None
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    with time_machine.travel(MONDAY_9AM) as clock:
        yield World(clock, visit, pictures)
        broken = [f"{finding.check.name}: {finding.rows}" for finding in audit.run(timezone.now())]
    assert not broken, "\n".join(broken)


@pytest.fixture
def company(world: World) -> Company:
    """A team of two with five standards, and one customer who is known."""
    petra = make.user(name="Petra Novak", email="petra@example.test", password=PASSWORD)
    ivana = make.user(name="Ivana Horvat", email="ivana@example.test", password=PASSWORD)
    team = make.team(name="Devices", lead=petra)
    ivana.memberships.create(team=team)
    make.organisation(default_team=team, support_address="support@example.test")
    Organisation.objects.update(demo=True)
    make.standard(name="First response")
    make.standard(name="Resolution", kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=3)
    make.standard(name="Next response", kind=Kind.NEXT_RESPONSE)
    make.standard(
        name="After “not settled”", kind=Kind.NEXT_RESPONSE, occasion=Occasion.NOT_SETTLED,
        clock=Clock.WORKING_DAYS, window_days=1,
    )  # fmt: skip
    ana = make.customer(name="Ana Kovač", email="ana@example.test", phone="01 555 0198")
    return Company(ivana, petra, team, ana)


def write_reply(page: Page, words: str, *, contact_by: datetime | None = None, resolved: bool = False) -> None:
    """Fill in the composer and send."""
    page.get_by_label("Your reply").fill(words)
    if contact_by:
        page.get_by_label(re.compile("^We contact")).check()
        page.locator("[name=contact_date]").fill(f"{contact_by:%Y-%m-%d}")
        page.locator("[name=contact_time]").fill(f"{contact_by:%H:%M}")
    if resolved:
        page.get_by_label(re.compile("^Resolved")).check()
    page.get_by_role("button", name=re.compile("^Send to")).click()


def read_mail(page: Page, words: str) -> None:
    """Open the newest mail that says `words`, from the list of the demo inbox."""
    open_mail(page, next(mail for mail in demo_mail.caught() if words in " ".join(mail.text.split())))
    expect(page.locator(".mail")).to_contain_text(words)


def newest_mail(*, to: str) -> CaughtMail:
    """What somebody got last."""
    return next(mail for mail in demo_mail.caught() if to in mail.recipients)


def open_mail(page: Page, mail: CaughtMail) -> None:
    """From the list of the demo inbox."""
    page.goto("/demo/mail/")
    page.locator(f".mails a[href$='/{mail.name}/']").click()
    expect(page.locator(".mail__body")).to_be_visible()


def row(page: Page, kind: str) -> Locator:
    """What is open on the ticket page, of that kind."""
    return page.locator(".strip__list").first.locator(".promise").filter(has_text=kind)


def question() -> FollowUp:
    """Whether all is settled: the follow-up that every journey ends with."""
    return FollowUp.objects.get(step=FollowUp.Step.SETTLED_QUESTION)


def question_on(page: Page) -> Locator:
    """The same on the ticket page."""
    return page.locator("#promises-of-ticket .promise").filter(has_text="Question: is it settled?")


__all__ = [
    "PASSWORD", "Company", "World", "hours", "newest_mail", "open_mail", "question", "question_on", "read_mail", "row",
    "write_reply",
]  # fmt: skip
