"""Standards that follow a law or a code, as drafts. They say what their sources say; whether that binds the
organisation is for somebody who knows the law, and nothing of them is published before that is written down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Organisation, User
from standards.actions import categories, standards
from standards.models import Category, StandardVersion
from standards.terms import Clock, Kind, Occasion, TicketType
from standards.validation import Draft

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

REVIEW = timedelta(days=365)


@dataclass(frozen=True)
class Preset:
    """The standards that one law or code asks for. `source` names it, `about` says in a sentence what it asks."""

    code: str
    name: StrPromise
    source: str
    language: str  # of the source's name
    about: StrPromise
    drafts: list[tuple[StrPromise, Draft]]
    # The name of a draft and of the category that it is for, where the law asks for something else there.
    # Pairs, since a name that is translated late is another key in each language.
    categories: tuple[tuple[StrPromise, StrPromise], ...] = ()


_TELL_YOU = {
    "en": "We tell you before the time is over, with the reason and a new date, and where else you can turn.",
    "hr": "Javljamo Vam to prije isteka roka, s razlogom, novim datumom i time kome se još možete obratiti.",
    "sr-latn": "Javljamo Vam to pre isteka roka, sa razlogom, novim datumom i time kome se još možete obratiti.",
}
_NOTHING = {
    "en": "Nothing: every complaint counts, however it reached us.",
    "hr": "Ništa: računa se svaki prigovor, kako god nam je stigao.",
    "sr-latn": "Ništa: računa se svaka reklamacija, kako god nam je stigla.",
}
_BY_LAW = Draft(
    kind=Kind.ANSWER,
    clock=Clock.CALENDAR_DAYS,
    target_percent=Decimal(100),
    ticket_type=TicketType.COMPLAINT,
    if_missed=_TELL_YOU,
    exclusions=_NOTHING,
    max_moves=1,
)
_RESOLUTION_OF_GOODS = gettext_lazy("Reklamacija: resolution for technical goods and furniture")

PRESETS = [
    Preset(
        "hr-consumer-complaint",
        gettext_lazy("Croatia: written complaint of a consumer"),
        "Zakon o zaštiti potrošača (NN 19/2022), čl. 10.",
        "hr",
        gettext_lazy("Receipt is confirmed without delay, the answer in writing comes within 15 days."),
        [
            (
                gettext_lazy("Complaint: confirmation of receipt"),
                replace(
                    _BY_LAW,
                    kind=Kind.ACKNOWLEDGE,
                    clock=Clock.WORKING_DAYS,
                    window_days=1,
                    sentence={
                        "en": "We confirm in writing that your complaint is here within 1 working day.",
                        "hr": "Primitak Vašeg prigovora pisano potvrđujemo u roku od 1 radnog dana.",
                    },
                ),
            ),
            (
                gettext_lazy("Complaint: answer in writing"),
                replace(
                    _BY_LAW,
                    window_days=15,
                    max_moves=0,
                    sentence={
                        "en": "You have our written answer to your complaint within 15 days.",
                        "hr": "Pisani odgovor na svoj prigovor imate u roku od 15 dana.",
                    },
                ),
            ),
        ],
    ),
    Preset(
        "rs-reklamacija",
        gettext_lazy("Serbia: reklamacija"),
        "Zakon o zaštiti potrošača (Sl. glasnik RS 88/2021)",
        "sr-latn",
        gettext_lazy(
            "The answer comes within 8 days, it is settled within 15, for technical goods and furniture within 30;"
            " one extension only, with the consumer's consent."
        ),
        [
            (
                gettext_lazy("Reklamacija: confirmation of receipt"),
                replace(
                    _BY_LAW,
                    kind=Kind.ACKNOWLEDGE,
                    clock=Clock.WORKING_DAYS,
                    window_days=1,
                    sentence={
                        "en": "We confirm that your reklamacija is here, with its number, within 1 working day.",
                        "sr-latn": "Prijem reklamacije, sa njenim brojem, potvrđujemo u roku od 1 radnog dana.",
                    },
                ),
            ),
            (
                gettext_lazy("Reklamacija: answer"),
                replace(
                    _BY_LAW,
                    window_days=8,
                    max_moves=0,
                    sentence={
                        "en": "You have our decision on your reklamacija within 8 days.",
                        "sr-latn": "Odluku o svojoj reklamaciji imate u roku od 8 dana.",
                    },
                ),
            ),
            (
                gettext_lazy("Reklamacija: resolution"),
                replace(
                    _BY_LAW,
                    kind=Kind.RESOLUTION,
                    window_days=15,
                    consent_required=True,
                    sentence={
                        "en": "Your reklamacija is settled within 15 days.",
                        "sr-latn": "Vaša reklamacija je rešena u roku od 15 dana.",
                    },
                    exclusions={
                        "en": "Technical goods and furniture: a standard of their own covers them, with 30 days.",
                        "sr-latn": "Tehnička roba i nameštaj: za njih važi poseban standard, sa 30 dana.",
                    },
                ),
            ),
            (
                _RESOLUTION_OF_GOODS,
                replace(
                    _BY_LAW,
                    kind=Kind.RESOLUTION,
                    window_days=30,
                    consent_required=True,
                    sentence={
                        "en": "Your reklamacija of technical goods or furniture is settled within 30 days.",
                        "sr-latn": "Vaša reklamacija tehničke robe ili nameštaja je rešena u roku od 30 dana.",
                    },
                ),
            ),
        ],
        categories=((_RESOLUTION_OF_GOODS, gettext_lazy("Technical goods and furniture")),),
    ),
    Preset(
        "uk-housing",
        gettext_lazy("United Kingdom: complaint to a social landlord"),
        "Housing Ombudsman, Complaint Handling Code",
        "en",
        gettext_lazy(
            "Acknowledged within 5 working days, stage 1 answered within 10 and stage 2 within 20 working days;"
            " longer only if told within the time, with the reason."
        ),
        [
            (
                gettext_lazy("Complaint: acknowledgement"),
                replace(
                    _BY_LAW,
                    kind=Kind.ACKNOWLEDGE,
                    clock=Clock.WORKING_DAYS,
                    window_days=5,
                    sentence={"en": "We confirm that your complaint is here within 5 working days."},
                ),
            ),
            (
                gettext_lazy("Complaint: stage 1"),
                replace(
                    _BY_LAW,
                    clock=Clock.WORKING_DAYS,
                    window_days=10,
                    sentence={"en": "You have our stage 1 decision on your complaint within 10 working days."},
                ),
            ),
            (
                gettext_lazy("Complaint: stage 2"),
                replace(
                    _BY_LAW,
                    kind=Kind.NEXT_RESPONSE,
                    clock=Clock.WORKING_DAYS,
                    window_days=20,
                    occasion=Occasion.NOT_SETTLED,
                    sentence={"en": "If stage 1 does not settle it, you have our stage 2 answer in 20 working days."},
                ),
            ),
        ],
    ),
    Preset(
        "au-rg271",
        gettext_lazy("Australia: complaint about a financial service"),
        "ASIC Regulatory Guide 271",
        "en",
        gettext_lazy("Acknowledged within 24 hours, the final response comes within 30 calendar days."),
        [
            (
                gettext_lazy("Complaint: acknowledgement"),
                replace(
                    _BY_LAW,
                    kind=Kind.ACKNOWLEDGE,
                    clock=Clock.WALL,
                    window_minutes=24 * 60,
                    sentence={"en": "We confirm that your complaint is here within 24 hours."},
                ),
            ),
            (
                gettext_lazy("Complaint: final response"),
                replace(
                    _BY_LAW,
                    window_days=30,
                    sentence={"en": "You have our final answer to your complaint within 30 calendar days."},
                ),
            ),
        ],
    ),
]


@transaction.atomic
def begin(code: str, *, by: User, now: datetime) -> list[StandardVersion]:
    """Drafts of the standards that the preset with this code asks for. `by` looks after them."""
    preset = next((preset for preset in PRESETS if preset.code == code), None)
    if preset is None:
        raise ValidationError(_("There is no such preset. Choose one on the list."))
    if StandardVersion.objects.filter(legal_basis=preset.source).exists():
        raise ValidationError(_("The standards of %(source)s are here already.") % {"source": preset.source})
    review_by = _review_by(now)
    return [
        standards.make(
            replace(
                draft, legal_basis=preset.source, review_by=review_by, category=_category(preset, name),
                needed_because=_("The law or code asks for it: %(source)s.") % {"source": preset.source},
            ),
            name=str(name), owner=by, now=now,
        )
        for name, draft in preset.drafts
    ]  # fmt: skip


def _category(preset: Preset, name: StrPromise) -> Category | None:
    """The category that the draft of this name is for, made where there is none; most are for any."""
    wanted = next((category for draft, category in preset.categories if draft == name), None)
    if wanted is None:
        return None
    return Category.objects.filter(name__iexact=str(wanted)).first() or categories.make(name=str(wanted))


def _review_by(now: datetime) -> date:
    return now.astimezone(Organisation.objects.the().zone_info).date() + REVIEW
