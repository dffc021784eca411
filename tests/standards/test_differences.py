from decimal import Decimal

import pytest

from standards.actions import standards
from standards.differences import changes, compared
from tests import make
from tests.make import MONDAY_9AM


def test_a_text_is_compared_word_by_word():
    parts = compared("within 8 working hours.", "within 6 working hours, always.")
    assert [(part.kind, part.text) for part in parts] == [
        ("same", "within "),
        ("gone", "8"),
        ("new", "6"),
        ("same", " working hours"),
        ("new", ", always"),
        ("same", "."),
    ]
    assert "".join(part.text for part in parts if part.kind != "gone") == "within 6 working hours, always."


def test_another_text_is_shown_as_a_whole():
    assert [part.kind for part in compared("How long it takes.", "Who writes in the morning.")] == ["gone", "new"]
    assert [part.kind for part in compared("", "Something new.")] == ["new"]


@pytest.mark.django_db
def test_a_version_tells_what_it_says_otherwise_and_nothing_else():
    first = make.standard()
    said = make.draft(window_minutes=360, target_percent=Decimal("92.5"), consent_required=True)
    second = standards.draft(first.standard, said, now=MONDAY_9AM)
    second.sentence["hr"] = "U roku od 6 radnih sati odgovara Vam čovjek."
    found = {(change.label, change.language): [part.text for part in change.parts] for change in changes(first, second)}
    assert list(found) == [
        ("Within", ""),
        ("Target", ""),
        ("Moving its time", ""),
        ("What the customer reads", "en"),
        ("What the customer reads", "hr"),
    ]
    assert "92.5" in "".join(part for part in found["Target", ""])
    assert changes(first, first) == []
