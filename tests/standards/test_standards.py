import pytest
from django.core.exceptions import ValidationError

from people.models import Organisation
from standards.actions import standards
from standards.actions.shipped import SHIPPED, ensure_shipped_standards
from standards.models import ServiceStandard, StandardVersion
from tests import make
from tests.make import MONDAY_9AM, hours


@pytest.mark.django_db
def test_a_draft_is_in_force_for_nobody_until_it_is_published():
    version = make.standard(published=False)
    assert not StandardVersion.objects.in_force(MONDAY_9AM + hours(9)).exists()
    standards.publish(version, effective_from=MONDAY_9AM + hours(2), now=MONDAY_9AM)
    assert not StandardVersion.objects.in_force(MONDAY_9AM + hours(1)).exists()
    assert StandardVersion.objects.in_force(MONDAY_9AM + hours(2)).get() == version


@pytest.mark.django_db
def test_a_standard_never_begins_in_the_past():
    version = make.standard(published=False)
    with pytest.raises(ValidationError, match="in the past"):
        standards.publish(version, effective_from=MONDAY_9AM - hours(1), now=MONDAY_9AM)


@pytest.mark.django_db
def test_a_published_version_never_changes_and_another_follows_it():
    first = make.standard()
    with pytest.raises(ValidationError, match="published already"):
        standards.publish(first, now=MONDAY_9AM + hours(1))
    second = standards.draft(first.standard, make.draft(window_minutes=240), now=MONDAY_9AM + hours(1))
    assert (second.number, second.is_draft) == (2, True)
    again = standards.draft(first.standard, make.draft(window_minutes=120), now=MONDAY_9AM + hours(2))
    assert again.pk == second.pk
    standards.publish(again, now=MONDAY_9AM + hours(3))
    first.refresh_from_db()
    assert first.window_minutes == 480
    assert StandardVersion.objects.in_force(MONDAY_9AM + hours(2)).get() == first
    assert StandardVersion.objects.in_force(MONDAY_9AM + hours(3)).get() == again


@pytest.mark.django_db
def test_a_standard_must_speak_the_language_of_the_organisation():
    make.organisation(language="hr")
    version = make.standard(published=False)
    with pytest.raises(ValidationError) as refusal:
        standards.publish(version, now=MONDAY_9AM)
    assert "sentence_hr" in refusal.value.message_dict


@pytest.mark.django_db
def test_a_withdrawn_standard_applies_to_nothing_new():
    version = make.standard()
    standards.withdraw(version.standard, effective_from=MONDAY_9AM + hours(2), now=MONDAY_9AM + hours(1))
    assert StandardVersion.objects.in_force(MONDAY_9AM + hours(1)).exists()
    assert not StandardVersion.objects.in_force(MONDAY_9AM + hours(2)).exists()
    with pytest.raises(ValidationError, match="was withdrawn"):
        standards.draft(version.standard, make.draft(), now=MONDAY_9AM + hours(1))


@pytest.mark.django_db
def test_discarding_the_only_draft_leaves_nothing_behind():
    version = make.standard(published=False)
    standards.discard(version.standard)
    assert not ServiceStandard.objects.exists()
    published = make.standard()
    standards.draft(published.standard, make.draft(), now=MONDAY_9AM)
    standards.discard(published.standard)
    assert list(published.standard.versions.all()) == [published]


@pytest.mark.django_db
def test_shipped_standards_are_added_once():
    make.organisation()
    assert len(ensure_shipped_standards(MONDAY_9AM)) == len(SHIPPED)
    assert ensure_shipped_standards(MONDAY_9AM + hours(1)) == []
    assert StandardVersion.objects.in_force(MONDAY_9AM).count() == len(SHIPPED)


@pytest.mark.django_db
def test_shipped_standards_speak_the_language_of_the_organisation_too():
    make.organisation(language="hr")
    ensure_shipped_standards(MONDAY_9AM)
    assert Organisation.objects.the().language == "hr"
    assert all(version.sentence_in("hr") != version.sentence_in("en") for version in StandardVersion.objects.all())
