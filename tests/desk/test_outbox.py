"""The outbox: a mail in trouble stands before a person, and a person can end the trouble."""

import pytest
from django.urls import reverse
from django.utils import timezone

from followups.actions import calls, followups
from followups.models import CallTask, FollowUp
from mail.meaning import in_words
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.desk.looking import page, signed_in
from tests.followups.playing import accepted, acknowledged, came_by_mail
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation, settling, tickets
from tickets.actions.conversation import NextDate
from tickets.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def message():
    make.standard()
    ticket = make.ticket()
    return conversation.reply(
        ticket,
        "We have ordered the part.",
        NextDate(contact_by=MONDAY_9AM + hours(2000)),
        by=ticket.team.lead,
        now=MONDAY_9AM,
    )


@pytest.fixture
def desk(client, message):
    client.force_login(message.author)
    return client


def becomes(message, state, **fields):
    Delivery.objects.filter(pk=message.delivery_id).update(state=state, **fields)


def test_a_mail_of_which_nothing_is_known_waits_for_a_person(desk, message):
    becomes(message, Delivery.State.UNKNOWN)
    page = desk.get(reverse("desk:outbox")).content.decode()
    assert "Not known whether it arrived" in page
    assert "It did not arrive" in page


def test_when_somebody_found_out_that_it_arrived_it_counts(desk, message):
    becomes(message, Delivery.State.UNKNOWN)
    desk.post(reverse("desk:mail-arrived", args=[message.pk]))
    assert message.ticket.commitments.get(kind=Kind.FIRST_RESPONSE).state == "ended"


def test_when_it_did_not_arrive_its_author_has_the_text_again(desk, message):
    becomes(message, Delivery.State.UNKNOWN)
    desk.post(reverse("desk:mail-lost", args=[message.pk]))
    assert Draft.objects.get().body == "We have ordered the part."
    assert message.ticket.commitments.get().state == "running"


def test_a_mail_that_waits_can_be_cancelled(desk, message):
    assert "Waiting to leave" in desk.get(reverse("desk:outbox")).content.decode()
    desk.post(reverse("desk:mail-cancel", args=[message.pk]))
    assert Delivery.objects.get().state == Delivery.State.CANCELLED
    assert Draft.objects.exists()


def test_trying_again_needs_a_mail_that_is_not_known(desk, message):
    desk.post(reverse("desk:mail-retry", args=[message.pk]))
    assert Delivery.objects.get().state == Delivery.State.QUEUED
    becomes(message, Delivery.State.UNKNOWN)
    desk.post(reverse("desk:mail-retry", args=[message.pk]))
    assert Delivery.objects.get().state == Delivery.State.QUEUED


def test_the_outbox_shows_only_what_one_may_see(client, message):
    client.force_login(make.team().lead)
    assert message.ticket.subject not in client.get(reverse("desk:outbox")).content.decode()


def test_an_empty_outbox_says_what_is_good(client):
    make.organisation()
    client.force_login(make.user())
    assert "Everything that was written has arrived" in client.get(reverse("desk:outbox")).content.decode()


@pytest.fixture
def automatic():
    """An acknowledgement that the other server refused; Ana has a telephone."""
    ticket = came_by_mail(customer=make.customer(name="Ana Kovač", phone="01 555 0198"))
    followup = acknowledged(ticket)
    refused(followup)
    return followups.finish(followup, now=MONDAY_9AM)


def refused(followup, reason="550 5.1.1 <ana@example.test>: user unknown"):
    failed = {"state": Delivery.State.FAILED, "ended_at": MONDAY_9AM, "reason": reason, "attempts_made": 1}
    Delivery.objects.filter(pk=followup.delivery_id).update(**failed)
    settling.settle_all(now=MONDAY_9AM)


def shown(user, path="/desk/outbox/"):
    return page(user, path)


def pressed(user, name, *args, **data):
    return signed_in(user).post(reverse(f"desk:{name}", args=args), data, follow=True).content.decode()


def test_what_the_server_said_stands_quoted_beside_plain_words(automatic):
    text = shown(automatic.ticket.team.lead)
    assert "The other mail server does not know this address." in text
    assert "“550 5.1.1 &lt;ana@example.test&gt;: user unknown”" in text
    log = shown(automatic.ticket.team.lead, reverse("desk:mail-log", args=[automatic.delivery.message.pk]))
    assert "The other mail server does not know this address." in log


@pytest.mark.parametrize(
    ("reason", "meaning"),
    [
        ("550 no such user", "does not know this address"),
        ("550 5.2.1 disabled", "takes no mail any more"),
        ("552 5.2.2 over quota", "is full"),
        ("554 5.7.1 blocked", "refuses mail from us"),
        ("554 transaction failed", "refused it"),
        ("451 4.7.1 greylisted", "for now"),
        ("There is nobody to send it to.", ""),
    ],
)
def test_answers_of_servers_in_plain_words(reason, meaning):
    found = in_words(reason)
    assert meaning in found if meaning else not found


def test_an_automatic_mail_that_failed_is_tried_again_and_does_then_what_it_says(automatic, time_machine):
    time_machine.move_to(MONDAY_9AM + hours(1), tick=False)
    lead, message_id = automatic.ticket.team.lead, automatic.delivery.message_id
    assert "It is tried again." in pressed(lead, "mail-retry", automatic.delivery.message.pk)
    automatic.refresh_from_db()
    assert (automatic.state, automatic.ended_at) == (FollowUp.State.HANDED_OVER, None)
    accepted(automatic.delivery, at=MONDAY_9AM + hours(1))
    assert automatic.delivery.message_id == message_id
    followups.finish(automatic, now=MONDAY_9AM + hours(1))
    assert automatic.ticket.commitments.get(kind=Kind.ACKNOWLEDGE).state == "ended"
    assert CallTask.objects.get().not_needed_because == "The mail has arrived after all."


def test_what_would_name_a_time_that_has_passed_is_not_tried_again(automatic, time_machine):
    time_machine.move_to(MONDAY_9AM + hours(5), tick=False)
    lead = automatic.ticket.team.lead
    assert "It would come too late now" in shown(lead)
    assert "Not tried again: The time that it would name has passed already." in pressed(
        lead, "mail-retry", automatic.delivery.message.pk
    )
    automatic.refresh_from_db()
    assert automatic.state == FollowUp.State.FAILED


def test_what_a_person_wrote_and_failed_is_theirs_to_send_anew(desk, message):
    becomes(message, Delivery.State.FAILED, ended_at=MONDAY_9AM, reason="550 no")
    settling.settle_all(now=MONDAY_9AM)
    desk.post(reverse("desk:mail-retry", args=[message.pk]))
    assert Delivery.objects.get().state == Delivery.State.FAILED
    assert "Open the draft" in shown(message.author)
    assert f"The text is a draft of {message.author.name} again." in shown(make.manager())


def test_put_away_it_leaves_the_outbox_and_stays_on_its_ticket(automatic):
    lead = automatic.ticket.team.lead
    assert "Put away." in pressed(lead, "mail-put-away", automatic.delivery.message.pk)
    assert "Did not leave" not in shown(lead)
    assert "It no longer needs that." in pressed(lead, "mail-put-away", automatic.delivery.message.pk)
    assert "user unknown" in shown(lead, f"/desk/tickets/{automatic.ticket.number}/")


def test_what_waits_cannot_be_put_away(desk, message):
    desk.post(reverse("desk:mail-put-away", args=[message.pk]))
    assert Delivery.objects.get().put_away_at is None


def test_an_automatic_mail_found_to_be_lost_becomes_a_call():
    ticket = came_by_mail(customer=make.customer(phone="01 555 0198"))
    followup = acknowledged(ticket)
    Delivery.objects.filter(pk=followup.delivery_id).update(state=Delivery.State.UNKNOWN)
    assert followups.finish(followup, now=MONDAY_9AM).state == FollowUp.State.DONE
    pressed(ticket.team.lead, "mail-lost", followup.delivery.message.pk)
    followup.refresh_from_db()
    assert followup.state == FollowUp.State.FAILED
    assert CallTask.objects.get().followup == followup


def test_a_call_to_make_stands_with_the_number_until_somebody_says_why_not(automatic):
    lead, task = automatic.ticket.team.lead, CallTask.objects.get()
    text = shown(lead)
    assert "Call Ana Kovač" in text
    assert "01 555 0198" in text
    assert "Call Ana Kovač" not in shown(make.team().lead)
    assert "Say why nobody has to call." in pressed(lead, "call-not-needed", task.pk, because=" ", back="outbox")
    assert "Nobody has to call." in pressed(lead, "call-not-needed", task.pk, because="She was here.", back="outbox")
    assert "Call Ana Kovač" not in shown(lead)


def test_a_planned_follow_up_is_skipped_from_the_list_with_a_reason(message):
    ticket = tickets.resolve(message.ticket, at=MONDAY_9AM, now=MONDAY_9AM, by=None)
    planned = followups.plan(ticket, now=MONDAY_9AM)
    text = pressed(message.author, "followup-skip", planned.pk, reason="She said so on the phone", back="outbox")
    assert "Planned follow-ups" in text  # the closing is still planned
    planned.refresh_from_db()
    assert planned.reason == "She said so on the phone"


def test_what_expired_by_itself_needs_nobody(automatic):
    Delivery.objects.filter(pk=automatic.delivery_id).update(state=Delivery.State.EXPIRED, ended_at=timezone.now())
    text = shown(automatic.ticket.team.lead)
    assert "Did not leave" not in text
    assert "Not sent, because it was no longer true" in text


def test_mail_to_staff_that_failed_is_shown_to_administrators():
    mail = make.delivery(purpose="sign_in", recipient="lea@example.test", about="", automatic=True)
    Delivery.objects.filter(pk=mail.pk).update(state="failed", ended_at=MONDAY_9AM, reason="550 5.1.1 no")
    admin = make.administrator()
    make.organisation()
    assert "lea@example.test" not in shown(make.manager())
    assert "lea@example.test" in shown(admin)
    assert "It is tried again." in pressed(admin, "staff-mail-retry", mail.pk)
    assert Delivery.objects.get().state == Delivery.State.QUEUED
    assert "It no longer needs that" in pressed(admin, "staff-mail-put-away", mail.pk)


def test_the_rail_counts_what_needs_somebody(automatic):
    lead = automatic.ticket.team.lead
    counted = shown(lead, "/desk/tickets/")
    assert '<span class="rail__count rail__count--calm">2<span' in counted  # the mail, and the call
    pressed(lead, "mail-put-away", automatic.delivery.message.pk)
    calls.not_needed(CallTask.objects.get(), because="Done", by=lead, now=MONDAY_9AM)
    assert "rail__count--calm" not in shown(lead, "/desk/")


def test_hundreds_stay_calm(message, monkeypatch):
    monkeypatch.setattr("desk.outbox.FEW", 2)
    monkeypatch.setattr("desk.outbox.MOST", 3)
    for number in range(3):
        ticket = make.ticket(team=message.ticket.team)
        conversation.reply(
            ticket, f"Letter {number}", NextDate(contact_by=MONDAY_9AM + hours(2000)), by=message.author, now=MONDAY_9AM
        )
    text = shown(message.author)
    assert text.count("Letter ") == 2
    assert "Show all 4" in text
    text = shown(message.author, "/desk/outbox/?show=waiting")
    assert text.count("Letter ") == 3
    assert "1 more is not shown here" in text
    assert "Waiting to leave" in shown(message.author, "/desk/outbox/?show=nothing-like-this")


def test_while_it_can_be_undone_recipient_and_text_are_shown(message):
    text = shown(message.author)
    assert message.delivery.recipient in text
    assert "We have ordered the part." in text
    assert reverse("desk:message-undo", args=[message.pk]) in text
    assert reverse("desk:mail-cancel", args=[message.pk]) in shown(make.manager())
