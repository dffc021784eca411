"""Facts about what managers say in public about a month."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from compliance import published
from compliance.actions.explaining import explain
from compliance.models import Explanation
from tests import make
from tests.make import ZAGREB, zagreb
from tests.published import OCTOBER, SEPTEMBER, month

pytestmark = pytest.mark.django_db

NOW = zagreb("2026-11-23 10:42")
ILL = {"en": "Two people were ill until 23 October; since then a colleague takes over the same day."}


@pytest.fixture
def version():
    made = make.standard(now=zagreb("2026-01-01 09:00"))
    month(made, SEPTEMBER, kept=99, late=1)
    month(made, kept=70, late=30)
    return made


def page(language="en"):
    with time_machine.travel(NOW, tick=False):
        return Client().get(f"/{language}/").content.decode()


def test_it_stands_beside_the_result_and_in_the_data(version):
    explain(version, OCTOBER, {**ILL, "hr": "Dvoje je bilo bolesno."}, by=make.manager(), now=NOW)
    assert f'<p class="say say--missed">{ILL["en"]}</p>' in page()
    assert '<p class="say say--missed">Dvoje je bilo bolesno.</p>' in page("hr")
    with time_machine.travel(NOW, tick=False):
        assert ILL["en"] in Client().get("/en/standards.json").content.decode()
        assert ILL["en"] in Client().get("/en/standards.csv").content.decode()


def test_without_words_nothing_is_said(version):
    assert 'class="say' not in page()


def test_who_reads_another_language_is_told_which_one_it_is(version):
    explain(version, OCTOBER, ILL, by=make.manager(), now=NOW)
    assert f'<p class="say say--missed" lang="en">{ILL["en"]}</p>' in page("hr")


def test_what_was_met_can_be_explained_as_well(version):
    explain(version, SEPTEMBER, ILL, by=make.manager(), now=NOW)
    (record,) = published.edition(NOW, ZAGREB).standards
    assert record.in_month(SEPTEMBER).explanation == ILL
    assert record.in_month(OCTOBER).explanation == {}


def test_the_newest_words_are_read_and_can_be_taken_back(version):
    manager = make.manager()
    explain(version, OCTOBER, ILL, by=manager, now=NOW)
    first = published.edition(NOW, ZAGREB)
    explain(version, OCTOBER, {"en": "A flood."}, by=manager, now=NOW + timedelta(hours=1))
    second = published.edition(NOW, ZAGREB)
    explain(version, OCTOBER, {"en": " "}, by=manager, now=NOW + timedelta(hours=2))
    third = published.edition(NOW, ZAGREB)
    said = [found.standards[0].in_month(OCTOBER).explanation for found in (first, second, third)]
    assert said == [ILL, {"en": "A flood."}, {}]
    assert len({found.number for found in (first, second, third)}) == 3
    assert Explanation.objects.count() == 3


def test_only_managers_explain_and_only_what_has_a_result(version):
    with pytest.raises(ValidationError, match="Only a manager"):
        explain(version, OCTOBER, ILL, by=make.user(), now=NOW)
    with pytest.raises(ValidationError, match="no result yet"):
        explain(version, OCTOBER.replace(month=11), ILL, by=make.manager(), now=NOW)


def test_it_needs_the_organisation_s_language_and_is_short(version):
    with pytest.raises(ValidationError, match="own language"):
        explain(version, OCTOBER, {"hr": "Dvoje je bilo bolesno."}, by=make.manager(), now=NOW)
    with pytest.raises(ValidationError, match="At most 400"):
        explain(version, OCTOBER, {"en": "x" * 401}, by=make.manager(), now=NOW)
    assert not Explanation.objects.exists()
