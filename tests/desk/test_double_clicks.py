"""A form that reaches two server processes at the same moment acts once, and both answer as if it were theirs."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import make
from tickets.actions import uploads
from tickets.actions.attachments import Brought
from tickets.models import Attachment, Message, Note, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
NOTHING_MORE = {"next": "nothing", "because": "It is a copy."}


@pytest.fixture
def ticket():
    return make.ticket()


def both(user, address, form):
    """The answers to the same form, sent twice at once."""
    ready = Barrier(2)

    def send(_number):
        client = Client()
        client.force_login(user)
        ready.wait()
        try:
            return client.post(address, form)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as presses:
        return list(presses.map(send, range(2)))


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("reply", {"body": "It comes tomorrow.", **NOTHING_MORE}),
        ("call", {"body": "It comes tomorrow.", "result": "reached", **NOTHING_MORE}),
        ("note", {"body": "It comes tomorrow."}),
    ],
)
def test_what_is_written_stands_once(ticket, name, form):
    address = reverse(f"desk:ticket-{name}", args=[ticket.number])
    answers = both(ticket.team.lead, address, {"key": str(uuid4()), **form})
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Message.objects.filter(direction="out").count() + Note.objects.count() == 1


def test_files_that_were_chosen_go_along_once_also_for_the_press_that_comes_later(ticket):
    by = ticket.team.lead
    plan = Brought("plan.pdf", "application/pdf", ContentFile(b"%PDF", name="x"))
    chosen = uploads.take(uuid4(), plan, by=by, now=timezone.now())
    form = {"key": str(uuid4()), "body": "Here.", "files_of": str(chosen.form), "kept": chosen.pk, **NOTHING_MORE}
    address = reverse("desk:ticket-reply", args=[ticket.number])
    assert {answer.status_code for answer in [*both(by, address, form), *both(by, address, form)]} == {302}
    assert Attachment.objects.get().message.body == "Here."


def test_one_ticket_is_opened(ticket):
    form = {
        "key": str(uuid4()), "name": "Josip Babić", "email": "josip@example.test", "language": "en", "channel": "phone",
        "subject": "It jams", "body": "It jams", "type": "question", "priority": "normal", "team": ticket.team_id,
    }  # fmt: skip
    answers = both(ticket.team.lead, reverse("desk:ticket-new"), form)
    opened = Ticket.objects.exclude(pk=ticket.pk).get()
    assert [answer.headers.get("Location") for answer in answers] == [f"/desk/tickets/{opened.number}/"] * 2
