"""Facts about what is built once for everybody: the same for a few seconds, and never for longer than it is true."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.cache import caches
from django.test import Client, override_settings

from standards.models import Forecast
from tests import make
from tests.make import zagreb

pytestmark = pytest.mark.django_db

NOW = zagreb("2026-11-23 10:42")
PATHS = ("/en/", "/en/wait.json", "/en/wait.txt", "/en/badge.svg", "/en/standards.json")
IN_THIS_PROCESS = {
    **settings.CACHES,
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "test of publishing"},
}


@pytest.fixture(autouse=True)
def known():
    make.standard(now=zagreb("2026-01-01 09:00"))
    row = Forecast.objects.create(
        team=None, what=Forecast.What.FIRST_RESPONSE, p50=70, p90=200, p95=300, sample=40, waiting=0, as_of=NOW
    )
    with override_settings(CACHES=IN_THIS_PROCESS):
        caches["process"].clear()
        yield row
        caches["process"].clear()


def test_nothing_is_asked_of_the_database_twice_in_five_seconds(django_assert_num_queries):
    for path in PATHS:
        with time_machine.travel(NOW, tick=False):
            first = Client().get(path).content
        with time_machine.travel(NOW + timedelta(seconds=4), tick=False), django_assert_num_queries(0):
            assert Client().get(path).content == first


def test_after_five_seconds_what_is_new_is_there(known):
    with time_machine.travel(NOW, tick=False):
        assert "within 2 working hours" in Client().get("/en/wait.txt").content.decode()
    known.p50 = 30
    known.save()
    with time_machine.travel(NOW + timedelta(seconds=6), tick=False):
        assert "within 1 working hour" in Client().get("/en/wait.txt").content.decode()


def test_what_becomes_stale_meanwhile_is_not_said_from_memory():
    stale = NOW + timedelta(hours=2)
    for path in PATHS[:4]:
        with time_machine.travel(stale - timedelta(seconds=2), tick=False):
            assert "within 2 working hours" in Client().get(path).content.decode()
        with time_machine.travel(stale + timedelta(seconds=1), tick=False):
            assert "within 2 working hours" not in Client().get(path).content.decode(), path


def test_who_has_it_already_is_told_so_from_memory_too():
    with time_machine.travel(NOW, tick=False):
        first = Client().get("/en/wait.json")
        assert Client().get("/en/wait.json", headers={"if-none-match": first["ETag"]}).status_code == 304
        assert Client().get("/en/wait.json").status_code == 200


def test_compressed_and_plain_are_kept_apart():
    with time_machine.travel(NOW, tick=False):
        packed = Client().get("/en/", headers={"accept-encoding": "gzip"})
        plain = Client().get("/en/")
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert b"<h1>" in plain.content


def test_the_look_of_somebody_is_shown_to_nobody_else():
    user = make.user()
    user.theme = "dark"
    user.save()
    theirs = Client()
    theirs.force_login(user)
    with time_machine.travel(NOW, tick=False):
        assert b'data-theme="dark"' in theirs.get("/en/").content
        assert b'data-theme="dark"' not in Client().get("/en/").content


def test_what_is_not_there_is_asked_again():
    with time_machine.travel(NOW, tick=False):
        assert Client().get("/en/standards/S-9/1/").status_code == 404
        make.standard(now=NOW, name="Late")
        code = "S-2"
        assert Client().get(f"/en/standards/{code}/1/").status_code == 200
