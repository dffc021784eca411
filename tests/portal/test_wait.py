"""Facts about the wait that is published: from the worker's row, never stale, and a standard is called a standard."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from standards.models import Forecast
from tests import make
from tests.make import zagreb

pytestmark = pytest.mark.django_db

NOW = zagreb("2026-11-23 10:42")
FEEDS = ("wait.json", "wait.txt", "badge.svg")


@pytest.fixture(autouse=True)
def promised():
    make.organisation(phone="01 555 0100")
    return make.standard(
        now=zagreb("2026-01-01 09:00"),
        sentence={
            "en": "A person answers you within 8 working hours.",
            "hr": "U roku od 8 radnih sati odgovara Vam čovjek.",
        },
    )


def known(**fields):
    given = {
        "p50": 70, "p90": 200, "p95": 300, "sample": 40, "waiting": 3, "waited": 100, "longest": 150, "as_of": NOW,
    }  # fmt: skip
    return Forecast.objects.create(team=None, what=Forecast.What.FIRST_RESPONSE, **{**given, **fields})


def said(at=NOW, language="en"):
    """Everything that is said at a moment: page, data, words, badge."""
    with time_machine.travel(at, tick=False):
        names = ("", *FEEDS)
        answers = {name: Client().get(f"/{language}/{name}").content.decode() for name in names}
    return answers


def data(at=NOW, language="en"):
    return json.loads(said(at, language)["wait.json"])


def test_the_wait_is_said_the_same_everywhere():
    known()
    everywhere = said()
    for name, text in everywhere.items():
        assert "within 2 working hours" in text, name
    found = json.loads(everywhere["wait.json"])
    assert (found["says"], found["half"], found["nine_in_ten"]) == (
        "current", {"unit": "hours", "number": 2}, {"unit": "hours", "number": 4},
    )  # fmt: skip
    assert (found["waiting"], found["longest_minutes"]) == (3, 150)
    assert everywhere["wait.txt"] == (
        "A person answers half of those who write now within 2 working hours, nine in ten within 4 working hours. "
        "That was worked out at 10:42.\n"
    )


def test_croatian_has_its_own_words():
    known()
    everywhere = said(language="hr")
    assert "u roku od 2 radna sata" in everywhere["badge.svg"]
    assert "u roku od 4 radna sata" in everywhere["wait.txt"]


def test_two_hours_after_the_worker_stopped_there_is_no_stale_wait_anywhere():
    known()
    just_fresh, stale = NOW + timedelta(hours=2), NOW + timedelta(hours=2, seconds=1)
    assert data(just_fresh)["says"] == "current"
    for language in ("en", "hr"):
        for name, text in said(stale, language).items():
            assert not re.search(r"within [24] working hour|u roku od [24] radn|10:42", text), (language, name)
    found = data(stale)
    assert found["says"] == "not_available"
    assert [found[name] for name in ("as_of", "half", "nine_in_ten", "waiting", "longest_minutes")] == [None] * 5
    assert "not available just now" in said(stale)[""]
    assert "not available just now" in said(stale)["badge.svg"]


def test_no_cache_keeps_it_until_it_is_stale():
    known()
    for left, most in ((timedelta(hours=1), 60), (timedelta(seconds=20), 20), (timedelta(0), 0)):
        with time_machine.travel(NOW + timedelta(hours=2) - left, tick=False):
            for name in FEEDS:
                assert f"max-age={most}" in Client().get(f"/en/{name}")["Cache-Control"]


def test_fewer_than_twenty_responses_say_the_standard_and_call_it_standard():
    known(sample=19)
    everywhere = said()
    assert data()["says"] == "standard"
    assert "our standard: 8 working hours" in everywhere["badge.svg"]
    assert everywhere["wait.txt"].startswith("Our standard: A person answers you within 8 working hours.")
    assert "That is our standard, not the wait just now." in everywhere[""]
    assert "within 2 working hours" not in everywhere[""]


def test_longer_than_usual_is_said():
    known(waited=900, longest=1000)
    everywhere = said()
    assert data()["says"] == "longer"
    assert "longer than usual: nine in ten within 2 working days" in everywhere[""]
    assert everywhere["wait.txt"].startswith("It takes longer than usual.")
    assert "longer than we promise" in everywhere[""]


def test_while_we_are_closed_it_is_said_when_we_open():
    known(as_of=zagreb("2026-11-23 19:50"))
    evening = zagreb("2026-11-23 20:00")
    assert data(evening)["opens_at"] == "2026-11-24T08:00+01:00"
    assert "We are closed now and open again tomorrow 08:00." in said(evening)["wait.txt"]
    assert "closed now, open again tomorrow 08:00" in said(evening)[""]


def test_before_the_worker_has_looked_it_is_not_available():
    assert data()["says"] == "not_available"


def test_without_a_standard_nothing_is_made_up(promised):
    promised.standard.withdrawn_from = NOW - timedelta(days=1)
    promised.standard.save()
    assert data()["standard"] is None
    known(sample=3)
    assert "our standard" not in said()["badge.svg"].lower()


def test_who_has_it_already_is_told_so():
    known()
    with time_machine.travel(NOW, tick=False):
        for name in FEEDS:
            first = Client().get(f"/en/{name}")
            assert first["Last-Modified"] == "Mon, 23 Nov 2026 09:42:00 GMT"
            again = Client().get(f"/en/{name}", headers={"if-none-match": first["ETag"]})
            assert (again.status_code, again.content) == (304, b"")
            assert Client().head(f"/en/{name}").content == b""


def test_the_badge_is_a_picture_without_scripts_or_styles():
    known()
    picture = said()["badge.svg"]
    assert picture.startswith("<svg xmlns=")
    assert not re.search("<script|<style|style=|href=", picture)
