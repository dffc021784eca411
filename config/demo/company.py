"""The demo company: founded by the same actions that an administrator uses, and read back to work with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from config.demo import customers
from config.demo.scenarios import CATEGORIES, CLAIMS
from followups.actions import templates
from followups.letters.shipped import shipped
from followups.terms import MessagePurpose
from people.actions import organisation, teams, users
from people.models import Customer, Organisation, Team, User
from people.terms import Role
from standards.actions import calendars, categories, reading, standards
from standards.actions.shipped import ensure_shipped_standards
from standards.due import Window
from standards.matching import Facts, match
from standards.models import CalendarVersion, Category, StandardVersion
from standards.terms import Clock
from standards.working_time import (
    WorkingCalendar,
    add_working_time,
    end_of_working_day,
    opening_intervals,
    working_time_between,
)

ZONE = ZoneInfo("Europe/Zagreb")
SUPPORT = "support@demo.test"
OFFICE_HOURS = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
DESK, BILLING = "Desk", "Billing"
# Name, first part of the e-mail, role, team. Leads come first in their team.
STAFF = [
    ("Petra Kralj", "petra", Role.AGENT, DESK),
    ("Ivana Perić", "ivana", Role.AGENT, DESK),
    ("Nina Barišić", "nina", Role.AGENT, DESK),
    ("Davor Knežević", "davor", Role.AGENT, BILLING),
    ("Marko Ilić", "marko", Role.AGENT, BILLING),
    ("Mara Lukšić", "mara", Role.MANAGER, ""),
    ("Ante Šimić", "admin", Role.ADMINISTRATOR, ""),
]


def found(now: datetime) -> None:
    """Make the company as if it had begun two years ago: people, hours, standards, customers.

    The first response became quicker on the first of a month some weeks ago: version 2.
    """
    began = datetime(now.astimezone(ZONE).year - 2, 1, 2, 9, tzinfo=ZONE)
    staff = {
        email: users.invite(email=f"{email}@demo.test", name=name, role=role, now=began)
        for name, email, role, _team in STAFF
    }
    hours = calendars.make(
        name="Office hours",
        zone=ZONE.key,
        hours=OFFICE_HOURS,
        date_hours={f"{year}-12-24": [["08:00", "12:00"]] for year in range(began.year, began.year + 5)},
        country="HR",
        by=staff["admin"],
        now=began,
    )
    made = {}
    for name in (DESK, BILLING):
        members = [staff[email] for _name, email, _role, team in STAFF if team == name]
        made[name] = teams.make(name=name, lead=members[0], members=members)
        calendars.assign(made[name], hours)
    organisation.make(
        name="Adriatica City Services",
        zone=ZONE.key,
        language="en",
        languages=["en", "hr"],
        support_address=SUPPORT,
        phone="+385 1 555 0100",
        default_team=made[DESK],
        demo=True,
    )
    for category in CATEGORIES:
        categories.make(name=category)
    ensure_shipped_standards(began, by=staff["admin"], review_by=now.astimezone(ZONE).date() + timedelta(days=120))
    _settle_claims(began, by=staff["admin"])
    _answer_sooner(_month_begins(now - timedelta(weeks=6)), by=staff["admin"])
    _read_by(staff, except_for={"marko", "nina"}, now=now)
    _say_it_our_way(now - timedelta(weeks=3), by=staff["admin"])


def _say_it_our_way(since: datetime, *, by: User) -> None:
    """One message says it otherwise than it came: whoever adds something may call, too."""
    purpose, text = MessagePurpose.ACKNOWLEDGEMENT, shipped(MessagePurpose.ACKNOWLEDGEMENT, "en")
    said = {"add": "To add something, reply to this message or call {phone}. How it stands:\n{link_status}"}
    templates.change(purpose, "en", subject=text.subject, parts={**text.parts, **said}, based_on=0, by=by, now=since)


def _settle_claims(since: datetime, *, by: User) -> None:
    """Damage claims have a standard of their own, so that the public sees how it goes with them."""
    general = StandardVersion.objects.get(standard__code="S-5")
    claims = replace(
        standards.said(general),
        category=Category.objects.get(name=CLAIMS[0].category),
        exclusions={
            "en": "Claims that a court or an insurer decides.",
            "hr": "Zahtjeve o kojima odlučuje sud ili osiguravatelj.",
        },
        needed_because="Of ten people who claim damage, eight ask within a week when they will see their money.",
        sentence={
            "en": "A claim for damage is decided, and what we owe is paid out, within 5 working days.",
            "hr": "O zahtjevu za naknadu štete odlučujemo i isplaćujemo što dugujemo u roku od 5 radnih dana.",
        },
    )
    standards.publish(standards.make(claims, name="Damage claims", owner=by, now=since), by=by, now=since)


def _answer_sooner(since: datetime, *, by: User) -> None:
    first = StandardVersion.objects.select_related("standard").get(standard__code="S-2")
    sooner = replace(
        standards.said(first),
        window_minutes=6 * 60,
        needed_because="Who writes in the morning told us that they plan their day by our answer.",
        sentence={
            "en": "A person answers you within 6 working hours, not a machine.",
            "hr": "U roku od 6 radnih sati odgovara Vam čovjek, a ne stroj.",
        },
    )
    decided = since - timedelta(days=14)
    standards.publish(standards.draft(first.standard, sooner, now=decided), effective_from=since, by=by, now=decided)


def _read_by(staff: dict[str, User], *, except_for: set[str], now: datetime) -> None:
    """Everybody has read what is promised, but these have not come to the newest yet."""
    known = list(StandardVersion.objects.to_know(now))
    newest = max(known, key=lambda version: version.published_at or now)
    for email, person in staff.items():
        for version in known:
            if email not in except_for or version != newest:
                reading.acknowledge(version, by=person, now=version.published_at or now)


def _month_begins(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Crew:
    """A team and who works in it; the lead comes first."""

    team: Team
    people: list[User]

    @property
    def lead(self) -> User:
        """Who answers for what nobody has taken."""
        return self.people[0]


@dataclass
class Company:
    """The company as the generator works with it; asks the database nothing once it is read."""

    calendar_version: CalendarVersion
    crews: dict[str, Crew]
    categories: dict[str, int]
    versions: list[StandardVersion]
    customers: list[Customer]
    manager: User
    zone: ZoneInfo = ZONE
    _matches: dict[tuple, dict[str, StandardVersion]] = field(default_factory=dict)
    _days: dict[tuple[date, int], datetime] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Company:
        """What `found` has made."""
        crews = {}
        for team in Team.objects.filter(name__in=[DESK, BILLING]).select_related("lead", "team_calendar__calendar"):
            others = User.objects.filter(memberships__team=team).exclude(pk=team.lead_id).order_by("pk")
            crews[team.name] = Crew(team, [team.lead, *others])
        return cls(
            calendar_version=crews[DESK].team.team_calendar.calendar.current,
            crews=crews,
            categories=dict(Category.objects.values_list("name", "pk")),
            versions=list(
                StandardVersion.objects.exclude(published_at=None)
                .select_related("standard", "category")
                .order_by("effective_from")
            ),
            customers=list(Customer.objects.order_by("pk")[: customers.COUNT]),
            manager=User.objects.get(email="mara@demo.test"),
        )

    @property
    def organisation(self) -> Organisation:
        """The organisation's one row."""
        return Organisation.objects.the()

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """When it is open: both teams keep the same hours."""
        return self.calendar_version.working

    def matching(self, facts: Facts, at: datetime) -> dict[str, StandardVersion]:
        """The standards that apply to a ticket with these facts at `at`, one a kind."""
        era = sum(version.effective_from is not None and version.effective_from <= at for version in self.versions)
        key = (era, facts)
        if key not in self._matches:
            newest = {version.standard_id: version for version in self.versions[:era]}
            self._matches[key] = match(newest.values(), facts)
        return self._matches[key]

    def due(self, version: StandardVersion, since: datetime) -> datetime:
        """When the window of `version` is used up."""
        if version.clock == Clock.WORKING_DAYS:
            return self.end_of_day(since, version.window_days or 0)
        window = Window(version.clock, version.window_minutes, version.window_days)
        return window.due(self.calendar, since, self.zone)

    def end_of_day(self, since: datetime, days: int) -> datetime:
        """The end of the nth working day after the local day of `since`; asked often, so remembered."""
        key = (since.astimezone(self.zone).date(), days)
        if key not in self._days:
            self._days[key] = end_of_working_day(self.calendar, since, days)
        return self._days[key]

    def after(self, moment: datetime, minutes: float) -> datetime:
        """So many working minutes later: when somebody got round to it."""
        return add_working_time(self.calendar, moment, timedelta(seconds=max(round(minutes * 60), 1)))

    def before(self, moment: datetime, minutes: float) -> datetime:
        """The moment from which so many working minutes are left until `moment`."""
        wanted = timedelta(seconds=max(round(minutes * 60), 1))
        for opens, closes in reversed(opening_intervals(self.calendar, moment - timedelta(days=60), moment)):
            if closes - opens >= wanted:
                return closes - wanted
            wanted -= closes - opens
        raise ValueError("no such moment in sixty days")

    def worked(self, since: datetime, until: datetime) -> float:
        """The working minutes between two moments."""
        return working_time_between(self.calendar, since, until) / timedelta(minutes=1)

    def slot(self, after: datetime, days: int, hours_before_closing: float) -> datetime:
        """A time of day on the nth working day after `after`, as people name it: whole or half hours."""
        closing = self.end_of_day(after, days)
        chosen = closing - timedelta(hours=hours_before_closing)
        return chosen if working_time_between(self.calendar, chosen, closing) == closing - chosen else closing

    def day(self, now: datetime, days_ago: int) -> date:
        """The local date of the nth working day before today."""
        today = now.astimezone(self.zone).date()
        since = datetime.combine(today, time(0), self.zone)
        found = opening_intervals(self.calendar, since - timedelta(days=days_ago * 2 + 20), since)
        days = sorted({opens.astimezone(self.zone).date() for opens, _closes in found})
        return days[-days_ago]

    def clock(self, day: date, at: str) -> datetime:
        """A moment on the wall clock of `day`."""
        return datetime.combine(day, time.fromisoformat(at), self.zone).astimezone(UTC)
