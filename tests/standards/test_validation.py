from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from people.models import User
from standards.actions.shipped import SHIPPED
from standards.terms import Clock, Kind
from standards.validation import ready_problems
from tests import make

BEGINS = date(2026, 11, 23)
SOMEBODY = User(name="Petra", is_active=True)


def problems(languages: tuple[str, ...] = ("en",), owner: User | None = SOMEBODY, **fields: Any) -> dict:
    return ready_problems(make.draft(**fields), languages, owner=owner, begins=BEGINS)


def of_sentence(sentence: str, **fields: Any) -> str:
    """What is wrong with that sentence alone."""
    return " ".join(problems(sentence={"en": sentence}, **fields).get("sentence_en", []))


def test_a_draft_that_says_everything_is_ready():
    assert problems() == {}


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("We respond quickly.", "“quickly” names no time"),
        ("We respond quickly.", "It names no time. Say it in figures: 8 working hours."),
        ("We answer as soon as possible, within 8 working hours.", "names no time"),
        ("Javljamo se uskoro.", "names no time"),
        ("Javljamo se što pre, u roku od 8 radnih sati.", "names no time"),
        ("Kami menjawab secepat mungkin, dalam 8 jam bekerja.", "names no time"),
        ("We try to answer within 8 working hours.", "promises nothing"),
        ("We answer within 8 working hours, but for exceptional circumstances.", "can mean anything"),
        ("Our SLA is 8 working hours.", "a word of our trade"),
        ("A person answers within eight working hours.", "Say it in figures"),
        ("A person answers within 4-8 working hours.", "A range is no time"),
        ("A person answers within 8 working hours, or within 2 working days on the phone.", "several times"),
        ("A person answers within 4 working hours.", "the clock counts 8 working hours"),
        ("A person answers within 8 hours.", "“8 hours”, but the clock counts 8 working hours"),
        ("A person answers within 8 working days.", "the clock counts 8 working hours"),
        ("A person answers within 8 working hours. The phone is open all day.", "more than one sentence"),
        ("We answer you and settle it within 8 working hours.", "are two things"),
        ("U roku od 8 radnih sati potvrđujemo primitak i odgovaramo.", "are two things"),
    ],
)
def test_a_vague_sentence_is_refused_with_the_reason(sentence: str, why: str):
    assert why in of_sentence(sentence)


@pytest.mark.parametrize(
    ("sentence", "fields"),
    [
        ("Breakfast is served within 8 working hours.", {}),
        ("A person answers within 480 working minutes.", {}),
        ("If it is not settled and you write again, a person answers within 8 working hours.", {}),
        ("U roku od 8 radnih sati odgovara Vam čovjek, npr. Iva, a ne stroj.", {}),
        ("Kami menjawab dalam 8 jam bekerja.", {}),
        ("We confirm it within 24 hours.", {"clock": Clock.WALL, "window_minutes": 1440}),
        ("We confirm it within 1 day.", {"clock": Clock.WALL, "window_minutes": 1440}),
        ("Odgovaramo u roku od 5 radnih dana.", {"clock": Clock.WORKING_DAYS, "window_days": 5}),
        ("You have it within 2 weeks.", {"clock": Clock.CALENDAR_DAYS, "window_days": 14}),
        ("You have it within 14 calendar days.", {"clock": Clock.CALENDAR_DAYS, "window_days": 14}),
    ],
)
def test_a_sentence_with_one_thing_and_the_time_of_the_clock_is_not_vague(sentence: str, fields: dict):
    assert of_sentence(sentence, **fields) == ""


def test_a_customer_reads_at_most_140_characters():
    within = "within 8 working hours"
    assert "sentence_hr" in problems(sentence={"en": f"We answer {within}.", "hr": "x" * 141})
    assert "at most 140" in of_sentence(f"We answer {within}{'x' * 118}.")
    assert of_sentence(f"We answer {within} {'x' * 106}.") == ""


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": Kind.CALLBACK}, "kind"),
        ({"clock": Clock.FIXED}, "clock"),
        ({"window_minutes": None}, "amount"),
        ({"window_minutes": 480, "window_days": 1, "clock": Clock.WORKING_DAYS}, "amount"),
        ({"target_percent": Decimal(0)}, "target_percent"),
        ({"sentence": {"hr": "Odgovaramo u roku od 8 radnih sati."}}, "sentence_en"),
        ({"if_missed": {}}, "if_missed_en"),
        ({"if_missed": {"en": "We get back to you soon."}}, "if_missed_en"),
        ({"exclusions": {}}, "exclusions_en"),
        ({"exclusions": {"en": "Unforeseen circumstances."}}, "exclusions_en"),
        ({"needed_because": "We think so."}, "needed_because"),
        ({"owner": None}, "owner"),
        ({"owner": User(name="Left", is_active=False)}, "owner"),
        ({"review_by": None}, "review_by"),
        ({"review_by": BEGINS}, "review_by"),
        ({"legal_basis": "Consumer Protection Act"}, "legal_advice"),
    ],
)
def test_what_cannot_be_measured_read_or_kept_up_is_not_published(fields: dict, field: str):
    assert field in problems(**fields)


def test_a_standard_by_law_is_ready_once_somebody_has_checked_it():
    assert problems(legal_basis="Consumer Protection Act", legal_advice="Iva Perić, lawyer, 3 November 2026") == {}


def test_every_shipped_standard_could_be_published_in_english_and_croatian():
    for shipped in SHIPPED:
        draft = shipped.draft(review_by=date(2027, 11, 23))
        assert ready_problems(draft, ["en", "hr"], owner=SOMEBODY, begins=BEGINS) == {}
