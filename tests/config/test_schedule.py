"""What happens by itself: looking for it costs the same however much has been done already."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django_q.models import Failure, OrmQ

from compliance.models import AuditRun, Export
from config import questions
from config.schedule import EVERY_MINUTE, EVERY_MOMENT, mail_is_due
from config.supervisor import Supervisor
from followups.models import FollowUp
from mail import sending
from mail import tasks as mail_tasks
from mail.models import Delivery, InboundMail
from people.terms import Channel
from tests import make
from tests.make import MONDAY_9AM
from tickets.models import Attachment, Message, Ticket

pytestmark = pytest.mark.django_db

NOW = MONDAY_9AM
DONE_LONG_AGO = 1_500
INDEX_OF_WORK = {
    "mail.tasks.send_queued": "delivery_due",
    "tickets.tasks.file_mail": "inbound_mail_to_file",
    "tickets.tasks.settle_messages": "message_unsettled",
    "followups.tasks.plan": "ticket_unplanned",
    "followups.tasks.carry_out": "followup_due",
    "followups.tasks.finish": "followup_handed_over",
    "compliance.tasks.write_exports": "export_to_write",
    "compliance.tasks.audit_asked_for": "one_audit_waits_to_begin",
    "tickets.tasks.draw_previews": "attachment_undrawn",
}


@pytest.fixture
def much_done_and_little_to_do():
    """A long history in every table of work, and one thing of each kind that waits."""
    mail = make.delivery()
    ticket = make.ticket()
    ticket.unplanned = False
    Delivery.objects.bulk_create(
        Delivery(
            key=f"old:{number}", message_id=f"<{number}@example.test>", state="sent", ended_at=NOW, next_at=NOW,
            made_at=NOW, purpose=mail.purpose, about=f"ticket:{number}", mailbox=mail.mailbox, subject="Old",
            recipient=mail.recipient, body="Old", expires_at=NOW,
        )
        for number in range(DONE_LONG_AGO)
    )  # fmt: skip
    Message.objects.bulk_create(
        Message(ticket=ticket, direction="in", channel=Channel.MAIL, body="Old", at=NOW) for _ in range(DONE_LONG_AGO)
    )
    FollowUp.objects.bulk_create(
        FollowUp(ticket=ticket, step="settled_question", cycle=n, due_at=NOW, made_at=NOW, state="done", ended_at=NOW)
        for n in range(1, DONE_LONG_AGO)
    )
    fields = {field.attname: getattr(ticket, field.attname) for field in Ticket._meta.concrete_fields}
    for given in ("id", "number"):
        fields.pop(given)
    Ticket.objects.bulk_create(Ticket(**fields, number=50_000 + number) for number in range(DONE_LONG_AGO))
    FollowUp.objects.create(ticket=ticket, step="settled_question", cycle=DONE_LONG_AGO, due_at=NOW, made_at=NOW)
    InboundMail.objects.bulk_create(
        InboundMail(raw=b"", sha256=number.to_bytes(32, "big"), state="filed", received_at=NOW)
        for number in range(DONE_LONG_AGO)
    )
    InboundMail.objects.create(raw=b"", sha256=b"\xff" * 32, received_at=NOW)
    old = {"made_by": ticket.team.lead, "made_at": NOW, "question": {}, "form": "csv", "language": "en", "rows": 1}
    Export.objects.bulk_create(Export(**old, ended_at=NOW) for _ in range(DONE_LONG_AGO))
    Export.objects.create(**old)
    AuditRun.objects.bulk_create(AuditRun(asked_at=NOW, began_at=NOW) for _ in range(DONE_LONG_AGO))
    AuditRun.objects.create(asked_at=NOW)
    file = {"message": ticket.messages.first(), "name": "screen.png", "size": 1, "sha256": b"", "file": "x"}
    Attachment.objects.bulk_create(Attachment(**file, position=number) for number in range(DONE_LONG_AGO))
    Attachment.objects.create(**file, position=DONE_LONG_AGO, undrawn=True)
    with connection.cursor() as cursor:
        for model in (Delivery, InboundMail, Message, FollowUp, Ticket, Export, AuditRun, Attachment):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def test_every_question_is_answered_by_an_index_that_holds_only_work(much_done_and_little_to_do):
    for question, task in EVERY_MOMENT:
        text, values = question(NOW).order_by().values("pk")[:1].query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN SELECT EXISTS ({text})", values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert INDEX_OF_WORK[task] in plan, plan


def test_every_question_has_an_index_of_its_own():
    assert set(INDEX_OF_WORK) >= {task for _question, task in EVERY_MOMENT}


def test_whoever_starts_catches_up_with_everything_at_once(monkeypatch):
    class Cluster:
        has_caught_up = False

    cluster = Cluster()
    Supervisor()._look_for_work(cluster)
    assert sorted(row.func() for row in OrmQ.objects.all()) == sorted(EVERY_MINUTE)
    OrmQ.objects.all().delete()
    make.organisation()
    Supervisor()._look_for_work(cluster)
    assert [row.func() for row in OrmQ.objects.all()] == ["mail.tasks.beat"]


def test_the_demos_catcher_takes_the_mail_of_the_demo_only(settings):
    settings.MAIL_TO_CATCHER = True
    make.delivery()
    assert sending.is_paused()
    assert not mail_is_due(NOW).exists()
    type(make.organisation()).objects.update(demo=True)
    assert not sending.is_paused()
    assert mail_is_due(NOW).exists()
    assert questions.has_work(NOW)[1] == ["mail.tasks.send_queued"]


def test_what_failed_long_ago_is_forgotten(time_machine):
    time_machine.move_to(NOW)
    for days in (1, 31):
        then = NOW - timedelta(days=days)
        Failure.objects.create(
            id=str(days), name=str(days), func="mail.tasks.beat", started=then, stopped=then, success=False
        )
    assert mail_tasks.forget_failed_tasks() == 1
    assert [failure.name for failure in Failure.objects.all()] == ["1"]
