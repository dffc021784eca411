"""What reports of mail servers say, and what is made of those that say it badly."""

from __future__ import annotations

import random

import pytest

from mail import reports
from mail.parsing import parse
from mail.reports import Reported
from tests.mail.letters import complaint, letter, part, parts, report


def reported(raw: bytes) -> Reported | None:
    return reports.about(parse(raw).reported, "ana@example.test")


def test_an_ordinary_report_says_what_happened_to_whom_and_why():
    said = "550 5.1.1 <ana@example.test>: user unknown"
    assert reported(report("failed", "5.1.1", said=said)) == Reported("failed", "5.1.1", said, "ana@example.test")


POSTFIX = b"""Return-Path: <>
From: MAILER-DAEMON@mx.example.test (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: support@example.test
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="6D1F2200C3.1795500000/mx.example.test"
Content-Transfer-Encoding: 8bit

This is a MIME-encapsulated message.

--6D1F2200C3.1795500000/mx.example.test
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

<ana@example.test>: host mail.example.test[192.0.2.7] said: 550 5.1.1
    <ana@example.test>: Recipient address rejected (in reply to RCPT TO command)

--6D1F2200C3.1795500000/mx.example.test
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.test
X-Postfix-Queue-ID: 6D1F2200C3
Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0100 (CET)

Final-Recipient: rfc822; ana@example.test
Original-Recipient: rfc822;ana@example.test
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.example.test
Diagnostic-Code: smtp; 550 5.1.1 <ana@example.test>: Recipient address
    rejected: User unknown

--6D1F2200C3.1795500000/mx.example.test
Content-Description: Undelivered Message
Content-Type: message/rfc822

Subject: Your printer
Action: delayed

Status: 2.0.0
--6D1F2200C3.1795500000/mx.example.test--
"""


def test_as_postfix_writes_it_with_our_own_mail_below():
    said = "550 5.1.1 <ana@example.test>: Recipient address rejected: User unknown"
    assert parse(POSTFIX).reported == [Reported("failed", "5.1.1", said, "ana@example.test")]
    assert parse(POSTFIX.replace(b"\n", b"\r\n")).reported == parse(POSTFIX).reported


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", "5.1.10"),
        ("5.0.0", "550 no such user", "5.0.0"),
        ("4.0.0", "451 4.7.650 throttled", "4.7.650"),
    ],
)
def test_as_others_write_it(status, said, code):
    assert reported(report("failed", status, said=said)).status == code


def test_a_mail_that_waits_is_no_mail_that_came_back():
    assert reported(report("delayed", "4.4.1", said="connection timed out")).kind == "delayed"


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "failed-not-quite", "=?utf-8?q?x?="])
def test_what_says_that_all_is_well_or_nothing_reports_nothing(action):
    assert reported(report(action, "2.0.0")) is None


def test_without_an_action_the_code_tells():
    assert reported(report("", "5.1.1")).kind == "failed"
    assert reported(report("", "4.4.7")).kind == "delayed"
    assert reported(report("", "")) is None


def test_a_code_that_says_nothing_gives_way_to_the_servers_own():
    assert reported(report("failed", "5.0.0", said="550 5.2.2 mailbox full")).status == "5.2.2"
    assert reported(report("failed", "no", said="550-5.1.10 nobody here")).status == "5.1.10"
    assert reported(report("failed", "5.1.1.7", said="from 10.5.1.1")).status == ""


def test_of_several_recipients_ours_counts_and_else_the_worst():
    groups = [
        ("rfc822; ben@example.test", "delayed", "4.4.1"),
        ("rfc822; ANA@example.test", "failed", "5.2.2"),
        ("rfc822; carl@example.test", "failed", "5.1.1"),
    ]
    raw = report(groups=groups)
    assert reported(raw).status == "5.2.2"
    assert reports.about(parse(raw).reported, "dora@example.test").status == "5.1.1"


@pytest.mark.parametrize(
    ("status", "for_good"),
    [
        ("5.1.1", True), ("5.1.2", True), ("5.0.0", True), ("5.2.1", True), ("5.7.1", True), ("5.7.26", True),
        ("5.2.2", False), ("5.2.3", False), ("5.3.4", False), ("5.4.4", False), ("5.6.1", False),
        ("4.2.2", False), ("4.7.1", False), ("", False), ("2.0.0", False),
    ],
)  # fmt: skip
def test_only_what_is_about_the_address_is_for_good(status, for_good):
    assert reports.is_for_good(status) is for_good


def test_somebody_pressed_this_is_spam():
    assert reported(complaint()) == Reported("complaint", said="abuse")
    assert reported(complaint("not-spam")) is None


def test_control_characters_and_broken_letters_come_out_clean():
    said = reported(report("failed", "5.1.1", said="550 nobody\x00\x1b[31m \u202edaer =?utf-8?b?xI1hbw==?=")).said
    assert said == "550 nobody [31m daer čao"


@pytest.mark.parametrize(
    "raw",
    [
        letter("Action: failed\r\nStatus: 5.1.1\r\n"),
        parts(part("Status: 5.1.1", "message/delivery-status"), kind="report; report-type=delivery-status"),
        letter("", kind="message/delivery-status"),
        letter("no parts", kind='multipart/report; report-type=delivery-status; boundary="b"'),
        parts(part("Feedback", "message/feedback-report"), kind="report; report-type=feedback-report"),
    ],
)
def test_what_only_looks_like_a_report_reports_nothing(raw):
    assert parse(raw).reported == []


def test_whatever_is_broken_in_a_report_nothing_breaks():
    dice = random.Random(3464)
    whole = report("failed", "5.1.1", said="550 5.1.1 nobody", groups=[("rfc822; ana@example.test", "failed", "5.1.1")])
    for _each in range(300):
        raw = bytearray(whole)
        for _broken in range(dice.randint(1, 12)):
            at = dice.randrange(len(raw))
            raw[at : at + dice.randint(0, 9)] = dice.randbytes(dice.randint(0, 9))
        told = reports.about(parse(bytes(raw)).reported, "ana@example.test")
        assert told is None or told.kind in {"failed", "delayed"}
