"""How a mail looks when it leaves, and which secrets it holds."""

import re
from email import message_from_bytes, policy

import pytest

from mail import addresses
from mail.building import Letter, build
from mail.models import Delivery, Token
from mail.models.delivery import REFUSABLE, Purpose
from tests import make
from tests.make import MONDAY_9AM, hours

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM
QUESTION = {"body": "Hello Ana,\n\n[[link:answer:satisfaction:88]]\n\nIvana", "links": ["answer:satisfaction:88"]}


def built(delivery=None, **fields):
    mail = build(delivery or make.delivery(**fields), now=NOW)
    return message_from_bytes(mail.message().as_bytes(), policy=policy.default)


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def secret_in(text):
    return re.search(r"/r/([a-z2-7]{26})/", text)[1]


def test_every_try_has_the_same_message_id_and_fresh_secrets():
    delivery = make.delivery(**QUESTION)
    first, second = built(delivery), built(delivery)
    assert first["Message-ID"] == second["Message-ID"] == delivery.message_id
    assert secret_in(text_of(first)) != secret_in(text_of(second))
    for mail in (first, second):
        found = addresses.resolve(secret_in(text_of(mail)), "answer", now=NOW)
        assert (found.about, found.recipient) == ("satisfaction:88", "ana@example.test")


def test_a_stored_body_holds_no_secret():
    delivery = make.delivery(**QUESTION)
    built(delivery)
    assert "[[link:answer:satisfaction:88]]" in Delivery.objects.get().body


def test_links_are_absolute_by_configuration(settings):
    settings.SITE_URL = "https://help.example.test"
    assert "https://help.example.test/r/" in text_of(built(**QUESTION))


def test_the_text_part_comes_first_and_the_html_part_says_the_same():
    mail = built(**QUESTION)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    html = mail.get_body(("html",)).get_content()
    assert secret_in(text_of(mail)) == secret_in(html)
    assert "Hello Ana," in html
    assert "<img" not in html
    assert 'lang="en"' in html


def test_words_of_people_are_no_markup():
    html = built(body='<script>alert("x")</script> & more').get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "words",
    ["[[link:answer:satisfaction:89]]", "[[link:ticket:ticket:7]]", "[[link:answer:satisfaction:8[[link:answer:x:1]]"],
)
def test_words_of_people_cannot_smuggle_in_a_link(words):
    mail = built(body=f"You wrote: {words}\n\n{QUESTION['body']}", links=QUESTION["links"])
    assert text_of(mail).count("/r/") == 1
    assert set(Token.objects.exclude(purpose__in=["reply", "bounce"]).values_list("about", flat=True)) == {
        "satisfaction:88"
    }


def test_without_links_no_placeholder_works():
    assert "/r/" not in text_of(built(body=QUESTION["body"]))


def test_a_persons_mail_is_not_marked_as_automatic():
    mail = built()
    assert mail["Auto-Submitted"] is None
    assert mail["X-Followthrough-Id"] == Delivery.objects.get().key


def test_an_automatic_mail_says_so():
    mail = built(automatic=True)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert built(automatic=True, purpose=Purpose.ACKNOWLEDGEMENT)["Auto-Submitted"] == "auto-replied"


def test_a_mail_names_the_one_before():
    mail = built(in_reply_to="<before@example.test>")
    assert mail["In-Reply-To"] == mail["References"] == "<before@example.test>"


def test_a_long_conversation_is_named_in_lines_that_every_server_takes():
    ids = [f"<{number:0>200}@{'e' * 35}.test>" for number in range(21)]
    delivery = make.delivery(in_reply_to=ids[-2], references=ids)
    raw = Letter.of(build(delivery, now=NOW)).content
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    mail = message_from_bytes(raw, policy=policy.default)
    assert str(mail["In-Reply-To"]).strip() == ids[-2]
    assert str(mail["References"]).split() == ids


def test_what_servers_report_about_a_mail_comes_back_to_an_address_of_that_mail():
    delivery = make.delivery()
    first, one = Letter.of(build(delivery, now=NOW - hours(1))), Letter.of(build(delivery, now=NOW))
    assert one.sender == first.sender, "a server that puts strangers off knows them by their sender"
    assert one.sender != Letter.of(build(make.delivery(), now=NOW)).sender
    local, _at, domain = one.sender.rpartition("@")
    mailbox, _plus, secret = local.partition("+b.")
    assert f"{mailbox}@{domain}" == delivery.mailbox.address
    assert len(local) <= 64
    token = addresses.resolve(secret, "bounce", now=NOW + hours(13 * 24))
    assert (token.about, token.recipient) == (f"delivery:{delivery.pk}", "ana@example.test")
    assert addresses.resolve(secret, "bounce", now=NOW + hours(14 * 24)) is None
    # What people see is the mailbox itself.
    seen = message_from_bytes(one.content, policy=policy.default)
    assert seen["From"].addresses[0].addr_spec == delivery.mailbox.address
    assert secret.encode() not in one.content


def test_the_plain_text_has_no_spaces_that_turn_into_odd_signs():
    text = text_of(built(body="Until 15:00\u202fh on 27.\u00a0November."))
    assert "Until 15:00 h on 27. November." in text


def test_a_mail_says_in_which_language_it_is():
    mail = built(language="hr")
    assert mail["Content-Language"] == "hr"
    assert '<html lang="hr">' in mail.get_body(("html",)).get_content()


def test_the_message_id_tells_nothing():
    assert re.fullmatch(r"<[0-9a-f-]{36}@[^@>]+>", make.delivery().message_id)


def test_each_recipient_answers_to_an_address_of_their_own():
    mail = built()
    local = re.fullmatch(r"(.+)\+r\.([a-z2-7]{26})@.+", str(mail["Reply-To"]))
    assert len(mail["Reply-To"].split("@")[0]) <= 64
    assert addresses.resolve(local[2], "reply", now=NOW).about == "ticket:1042"
    # Some mail systems change the case of addresses.
    assert addresses.resolve(local[2].upper(), "reply", now=NOW)


def test_staff_answer_in_the_product_not_by_mail():
    assert built(purpose=Purpose.STAFF_WARNING)["Reply-To"] is None


def test_names_cannot_break_out_of_their_quotes():
    mail = built(recipient_name='Ana" <evil@example.test>, "Kovač')
    assert [address.addr_spec for address in mail["To"].addresses] == ["ana@example.test"]


def test_mail_comes_from_the_support_address():
    make.organisation()
    mail = built()
    assert mail["From"].addresses[0].addr_spec == Delivery.objects.get().mailbox.address


def test_a_secret_opens_one_purpose_until_it_ends():
    secret = addresses.issue("answer", "satisfaction:88", "ana@example.test", now=NOW, expires_at=NOW + hours(1))
    assert addresses.resolve(secret, "answer", now=NOW)
    assert addresses.resolve(secret, "ticket", now=NOW) is None
    assert addresses.resolve(secret[:-1], "answer", now=NOW) is None
    assert addresses.resolve(secret, "answer", now=NOW + hours(1)) is None
    assert addresses.revoke("satisfaction:88", now=NOW) == 1
    assert addresses.resolve(secret, "answer", now=NOW) is None


def test_only_the_hash_of_a_secret_is_kept():
    secret = addresses.issue("answer", "satisfaction:88", "ana@example.test", now=NOW)
    row = str(Token.objects.values().get())
    assert secret not in row


def test_a_question_can_be_stopped_by_the_button_of_a_mail_program():
    mail = built(purpose=Purpose.SETTLED_QUESTION, **QUESTION)
    secret = re.fullmatch(r"<http://\S+/u/([a-z2-7]{26})/>", mail["List-Unsubscribe"])[1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert addresses.resolve(secret, "stop", now=NOW).recipient == "ana@example.test"


@pytest.mark.parametrize(("language", "words"), [("en", "Stop these questions"), ("hr", "Zaustavi ta pitanja")])
def test_the_same_link_stands_below_the_question_for_whoever_reads_it(language, words):
    mail = built(purpose=Purpose.SETTLED_QUESTION, language=language, **QUESTION)
    link = mail["List-Unsubscribe"].strip("<>")
    assert text_of(mail).rstrip().endswith(f"Ivana\n\n{words}: {link}")
    assert re.search(rf'<a href="{link}"[^>]*>{words}</a>', mail.get_body(("html",)).get_content())


def test_answers_to_choose_from_have_their_words_in_plain_text_too():
    links = [f"answer_{answer}:satisfaction:88" for answer in ("yes", "not_quite", "no")]
    body = "\n".join(f"[[link:{link}]]" for link in links)
    mail = built(purpose=Purpose.SETTLED_QUESTION, body=body, links=links)
    found = re.findall(r"^(.*): http\S+/r/([a-z2-7]{26})/answer/\?choice=(\S+)$", text_of(mail), re.MULTILINE)
    assert [(words, answer) for words, _secret, answer in found] == [
        ("Yes, settled", "yes"), ("Not quite", "not_quite"), ("No", "no"),
    ]  # fmt: skip
    (secret,) = {secret for _words, secret, _answer in found}
    assert addresses.resolve(secret, "answer", now=NOW).about == "satisfaction:88"


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - REFUSABLE))
def test_what_was_promised_or_asked_for_cannot_be_stopped(purpose):
    mail = built(purpose=purpose, about="ticket:1")
    assert mail["List-Unsubscribe"] is None
    assert "Stop these" not in text_of(mail)
