"""How a mail reads in the conversation: what is new, what repeats, and what can't be read at all."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from mail import inbound
from tests import make
from tests.mail.letters import letter, part, parts
from tests.make import MONDAY_9AM
from tickets.actions import intake
from tickets.models import Message

pytestmark = pytest.mark.django_db
QUOTED = "On 12/11/2026 10:14, City Services Desk wrote:\n> On which floor is it?"


@pytest.fixture(autouse=True)
def team():
    team = make.team()
    make.organisation(support_address="support@example.test", default_team=team)
    return team


def filed(raw: bytes) -> Message:
    mail = inbound.ingest(raw, now=MONDAY_9AM)
    intake.file_all(now=MONDAY_9AM)
    return Message.objects.get(inbound=mail)


def test_what_only_repeats_is_kept_and_stands_apart():
    message = filed(letter(f"On the second.\n\n{QUOTED}"))
    assert message.new_text == "On the second."
    assert message.quoted_text == QUOTED
    assert message.text == f"On the second.\n\n{QUOTED}"


def test_what_is_new_is_all_there_is_where_nothing_repeats():
    message = filed(letter("On the second."))
    assert (message.new_text, message.quoted_text, message.quoted_from) == ("On the second.", "", None)


def test_what_we_say_of_a_mail_stands_before_what_it_repeats(settings):
    settings.FILES_MOST_IN_A_MAIL = 0
    message = filed(parts(part(f"Here it is.\n\n{QUOTED}"), part(b"x", "image/png", name="floor.png")))
    assert message.new_text.startswith("Here it is.\n\n(Too much to be kept apart")
    assert message.quoted_text == QUOTED


def test_of_html_alone_the_quotation_is_known_by_its_markup():
    html = '<p>On the second.</p><blockquote type="cite"><p>On which floor is it?</p></blockquote>'
    message = filed(letter(html, kind="text/html; charset=utf-8"))
    assert message.new_text == "On the second."
    assert message.quoted_text == "> On which floor is it?"


def test_who_only_indents_quotes_nothing():
    message = filed(letter("<p>It says:</p><blockquote>Error 7</blockquote>", kind="text/html; charset=utf-8"))
    assert "Error 7" in message.new_text


@pytest.mark.parametrize(
    ("raw", "file"),
    [
        (
            parts(
                part("Version: 1", "application/pgp-encrypted"),
                part("-----BEGIN PGP MESSAGE-----", "application/octet-stream"),
                kind="encrypted",
            ),
            "encrypted.asc",
        ),
        (letter(b"x", kind="application/pkcs7-mime; smime-type=enveloped-data"), "smime.p7m"),
        (letter(b"x", kind="application/x-pkcs7-mime; smime-type=signed-data; name=mail.p7m"), "mail.p7m"),
        (letter(b"x\x9f\x3e\x22", kind="application/ms-tnef"), "winmail.dat"),
    ],
)
def test_what_cannot_be_read_says_so_and_is_kept_as_a_file(raw, file):
    message = filed(raw)
    assert f"The text is in {file}, encrypted or in a form that can't be read here." in message.new_text
    assert file in message.attachments.values_list("name", flat=True)


def test_a_text_that_is_encrypted_itself_says_so():
    assert "is encrypted and can't be read here" in filed(letter("-----BEGIN PGP MESSAGE-----\n\nhQEMA")).new_text


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("text/calendar; method=REQUEST", "invite.ics"),
        ("application/pkcs7-signature", "smime.p7s"),
        ("application/pgp-signature", "signature.asc"),
        ("text/vcard", "contact.vcf"),
        ("image/png", "attachment.png"),
        ("application/octet-stream", "attachment.bin"),
        ("x/y.strange-kind", "attachment.y.strange-kind"),
    ],
)
def test_parts_without_a_name_are_called_what_they_are(kind, name):
    message = filed(parts(part("Friday at ten."), part(b"x", kind)))
    assert message.new_text == "Friday at ten."
    assert [file.name for file in message.attachments.all()] == [name]


def test_an_invitation_between_two_ways_to_say_the_same_is_kept():
    raw = parts(
        part("Friday at ten."),
        part("<p>Friday at ten.</p>", "text/html"),
        part("BEGIN:VCALENDAR", "text/calendar; method=REQUEST"),
        kind="alternative",
    )
    message = filed(raw)
    assert message.new_text == "Friday at ten."
    assert [file.name for file in message.attachments.all()] == ["invite.ics"]


def test_a_message_cannot_be_quotation_from_its_first_letter_on():
    message = filed(letter("On the second."))
    message.quoted_from = 0
    with pytest.raises(IntegrityError):
        message.save()
