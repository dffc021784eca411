"""With a key of our own every mail is signed, whole and so that it survives the way; without one none is."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mail.building import Letter, build
from mail.models.delivery import Purpose
from tests import make
from tests.config.test_settings import settings_of
from tests.make import MONDAY_9AM

NOW = MONDAY_9AM


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> bytes:
    how = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, *how)


@pytest.fixture
def signs(settings, key):
    settings.DKIM_DOMAIN, settings.DKIM_SELECTOR, settings.DKIM_KEY = "example.test", "desk", pem(key)


def verified(content: bytes, key: rsa.RSAPrivateKey) -> bool:
    """As whoever receives it sees it, with our record in the DNS."""
    told = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + b"".join(told.splitlines()[1:-1])
    records = {b"desk._domainkey.example.test.": record}
    return dkim.verify(content, dnsfunc=lambda name, timeout=5: records.get(name))


def question() -> bytes:
    mail = make.delivery(
        purpose=Purpose.SETTLED_QUESTION, automatic=True, about="ticket:7", language="hr", subject="Je li riješeno?",
        body="Dobar dan,\n\n[[link:answer:satisfaction:88]]\n\n.Čim stigne, javljamo.\n" + "š" * 400,
        links=["answer:satisfaction:88"], in_reply_to="<1@example.test>", references=["<1@example.test>"],
    )  # fmt: skip
    return Letter.of(build(mail, now=NOW)).content


@pytest.mark.django_db
@pytest.mark.usefixtures("signs")
def test_a_mail_is_signed_and_nothing_that_counts_can_be_changed(key):
    content = question()
    assert verified(content, key)
    for said in ("Subject:", "Reply-To:", "List-Unsubscribe:", "List-Unsubscribe-Post:", "Auto-Submitted:", "Date:"):
        changed = re.sub(rb"(?m)^%s.*" % said.encode(), f"{said} something else".encode(), content, count=1)
        assert changed != content
        assert not verified(changed, key), said
        without = re.sub(rb"(?m)^%s.*\r\n([ \t].*\r\n)*" % said.encode(), b"", content, count=1)
        assert without != content
        assert not verified(without, key), f"without {said}"
    assert not verified(content.replace(b"javljamo", b"kasnimo"), key)
    assert not verified(b"From: Somebody <else@example.test>\r\n" + content, key)


@pytest.mark.django_db
@pytest.mark.usefixtures("signs")
def test_what_is_signed_needs_no_eight_bits_on_its_way(key):
    content = question()
    assert content.isascii()
    assert max(map(len, content.splitlines())) <= 998
    # A list on the way adds what it needs; servers fold lines anew.
    folded = content.replace(b"Subject: ", b"Subject:  ")
    assert verified(b"Received: from a by b\r\nList-Id: <desk.example.test>\r\n" + folded, key)


@pytest.mark.django_db
def test_without_a_key_nothing_is_signed():
    assert b"DKIM-Signature" not in question()


def start(directory: Path, **given: str) -> subprocess.CompletedProcess[str]:
    names = {"DKIM_DOMAIN": "example.test", "DKIM_SELECTOR": "desk", "DKIM_KEY_FILE": str(directory / "dkim.pem")}
    return settings_of(directory, "DKIM_DOMAIN", **{**names, **given})


def test_a_key_that_cannot_be_used_is_no_start(tmp_path, key):
    missing = start(tmp_path)
    assert "no mail would be signed" in missing.stderr
    (tmp_path / "dkim.pem").write_text("-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n")
    assert "no mail would be signed" in start(tmp_path).stderr
    (tmp_path / "dkim.pem").write_bytes(pem(key))
    assert start(tmp_path).returncode == 0
    half = start(tmp_path, DKIM_SELECTOR="")
    assert "belong together" in half.stderr
