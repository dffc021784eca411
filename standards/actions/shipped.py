"""The standards that a new organisation begins with. Its people change them as they like."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from people.models import Organisation, User
from people.terms import Channel
from standards.actions import standards
from standards.models import ServiceStandard, StandardVersion
from standards.terms import Clock, Kind, Occasion, TicketType
from standards.validation import Draft

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_NEW_TIME = {
    "en": "We tell you before you have to ask, say sorry and name a new time.",
    "hr": "Javljamo Vam to prije nego što morate pitati, ispričavamo se i navodimo novi rok.",
}
_NOTHING = {
    "en": "Nothing: it holds for every message that reaches us.",
    "hr": "Ništa: vrijedi za svaku poruku koja nam stigne.",
}
_STANDS_STILL = {
    "en": "The time stands still only while we wait for an answer that we asked you for.",
    "hr": "Vrijeme miruje samo dok čekamo odgovor koji smo od Vas zatražili.",
}


@dataclass(frozen=True)
class _Shipped:
    code: str
    name: StrPromise
    kind: Kind
    clock: Clock
    amount: int  # days for clocks that count days, otherwise minutes
    target: int
    needed: StrPromise
    sentence: dict[str, str]
    if_missed: dict[str, str] = field(default_factory=lambda: _NEW_TIME)
    exclusions: dict[str, str] = field(default_factory=lambda: _NOTHING)
    occasion: str = ""
    ticket_type: str = ""
    channel: str = ""

    def draft(self, *, review_by: date) -> Draft:
        counts_days = self.clock in {Clock.WORKING_DAYS, Clock.CALENDAR_DAYS}
        return Draft(
            kind=self.kind,
            clock=self.clock,
            window_days=self.amount if counts_days else None,
            window_minutes=None if counts_days else self.amount,
            target_percent=Decimal(self.target),
            sentence=self.sentence,
            if_missed=self.if_missed,
            exclusions=self.exclusions,
            occasion=self.occasion,
            ticket_type=self.ticket_type,
            channel=self.channel,
            needed_because=str(self.needed),
            review_by=review_by,
        )


HOUR = 60
REVIEW = timedelta(days=365)
SHIPPED = [
    _Shipped(
        "S-1",
        _("Confirmation that your message is here"),
        Kind.ACKNOWLEDGE,
        Clock.WALL,
        15,
        99,
        _("Who writes and hears nothing writes again or calls: what they ask first is whether it arrived."),
        {
            "en": "Within 15 minutes, day and night, we confirm that your message has reached us.",
            "hr": "U roku od 15 minuta, danju i noću, potvrđujemo da je Vaša poruka stigla.",
        },
        if_missed={
            "en": "Your time counts from the moment your message arrived, not from our confirmation.",
            "hr": "Vaše vrijeme teče od trenutka kada je poruka stigla, a ne od naše potvrde.",
        },
        # The limit that ends a loop of two machines (docs/decisions/0005), told beforehand.
        exclusions={
            "en": "Of many messages in a day we confirm three, then one an hour; a person answers all of them.",
            "hr": "Od više poruka u jednom danu potvrđujemo prve tri, zatim jednu na sat; čovjek odgovara na sve.",
        },
        # On the phone a person confirms by listening.
        channel=Channel.MAIL,
    ),
    _Shipped(
        "S-2",
        _("First response"),
        Kind.FIRST_RESPONSE,
        Clock.WORKING_TIME,
        8 * HOUR,
        90,
        _("How long an answer takes is what customers ask about most, and what they rate us by."),
        {
            "en": "A person answers you within 8 working hours, not a machine.",
            "hr": "U roku od 8 radnih sati odgovara Vam čovjek, a ne stroj.",
        },
    ),
    _Shipped(
        "S-3",
        _("Answer when you write again"),
        Kind.NEXT_RESPONSE,
        Clock.WORKING_TIME,
        8 * HOUR,
        90,
        _("Who writes again has waited before: a second silence is what complaints are about."),
        {
            "en": "When you write to us again, a person answers within 8 working hours.",
            "hr": "Kad nam ponovno pišete, odgovaramo Vam u roku od 8 radnih sati.",
        },
    ),
    _Shipped(
        "S-4",
        _("News while we work on it"),
        Kind.UPDATE,
        Clock.WORKING_DAYS,
        2,
        90,
        _("Customers call to ask how it stands when some days bring no news."),
        {
            "en": "Until it is settled you hear from us at least every 2 working days, even when there is nothing new.",
            "hr": "Dok ne bude riješeno, javljamo Vam se barem svaka 2 radna dana, i kad nema ničega novog.",
        },
    ),
    _Shipped(
        "S-5",
        _("Resolution"),
        Kind.RESOLUTION,
        Clock.WORKING_DAYS,
        5,
        85,
        _("In the end customers want it settled: answers alone do not count for them."),
        {
            "en": "What you came with is settled or finally answered within 5 working days.",
            "hr": "Ono s čime ste nam se obratili riješeno je ili konačno odgovoreno u roku od 5 radnih dana.",
        },
        exclusions=_STANDS_STILL,
    ),
    _Shipped(
        "S-6",
        _("When you say it is not settled"),
        Kind.NEXT_RESPONSE,
        Clock.WORKING_DAYS,
        1,
        95,
        _("Who says that it is not settled and hears nothing goes elsewhere and tells others."),
        {
            "en": "If you tell us that it is not settled, a person contacts you within 1 working day.",
            "hr": "Ako nam kažete da nije riješeno, javljamo Vam se u roku od 1 radnog dana.",
        },
        occasion=Occasion.NOT_SETTLED,
    ),
    _Shipped(
        "S-7",
        _("When you say a complaint is not settled"),
        Kind.NEXT_RESPONSE,
        Clock.WORKING_TIME,
        4 * HOUR,
        95,
        _("A complaint that is turned away twice is seldom brought a third time."),
        {
            "en": "If you tell us that your complaint is not settled, a person contacts you within 4 working hours.",
            "hr": "Ako nam kažete da Vaš prigovor nije riješen, javljamo Vam se u roku od 4 radna sata.",
        },
        occasion=Occasion.NOT_SETTLED,
        ticket_type=TicketType.COMPLAINT,
    ),
]


@transaction.atomic
def ensure_shipped_standards(
    now: datetime, *, publish: bool = True, by: User | None = None, review_by: date | None = None
) -> list[StandardVersion]:
    """Add the shipped standards whose codes are not there yet; returns those it added.

    They are in force from `now`, or drafts when `publish` is false. Needs the organisation. `by` looks
    after them; without, the lead of the default team. Without `review_by` they are looked at in a year.
    """
    organisation = Organisation.objects.select_related("default_team__lead").get()
    owner = by or (organisation.default_team.lead if organisation.default_team else None)
    review_by = review_by or now.astimezone(organisation.zone_info).date() + REVIEW
    there = set(ServiceStandard.objects.values_list("code", flat=True))
    added = []
    with override(organisation.language):
        for position, shipped in enumerate(SHIPPED, start=1):
            if shipped.code in there:
                continue
            version = standards.make(
                shipped.draft(review_by=review_by), name=str(shipped.name), code=shipped.code, position=position,
                owner=owner, now=now,
            )  # fmt: skip
            added.append(standards.publish(version, by=by, now=now) if publish else version)
    return added
