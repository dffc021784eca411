"""From a text and facts to a message: each part in its right form, facts in words, empty parts left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from babel import Locale
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import to_locale

from followups.letters.parts import Part, Plan
from followups.letters.placeholders import PLACEHOLDERS, Form, Placeholder, counts_in, named_in, put_in, type_values
from ui.formats import long_date

# A line of its own says which form of a part follows.
_FORM = re.compile(r"^\[([a-z]+)\]$", re.MULTILINE)
# What is said where one of the facts is not known: mostly a blank for a person to fill in.
WITHOUT = "without"
PLURALS = ("zero", "one", "two", "few", "many", "other")
BLANK = re.compile("‹[^‹›]*›")


@dataclass(frozen=True)
class Text:
    """A message as it is written down: its subject, and its parts by their names."""

    subject: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Filled:
    """A message about something: its subject, what it says, and each part of that by its name.

    A part that should be there and is not is among `missing`; what the subject names and nobody knows, among `unknown`.
    """

    subject: str
    parts: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    joined: frozenset[str] = frozenset()

    @property
    def body(self) -> str:
        """The parts one below the other, as paragraphs where they begin one."""
        said = ""
        for slug, text in self.parts.items():
            said += ("" if not said else " " if slug in self.joined else "\n\n") + text
        return said


def forms_of(text: str) -> dict[str, str]:
    """The forms of a part by their names: "one", "few", "many", "other", and "without"; most have "other" alone."""
    begins, *named = _FORM.split(text)
    found = {"other": begins.strip()} if begins.strip() or not named else {}
    return found | {name: said.strip() for name, said in zip(named[::2], named[1::2], strict=True)}


def plurals_of(language: str) -> tuple[str, ...]:
    """The forms that a counted part needs in `language`, as the Unicode locale data names them."""
    wanted = {*Locale.parse(to_locale(language)).plural_form.tags, "other"}
    return tuple(name for name in PLURALS if name in wanted)


def worded(values: type_values, language: str, zone: str) -> dict[str, str]:
    """Each fact that there is as `language` writes it, moments in `zone`. What is empty or unknown is left out."""
    with translation.override(language):
        return {
            name: said for name, value in values.items() if name in PLACEHOLDERS and (said := _said(name, value, zone))
        }


def fill(text: Text, plan: Plan, values: type_values, *, language: str, zone: str) -> Filled:
    """The message that `text` makes of `values`. Longer than `plan` allows, it leaves out what is said to go first."""
    said = worded(values, language, zone)
    subject = put_in(text.subject, said)
    unknown = tuple(name for name in named_in(text.subject) if name not in said)
    said |= {name: _inside(words, PLACEHOLDERS[name]) for name, words in said.items()}
    parts: dict[str, str] = {}
    missing = []
    for part in plan.parts:
        words = _part(text.parts.get(part.slug, ""), said, values, language) if _is_said(part, values) else None
        if words:
            parts[part.slug] = words
        elif words is not None and part.required and not _is_unknown(part, said):
            missing.append(part.slug)
    joined = frozenset(part.slug for part in plan.parts if part.joins)
    filled = Filled(subject, parts, tuple(missing), unknown, joined)
    if len(filled.body.split()) <= plan.most_words:
        return filled
    first_to_go = {part.slug for part in plan.parts if part.goes_first}
    return replace(filled, parts={slug: words for slug, words in parts.items() if slug not in first_to_go})


def _said(name: str, value: object, zone: str) -> str:
    if isinstance(value, datetime):
        return long_date(value, zone, by=PLACEHOLDERS[name].form is Form.MOMENT_BY)
    return "" if value is None else str(value).strip()


def _inside(words: str, placeholder: Placeholder) -> str:
    """`words` as they stand inside a sentence."""
    if placeholder.most_signs:
        return Truncator(" ".join(words.split())).chars(placeholder.most_signs)
    return words.rstrip(" .") if placeholder.inside else words


def _is_said(part: Part, values: type_values) -> bool:
    return not (part.when and not values.get(part.when)) and not (part.unless and values.get(part.unless))


def _is_unknown(part: Part, said: Mapping[str, str]) -> bool:
    return part.where_known and not all(name in said for name in part.needs)


def _part(text: str, said: Mapping[str, str], values: type_values, language: str) -> str:
    """One part in the form that fits; without one for an unknown fact it is empty."""
    forms = forms_of(text)
    words = forms.get(_plural(forms, values, language), forms.get("other", ""))
    if any(name not in said for name in named_in(words)):
        words = forms.get(WITHOUT, "")
        if any(name not in said for name in named_in(words)):
            return ""
    return put_in(words, said)


def _plural(forms: Mapping[str, str], values: type_values, language: str) -> str:
    for name in _counted(forms):
        number = values.get(name)
        if isinstance(number, int):
            return Locale.parse(to_locale(language)).plural_form(number)
    return "other"


def _counted(forms: Mapping[str, str]) -> Iterator[str]:
    for name in PLURALS:
        yield from counts_in(forms.get(name, ""))
