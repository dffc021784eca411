"""F22: who hands over mail by HTTP tries again, signs wrongly or late, sends 30 MB, or the same event twice.

Elsewhere a hook answered "taken" before it had stored anything, or believed whoever knew its address. Here it says 200
once the mail is committed, the same for each try; 401 without a right signature of the last five minutes; 413 for
what is too large, without keeping it; and 503 while the database is away, so that the sender comes again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from mail.models import InboundMail
from tests import make
from tests.mail.letters import letter
from tests.mail.signing import hand_over, signed

EVENT = "msg_2Lh9KRb0pzN4LePd3XiA4v12Axj"


@pytest.fixture(autouse=True)
def _organisation(transactional_db):
    make.organisation(support_address="support@example.test")


def test_ten_tries_of_one_event_are_one_mail():
    answers = [hand_over(letter(f"Seen by server {server}."), EVENT) for server in [1, 1, 1, 2, 2, 3, 1, 2, 3, 1]]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert InboundMail.objects.count() == 1
    assert bytes(InboundMail.objects.get().raw) == letter("Seen by server 1.")


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365])
def test_a_signature_of_another_time_is_none(minutes):
    headers = signed(letter(), EVENT, at=datetime.now(UTC) + timedelta(minutes=minutes))
    assert hand_over(letter(), EVENT, **headers).status_code == 401


def test_one_byte_that_differs_is_another_mail():
    assert hand_over(letter("Pay 10"), EVENT, **signed(letter("Pay 90"), EVENT)).status_code == 401
    assert not InboundMail.objects.exists()


def test_thirty_megabytes_are_not_taken():
    answer = hand_over(letter(b"x" * 30_000_000), EVENT)
    assert (answer.status_code, list(answer.json())) == (413, ["id"])


def test_what_cannot_be_committed_is_not_said_to_be_taken():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mail_inboundmail RENAME TO mail_inboundmail_away")
    try:
        answer = hand_over(letter(), EVENT)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE mail_inboundmail_away RENAME TO mail_inboundmail")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert hand_over(letter(), EVENT).status_code == 200
    assert InboundMail.objects.count() == 1
