"""What a message still lacks before it may leave: pure, for mails that leave by themselves and for drafts of people.

Others read a draft with it, too: an apology for its parts, its sentences and its "if" and "but".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_month_names
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, to_locale

from followups.letters.counting import own_words, sentences, sentences_in, words_in
from followups.letters.filling import BLANK, Filled
from followups.letters.parts import PLANS, Part
from followups.letters.placeholders import PLACEHOLDERS, Form, named_in, type_values
from followups.letters.tells import OF_PARTS, telling
from followups.terms import MessagePurpose
from ui.formats import long_date

# More about the cause than this reads as an excuse.
MOST_SENTENCES_OF_CAUSE = 2
# So much of what was to be said has to be found again in a text that a person has worded anew.
_ENOUGH = 0.6
_LONG_WORD = 4
# A reply tells its next date, and has its author's signature, without being asked to.
BESIDE_A_REPLY = frozenset({"next_date", "name"})


class Severity(StrEnum):
    """Whether a message waits for it (!), or a person is only told (·)."""

    STOPS = "!"
    HINT = "·"


@dataclass(frozen=True)
class Remark:
    """One thing about a message: which part it is about (none: the whole), and words for a person.

    `code` is for programs: missing · unfilled · no_greeting · no_next_date · if · but · too_long · long_cause.
    """

    severity: Severity
    part: str
    code: str
    words: str


@dataclass(frozen=True)
class Facts:
    """What is known about a message: whom it greets, and the facts and parts that it should hold.

    `values` are by the names of placeholders; a moment is a datetime. `parts` are the texts of parts as they
    were written. Parts that the letter gets without its author are `told_beside`: the next date of a reply.
    """

    customer: str
    zone: str = "UTC"
    values: type_values = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    told_beside: frozenset[str] = frozenset()


def check(purpose: MessagePurpose | str, language: str, text: str, facts: Facts) -> list[Remark]:
    """What `text`, a message for `purpose` in `language`, lacks or has too much of; the most serious first.

    The words are in the language that is active. Empty when all is well; what `stops` keeps it from leaving.
    """
    purpose = MessagePurpose(purpose)
    found = [*_unfilled(text, facts), *_greeting(text, facts), *_parts(purpose, language, text, facts)]
    if purpose == MessagePurpose.APOLOGY:
        found += _apology(language, text, facts)
    found += _length(purpose, text)
    return sorted(found, key=lambda remark: remark.severity != Severity.STOPS)


def check_filled(purpose: MessagePurpose | str, language: str, filled: Filled, facts: Facts) -> list[Remark]:
    """The same for a message that was made from its text: parts that could not be made are known to be missing."""
    missing = [_missing(PLANS[MessagePurpose(purpose)].part(slug)) for slug in filled.missing]
    known = {remark.part for remark in missing}
    # Braces and blanks in it are a customer's own: those of its text were looked at when that was kept and filled in.
    unfilled = [_left(f"{{{name}}}") for name in filled.unknown]
    greeting = [one for one in _greeting(filled.body, facts) if one.part not in known]
    return [*missing, *unfilled, *greeting, *_length(MessagePurpose(purpose), filled.body)]


def check_own(text: str, facts: Facts) -> list[Remark]:
    """What somebody's own text lacks, whatever it is for: a greeting by name, or something to be filled in."""
    return [*_unfilled(text, facts), *_greeting(text, facts)]


def stops(remarks: Iterable[Remark]) -> list[Remark]:
    """Those of `remarks` that a message waits for."""
    return [remark for remark in remarks if remark.severity == Severity.STOPS]


def is_told(text: str, moment: datetime, *, language: str, zone: str) -> bool:
    """Whether `text` names `moment`: its time of day, with its day or its weekday, however they are written."""
    local = moment.astimezone(ZoneInfo(zone))
    said, locale = own_words(text).casefold(), to_locale(language)
    sharp = "" if local.minute else r"|\s*(?:h\b|sat|čas)"
    hour = rf"(?<!\d)0?{local.hour}(?:[:.]{local.minute:02d}{sharp})"
    # Of a month and a weekday their beginnings: the ends change with the case.
    month = format_date(local, "MMM", locale=locale).casefold()[:3]
    days = [rf"(?<!\d){local.day}\.? {month}", rf"(?<!\d){local.day}\. ?{local.month}\."]
    with translation.override(language):
        days += [long_date(moment, zone, by=by).split()[0].strip(",").casefold()[:-1] for by in (False, True)]
    return bool(re.search(hour, said) and re.search("|".join(days), said))


def tells_a_date(text: str, language: str) -> bool:
    """Whether `text` names any day or time of day."""
    said, locale = own_words(text).casefold(), to_locale(language)
    # The beginnings of months: their ends change with the case.
    months = {name.casefold()[:5] for name in get_month_names("wide", "format", locale).values()}
    return bool(
        re.search(r"(?<!\d)\d{1,2}[:.]\d{2}(?!\d)|(?<!\d)\d{1,2}\. ?\d{1,2}\.", said)
        or re.search(rf"\d{{1,2}}\.? (?:{'|'.join(sorted(months))})", said)
    )


def _unfilled(text: str, facts: Facts) -> Iterator[Remark]:
    for blank in dict.fromkeys(BLANK.findall(text)):
        part = next((slug for slug, said in facts.parts.items() if blank in said), "")
        yield _left(blank, part)
    raw = [f"{{{name}}}" for name in named_in(text) if name in PLACEHOLDERS]
    # What a customer wrote with braces may be said again.
    told = " ".join(str(value) for value in facts.values.values())
    for name in [*raw, *re.findall(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}", text)]:
        if name not in told:
            yield _left(name)


def _left(what: str, part: str = "") -> Remark:
    return Remark(Severity.STOPS, part, "unfilled", _("Still to be filled in: %(what)s") % {"what": what})


def _greeting(text: str, facts: Facts) -> Iterator[Remark]:
    begins = " ".join(own_words(text).strip().split("\n\n", 1)[0].split()).casefold()
    if " ".join(facts.customer.split()).casefold() not in begins:
        said = _("It does not begin with a greeting by name: %(name)s.") % {"name": facts.customer}
        yield Remark(Severity.STOPS, "greeting", "no_greeting", said)


def _parts(purpose: MessagePurpose, language: str, text: str, facts: Facts) -> Iterator[Remark]:
    for part in PLANS[purpose].parts:
        if part.slug == "greeting" or part.slug in facts.told_beside or not _is_wanted(part, facts):
            continue
        if not _is_there(part, language, text, facts):
            yield _missing(part)


def _missing(part: Part) -> Remark:
    if part.slug == "next_date":
        return Remark(Severity.STOPS, part.slug, "no_next_date", _("It does not say by when the customer hears next."))
    return Remark(Severity.STOPS, part.slug, "missing", _("It lacks: %(part)s.") % {"part": part.words})


def _is_wanted(part: Part, facts: Facts) -> bool:
    """Whether a message with these facts has to say it."""
    if (part.when and not facts.values.get(part.when)) or (part.unless and facts.values.get(part.unless)):
        return False
    return part.required and (not part.where_known or all(facts.values.get(name) for name in part.needs))


def _is_there(part: Part, language: str, text: str, facts: Facts) -> bool:
    if part.slug in OF_PARTS:
        return bool(telling(OF_PARTS[part.slug], language).search(own_words(text)))
    if all(_is_named(name, language, text, facts) for name in part.needs):
        return True
    # Other words may say the same; for a moment there are none.
    tells_when = any(isinstance(facts.values.get(name), datetime) for name in part.needs)
    return not tells_when and bool(facts.parts.get(part.slug)) and _says(text, facts.parts[part.slug])


def _is_named(name: str, language: str, text: str, facts: Facts) -> bool:
    form, value = PLACEHOLDERS[name].form, facts.values.get(name)
    if form is Form.LINK:
        return f"[[link:{name.removeprefix('link_')}".replace("link:status", "link:ticket") in text
    if isinstance(value, datetime):
        return is_told(text, value, language=language, zone=facts.zone)
    if form in {Form.MOMENT, Form.MOMENT_BY}:
        return tells_a_date(text, language)
    # What is not known cannot be looked for; a number may be told in words.
    return not value or form is Form.COUNT or _says(text, str(value))


def _says(text: str, what: str) -> bool:
    """Whether `text` has `what` in it: as it stands, or most of its words."""
    said, wanted = " ".join(text.split()).casefold(), " ".join(what.split()).casefold().rstrip(" .")
    if wanted in said:
        return True
    there, words = (
        set(re.findall(r"\w+", said)),
        {word for word in re.findall(r"\w+", wanted) if len(word) >= _LONG_WORD},
    )
    return bool(words) and len(words & there) >= _ENOUGH * len(words)


def _apology(language: str, text: str, facts: Facts) -> Iterator[Remark]:
    """Nothing takes back what the sentence with "sorry" says, neither in it nor right after it."""
    sorry, conditional, however = (telling(tell, language) for tell in ("sorry", "if", "but"))
    after_sorry = False
    for sentence in sentences(text):
        is_sorry = bool(sorry.search(sentence))
        if is_sorry and (found := conditional.search(sentence)):
            said = _("An apology has no “%(word)s”.") % {"word": found[0]}
            yield Remark(Severity.STOPS, "sorry", "if", said)
        taken_back = however.search(sentence) if is_sorry else however.match(sentence) if after_sorry else None
        if taken_back:
            said = _("An apology has no “%(word)s”.") % {"word": taken_back[0]}
            yield Remark(Severity.STOPS, "sorry", "but", said)
        after_sorry = is_sorry
    if sentences_in(facts.parts.get("why", "")) > MOST_SENTENCES_OF_CAUSE:
        yield Remark(
            Severity.HINT, "why", "long_cause", _("The cause takes more than two sentences: it reads as an excuse.")
        )


def _length(purpose: MessagePurpose, text: str) -> Iterator[Remark]:
    number, most = words_in(text), PLANS[purpose].most_words
    if number > most:
        said = ngettext(
            "It has %(number)d word, %(most)d are enough.", "It has %(number)d words, %(most)d are enough.", number
        )
        yield Remark(Severity.HINT, "", "too_long", said % {"number": number, "most": most})
