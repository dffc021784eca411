"""A mail's bytes as facts, however it was made and whatever its sender had in mind."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail import decoding, senders
from mail.contents import LONGEST_TEXT
from mail.parsing import parse
from tests.mail.letters import letter, nested, part, parts

CROATIAN = "Čekam već šest dana, žao mi je: đački ćevapi"


def test_an_ordinary_mail_says_everything():
    facts = parse(
        letter(
            "Hello,\r\nit does not print.\r\n",
            to="Support <support+r.abc@example.test>, Ben <ben@example.test>",
            cc="carl@example.test",
            in_reply_to="<7@us.test>",
            references="<5@us.test>\r\n <7@us.test>",
        )
    )
    assert (facts.sender, facts.name, facts.senders) == ("ana@example.test", "Ana Kovač", 1)
    assert facts.to == ["support+r.abc@example.test", "ben@example.test"]
    assert facts.cc == ["carl@example.test"]
    assert (facts.subject, facts.text) == ("Printer", "Hello,\nit does not print.")
    assert (facts.message_id, facts.in_reply_to) == ("<1@example.test>", "<7@us.test>")
    assert facts.references == ["<5@us.test>", "<7@us.test>"]
    assert not facts.machine.why
    assert not facts.bounce
    assert not facts.unreadable


@pytest.mark.parametrize(
    ("named", "written"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-2", "iso-8859-2"),
        ("windows-1250", "cp1250"),
        ("iso-8859-2", "cp1250"),  # what Windows calls by the wrong name
        ("iso-8859-1", "utf-8"),
        ("us-ascii", "utf-8"),
        ("us-ascii", "cp1250"),
        ("foo-9", "utf-8"),
        ("foo-9", "cp1250"),
        ("utf-8", "cp1250"),
        ("", "cp1250"),
        ("punycode", "utf-8"),
        ("utf-16", "utf-16"),
    ],
)
def test_a_charset_that_is_wrong_or_unknown_is_repaired(named, written):
    assert parse(letter(CROATIAN.encode(written), kind=f"text/plain; charset={named}")).text == CROATIAN


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?Pisa=C4=8D_ne_ispisuje?=", "Pisač ne ispisuje"),
        ("=?iso-8859-2?Q?Ra=E8un_za_stru?=\r\n =?iso-8859-2?q?ju?=", "Račun za struju"),
        ("=?utf-8?b?xI1l?= =?utf-8?b?a2Ft?=", "čekam"),
        ("=?utf-8?q?=C4?= =?utf-8?q?=8D?=", "č"),  # one letter cut in two
        ("Re: =?windows-1250?q?=8Aibenik?= (2)", "Re: Šibenik (2)"),
        ("=?foo-9?q?x=C4=8D?=", "xč"),
        ("=?utf-8*hr?q?=C4=8D?=", "č"),
        ("=?utf-8?b?a?=", "=?utf-8?b?a?="),
        ("=?utf-8?b?////?=", None),
        ("Šibenik as it stands", "Šibenik as it stands"),
        ("two\r\n lines", "two lines"),
        ("", ""),
    ],
)
def test_encoded_words_are_decoded(written, read):
    subject = parse(letter(subject=written)).subject
    assert read is None or subject == read
    subject.encode()


def test_an_encoded_line_break_makes_no_header():
    facts = parse(letter(subject="=?utf-8?q?a=0D=0ABcc:_x@evil.test?=", sender="=?utf-8?q?A=0D=0Ab?= <a@b.test>"))
    assert facts.subject == "a Bcc: x@evil.test"
    assert facts.name == "A b"


def test_what_cannot_be_stored_is_taken_out():
    facts = parse(letter("a\x00b\x1bc\ud800d".encode("utf-8", "surrogatepass"), subject="N\x00UL \u202etxt.exe"))
    assert facts.subject == "N UL txt.exe"
    assert "\x00" not in facts.text
    json.dumps(facts.text).encode()
    facts.text.encode()


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Ana Kovač <ana@example.test>", [("ana@example.test", "Ana Kovač")]),
        ('"Kovač, Ana" <ana@EXAMPLE.test>', [("ana@example.test", "Kovač, Ana")]),
        ("ana@example.test (Ana)", [("ana@example.test", "Ana")]),
        ("=?utf-8?q?Kova=C4=8D=2C_Ana?= <ana@example.test>", [("ana@example.test", "Kovač, Ana")]),
        ('"=?utf-8?Q?a=40b.c?=" <q@z.test>', [("q@z.test", "")]),  # a name that looks like another address
        ("Team: a@x.test, b@x.test;", [("a@x.test", ""), ("b@x.test", "")]),
        ("undisclosed-recipients:;", []),
        ("a@[", []),
        ("<>", []),
        ("@", []),
        ("a@b@c <x@y", []),
        ("(" * 3000, []),
        ('"' * 3001 + "a@b.test", [("a@b.test", "")]),
        ("ana kovač <ana@xn--bcher-kva.test>", [("ana@xn--bcher-kva.test", "ana kovač")]),
        ("a" * 300 + "@x.test", []),
        ("a@b.test\x00", []),
    ],
)
def test_senders_are_addresses_or_nobody(value, found):
    assert [(party.address, party.name) for party in senders.parties(value)] == found


def test_two_authors_are_counted():
    assert parse(letter(sender="a@x.test, b@x.test")).senders == 2
    assert parse(b"From: a@x.test\r\nFrom: b@x.test\r\n\r\nx").senders == 2


def test_the_plain_text_is_read_where_there_are_two():
    html = "<p>It <b>does not</b> print.</p>"
    assert parse(parts(part("It does not print."), part(html, "text/html"), kind="alternative")).text == (
        "It does not print."
    )


def test_html_alone_is_read_as_text():
    html = (
        "<html><head><title>x</title><style>p{color:red}</style></head><body><p>Hello &amp; good&nbsp;day,</p>"
        "<p>it<br>does not print.</p><script>alert(1)</script><ul><li>one<li>two</ul> 3 < 4</body></html>"
    )
    assert parse(letter(html, kind="text/html; charset=utf-8")).text == (
        "Hello & good day,\n\nit\ndoes not print.\n\none\ntwo\n3 < 4"
    )


def test_an_empty_text_part_does_not_hide_the_other():
    assert parse(parts(part("  \r\n"), part("<p>Here.</p>", "text/html"), kind="alternative")).text == "Here."


def test_files_are_named_and_not_read():
    facts = parse(
        parts(
            part("See the invoice."),
            part(b"%PDF-1.4", "application/pdf", name="../../etc/račun.pdf"),
            part("x", "text/plain", name="\u200b.htaccess"),
            b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nNot theirs.",
        )
    )
    assert facts.text == "See the invoice."
    assert [file.name for file in facts.attachments] == ["račun.pdf", "htaccess", "message.eml"]
    assert facts.attachments[0].size == 8


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("C:\\Users\\ana\\slika.jpg", "slika.jpg"),
        ("..", "attachment"),
        ("", "attachment"),
        ("a\r\nX: y.txt", "a X: y.txt"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("x" * 400, "x" * 150),
    ],
)
def test_a_files_name_leads_nowhere(written, name):
    assert decoding.file_name(written) == name


def test_a_name_of_a_file_in_the_long_form_is_read():
    body = (
        b"Content-Type: application/pdf\r\n"
        b"Content-Disposition: attachment; filename*0*=utf-8''ra%C4%8Dun; filename*1=.pdf\r\n\r\nx"
    )
    assert [file.name for file in parse(parts(part("x"), body)).attachments] == ["račun.pdf"]


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"auto_submitted": "Auto-Replied; owner-email=x"},
        {"x_autoreply": "yes"},
        {"x_autorespond": "out"},
        {"precedence": "auto_reply"},
        {"return_path": "<>"},
        {"sender": "MAILER-DAEMON@example.test"},
        {"subject": "Automatic reply: Your printer"},
        {"subject": "Automatische Antwort: Drucker"},
        {"subject": "Automatski odgovor: Pisač"},
        {"subject": "Out of Office"},
        {"auto_submitted": "auto-generated", "in_reply_to": "<7@us.test>"},
        {"precedence": "bulk", "in_reply_to": "<7@us.test>"},
    ],
)
def test_an_answer_that_nobody_wrote_is_told_with_its_reason(headers):
    machine = parse(letter(**headers)).machine
    assert machine.why
    assert machine.answers


@pytest.mark.parametrize(
    "headers", [{"list_id": "<news.example.test>"}, {"precedence": "Bulk"}, {"list_unsubscribe": "<https://x.test>"}]
)
def test_what_goes_to_many_is_told_too(headers):
    assert parse(letter(**headers)).machine.to_many


@pytest.mark.parametrize(
    "headers",
    [{"auto_submitted": "auto-generated"}, {"auto_submitted": "auto-notified"}, {"sender": "noreply@example.test"}],
)
def test_a_machine_that_writes_first_answers_nothing(headers):
    machine = parse(letter(**headers)).machine
    assert machine.why
    assert not machine.answers
    assert not machine.to_many


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"auto_submitted": "no"},
        {"auto_submitted": "No"},
        {"auto_submitted": "no (a person wrote this)"},
        {"x_auto_response_suppress": "All"},
        {"subject": "Out of office printer is broken"},
        {"subject": "Re: Printer"},
        {"precedence": "first-class"},
        # I06: what our own mails carry is no proof that one is ours.
        {"x_followthrough_id": "message:1"},
    ],
)
def test_what_a_person_wrote_is_no_machines(headers):
    assert not parse(letter(**headers)).machine.why


def test_a_bounce_is_one_by_its_form_or_by_its_sender():
    report = parts(
        part("Not delivered."),
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\nAction: failed\r\n",
        kind="report; report-type=delivery-status",
    )
    assert parse(report).bounce
    assert parse(letter(sender="MAILER-DAEMON@mx.test", return_path="<>")).bounce
    assert parse(letter(x_failed_recipients="ana@example.test")).bounce
    assert not parse(letter(return_path="<>")).bounce


def test_a_receipt_of_reading_is_no_bounce():
    assert not parse(parts(part("Read."), kind="report; report-type=disposition-notification")).bounce


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (nested(1000), "too many parts"),
        (nested(300), "too deep"),
        (nested(60), "too deep"),
        (letter(b"\n" * 19_000_000), "too many parts"),
        (letter(b"x" * 26_000_000), "larger than 25 MB"),
        (b"X: y\r\n" * 3000 + b"From: ana@example.test\r\nSubject: Deep\r\n\r\nx", "too many headers"),
        (letter(kind="text/plain" + ';"' * 4000), "header is too long"),
        (letter(b"--q\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\nx\r\n" * 600), "too many parts"),
    ],
    ids=["1000 deep", "300 deep", "60 deep", "lines", "26 MB", "headers", "semicolons", "containers"],
)
def test_what_is_too_much_is_not_read_but_said_who_sent_it(raw, why):
    began = time.monotonic()
    facts = parse(raw)
    assert why in facts.unreadable
    assert time.monotonic() - began < 10
    if b"X: y" not in raw:
        assert facts.sender == "ana@example.test"


@pytest.mark.parametrize("piece", ["<", "<a ", "<!--", "</", '<a href="', "<![CDATA[", "<?", "<script>", "&#", "<p>"])
def test_bad_markup_takes_no_time(piece):
    began = time.monotonic()
    parse(letter(piece * (800_000 // len(piece)), kind="text/html"))
    assert time.monotonic() - began < 10


def test_a_long_text_is_cut_and_says_so():
    facts = parse(letter("x" * (LONGEST_TEXT + 5)))
    assert len(facts.text) == LONGEST_TEXT
    assert facts.cut


def test_twenty_thousand_references_are_a_hundred():
    facts = parse(letter(references="\r\n ".join(f"<{number}@x.test>" for number in range(20_000))))
    assert len(facts.references) == 100
    assert facts.references[0] == "<0@x.test>"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"\x00" * 100,
        b"no header at all",
        b"From\r\nSubject\r\n",
        b"From ana@example.test Mon Nov 23\nFrom: ana@example.test\n\nx",
        letter(kind="multipart/mixed"),
        letter(kind='multipart/mixed; boundary=""'),
        letter("--b\r\n", kind="multipart/mixed; boundary=b"),
        letter(kind="text/plain; charset=utf-8; charset=foo"),
        letter("=C4=8", content_transfer_encoding="quoted-printable"),
        letter("a", content_transfer_encoding="base64"),
        letter("begin 6", content_transfer_encoding="x-uuencode"),
        letter(kind="message/rfc822"),
        letter(date="Mon, 99 Foo 99999 99:99:99 +9999", message_id="x" * 5000),
        letter(kind="text/plain; charset*=utf-8''%ff"),
        letter(kind="; ; ="),
    ],
)
def test_broken_mails_are_read_as_well_as_can_be(raw):
    check(raw)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_stop_us(raw):
    check(raw)


_PIECES = st.sampled_from(
    [
        b"From: ", b"To: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed; boundary=b", b"multipart/alternative",
        b"text/plain", b"text/html", b"; charset=", b"utf-8", b"utf-7", b"foo", b"message/rfc822", b"--b", b"--b--",
        b"\r\n", b"\r\n", b"\n", b"\r\n\r\n", b" ", b"=?", b"?=", b"?q?", b"?b?", b"utf-8", b"<", b">", b"@", b"a.test",
        b'"', b"(", b")", b";", b":", b",", b"\\", b"\x00", b"\xff", b"\xc4\x8d", b"=0D=0A", b"////",
        b"Content-Disposition: attachment; filename=", b"filename*0*=", b"Content-Transfer-Encoding: base64",
        b"quoted-printable", b"x-uuencode", b"Auto-Submitted: ", b"Precedence: ", b"References: ", b"%C4",
    ]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(_PIECES, max_size=60))
def test_no_pieces_of_mails_stop_us(pieces):
    check(b"".join(pieces))


def check(raw: bytes) -> None:
    """Whatever came out can be stored and shown."""
    facts = parse(raw)
    for line in (facts.sender, facts.name, facts.subject, facts.message_id, facts.our_id, *facts.references):
        line.encode()
        assert not re.search(r"[\x00-\x1f\x7f]", line)
    facts.text.encode()
    assert "\x00" not in facts.text
    assert all(file.name and file.name == decoding.file_name(file.name) for file in facts.attachments)
    assert senders.normal(facts.sender) == facts.sender
