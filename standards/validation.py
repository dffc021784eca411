"""What a standard must say before customers may read it. Pure: one draft in, its problems out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.models import User
from standards.models import Category
from standards.terms import STANDARD_KINDS, Clock
from standards.vague import sentence_problems, vague_words

SENTENCE_LENGTH = 140
# Fewer words than these tell nobody how something is known.
REASON_WORDS = 4


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
    needed_because: str = ""
    legal_basis: str = ""
    legal_advice: str = ""


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


def check_ready(draft: Draft, languages: Iterable[str], *, owner: User | None, begins: date) -> None:
    """Refuse to publish what is incomplete or vague; `languages` are those that must be there."""
    problems = ready_problems(draft, languages, owner=owner, begins=begins)
    if problems:
        raise ValidationError(problems)


def ready_problems(draft: Draft, languages: Iterable[str], *, owner: User | None, begins: date) -> dict[str, list[str]]:
    """What stands in the way of publishing, by field; empty when nothing does.

    `owner` looks after the standard, `begins` is the day it is to be in force from.
    """
    try:
        check_draft(draft)
        problems: dict[str, list[str]] = {}
    except ValidationError as refusal:
        problems = refusal.message_dict
    can_be_measured = not {"clock", "amount"} & problems.keys()
    _add(problems, _missing_words(draft, languages))
    for language, text in draft.sentence.items():
        if text.strip():
            found = sentence_problems(text, draft) if can_be_measured else list(vague_words(text))
            _add(problems, {f"sentence_{language}": found})
    for name in ("if_missed", "exclusions"):
        for language, text in getattr(draft, name).items():
            _add(problems, {f"{name}_{language}": list(vague_words(text))})
    _add(problems, _upkeep_problems(draft, owner, begins))
    return problems


def _add(problems: dict[str, list[str]], more: dict[str, list[str]]) -> None:
    for name, found in more.items():
        if found:
            problems.setdefault(name, []).extend(found)


def _missing_words(draft: Draft, languages: Iterable[str]) -> dict[str, list[str]]:
    missing = {}
    for language in dict.fromkeys(languages):
        if not draft.sentence.get(language, "").strip():
            missing[f"sentence_{language}"] = [_("Write the sentence that the customer reads in this language.")]
        if not draft.if_missed.get(language, "").strip():
            missing[f"if_missed_{language}"] = [_("Say in this language what you do when you miss it.")]
        if not draft.exclusions.get(language, "").strip():
            missing[f"exclusions_{language}"] = [
                _("Say in this language what it does not cover. Where that is nothing, write so.")
            ]
    return missing


def _upkeep_problems(draft: Draft, owner: User | None, begins: date) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if len(draft.needed_because.split()) < REASON_WORDS:
        problems["needed_because"] = [
            _("Say how you know that customers need it: what they told you, what you counted, or the law.")
        ]
    if owner is None or not owner.is_active:
        problems["owner"] = [_("Choose who looks after it. What nobody looks after goes stale.")]
    if draft.review_by is None:
        problems["review_by"] = [_("Choose a day by which somebody looks whether it still fits.")]
    elif draft.review_by <= begins:
        problems["review_by"] = [_("The review comes after the standard begins. Choose a later day.")]
    if draft.legal_basis and not draft.legal_advice.strip():
        problems["legal_advice"] = [_("It follows a law. Take legal advice, and write down who checked it and when.")]
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
