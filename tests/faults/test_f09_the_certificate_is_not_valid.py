"""F09: the mail server's certificate is not valid, or encryption is no longer offered.

Elsewhere the program fell back to plain text, so that anybody in between could read mail and password. Here nothing is
said before the connection is private: sending stops loudly, as for a refused password, and every mail waits.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mail import sending
from mail.models import Attempt, Mailbox
from tests.mail.post_office import PostOffice, opened
from tests.mail.posting import State, after, planned, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobodys(tmp_path: Path) -> ssl.SSLContext:
    """What a server has that signed its own certificate."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    both = signed.public_bytes(pem) + key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(both)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "both.pem")
    return context


@pytest.mark.parametrize("how", ["from the first byte", "by STARTTLS", "no longer offered"])
def test_nothing_is_said_in_the_open_and_sending_stops(settings, caplog, nobodys, how) -> None:
    at_once = how == "from the first byte"
    office = PostOffice(tls=nobodys if at_once else None, starttls=nobodys if how == "by STARTTLS" else None)
    settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = at_once, not at_once
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "secret"
    mails = [planned() for _ in range(20)]
    running = opened(office, settings)
    next(running)
    try:
        for minute in range(30):
            assert sending.send_due(now=after(minutes=minute)) == 0
    finally:
        running.close()
    assert not {"MAIL", "RCPT", "DATA"} & set(office.commands)
    assert office.connections <= 1, "no further try"
    assert [state(mail) for mail in mails] == [State.QUEUED] * 20
    assert not Attempt.objects.exists()
    assert "PAUSED" in caplog.text
    said = Mailbox.objects.get().sending_paused_why
    assert ("certificate" in said) if how != "no longer offered" else ("does not offer" in said)
