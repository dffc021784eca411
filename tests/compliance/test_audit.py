"""Facts about the audit: where all is well it finds nothing, and it finds each fault that is planted."""

import pytest
from django.core.management import call_command

from compliance import audit
from compliance.actions import auditing
from mail.models import Delivery
from people.terms import Channel
from tests import make
from tests.compliance.planting import (
    NOW,
    WAIT_UNTIL,
    accepted,
    all_planted,
    moved,
    paused,
    replied,
    resolved,
)
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation
from tickets.actions.conversation import Told
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
PLANTED = all_planted()


def found(now=NOW):
    return {finding.check.name for finding in audit.run(now)}


def test_nothing_is_reported_where_all_is_well():
    paused()
    moved()
    replied()
    make.promise(may_get_in_the_way="The supplier")
    assert found() == set()


def test_a_mail_about_two_tickets_stands_on_both_and_none_is_missing():
    message = replied()
    accepted(message)
    mail, beside = Delivery.objects.get(pk=message.delivery_id), make.ticket(customer=message.ticket.customer)
    Delivery.objects.filter(pk=mail.pk).update(also_about=[beside.about])
    conversation.note_sent(beside, mail, now=NOW)
    assert "mail-without-delivery" not in found()


def test_the_command_says_so_and_ends_well(capsys):
    make.ticket()
    call_command("audit")
    assert capsys.readouterr().out == "nothing to report\n"


def test_the_command_lists_what_is_broken_and_exits_with_one(capsys):
    ticket = resolved()
    Ticket.objects.update(unplanned=False)
    with pytest.raises(SystemExit) as end:
        call_command("audit")
    assert end.value.code == 1
    assert f"tickets.Ticket {ticket.pk}" in capsys.readouterr().out


def test_a_resolved_ticket_without_a_question_is_marked_again_by_healing():
    ticket = resolved()
    Ticket.objects.update(unplanned=False)
    with pytest.raises(SystemExit):
        call_command("audit", heal=True)
    ticket.refresh_from_db()
    assert ticket.unplanned
    assert found() == set()


def test_every_night_it_heals_what_it_can_and_writes_the_rest_down(caplog):
    ticket = resolved()
    Ticket.objects.update(unplanned=False)
    found_by_night = auditing.look(now=NOW)
    assert [finding.check.name for finding in found_by_night] == ["question-not-planned"]
    assert f"question-not-planned: 1 rows, among them {ticket.pk}" in caplog.text
    assert found() == set()


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_nothing_else(name):
    plant, broken = PLANTED[name]
    plant()
    assert found() == broken


def test_every_check_has_a_fault_planted_for_it():
    assert set(PLANTED) == {check.name for check in audit.CHECKS}


def test_what_was_moved_and_told_by_phone_is_recorded():
    promise = make.promise()
    conversation.log_call(
        promise.ticket, "Told her it comes tomorrow.", "reached",
        None, told=[Told("The part is ordered", MONDAY_9AM + hours(28), moves=promise, reason="It is late")],
        by=promise.made_by, now=MONDAY_9AM + hours(1),
    )  # fmt: skip
    assert found() == set()


def test_a_ticket_that_waits_as_long_as_it_said_is_in_order():
    ticket = paused().ticket
    assert ticket.messages.filter(channel=Channel.PHONE).exists()
    assert found(WAIT_UNTIL) == set()
