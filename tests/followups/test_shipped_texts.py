"""Each message in each language says all that it must, in its own words, whatever is counted in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from followups.letters.checking import Facts, check, check_filled
from followups.letters.counting import words_in
from followups.letters.filling import BLANK, WITHOUT, Filled, Text, fill, forms_of, plurals_of
from followups.letters.parts import PLANS, Part
from followups.letters.placeholders import PLACEHOLDERS, Form, named_in
from followups.letters.shipped import FOLDER, LANGUAGES, is_draft, shipped
from followups.letters.tells import OF_PARTS, telling
from followups.letters.validation import problems
from followups.terms import MessagePurpose
from tests.make import zagreb

ZONE = "Europe/Zagreb"
COUNTS = (1, 2, 5, 21)
# Two words of each fact are nobody's language: what is English or a placeholder was not filled in.
CUSTOMER = "Ana Marija Kovač-Horvat"
EACH = [(purpose, language) for purpose in MessagePurpose for language in LANGUAGES]
ENGLISH = re.compile(
    r"\b(the|your|you|is|are|was|were|we|our|and|of|for|with|reply|answer|hello|from|this|that|it|not|by|promise[sd]?"
    r"|request|message|team|person|question|settled|what|when|please|time|sorry|thank|will|has|have|none|null)\b",
    re.IGNORECASE,
)


@cache
def rendered(purpose: MessagePurpose, language: str, count: int, asked_again: bool = False) -> Filled:
    values = facts(count) | ({"asked_again": 1, "settled": 1} if asked_again else {})
    return fill(shipped(purpose, language), PLANS[purpose], values, language=language, zone=ZONE)


def facts(count: int) -> dict:
    moment = zagreb("2026-11-03 08:10")
    said = {}
    for name, placeholder in PLACEHOLDERS.items():
        match placeholder.form:
            case Form.COUNT:
                said[name] = count
            case Form.LINK:
                said[name] = f"[[link:{name.removeprefix('link_').replace('status', 'ticket')}:ticket:7]]"
            case Form.MOMENT | Form.MOMENT_BY:
                # Each another day and hour.
                moment += timedelta(days=1, hours=1)
                said[name] = moment
            case _:
                said[name] = f"Xq{name.replace('_', '')} zw{name.replace('_', '')}."
    return said | {"customer": CUSTOMER, "number": "T-1042"}


@pytest.mark.parametrize(("purpose", "language"), EACH)
def test_each_message_is_whole_in_each_language_whatever_is_counted(purpose: MessagePurpose, language: str) -> None:
    for count in COUNTS:
        for again in (False, True):
            filled = rendered(purpose, language, count, again)
            said = f"{filled.subject}\n{filled.body}"
            assert not re.search(r"[{}]|\bNone\b|\[(one|few|many|other|without)\]", said), said
            whole = re.sub(r"\[\[link:.*?\]\]|\bXq\w+|\bzw\w+", "", said)
            assert language == "en" or not ENGLISH.search(whole), whole
            assert not filled.missing
            assert check_filled(purpose, language, filled, Facts(CUSTOMER)) == []


@pytest.mark.parametrize(("purpose", "language"), EACH)
def test_the_checker_finds_each_part_and_misses_each_that_is_taken_out(purpose: MessagePurpose, language: str) -> None:
    filled = rendered(purpose, language, 2)
    known = Facts(CUSTOMER, ZONE, values=facts(2), parts=dict(filled.parts))
    remarks = [one for one in check(purpose, language, filled.body, known) if not BLANK.search(one.words)]
    assert remarks == []
    for part in PLANS[purpose].parts:
        if part.required and not part.when:
            rest = replace(filled, parts={k: v for k, v in filled.parts.items() if k != part.slug})
            found = {one.part for one in check(purpose, language, rest.body, known)}
            text = shipped(purpose, language)
            assert part.slug in found or _is_said_elsewhere(part, text, rest.body, language), part.slug


@pytest.mark.parametrize("purpose", MessagePurpose)
def test_no_language_repeats_the_words_of_another(purpose: MessagePurpose) -> None:
    said = {language: shipped(purpose, language) for language in LANGUAGES}
    for language in set(LANGUAGES) - {"en"}:
        alike = {
            slug
            for slug, words in said[language].parts.items()
            if words == said["en"].parts[slug] and re.sub(r"\{\w+\}|\W", "", words)
        }
        assert not alike, language


@pytest.mark.parametrize(("purpose", "language"), EACH)
def test_a_shipped_text_could_be_kept_as_it_is(purpose: MessagePurpose, language: str) -> None:
    assert problems(shipped(purpose, language), PLANS[purpose], language) == {}


@pytest.mark.parametrize(("purpose", "language"), EACH)
def test_no_text_is_longer_than_its_message_may_be(purpose: MessagePurpose, language: str) -> None:
    blanks = fill(shipped(purpose, language), PLANS[purpose], {"customer": CUSTOMER}, language=language, zone=ZONE)
    assert words_in(blanks.body) <= PLANS[purpose].most_words
    assert words_in(rendered(purpose, language, 21).body) <= PLANS[purpose].most_words


def test_what_is_counted_has_the_forms_of_each_language() -> None:
    assert {language: plurals_of(language) for language in LANGUAGES} == {
        "en": ("one", "other"), "hr": ("one", "few", "other"), "bs": ("one", "few", "other"),
        "sr-latn": ("one", "few", "other"), "ms": ("other",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 1, "1 working day later"), ("en", 21, "21 working days later"),
        ("hr", 1, "1 radni dan"), ("hr", 2, "2 radna dana"), ("hr", 5, "5 radnih dana"), ("hr", 21, "21 radni dan "),
        ("bs", 2, "2 radna dana"), ("bs", 21, "21 radni dan "), ("sr-latn", 5, "5 radnih dana"),
        ("sr-latn", 21, "21 radni dan "), ("ms", 1, "1 hari bekerja"), ("ms", 21, "21 hari bekerja"),
    ],
)  # fmt: skip
def test_a_number_of_days_reads_right(language: str, count: int, said: str) -> None:
    assert said in rendered(MessagePurpose.DELAY_NOTICE, language, count).body


@pytest.mark.parametrize("language", ["hr", "bs", "sr-latn"])
def test_nobody_who_writes_is_a_he_or_a_she(language: str) -> None:
    gendered = re.compile(r"\b\w+(o|la) sam\b|\bsam \w+(o|la)\b|\w+/l?a\b|\(l?a\)|\b[vV]am se javi", re.IGNORECASE)
    for purpose in MessagePurpose:
        for form in _forms(shipped(purpose, language)):
            assert not gendered.search(form)
            # Whoever is addressed formally is addressed with a capital letter.
            assert not re.search(r"\b(vam|vas|vaš\w*|vi)\b", form)


def test_each_text_says_whether_somebody_who_grew_up_with_the_language_has_read_it() -> None:
    assert {language for purpose, language in EACH if is_draft(purpose, language)} == {"bs", "sr-latn", "ms"}
    assert len(list(FOLDER.glob("*/*.txt"))) == len(EACH)


def _forms(text: Text) -> list[str]:
    return [form for words in text.parts.values() for name, form in forms_of(words).items() if name != WITHOUT]


def _is_said_elsewhere(part: Part, text: Text, rest: str, language: str) -> bool:
    """Whether what gives `part` away stands in another part, too."""
    if part.slug in OF_PARTS:
        return bool(telling(OF_PARTS[part.slug], language).search(rest))
    others = {name for slug, words in text.parts.items() if slug != part.slug for name in named_in(words)}
    return {name for name in part.needs if PLACEHOLDERS[name].form is not Form.COUNT} <= others
