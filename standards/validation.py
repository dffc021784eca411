"""What a standard must say before customers may read it. Pure: one draft in, its problems out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standards.models import Category
from standards.terms import STANDARD_KINDS, Clock

SENTENCE_LENGTH = 140


@dataclass(frozen=True)
class Draft:
    """Everything that a version of a standard says; the names are those of `StandardVersion`."""

    kind: str
    clock: str
    target_percent: Decimal
    window_minutes: int | None = None
    window_days: int | None = None
    ticket_type: str = ""
    category: Category | None = None
    priority: str = ""
    channel: str = ""
    customer_group: str = ""
    occasion: str = ""
    sentence: dict[str, str] = field(default_factory=dict)
    exclusions: dict[str, str] = field(default_factory=dict)
    if_missed: dict[str, str] = field(default_factory=dict)
    max_moves: int = 2
    consent_required: bool = False
    review_by: date | None = None


# (words, why they say nothing): a sentence that has them promises nothing that could be checked.
_NO_TIME = gettext_lazy("“%(word)s” names no time. Say the hours or days.")
_NO_PROMISE = gettext_lazy("“%(word)s” promises nothing. Say what you will do.")
_OURS = gettext_lazy("“%(word)s” is a word of our trade. Say it as you would to a neighbour.")
_VAGUE = [
    (
        "soon|shortly|quickly|quick|fast|promptly|prompt|as soon as possible|asap|in due time|in due course|timely"
        "|in a timely manner|without undue delay|immediately"
        "|uskoro|brzo|ubrzo|što prije|čim prije|što brže|u najkraćem roku|u najkraćem mogućem roku|pravovremeno|odmah",
        _NO_TIME,
    ),
    (
        "try|aim|strive|best effort|best efforts|usually|normally|generally|where possible|if possible|as a rule"
        "|pokušat ćemo|pokušavamo|nastojimo|nastojat ćemo|obično|uglavnom|u pravilu|po mogućnosti|ako je moguće",
        _NO_PROMISE,
    ),
    ("sla|slas|breach|ticket|escalation|eskalacija|tiket", _OURS),
]
_PATTERNS = [(re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), why) for words, why in _VAGUE]


def check_draft(draft: Draft) -> None:
    """Refuse what can't even be kept as a draft: no kind, no window, a sentence that is too long."""
    problems = _measure_problems(draft)
    for language, text in draft.sentence.items():
        if len(text) > SENTENCE_LENGTH:
            problems[f"sentence_{language}"] = [
                _("A customer reads at most %(most)d characters at once; these are %(length)d.")
                % {"most": SENTENCE_LENGTH, "length": len(text)}
            ]
    if problems:
        raise ValidationError(problems)


def check_ready(draft: Draft, languages: Iterable[str]) -> None:
    """Refuse to publish what is incomplete or vague; `languages` are those that must be there."""
    problems = ready_problems(draft, languages)
    if problems:
        raise ValidationError(problems)


def ready_problems(draft: Draft, languages: Iterable[str]) -> dict[str, list[str]]:
    """What stands in the way of publishing, by field; empty when nothing does."""
    try:
        check_draft(draft)
        problems: dict[str, list[str]] = {}
    except ValidationError as refusal:
        problems = refusal.message_dict
    for language in dict.fromkeys(languages):
        if not draft.sentence.get(language, "").strip():
            problems.setdefault(f"sentence_{language}", []).append(
                _("Write the sentence that the customer reads in this language.")
            )
        if not draft.if_missed.get(language, "").strip():
            problems.setdefault(f"if_missed_{language}", []).append(
                _("Say in this language what you do when you miss it.")
            )
    for language, text in draft.sentence.items():
        problems_here = list(_vague(text))
        if problems_here:
            problems.setdefault(f"sentence_{language}", []).extend(problems_here)
    return problems


def _measure_problems(draft: Draft) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if draft.kind not in STANDARD_KINDS:
        problems["kind"] = [_("Only a person can promise this; a standard can't.")]
    counts_days = draft.clock in {Clock.WORKING_DAYS, Clock.CALENDAR_DAYS}
    used, unused = (
        (draft.window_days, draft.window_minutes) if counts_days else (draft.window_minutes, draft.window_days)
    )
    if draft.clock not in Clock.values or draft.clock == Clock.FIXED:
        problems["clock"] = [_("Choose how the time is counted.")]
    elif not used or used < 1:
        problems["amount"] = [_("Say how much time is allowed: a number above zero.")]
    elif unused is not None:
        problems["amount"] = [_("Say the time either in days or in hours and minutes, not both.")]
    if not Decimal(1) <= draft.target_percent <= Decimal(100):
        problems["target_percent"] = [_("The target is a share between 1 and 100 of 100.")]
    return problems


def _vague(text: str) -> Iterable[str]:
    for pattern, why in _PATTERNS:
        for found in pattern.finditer(text):
            yield str(why) % {"word": found[0]}
