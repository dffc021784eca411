"""What those who watch over the machines are told."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from mail import actions
from mail.models import Mailbox
from tests import make


def test_healthz_looks_at_nothing_but_the_process(client):
    assert client.get("/healthz").content == b"ok"


@pytest.fixture
def worker_lives(db):
    actions.beat("worker", now=timezone.now())


def ready(client, query=""):
    answer = client.get(f"/readyz{query}")
    return answer.status_code, answer.json()["status"], answer.json()["reasons"]


@pytest.mark.usefixtures("worker_lives")
def test_all_is_well(client):
    assert ready(client) == ready(client, "?strict") == (200, "ok", [])


@pytest.mark.django_db
def test_a_worker_that_stands_still_degrades(client):
    assert ready(client) == (200, "degraded", ["worker-late"])
    actions.beat("worker", now=timezone.now() - timedelta(minutes=2))
    assert ready(client, "?strict") == (503, "degraded", ["worker-late"])


@pytest.mark.usefixtures("worker_lives")
def test_mail_that_does_not_leave_degrades(client, settings):
    now = timezone.now()
    make.delivery(now=now, due_at=now - timedelta(minutes=5))
    assert ready(client)[2] == ["outbox-late"]
    Mailbox.objects.update(sending_paused_why="535 wrong password")
    assert ready(client)[2] == ["mailbox-paused"]
    settings.MAIL_PAUSED_REASON = "no-server"
    assert ready(client)[2] == ["sending-paused", "mailbox-paused"]


@pytest.mark.usefixtures("worker_lives")
def test_tables_that_are_not_made_yet_are_down(client, monkeypatch):
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _self: {})
    assert ready(client) == (503, "down", ["migrations"])


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_down(client, monkeypatch):
    def broken(_self):
        raise OperationalError("gone")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", broken)
    assert ready(client) == (503, "down", ["database"])
