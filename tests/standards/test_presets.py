from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from standards.actions import presets, standards
from standards.actions.presets import PRESETS
from standards.models import Category, StandardVersion
from standards.terms import Kind
from standards.validation import ready_problems
from tests import make
from tests.make import MONDAY_9AM

LANGUAGES = {"hr-consumer-complaint": ["en", "hr"], "rs-reklamacija": ["en", "sr-latn"]}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
def test_a_preset_lacks_nothing_but_legal_advice(preset: presets.Preset):
    for _name, draft in preset.drafts:
        complete = replace(
            draft, legal_basis=preset.source, review_by=date(2027, 1, 1), needed_because="The law asks for it."
        )
        found = ready_problems(
            complete, LANGUAGES.get(preset.code, ["en"]), owner=make.User(is_active=True), begins=date(2026, 1, 1)
        )
        assert list(found) == ["legal_advice"], found


@pytest.mark.django_db
def test_a_preset_becomes_drafts_once_and_needs_advice_before_it_is_published():
    make.organisation()
    lawyer = make.administrator()
    begun = presets.begin("hr-consumer-complaint", by=lawyer, now=MONDAY_9AM)
    assert [(version.is_draft, version.window_days, version.standard.owner) for version in begun] == [
        (True, 1, lawyer),
        (True, 15, lawyer),
    ]
    with pytest.raises(ValidationError, match="here already"):
        presets.begin("hr-consumer-complaint", by=lawyer, now=MONDAY_9AM)
    with pytest.raises(ValidationError, match="Take legal advice"):
        standards.publish(begun[1], now=MONDAY_9AM)
    advised = replace(standards.said(begun[1]), legal_advice="Iva Perić, lawyer, 3 November 2026")
    standards.publish(standards.draft(begun[1].standard, advised, now=MONDAY_9AM), now=MONDAY_9AM)
    assert StandardVersion.objects.in_force(MONDAY_9AM).get() == begun[1]


@pytest.mark.django_db
def test_a_serbian_reklamacija_has_15_days_and_30_for_goods_that_are_a_category_of_their_own():
    make.organisation()
    begun = presets.begin("rs-reklamacija", by=make.administrator(), now=MONDAY_9AM)
    assert [(version.kind, version.window_days, version.max_moves, version.category) for version in begun] == [
        (Kind.ACKNOWLEDGE, 1, 1, None),
        (Kind.ANSWER, 8, 0, None),
        (Kind.RESOLUTION, 15, 1, None),
        (Kind.RESOLUTION, 30, 1, Category.objects.get()),
    ]
    assert all(version.consent_required for version in begun if version.kind == Kind.RESOLUTION)


@pytest.mark.django_db
def test_goods_are_a_category_of_their_own_in_whichever_language_somebody_begins():
    make.organisation()
    with translation.override("hr"):
        begun = presets.begin("rs-reklamacija", by=make.administrator(), now=MONDAY_9AM)
    assert [version.category for version in begun] == [None, None, None, Category.objects.get()]


@pytest.mark.django_db
def test_an_unknown_preset_is_refused():
    with pytest.raises(ValidationError, match="no such preset"):
        presets.begin("atlantis", by=make.user(), now=MONDAY_9AM)
