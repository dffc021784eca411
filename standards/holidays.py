"""Public holidays by country and region, and their names in the reader's language.

Their dates are copied into a calendar's version when it is saved; names are looked up when shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

import holidays
from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import to_locale

from people.folding import fold

YEARS_BEFORE, YEARS_AFTER = 1, 10

# What the library calls our languages. A language that it lacks for a country is shown in English:
# Croatian, Bosnian and Serbian are never put in each other's place.
_ENGLISH = ("en_US", "en_GB", "en_AU", "en_CA", "en_IN", "en")
_LANGUAGES = {"en": _ENGLISH, "hr": ("hr",), "bs": ("bs",), "sr-latn": ("sr",), "ms": ("ms_MY", "ms")}


def countries(language: str) -> list[tuple[str, str]]:
    """The codes and names of all countries whose holidays are known, by name."""
    names = Locale.parse(to_locale(language)).territories
    named_codes = ((code, names.get(code, code)) for code in _regions_by_country())
    return sorted(named_codes, key=lambda pair: fold(pair[1]))


def regions(country: str) -> list[tuple[str, str]]:
    """The codes and names of the regions of `country` that have holidays of their own."""
    aliases: dict[str, str] = {}
    for name, code in getattr(_class_of(country), "subdivisions_aliases", {}).items():
        aliases[code] = max(aliases.get(code, ""), name, key=len)
    return [(code, aliases.get(code, code)) for code in _regions_by_country()[country]]


def check_place(country: str, region: str) -> None:
    """Refuse a country or region whose holidays are not known."""
    if country and country not in _regions_by_country():
        raise ValidationError({"country": _("The holidays of this country are not known. Choose one on the list.")})
    if region and (not country or region not in _regions_by_country()[country]):
        raise ValidationError({"region": _("This region does not belong to the country. Choose one on its list.")})


def frozen_dates(country: str, region: str, around: date, off: Iterable[str] = ()) -> list[str]:
    """The ISO dates to store with a version: last year's to those ten years ahead, without those `off`."""
    if not country:
        return []
    years = range(around.year - YEARS_BEFORE, around.year + YEARS_AFTER + 1)
    found = holidays.country_holidays(country, subdiv=region or None, years=years)
    return sorted({day.isoformat() for day in found} - set(off))


def named(country: str, region: str, language: str, since: date, until: date) -> list[tuple[date, str]]:
    """The holidays from `since` until before `until` with their names in `language`, in order."""
    if not country:
        return []
    theirs = _language(country, language)
    found = holidays.country_holidays(
        country, subdiv=region or None, years=range(since.year, until.year + 1), language=theirs
    )
    days = sorted((day, name) for day, name in found.items() if since <= day < until)
    return [(day, _in_latin(name) if theirs == "sr" else name) for day, name in days]


@cache
def _regions_by_country() -> dict[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)


def _class_of(country: str) -> type[holidays.HolidayBase]:
    return getattr(holidays, country)


def _language(country: str, language: str) -> str | None:
    spoken = getattr(_class_of(country), "supported_languages", ())
    wanted = [*_LANGUAGES.get(language, ()), *_ENGLISH]
    return next((name for name in wanted if name in spoken), None)


# The library writes Serbian names in Cyrillic; the two alphabets match letter by letter.
_CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
_LATIN = [*"abvgdđežzijkl", "lj", *"mn", "nj", *"oprstćufhcč", "dž", "š"]
_TO_LATIN = {
    **{ord(theirs): ours for theirs, ours in zip(_CYRILLIC, _LATIN, strict=True)},
    **{ord(theirs.upper()): ours.capitalize() for theirs, ours in zip(_CYRILLIC, _LATIN, strict=True)},
}


def _in_latin(name: str) -> str:
    return name.translate(_TO_LATIN)
