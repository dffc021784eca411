"""Facts about the page on which managers speak to the public."""

import pytest
import time_machine
from django.test import Client

from compliance.models import ExceptionDay, Explanation
from tests import make
from tests.make import zagreb
from tests.published import OCTOBER, month

pytestmark = pytest.mark.django_db

NOW = zagreb("2026-11-23 10:42")


@pytest.fixture
def manager():
    client = Client()
    with time_machine.travel(NOW, tick=False):
        client.force_login(make.manager(name="Mara Babić"))
        yield client


@pytest.fixture
def version():
    made = make.standard(now=zagreb("2026-01-01 09:00"))
    month(made, kept=70, late=30)
    return made


def test_a_result_is_explained_and_stands_there(manager, version):
    address = f"/desk/settings/published/standards/{version.pk}/"
    assert "70 of 100" in manager.get(address).content.decode()
    answer = manager.post(address, {"words_en": "Two people were ill.", "words_hr": ""})
    assert answer.status_code == 302
    assert (Explanation.objects.get().month, Explanation.objects.get().words) == (
        OCTOBER,
        {"en": "Two people were ill."},
    )
    page = manager.get("/desk/settings/published/").content.decode()
    assert "Two people were ill." in page
    assert "Two people were ill." in manager.get(address).content.decode()


def test_what_is_refused_stands_at_the_text(manager, version):
    answer = manager.post(f"/desk/settings/published/standards/{version.pk}/", {"words_hr": "Bolest."})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "own language" in page
    assert "Bolest." in page


def test_a_standard_without_results_has_nothing_to_explain(manager):
    version = make.standard(now=zagreb("2026-01-01 09:00"))
    assert manager.get(f"/desk/settings/published/standards/{version.pk}/").status_code == 404
    assert "No month has closed yet" in manager.get("/desk/settings/published/").content.decode()


def test_days_are_declared_exceptional(manager, version):
    sent = {"first": "2026-11-23", "last": "2026-11-24", "words_en": "A storm.", "words_hr": "Oluja."}
    assert manager.post("/desk/settings/published/exception-days/", sent).status_code == 302
    days = ExceptionDay.objects.get()
    assert (days.starts_at, days.ends_at) == (zagreb("2026-11-23 00:00"), zagreb("2026-11-25 00:00"))
    page = manager.get("/desk/settings/published/").content.decode()
    assert "23 November 2026 to 24 November 2026" in page
    assert "A storm." in page


def test_days_that_were_no_exception_stay_on_the_record_with_why(manager, version):
    sent = {"first": "2026-11-23", "words_en": "A storm.", "words_hr": "Oluja."}
    manager.post("/desk/settings/published/exception-days/", sent)
    url = f"/desk/settings/published/exception-days/{ExceptionDay.objects.get().pk}/withdraw/"
    assert manager.post(url, {"words_en": " "}).status_code == 422
    assert manager.post(url, {"words_en": "It passed by.", "words_hr": "Mimoišla nas je."}).status_code == 302
    page = manager.get("/desk/settings/published/").content.decode()
    assert "A storm." in page
    assert "It passed by." in page
    again = manager.post(url, {"words_en": "It did not."})
    assert again.status_code == 422
    assert "withdrawn already" in again.content.decode()


def test_too_late_is_refused_in_words(manager, version):
    sent = {"first": "2026-11-02", "words_en": "A storm."}
    answer = manager.post("/desk/settings/published/exception-days/", sent)
    assert answer.status_code == 422
    assert "up to two working days" in answer.content.decode()
    assert not ExceptionDay.objects.exists()
