"""In whose name mail leaves, what stands below it, and who says so."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from django.core.exceptions import ValidationError

from mail.building import Letter, build
from mail.models import Delivery, Mailbox
from people.actions import teams, users
from people.models import Team, User
from tests import make
from tests.desk.looking import page, signed_in
from tests.mail.letters import letter
from tests.make import MONDAY_9AM, hours
from tests.tickets import arriving
from tests.tickets.arriving import LATER, arrives
from tickets.actions import conversation, new_links
from tickets.actions.conversation import NextDate
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    make.organisation(name="City Help", support_address="support@example.test")
    return arriving.anas_ticket()


@pytest.fixture
def anna(ticket) -> User:
    anna = make.user(name="Anna Horvat", teams=[ticket.team])
    users.sign(anna, sender_name="Anna", signature="Anna Horvat\r\nPrinters, 01 555 0123 ")
    teams.sign(ticket.team, sender_name="", signatures={"en": "City Help, Old Street 1", "hr": "Gradska pomoć"})
    return User.objects.get(pk=anna.pk)


def last():
    raw = Letter.of(build(Delivery.objects.latest("pk"), now=LATER)).content
    mail = message_from_bytes(raw, policy=policy.default)
    text, html = (mail.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
    return mail, text, html


def replied(ticket, by):
    conversation.reply(ticket, "We look at it.", NextDate(contact_by=MONDAY_9AM + hours(30)), by=by, now=LATER)
    return last()


def test_a_reply_is_from_its_author_in_the_name_of_the_house_and_signed_by_both(ticket, anna):
    mail, text, html = replied(ticket, anna)
    assert str(mail["From"]) == '"Anna (City Help)" <support@example.test>'
    assert text.rstrip().endswith("\n-- \nAnna Horvat\nPrinters, 01 555 0123\nCity Help, Old Street 1")
    assert "Printers, 01 555 0123<br>City Help, Old Street 1" in html
    assert "Old Street" not in ticket.messages.last().text


def test_what_leaves_by_itself_carries_the_teams_signature_alone(ticket, anna):
    new_links.send(ticket, now=LATER)
    mail, text, _html = last()
    assert str(mail["From"]) == "City Help <support@example.test>"
    assert text.rstrip().endswith("\n-- \nCity Help, Old Street 1")


def test_no_signature_stands_below_a_mail_in_another_language(ticket, anna):
    ticket.customer.language = "ms"
    ticket.customer.save()
    users.sign(anna, sender_name="", signature="")
    assert "-- " not in replied(ticket, User.objects.get(pk=anna.pk))[1]


def test_mail_of_a_team_leaves_from_its_own_mailbox_and_of_several_from_the_one_written_to(ticket, anna):
    for name in ("a", "b"):
        Mailbox.objects.create(name=name, address=f"{name}@example.test", team=ticket.team)
    assert "<a@example.test>" in str(replied(ticket, anna)[0]["From"])
    arrives(letter(to="b@example.test"), mailbox=Mailbox.objects.get(name="b"), at=LATER + hours(1))
    mail, _text, _html = replied(Ticket.objects.latest("pk"), anna)
    assert "<b@example.test>" in str(mail["From"])
    assert str(mail["Reply-To"]).startswith("b+r.")


@pytest.mark.parametrize("name", ["boss@bank.test", "Anna\r\nBcc: x", 'An"na', "An<na", "x" * 81])
def test_no_name_can_be_taken_for_an_address(anna, name):
    with pytest.raises(ValidationError) as refused:
        users.sign(anna, sender_name=name, signature="")
    assert "sender_name" in refused.value.message_dict


@pytest.mark.parametrize("text", ["Yours, {{ name }}", "[[link:ticket:ticket:1]]", "a\x00b", "x" * 601])
def test_nothing_is_filled_in_in_a_signature(ticket, text):
    with pytest.raises(ValidationError) as refused:
        teams.sign(ticket.team, sender_name="", signatures={"en": text})
    assert "signature_en" in refused.value.message_dict


def test_the_lead_and_administrators_say_how_a_team_signs_and_see_it(ticket, anna):
    path = f"/desk/settings/teams/{ticket.team.pk}/signature/"
    for nobody in (anna, make.manager(), make.team().lead):
        assert signed_in(nobody).get(path).status_code == 404
    lead = ticket.team.lead
    assert signed_in(lead).post(path, {"sender_name": "City Devices", "signature_en": "Devices"}).status_code == 302
    assert Team.objects.get(pk=ticket.team.pk).signatures == {"en": "Devices"}
    assert "City Devices" in page(make.administrator(), path)
    assert path in page(lead, "/desk/preferences/")


def test_a_person_says_how_they_sign_and_sees_it(ticket, anna):
    path = "/desk/settings/signature/"
    assert signed_in(anna).post(path, {"sender_name": "", "signature": "Anna H."}).status_code == 302
    shown = page(anna, path)
    assert "Anna Horvat (City Help)" in shown
    assert "Anna H.\nCity Help, Old Street 1" in shown
    assert signed_in(anna).post(path, {"sender_name": "a@b.test", "signature": ""}).status_code == 422
