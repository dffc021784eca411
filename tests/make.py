"""One valid thing each, with everything it needs. Keywords replace what a test cares about."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import override

from mail import outbox
from mail.models import Delivery
from mail.models.delivery import Purpose
from people.actions import absences, customers, teams, users
from people.actions import organisation as organisations
from people.models import Absence, Customer, Organisation, Team, User
from people.terms import Channel, Role
from standards import words
from standards.actions import calendars, categories, standards
from standards.models import Calendar, Category, StandardVersion
from standards.terms import Clock, Kind
from standards.validation import Draft
from tickets.actions import commitments, tickets
from tickets.models import Commitment, Ticket

ZAGREB = ZoneInfo("Europe/Zagreb")
# Monday 23 November 2026, nine in the morning in Zagreb, where the office is open from 8 to 16.
MONDAY_9AM = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OFFICE_HOURS = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}

_number = count(1)


def zagreb(text: str) -> datetime:
    """A moment on the wall clock in Zagreb, like "2026-11-23 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZAGREB)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def user(**fields: Any) -> User:
    number = next(_number)
    password = fields.pop("password", None)
    is_active = fields.pop("is_active", True)
    made = users.invite(
        **{"email": f"person{number}@example.test", "name": f"Person {number}", "now": MONDAY_9AM, **fields}
    )
    if password or not is_active:
        made.is_active = is_active
        if password:
            made.set_password(password)
        made.save()
    return made


def manager(**fields: Any) -> User:
    return user(**{"role": Role.MANAGER, **fields})


def administrator(**fields: Any) -> User:
    return user(**{"role": Role.ADMINISTRATOR, **fields})


def absence(of: User, **fields: Any) -> Absence:
    """They are away for a day from Tuesday at nine on, and said so themselves on Monday."""
    start = fields.pop("starts_at", MONDAY_9AM + hours(24))
    return absences.mark(
        of, **{"starts_at": start, "ends_at": start + hours(24), "by": of, "now": MONDAY_9AM, **fields}
    )


def calendar(**fields: Any) -> Calendar:
    given = {
        "name": f"Office hours {next(_number)}",
        "zone": "Europe/Zagreb",
        "hours": OFFICE_HOURS,
        "now": MONDAY_9AM,
    }
    return calendars.make(**{**given, **fields})


def team(**fields: Any) -> Team:
    """A team with a lead and a calendar (Monday to Friday, 8 to 16 in Zagreb)."""
    hours_of_team = fields.pop("calendar", None) or calendar()
    lead = fields.pop("lead", None) or user()
    made = teams.make(**{"name": f"Team {next(_number)}", "lead": lead, "members": [lead], **fields})
    calendars.assign(made, hours_of_team)
    return made


def organisation(**fields: Any) -> Organisation:
    """The organisation, in Zagreb and English; the one that is there when it was made before."""
    there = Organisation.objects.first()
    if there is not None and not fields:
        return there
    given = {"name": "City Services Desk", "zone": "Europe/Zagreb", "languages": ["en", "hr"]}
    given["default_team"] = fields.pop("default_team", None) or team()
    return organisations.make(**{**given, **fields})


def customer(**fields: Any) -> Customer:
    organisation()
    number = next(_number)
    return customers.make(**{"name": f"Customer {number}", "email": f"customer{number}@example.test", **fields})


def category(**fields: Any) -> Category:
    return categories.make(**{"name": f"Category {next(_number)}", **fields})


def draft(**fields: Any) -> Draft:
    """What a standard says: a first response within eight working hours. The sentence names the window."""
    given: dict[str, Any] = {
        "kind": Kind.FIRST_RESPONSE,
        "clock": Clock.WORKING_TIME,
        "window_minutes": 480,
        "target_percent": Decimal(90),
        "if_missed": {"en": "We tell you, say sorry and name a new time."},
        "exclusions": {"en": "Nothing: it holds for every message."},
        "needed_because": "Customers told us so in last year's survey.",
        "review_by": (MONDAY_9AM + timedelta(days=365)).date(),
    }
    if fields.get("window_days"):
        given["window_minutes"] = None
    said = {**given, **fields}
    with override("en"):
        window = words.window(said["clock"], said["window_minutes"], said.get("window_days"))
    return Draft(**{"sentence": {"en": f"A person answers you within {window}."}, **said})


def standard(
    *, published: bool = True, now: datetime = MONDAY_9AM, name: str = "First response", **fields: Any
) -> StandardVersion:
    """A version of a new standard, in force from `now`; fields of `Draft` as keywords."""
    owner = organisation().default_team.lead
    said = draft(**{"review_by": (now + timedelta(days=365)).date(), **fields})
    version = standards.make(said, name=name, owner=owner, now=now)
    return standards.publish(version, now=now) if published else version


def ticket(**fields: Any) -> Ticket:
    """A ticket that came by mail on Monday at nine, with the clocks of the standards that apply."""
    organisation()
    given = {
        "customer": fields.pop("customer", None) or customer(),
        "subject": "Printer does not print since Monday",
        "body": "It still does not print. We need it for the invoices on Friday.",
        "channel": Channel.MAIL,
        "now": MONDAY_9AM,
    }
    return tickets.open_ticket(**{**given, **fields})


def promise(of: Ticket | None = None, **fields: Any) -> Commitment:
    """A promise made on Monday at nine: the part is ordered, by three in the afternoon."""
    of = of or ticket()
    at = fields.pop("at", MONDAY_9AM)
    given = {"kind": Kind.CUSTOM, "words": "The part is ordered", "due": MONDAY_9AM + hours(6), "by": of.team.lead}
    return commitments.promise(of, **{**given, "at": at, "now": at, **fields})


def delivery(**fields: Any) -> Delivery:
    """A mail that waits in the outbox, due at once."""
    number = next(_number)
    given = {
        "key": f"test:{number}", "purpose": Purpose.REPLY, "about": "ticket:1042", "recipient": "ana@example.test",
        "language": "en", "subject": "Your printer", "body": "We have ordered the part.", "now": MONDAY_9AM,
        "due_at": MONDAY_9AM, "automatic": False, "at_least_once": True,
    }  # fmt: skip
    return outbox.enqueue(**{**given, **fields})
